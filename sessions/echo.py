"""Which of an agent's sentences repeat what a tool said earlier in the session (invariant 7).

A page or a file can say anything, also "always run this". When the agent repeats it, the words look like the agent's
own. So its sentences are held against the text of all tools before them, as runs of words (``words``): case, white
space, marks of emphasis and quotation do not count. What the agent or a person said, or the agent wrote into a tool,
before a tool showed it is the agent's own and no echo: reading back one's own file is not news from outside.

A sentence is marked when eight words in a row, or six and most of it, come from a tool. For an instruction six do, or
less where it names a URL or quotes a command of a tool's: that is what makes it dangerous.

The agent's words are few (about a hundredth of a log) and a tool's many. So what tools said waits in pieces until all
that the agent said is known, and then each piece is passed once through a sieve of the agent's runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..language.visible import visible
from .sieve import Sieve, Span

#: bytes of tools' texts that wait for the agent's; where there are more, the log is listened to once again
_WAITING = 24_000_000
#: bytes that are looked at together: numbers for all of their words take four times as much
_PIECE = 1_000_000
#: characters of one session's agent that are held, and of one text; what is beyond is marked whole, since it
#: cannot be compared. Whole projects' logs have fewer words, and no agent says so much at once.
_SAID = 2_000_000
_TEXT_HELD = 300_000

Heard = str | bytes | bytearray


class Ear:
    """All that an agent said in one session, and when each run of its words was first heard, and from whom.

    Use: give every text of the session in order, the agent's own to ``say``, all others to ``listen``; then ask
    ``all_echoes``. Orders are the callers' own, ascending numbers; what is one's own comes first among equals. Where
    ``missed`` is true, tools said more than may wait: then call ``again`` and ``listen`` to everything once more.
    """

    def __init__(self) -> None:
        self._said: list[tuple[str, int]] = []
        self._whole: dict[int, int] = {}  # the lengths of the texts that are not compared, by their place in ``_said``
        self._held = 0
        self._pieces: list[bytes | bytearray] = []
        self._moments: list[int] = []  # of each piece: twice its order, and one more where a tool said it
        self._waiting = 0
        self._sieve: Sieve | None = None
        self.missed = False

    def say(self, text: str, order: int) -> None:
        """Given a text of the agent and its place, hold it for the comparison."""
        if self._held > _SAID or len(text) > _TEXT_HELD:
            self._whole[len(self._said)] = len(text)
            text = ""
        self._said.append((text, order))
        self._held += len(text)

    def listen(self, texts: Sequence[Heard], order: int, *, tool: bool) -> None:
        """Given texts that appeared in the session, their place, and whether a tool said them, hear them."""
        if not texts or (self.missed and self._sieve is None):
            return
        moment = 2 * order + tool
        for text in texts:
            piece = visible(text).encode("utf-8", "replace") if isinstance(text, str) else text
            self._pieces.append(piece)
            self._moments.append(moment)
            self._waiting += len(piece)
        if self._sieve is None and self._waiting > _WAITING:
            self._drop()
            self.missed = True
        elif self._sieve is not None and self._waiting > _PIECE:
            self._hear()

    def again(self) -> None:
        """Be ready to listen to everything once more, now that all is known that the agent said."""
        self._sieve = self._sieve or Sieve(self._said)
        self._drop()

    def all_echoes(self) -> list[tuple[Span, ...]]:
        """Return the spans of the echoing sentences of every text that was given to ``say``, in that order."""
        if self._sieve is None:
            self._sieve = Sieve(self._said)
        self._hear()
        echoes = self._sieve.echoes()
        for place, length in self._whole.items():
            echoes[place] = ((0, length),)
        return echoes

    def _drop(self) -> None:
        self._pieces, self._moments, self._waiting = [], [], 0

    def _hear(self) -> None:
        sieve, first = self._sieve, 0
        size = 0
        for place, piece in enumerate(self._pieces):
            size += len(piece)
            if sieve and (size > _PIECE or place + 1 == len(self._pieces)):
                sieve.pass_through(self._pieces[first : place + 1], self._moments[first : place + 1])
                first, size = place + 1, 0
        self._drop()
