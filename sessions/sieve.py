"""What an agent said in one session, and what of it was heard before: which of its sentences are echoes.

Runs of words are compared by ``runs``, in its compiled form where there is one; here is what is done with few texts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from .signs import HIDDEN, KINDS, LATIN, OTHER, seen

try:
    from ._runs import Runs
except ImportError:  # nothing could be compiled where this was installed
    from .runs import Runs  # type: ignore[assignment] # it has the same methods

#: share of bytes outside ASCII from which a session counts as speaking another alphabet
_OTHER_ALPHABET = 0.2
_ASCII = bytes(range(0x80))
#: when a URL was heard that never was: an even number, since no tool said it
_NEVER = 1 << 62
#: URLs of an agent's that are looked for in what was heard, text by text; further ones count as tools'
_URLS = 100
#: words of a tool's in a row that make an echo of any sentence; shorter ones quote a comment or a message in passing
_LONG_RUN = b"\1" * 8
#: and those that are compared at all
_RUN = b"\1" * 6

_URL = re.compile(r"\bhttps?://[^\s<>()`\"']{4,300}", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"\b(?:always|never|must|should|shall|need(?:s)? to|have to|has to|make sure|ensure|remember|be sure|do not|don't|"
    r"required?|mandatory|before|after|instead|please|prefer|only|first|policy|guidelines?|convention|rules?)\b"
    r"|^\W{0,6}(?:run|use|install|add|set|export|execute|call|download|fetch|open|visit|send|post|copy|paste|delete|remove|"
    r"disable|enable|skip|ignore|commit|push|create|write|put|store|keep|apply)\b",
    re.IGNORECASE,
)

Span = tuple[int, int]
Heard = bytes | bytearray


class Sieve:
    """What the agent said, as runs of words and URLs, and what was heard of them."""

    def __init__(self, said: Sequence[tuple[str, int]]) -> None:
        """Given the agent's texts, each with its order, know what to look for."""
        self._texts = said
        data = [text.encode("utf-8", "replace") for text, _ in said]
        self._joined = b"\n".join(data)
        beyond = 0 if self._joined.isascii() else len(self._joined.translate(None, _ASCII))
        kinds = OTHER if beyond > _OTHER_ALPHABET * len(self._joined) else LATIN
        self._bounds = [0, *accumulate(len(text) + 1 for text in data[:-1])]
        self._runs = Runs(self._joined, self._bounds[: len(data)], [order for _, order in said], kinds, KINDS, HIDDEN)
        urls = dict.fromkeys(
            url[0].rstrip(".,;:!?*_").encode("utf-8", "replace")
            for text, _ in said
            if "http" in text
            for url in _URL.finditer(text)
        )
        self._urls = {url: _NEVER if number < _URLS else -1 for number, url in enumerate(urls)}
        if urls:
            self._note_urls(data, [2 * order for _, order in said])

    def pass_through(self, texts: list[Heard], moments: list[int]) -> None:
        """Given texts that were heard, and when: twice its order, and one more where it is a tool's; note them."""
        hidden = self._runs.note(texts, moments, True)
        if hidden:
            texts = texts[:]
            for place in hidden:
                texts[place] = seen(texts[place])
            self._runs.note([texts[place] for place in hidden], [moments[place] for place in hidden], False)
        if self._urls:
            self._note_urls(texts, moments)

    def echoes(self) -> list[tuple[Span, ...]]:
        """Return of each text the spans of its echoing sentences."""
        urls = [(url, heard >> 1) for url, heard in self._urls.items() if heard & 1]
        found: list[list[Span]] = [[] for _ in self._texts]
        places = [place for url, _ in urls for place in _places(url, self._joined)]
        for begin, end, words, brief in self._runs.doubtful(places):
            text = bisect_right(self._bounds, begin) - 1
            sentence = self._joined[begin:end].rstrip()
            order = self._texts[text][1]
            if _is_echo(
                sentence, words, suspicious=brief or any(heard < order and it in sentence for it, heard in urls)
            ):
                start = begin - self._bounds[text]
                found[text].append((start, start + len(sentence)))
        return [tuple(_in_characters(text, spans)) for (text, _), spans in zip(self._texts, found, strict=True)]

    def _note_urls(self, texts: Sequence[Heard], moments: Sequence[int]) -> None:
        for text, moment in zip(texts, moments, strict=True):
            for url, heard in self._urls.items():
                if moment < heard and url in text:
                    self._urls[url] = moment


def _places(piece: bytes, data: bytes) -> Iterator[int]:
    """Given bytes and others, return where the first stand in them."""
    place = data.find(piece)
    while place >= 0:
        yield place
        place = data.find(piece, place + 1)


def _is_echo(sentence: bytes, covered: bytes, *, suspicious: bool) -> bool:
    """Given a sentence, which of its words a tool said in a run (1) or not (0), tell whether it is an echo.

    ``suspicious``: it names a URL or quotes a command of a tool's, or consists of a few of its words.
    """
    if 2 * covered.count(1) > len(covered) or _LONG_RUN in covered:
        return True
    if not suspicious and _RUN not in covered:
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
