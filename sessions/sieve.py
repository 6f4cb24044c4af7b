"""A session's runs of words: what the agent said, and when each was first heard, and from whom.

What was heard is passed through in pieces. A run falls through the sieve unless the agent said one that has the same
hole; the few that stay are compared as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .hidden import places_of_hidden, seen
from .utterance import Flags, Places, Sentences, is_echo
from .words import RUN, SHORT, Words, words_of

#: share of bytes outside ASCII from which a session counts as speaking another alphabet
_OTHER_ALPHABET = 0.2
#: bits of a run's number that choose its hole: of 2^17 holes an agent's runs leave nearly all open
_HOLE = np.uint64(64 - 17)
#: when a run was heard that never was: an even number, since no tool said it
_NEVER = 1 << 62
#: URLs of an agent's that are looked for in what was heard, text by text; further ones count as tools'
_URLS = 100

_URL = re.compile(r"\bhttps?://[^\s<>()`\"']{4,300}", re.IGNORECASE)

Span = tuple[int, int]
Numbers = NDArray[np.uint64]


class Known(NamedTuple):
    """Runs of the agent's of one length: each once, in order; where each was first heard; and the sieve for them."""

    numbers: Numbers
    first: Places  # twice the order, and one more where a tool was first
    holes: Flags

    @classmethod
    def of(cls, numbers: Numbers) -> Known:
        """Given the agent's runs, know them."""
        unique = np.sort(numbers)
        unique = unique[np.append(True, unique[1:] != unique[:-1])] if len(unique) else unique
        holes = np.zeros(1 << 17, np.bool_)
        holes[unique >> _HOLE] = True
        return cls(unique, np.full(len(unique), _NEVER, np.int64), holes)

    def first_heard(self, numbers: Numbers) -> Places:
        """Given runs, return when each was first heard."""
        if not len(self.numbers):
            return np.full(len(numbers), _NEVER, np.int64)
        near = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[near] == numbers, self.first[near], _NEVER)

    def places(self, numbers: Numbers) -> tuple[Places, Places]:
        """Given runs, return which of them are known, and the place of each of these."""
        passed = np.flatnonzero(self.holes.take((numbers >> _HOLE).view(np.int64)))
        if not len(passed) or not len(self.numbers):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        near = np.minimum(np.searchsorted(self.numbers, numbers[passed]), len(self.numbers) - 1)
        same = self.numbers[near] == numbers[passed]
        return passed[same], near[same]


class Sieve:
    """What the agent said, as runs of words, and what was heard of them."""

    def __init__(self, said: Sequence[tuple[str, int]]) -> None:
        """Given the agent's texts, each with its order, know what to look for."""
        self._texts = said
        data = [text.encode("utf-8", "replace") for text, _ in self._texts]
        self._joined = b"\n".join(data)
        beyond = np.count_nonzero(np.frombuffer(self._joined, np.uint8) & 0x80)
        self._other = bool(beyond > _OTHER_ALPHABET * len(self._joined))
        self._bounds = _bounds(data)
        self._orders = np.array([order for _, order in self._texts], np.int64)
        self._words = words_of(self._joined, other_letters=self._other)
        self._sentences = Sentences.of(self._joined, self._words.starts)
        self._runs = Known.of(self._words.runs)
        # Short runs count only in a quoted command, or where they are the whole sentence.
        self._short = Known.of(self._words.short[self._sentences.brief[: len(self._words.short)]])
        urls = dict.fromkeys(
            url[0].rstrip(".,;:!?*_") for text, _ in said if "http" in text for url in _URL.finditer(text)
        )
        self._urls = {url: _NEVER if number < _URLS else -1 for number, url in enumerate(urls)}
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
                if is_echo(sentence, words, suspicious=bool(suspicious)):
                    begin -= int(self._bounds[text])
                    found[text].append((begin, begin + len(sentence)))
        return [tuple(_in_characters(text, spans)) for (text, _), spans in zip(self._texts, found, strict=True)]

    def _echoing(self, known: Known, numbers: Numbers, text_of: Places, length: int) -> Flags:
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


def _covered(runs: Flags) -> Flags:
    """Given at which words a run of a tool's begins, return which words stand in one."""
    covered = runs.copy()
    for shift in range(1, RUN):
        covered[shift:] |= runs[:-shift]
    return covered


def _places(piece: bytes, data: bytes) -> Iterator[int]:
    """Given bytes and others, return where the first stand in them."""
    place = data.find(piece)
    while place >= 0:
        yield place
        place = data.find(piece, place + 1)


def _in_characters(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Given a text and spans in its UTF-8 form, return them in characters."""
    if text.isascii() or not spans:
        yield from spans
        return
    data = text.encode("utf-8", "replace")
    for begin, end in spans:
        place = len(data[:begin].decode("utf-8", "replace"))
        yield place, place + len(data[begin:end].decode("utf-8", "replace"))
