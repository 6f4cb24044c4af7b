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

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .hidden import places_of_hidden, seen
from .words import RUN, SHORT, Words, words_of

#: words in a row that make an echo of any sentence; shorter ones quote a comment or a message in passing
LONG_RUN = 8
#: longest command in words whose quotation makes an echo of an instruction; a longer one has runs enough
_COMMAND = 18

#: bytes of tools' texts that wait for the agent's; where there are more, the log is listened to once again
_WAITING = 24_000_000
#: bytes that are looked at together: numbers for all of their words take four times as much
_PIECE = 1_000_000
#: characters of one session's agent that are held, and of one text; what is beyond is marked whole, since it
#: cannot be compared. Whole projects' logs have fewer words, and no agent says so much at once.
_SAID = 2_000_000
_TEXT_HELD = 300_000
#: share of bytes outside ASCII from which a session counts as speaking another alphabet
_OTHER_ALPHABET = 0.2
#: bits of a run's number that choose its hole in the sieve: 2^17 holes are a few hundred for each run that is common
_SIEVE = np.uint64(64 - 17)

_URL = re.compile(r"\bhttps?://[^\s<>()`\"']{4,300}", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"\b(?:always|never|must|should|shall|need(?:s)? to|have to|has to|make sure|ensure|remember|be sure|do not|don't|"
    r"required?|mandatory|before|after|instead|please|prefer|only|first|policy|guidelines?|convention|rules?)\b"
    r"|^\W{0,6}(?:run|use|install|add|set|export|execute|call|download|fetch|open|visit|send|post|copy|paste|delete|remove|"
    r"disable|enable|skip|ignore|commit|push|create|write|put|store|keep|apply)\b",
    re.IGNORECASE,
)

#: when a run was heard that never was: an even number, since no tool said it
_NEVER = 1 << 62

Heard = str | bytes | bytearray
Span = tuple[int, int]
Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
        self._origins: list[tuple[int, bool]] = []  # of each piece: its order, and whether a tool said it
        self._waiting = 0
        self._sieve: _Sieve | None = None
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
        pieces = [text.encode("utf-8", "replace") if isinstance(text, str) else text for text in texts]
        self._pieces += pieces
        self._origins += [(order, tool)] * len(pieces)
        self._waiting += sum(map(len, pieces))
        if self._sieve is None and self._waiting > _WAITING:
            self._drop()
            self.missed = True
        elif self._sieve is not None and self._waiting > _PIECE:
            self._hear()

    def again(self) -> None:
        """Be ready to listen to everything once more, now that all is known that the agent said."""
        self._sieve = self._sieve or _Sieve(self._said)
        self._drop()

    def all_echoes(self) -> list[tuple[Span, ...]]:
        """Return the spans of the echoing sentences of every text that was given to ``say``, in that order."""
        if self._sieve is None:
            self._sieve = _Sieve(self._said)
        self._hear()
        echoes = self._sieve.echoes()
        for place, length in self._whole.items():
            echoes[place] = ((0, length),)
        return echoes

    def _drop(self) -> None:
        self._pieces, self._origins, self._waiting = [], [], 0

    def _hear(self) -> None:
        sieve, first = self._sieve, 0
        size = 0
        for place, piece in enumerate(self._pieces):
            size += len(piece)
            if sieve and (size > _PIECE or place + 1 == len(self._pieces)):
                sieve.pass_through(self._pieces[first : place + 1], self._origins[first : place + 1])
                first, size = place + 1, 0
        self._drop()


class _Known(NamedTuple):
    """Runs of the agent's of one length: each once, in order; where each was first heard; and the sieve for them."""

    numbers: Numbers
    first: Places  # twice the order, and one more where a tool was first
    holes: Flags

    @classmethod
    def of(cls, numbers: Numbers) -> _Known:
        unique = np.sort(numbers)
        unique = unique[np.append(True, unique[1:] != unique[:-1])] if len(unique) else unique
        holes = np.zeros(1 << 17, np.bool_)
        holes[unique >> _SIEVE] = True
        return cls(unique, np.full(len(unique), _NEVER, np.int64), holes)

    def first_heard(self, numbers: Numbers) -> Places:
        """Given runs, return when each was first heard."""
        if not len(self.numbers):
            return np.full(len(numbers), _NEVER, np.int64)
        near = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[near] == numbers, self.first[near], _NEVER)

    def places(self, numbers: Numbers) -> tuple[Places, Places]:
        """Given runs, return which of them are known, and the place of each of these."""
        passed = np.flatnonzero(self.holes.take((numbers >> _SIEVE).view(np.int64)))
        if not len(passed) or not len(self.numbers):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        near = np.minimum(np.searchsorted(self.numbers, numbers[passed]), len(self.numbers) - 1)
        same = self.numbers[near] == numbers[passed]
        return passed[same], near[same]


class _Sentences(NamedTuple):
    """Where the sentences of a text begin, and its end; the same in words; and what is brief in them.

    ``code`` numbers the stretches between marks of code, for each word; ``in_code`` tells which words are in a stretch
    that is code; ``brief`` are these and the words of a sentence of a few.
    """

    bounds: Places
    words: Places
    sentence: Places  # of each word
    code: Places
    in_code: Flags
    brief: Flags

    @classmethod
    def of(cls, data: bytes, starts: Places) -> _Sentences:
        bounds = sentence_bounds(data)
        words = np.searchsorted(starts, bounds)
        count = np.diff(words)
        sentence = np.repeat(np.arange(len(count)), count)
        marks = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("`"))
        code = np.searchsorted(marks, starts)
        in_code = (code - np.searchsorted(marks, bounds)[sentence]) % 2 == 1
        few = (count >= SHORT) & (count < RUN)
        return cls(bounds, words, sentence, code, in_code, in_code | few[sentence])

    def doubtful(self, covered: Flags, short: Flags) -> tuple[Flags, Flags]:
        """Given which words a tool said, and at which a short run of a tool's begins, return which may be echoes.

        And which are brief: those that consist of a few words that a tool said, or quote a command that a tool said.
        """
        size = len(self.words) - 1
        words = np.diff(self.words)
        repeated = _count(self.sentence[covered], size)
        few = (words >= SHORT) & (words < RUN) & (_count(self.sentence[short], size) == words - SHORT + 1)
        stretches = int(self.code[-1]) + 1 if len(self.code) else 0
        length = _count(self.code[self.in_code], stretches)
        heard = _count(self.code[self.in_code & short], stretches)
        quoted = (length >= SHORT) & (length <= _COMMAND) & (heard == length - SHORT + 1)
        brief = few | (_count(self.sentence[self.in_code & quoted[self.code]], size) > 0)
        return (2 * repeated > words) | (repeated >= RUN) | brief, brief


class _Sieve:
    """What the agent said, as runs of words, and what was heard of them."""

    def __init__(self, said: Sequence[tuple[str, int]]) -> None:
        self._texts = said
        data = [text.encode("utf-8", "replace") for text, _ in self._texts]
        self._joined = b"\n".join(data)
        beyond = np.count_nonzero(np.frombuffer(self._joined, np.uint8) & 0x80)
        self._other = bool(beyond > _OTHER_ALPHABET * len(self._joined))
        self._bounds = _bounds(data)
        self._orders = np.array([order for _, order in self._texts], np.int64)
        self._words = words_of(self._joined, other_letters=self._other)
        self._sentences = _Sentences.of(self._joined, self._words.starts)
        self._runs = _Known.of(self._words.runs)
        # Short runs count only in a quoted command, or where they are the whole sentence.
        self._short = _Known.of(self._words.short[self._sentences.brief[: len(self._words.short)]])
        self._urls = {
            url[0].rstrip(".,;:!?*_"): _NEVER for text, _ in said if "http" in text for url in _URL.finditer(text)
        }
        own = [(int(order), False) for order in self._orders]
        self._note(self._words, self._bounds, own)
        for piece, (_, order) in zip(data, self._texts if self._urls else (), strict=False):
            self._note_urls(piece, order, tool=False)

    def pass_through(self, pieces: Sequence[bytes | bytearray], origins: Sequence[tuple[int, bool]]) -> None:
        """Given texts that were heard, and of each its order and whether it was a tool's, note the runs in them."""
        data, bounds = b"\n".join(pieces), _bounds(pieces)
        hidden = places_of_hidden(data)
        if len(hidden):
            pieces = list(pieces)
            for number in np.unique(np.searchsorted(bounds, hidden, "right") - 1):
                pieces[number] = seen(pieces[number])
            data, bounds = b"\n".join(pieces), _bounds(pieces)
        self._note(words_of(data, other_letters=self._other), bounds, origins)
        if self._urls:
            for piece, (order, tool) in zip(pieces, origins, strict=True):
                self._note_urls(piece, order, tool=tool)

    def echoes(self) -> list[tuple[Span, ...]]:
        """Return of each text the spans of its echoing sentences."""
        starts, sentences = self._words.starts, self._sentences
        text_of = np.searchsorted(self._bounds, starts, "right") - 1
        covered = _covered(self._echoing(self._runs, self._words.runs, text_of, RUN))
        short = self._echoing(self._short, self._words.short, text_of, SHORT) & sentences.brief
        urls = [(url.encode("utf-8", "replace"), heard >> 1) for url, heard in self._urls.items() if heard & 1]
        found: list[list[Span]] = [[] for _ in self._texts]
        doubtful, brief = sentences.doubtful(covered, short)
        for url, _ in urls:
            doubtful[np.searchsorted(sentences.bounds, list(_places(url, self._joined)), "right") - 1] = True
        numbers = np.flatnonzero(doubtful)
        if len(numbers):
            texts = np.searchsorted(self._bounds, sentences.bounds[numbers], "right") - 1
            for number, text in zip(numbers.tolist(), texts.tolist(), strict=True):
                begin, end = int(sentences.bounds[number]), int(sentences.bounds[number + 1])
                sentence = self._joined[begin:end].rstrip()
                words = covered[sentences.words[number] : sentences.words[number + 1]].tobytes()
                order = self._texts[text][1]
                suspicious = brief[number] or any(heard < order and url in sentence for url, heard in urls)
                if _is_echo(sentence, words, suspicious=bool(suspicious)):
                    begin -= int(self._bounds[text])
                    found[text].append((begin, begin + len(sentence)))
        return [tuple(_in_characters(text, spans)) for (text, _), spans in zip(self._texts, found, strict=True)]

    def _echoing(self, known: _Known, numbers: Numbers, text_of: Places, length: int) -> Flags:
        """Given the agent's runs, return for each of its words whether one begins there that a tool said before."""
        found = np.zeros(len(text_of), np.bool_)
        if len(numbers):
            first = known.first_heard(numbers)
            text = text_of[: len(numbers)]
            found[: len(numbers)] = (
                (first & 1 == 1) & (first >> 1 < self._orders[text]) & (text == text_of[length - 1 :])
            )
        return found

    def _note(self, words: Words, bounds: Places, origins: Sequence[tuple[int, bool]]) -> None:
        """Given a text's words, where each of its pieces begins, and whose each is, note when runs were first heard."""
        moments = np.array([2 * order + tool for order, tool in origins], np.int64)
        for known, numbers, length in ((self._runs, words.runs, RUN), (self._short, words.short, SHORT)):
            heard, places = known.places(numbers)
            if len(heard):
                piece = np.searchsorted(bounds, words.starts[heard], "right") - 1
                # A run that goes from one piece into the next was said by nobody.
                whole = piece == np.searchsorted(bounds, words.starts[heard + length - 1], "right") - 1
                np.minimum.at(known.first, places[whole], moments[piece[whole]])

    def _note_urls(self, data: bytes | bytearray, order: int, *, tool: bool) -> None:
        for url, heard in self._urls.items():
            if 2 * order + tool < heard and url.encode("utf-8", "replace") in data:
                self._urls[url] = 2 * order + tool


def _bounds(pieces: Sequence[bytes | bytearray]) -> Places:
    """Given texts that are joined by one sign each, return where each begins."""
    return np.cumsum([0, *(len(piece) + 1 for piece in pieces[:-1])], dtype=np.int64)


def sentence_bounds(data: bytes) -> Places:
    """Given a text in UTF-8, return where its sentences begin, and its end.

    A sentence ends with its line, or with the white space after a full stop and the like and up to three closing marks.
    """
    kinds = np.frombuffer(data.translate(_KINDS) + b"\n", np.uint8)
    ends = kinds == _STOP
    after = ends.copy()
    for _ in range(3):
        ends[1:] |= after[:-1] & (kinds[1:] == _CLOSING)
        after = ends
    blank = kinds == _BLANK
    begins = np.zeros(len(kinds), np.bool_)
    # The first sign after white space that follows an end, and whatever follows the end of a line.
    gaps = np.flatnonzero(ends[:-1] & blank[1:])
    letters = np.flatnonzero(~blank)
    begins[letters[np.searchsorted(letters, gaps + 1)]] = True
    begins[1:] |= kinds[:-1] == _LINE
    begins[0], begins[-1] = True, False
    return np.append(np.flatnonzero(begins), len(data))


_STOP, _CLOSING, _BLANK, _LINE = 1, 2, 3, 4


def _kinds() -> bytes:
    table = bytearray(256)
    for kind, signs in ((_STOP, b".!?:;"), (_CLOSING, b"\"'`*_)"), (_BLANK, b" \t"), (_LINE, b"\n")):
        for sign in signs:
            table[sign] = kind
    return bytes(table)


_KINDS = _kinds()


def _places(piece: bytes, data: bytes) -> Iterator[int]:
    """Given bytes and others, return where the first stand in them."""
    place = data.find(piece)
    while place >= 0:
        yield place
        place = data.find(piece, place + 1)


def _count(numbers: Places, size: int) -> Places:
    """Given numbers below ``size``, return how often each is among them."""
    return np.bincount(numbers, minlength=size)


def _covered(runs: Flags) -> Flags:
    """Given at which words a run of a tool's begins, return which words stand in one."""
    covered = runs.copy()
    for shift in range(1, RUN):
        covered[shift:] |= runs[:-shift]
    return covered


def _is_echo(sentence: bytes, covered: bytes, *, suspicious: bool) -> bool:
    """Given a sentence, which of its words a tool said in a run (1) or not (0), tell whether it is an echo.

    ``suspicious``: it names a URL or quotes a command of a tool's, or consists of a few of its words.
    """
    if 2 * covered.count(1) > len(covered) or b"\1" * LONG_RUN in covered:
        return True
    if not suspicious and b"\1" * RUN not in covered:
        return False
    return bool(_INSTRUCTION.search(sentence.decode("utf-8", "replace")))


def _in_characters(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Given a text and spans in its UTF-8 form, return them in characters."""
    if text.isascii() or not spans:
        yield from spans
        return
    data = text.encode("utf-8", "replace")
    for begin, end in spans:
        place = len(data[:begin].decode("utf-8", "replace"))
        yield place, place + len(data[begin:end].decode("utf-8", "replace"))
