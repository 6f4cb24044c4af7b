"""Lines that ``export`` wrote, read as memories that may be stored: checked, cleaned, and none of them half. Pure.

What comes in by a file was in nobody's keeping: every text of it is cleaned as a log's is, a topic must be one that can
name a file, and evidence has the origin ``imported``. Most of it is of records that this store does not have, and so
not to be checked here; where it has the record, the quote must stand in it. The limits keep one line from costing what
a store does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from ..language.purged import NOTHING, Purged
from ..language.redact import redact
from ..language.visible import visible
from .records import (
    ALPHABET,
    ID_LENGTH,
    TEXT_LIMIT,
    Evidence,
    Factors,
    Memory,
    Origin,
    Reason,
    Trust,
    keep_evidence,
)
from .topic import GENERAL, is_topic

#: longest line, in characters: a memory with four long quotes is a tenth of it
LINE_LIMIT = 256 * 1024
#: what counts as used more often says no more
_MOST_USES = 1_000_000
_WHY_LIMIT = 200
_KNOWN_TEXTS = 10_000

_DECODER = msgspec.json.Decoder(Memory)


@dataclass(frozen=True)
class Fault:
    """A line that no memory was made of, by its number from 1, and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Lines:
    """What a file says: its memories in order, the lines that they stand in by id, and the lines that are none."""

    memories: tuple[Memory, ...]
    numbers: Mapping[str, int]
    faults: tuple[Fault, ...]


class _Clean(Protocol):
    def __call__(self, it: str, *, in_one_line: bool) -> str: ...


def read_lines(text: str, purged: Purged = NOTHING) -> Lines:
    """Given JSON Lines as ``export`` writes them and what was purged here, return the cleaned memories and the faults.

    A line is taken whole or not at all. Blank lines are passed over; of two lines with one id the first counts.
    """

    # Most texts of an export are the same few: times, sessions, people, topics.
    @lru_cache(_KNOWN_TEXTS)
    def clean(it: str, *, in_one_line: bool) -> str:
        text = visible(it)
        return redact(" ".join(text.split()) if in_one_line else text, purged).text

    memories: dict[str, Memory] = {}
    numbers: dict[str, int] = {}
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            memory = _memory(line, clean)
        except _FaultError as error:
            faults.append(Fault(number, redact(visible(str(error)), purged).text[:_WHY_LIMIT]))
            continue
        if memory.id in memories:
            faults.append(Fault(number, f"an earlier line has its id, {memory.id}"))
        else:
            memories[memory.id], numbers[memory.id] = memory, number
    return Lines(tuple(memories.values()), numbers, tuple(faults))


def hold_against(lines: Lines, known: Iterable[Memory], stands: Callable[[Evidence], bool | None]) -> Lines:
    """Given lines, the memories here, and what tells how a quote stands, return those whose quotes may be true.

    ``stands`` is None for a record that is not here. What is evidence of a memory here already is not asked for again.
    A memory with a quote that its record does not have is a fault (invariant 6): whoever wrote it made it up.
    """
    before = {_key(piece) for memory in known for piece in memory.evidence}
    pieces = [(memory, piece) for memory in lines.memories for piece in memory.evidence if _key(piece) not in before]
    made_up: dict[str, str] = {}
    for memory, piece in sorted(pieces, key=lambda it: it[1].session):  # each session is read once
        if piece.session and stands(piece) is False:
            made_up[memory.id] = f"a quote of {memory.id} does not stand in record '{piece.record}', which is kept here"
    faults = [Fault(lines.numbers[name], why[:_WHY_LIMIT]) for name, why in made_up.items()]
    left = tuple(memory for memory in lines.memories if memory.id not in made_up)
    return Lines(left, lines.numbers, (*lines.faults, *faults))


def _key(piece: Evidence) -> tuple[str, str, str, str]:
    return (piece.session, piece.record, piece.quote, piece.role)


class _FaultError(ValueError):
    """A line of which no memory can be made; the message says why."""


def _memory(line: str, clean: _Clean) -> Memory:
    if len(line) > LINE_LIMIT:
        raise _FaultError(f"it is longer than {LINE_LIMIT:,} characters")
    try:
        raw = _DECODER.decode(line)
        memory = msgspec.convert(_cleaned(msgspec.to_builtins(raw), clean), Memory)
        memory = replace(memory, **dict(_whole(memory)))
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError) as error:
        raise _FaultError(str(error) or type(error).__name__) from error
    _check(memory)
    return memory


def _check(memory: Memory) -> None:
    if len(memory.id) != ID_LENGTH or set(memory.id) - set(ALPHABET):
        raise _FaultError(f"'{memory.id}' is no id")
    if not memory.text:
        raise _FaultError(f"{memory.id} says nothing")
    if len(memory.text) > TEXT_LIMIT:
        raise _FaultError(f"the text of {memory.id} has {len(memory.text)} characters, and {TEXT_LIMIT} is the limit")
    if not memory.evidence or not all(piece.quote for piece in memory.evidence):
        raise _FaultError(f"{memory.id} has no evidence")
    if memory.retired and not memory.retired.detail:
        raise _FaultError(f"{memory.id} is retired without a reason")
    if memory.retired and memory.retired.reason is Reason.EXPIRED and memory.valid_until is None:
        raise _FaultError(f"{memory.id} expired, and nothing says when")


def _cleaned(value: Any, clean: _Clean, key: str = "") -> Any:
    """Return plain data with every text in it cleaned; only a quote keeps its line ends."""
    if isinstance(value, str):
        return clean(value, in_one_line=key != "quote")
    if isinstance(value, list | tuple):
        return [_cleaned(item, clean, key) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item, clean, name) for name, item in value.items()}
    return value


def _whole(memory: Memory) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a memory that must be other than a stranger may have written them."""
    if not is_topic(memory.topic):
        yield "topic", GENERAL
    yield "evidence", keep_evidence(tuple(map(_imported, memory.evidence)), memory.text)
    strong = any(piece.role == "user" for piece in memory.evidence)
    if memory.trust is Trust.USER and not strong:
        yield "trust", Trust.AGENT
    for name in ("sessions", "people", "supersedes", "conflicts_with", "held"):
        yield name, tuple(sorted({*getattr(memory, name)}))
    for name in ("learned", "last_seen", "valid_from", "valid_until"):
        yield name, _utc(getattr(memory, name))
    for name in ("verified", "retired"):
        if inner := getattr(memory, name):
            yield name, replace(inner, when=_utc(inner.when))
    confidence, uses = memory.factors.confidence, memory.factors.uses
    bounded = Factors(min(max(confidence, 0.0), 1.0), min(max(uses, 0), _MOST_USES))
    if bounded != memory.factors:
        yield "factors", bounded


def _imported(piece: Evidence) -> Evidence:
    return replace(piece, origin=Origin.IMPORTED, time=_utc(piece.time))


def _utc(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC) if time else None
