"""Which of an agent's sentences repeat what a tool said earlier in the session (invariant 7).

A page or a file can say anything, also "always run this". When the agent repeats it, the words look like the agent's
own. So its sentences are held against the text of all tools before them, as runs of words: case, white space, marks of
emphasis and quotation do not count. What the agent or a person said, or the agent wrote into a tool, before a tool
showed it is the agent's own and no echo: reading back one's own file is not news from outside.

A sentence is marked when eight words in a row, or six and most of it, come from a tool. For an instruction six do, or
less where it names a URL or quotes a command of a tool's: that is what makes it dangerous.

The agent's words are few (about a hundredth of a log) and a tool's many, so only the agent's runs are held in memory,
and the tools' texts are streamed past them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

#: words in a row that make an echo of an instruction, or of a sentence that is mostly made of them
RUN = 6
#: words in a row that make an echo of any sentence; shorter ones quote a comment or a message in passing
LONG_RUN = 8
#: words in a row that make an echo of a quoted command, or of a sentence that is nothing else
SHORT_RUN = 3

#: characters of a text that are folded at once, and how much of the piece before is seen again; bounds memory
_PIECE = 1_000_000
_OVERLAP = 2_000
#: words of one session's agent that are held, and characters of one text; what is beyond is marked whole, since it
#: cannot be compared. Whole projects' logs have fewer words, and no agent says so much at once.
_WORDS_HELD = 200_000
_TEXT_HELD = 300_000

_SENTENCE_END = re.compile(r"\n+|(?<=[.!?:;])[\"'`*_)]{0,3}[ \t]+")
_EDGES = "'_~#!?.,:;…-–—=+/\\$%&^“”‘’«»•→✓✗⏺⎿│"  # noqa: RUF001 - the marks that texts really carry
# Marks of emphasis, quotation and structure separate words; so do the line breaks of JSON inside a result, and the line
# numbers that tools put before each line.
_SEPARATORS = str.maketrans(dict.fromkeys('"`*|()[]{}<>', " "))
_LINE_NUMBER = re.compile(r"\n[ \t]{0,12}(?:\d{1,7}[→:\t-]|[-+>|#/*]{1,3}(?=\s))")
_WORD = re.compile(r"\S+")
_CODE = re.compile(r"`{1,3}([^`\n]{3,300})`{1,3}")
_URL = re.compile(r"\bhttps?://[^\s<>()`\"']{4,300}", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"\b(?:always|never|must|should|shall|need(?:s)? to|have to|has to|make sure|ensure|remember|be sure|do not|don't|"
    r"required?|mandatory|before|after|instead|please|prefer|only|first|policy|guidelines?|convention|rules?)\b"
    r"|^\W{0,6}(?:run|use|install|add|set|export|execute|call|download|fetch|open|visit|send|post|copy|paste|delete|remove|"
    r"disable|enable|skip|ignore|commit|push|create|write|put|store|keep|apply)\b",
    re.IGNORECASE,
)

Gram = tuple[str, ...]
Span = tuple[int, int]


class Word(NamedTuple):
    """A folded word and where it stands."""

    text: str
    start: int
    end: int


def fold(text: str) -> list[str]:
    """Given any text, return its words without case, marks and punctuation at their edges."""
    text = _LINE_NUMBER.sub("\n", text.replace("\\n", "\n")).lower().translate(_SEPARATORS)
    return [word for word in [raw.strip(_EDGES) for raw in text.split()] if word]


def _words(text: str) -> list[Word]:
    found = ((match[0].lower().strip(_EDGES), match) for match in _WORD.finditer(text.translate(_SEPARATORS)))
    return [Word(word, match.start(), match.end()) for word, match in found if word]


class Sentence(NamedTuple):
    """One sentence of an agent: its span, its words by number, and the short runs that would make it an echo."""

    start: int
    end: int
    first: int
    last: int
    instruction: bool
    short: tuple[Gram, ...]


class Utterance:
    """What an agent said once, prepared for the comparison; ``order`` is its place among all texts of the session."""

    def __init__(self, text: str, order: int) -> None:
        self.order = order
        words = _words(text)
        self.words = [word.text for word in words]
        self.runs: list[Gram] = list(_grams(self.words, RUN))
        self.sentences = _sentences(text, words)


class Ear:
    """All that an agent said in one session, and when each run of its words was first heard, and from whom.

    Use: ``say`` every text of the agent, then give every text of the session in order to ``listen``, then ask
    ``all_echoes``. Orders are the callers' own, ascending numbers.
    """

    def __init__(self) -> None:
        self._said: list[Utterance | int] = []  # the length of a text that is not held
        self._runs: set[Gram] = set()
        self._short: dict[int, set[Gram]] = {}
        self._first: dict[Gram, tuple[int, bool]] = {}
        self._held = 0

    def say(self, text: str, order: int) -> None:
        """Given a text of the agent and its place, hold its words for the comparison."""
        if self._held > _WORDS_HELD or len(text) > _TEXT_HELD:
            self._said.append(len(text))
            return
        utterance = Utterance(text, order)
        self._held += len(utterance.words)
        self._said.append(utterance)
        self._runs.update(utterance.runs)
        for sentence in utterance.sentences:
            for gram in sentence.short:
                self._short.setdefault(len(gram), set()).add(gram)

    def listen(self, text: str, order: int, *, tool: bool) -> None:
        """Given a text that appeared in the session, note which of the agent's runs it is the first to contain."""
        for start in range(0, len(text), _PIECE):
            words = fold(text[max(0, start - _OVERLAP) : start + _PIECE])
            for length, grams in ((RUN, self._runs), *self._short.items()):
                for gram in grams.intersection(_grams(words, length)):
                    self._first.setdefault(gram, (order, tool))

    def all_echoes(self) -> list[tuple[Span, ...]]:
        """Return the spans of the echoing sentences of every text that was given to ``say``, in that order."""
        return [((0, said),) if isinstance(said, int) else tuple(self._spans(said)) for said in self._said]

    def _spans(self, utterance: Utterance) -> Iterable[Span]:
        covered = bytearray(len(utterance.words))
        for place, gram in enumerate(utterance.runs):
            if self._from_tool(gram, utterance.order):
                covered[place : place + RUN] = b"\1" * RUN
        for sentence in utterance.sentences:
            own = covered[sentence.first : sentence.last]
            most = 2 * sum(own) > len(own)
            enough = RUN if sentence.instruction else LONG_RUN
            if most or b"\1" * enough in own or any(self._from_tool(gram, utterance.order) for gram in sentence.short):
                yield sentence.start, sentence.end

    def _from_tool(self, gram: Gram, order: int) -> bool:
        heard = self._first.get(gram)
        return heard is not None and heard[1] and heard[0] < order


def _grams(words: Sequence[str], length: int) -> Iterable[Gram]:
    return zip(*(islice(words, start, None) for start in range(length)), strict=False)


def _sentences(text: str, words: list[Word]) -> list[Sentence]:
    """Given a text and its words, return its sentences that have words, with the short runs of the instructions."""
    bounds = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    found: list[Sentence] = []
    first = 0
    for start, end in pairwise(bounds):
        last = first
        while last < len(words) and words[last].start < end:
            last += 1
        if last > first:
            own = [word.text for word in words[first:last]]
            instruction = bool(_INSTRUCTION.search(text[start:end]))
            short = _short_runs(text[start:end], own) if instruction else ()
            found.append(Sentence(start, words[last - 1].end, first, last, instruction, short))
        first = last
    return found


def _short_runs(sentence: str, words: list[str]) -> tuple[Gram, ...]:
    """Given an instruction, return the runs that mark it although they are short."""
    grams = {tuple(fold(url[0])) for url in _URL.finditer(sentence)}
    grams.update(gram for code in _CODE.finditer(sentence) if SHORT_RUN <= len(gram := tuple(fold(code[1]))) <= 3 * RUN)
    if SHORT_RUN <= len(words) < RUN:
        grams.add(tuple(words))
    return tuple(sorted(grams))
