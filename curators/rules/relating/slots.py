"""Two statements that differ in one place alone: the value there, and whether another one overrules it."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import structs

from ....memory.records import Memory
from .compare import Pair
from .compare import pair as pair_of
from .reading import Reading, canonical
from .told import unexplained

#: such an attribute has one value at a time
_EXCLUSIVE = frozenset(
    {
        "default",
        "port",
        "version",
        "timeout",
        "limit",
        "name",
        "path",
        "branch",
        "endpoint",
        "url",
        "owner",
        "host",
        "format",
        "interv",
        "size",
        "level",
        "mode",
        "schedul",
        "deadlin",
        "releas",
        "budget",
        "threshold",
        "retri",
        "maximum",
        "minimum",
        "max",
        "min",
        "length",
        "width",
        "depth",
        "locat",
        "region",
        "licens",
        "prefix",
        "suffix",
        "charact",
        "second",
        "minut",
        "hour",
        "day",
        "column",
        "line",
        "attempt",
        "worker",
        "thread",
    }
)
#: a value is at most three words
VALUE_WORDS = 3
#: before such a word a number is whose, not how much
_NUMBERED = frozenset(
    {
        "issu",
        "ticket",
        "step",
        "phase",
        "code",
        "status",
        "error",
        "pr",
        "section",
        "chapter",
        "part",
        "task",
        "case",
        "rule",
        "http",
        "exit",
        "stage",
        "round",
        "iter",
    }
)
#: but after such a word it is how much
_MEASURES = frozenset(
    {"last", "take", "need", "allow", "hold", "cost", "least", "most", "exact", "have", "wait", "keep"}
)
#: after such a word stands the value itself, not whose value it is
_EQUALS = frozenset({"is", "are", "be", "to", "at", "as"})
#: but after "to" only with such a verb
_SETTERS = (
    "set change switch default raise lower increase reduce extend bump upgrade move migrate rename point resolve map "
    "bind bound equal limit amount listen belong refer"
)
_SETTING = frozenset(map(canonical, _SETTERS.split()))
_CONDITIONS = frozenset({"when", "if", "unless", "until", "before", "after", "while", "once", "where", "whenever"})
_ENDS = frozenset({"until", "by", "is", "to"})
#: behind such a word stands another thing than the value
_INNER = frozenset({"in", "on", "for", "with", "at", "from", "per", "under", "during", "of", "by"})
#: so many words in common are a subject and an attribute
SUBSTANCE = 3


def other_value(older: Memory, newer: Memory, pair: Pair) -> tuple[str, str] | None:
    """Given two memories, return the older value and the newer where the same frame holds another of one subject.

    Also where each gives another reason for its value.
    """
    texts = older.text, newer.text
    bare = unexplained(older.text), unexplained(newer.text)
    values = _other_value(pair)
    if values or texts == bare or len(pair.shared) < SUBSTANCE - 1 or _EXCLUSIVE.isdisjoint(pair.shared):
        return values
    return _other_value(
        pair_of(*(structs.replace(it, text=text) for it, text in zip((older, newer), bare, strict=True)))
    )


def _other_value(pair: Pair) -> tuple[str, str] | None:
    old, new = _slot(pair.older, pair.newer.keys), _slot(pair.newer, pair.older.keys)
    if (
        old is None
        or new is None
        or old.frame != new.frame
        or not pair.shared
        or _when(pair.older) != _when(pair.newer)
    ):
        return None
    if old.inner or new.inner or (old.units and new.units and old.units != new.units):
        return None  # "10 in tests" and "50 in production", "2 CPUs" and "4 GB"
    kinds = {old.kind, new.kind}
    exclusive = bool(_EXCLUSIVE & pair.shared)
    if kinds == {"date"}:
        decides = {old.before, new.before} <= _ENDS
    elif kinds == {"number"}:
        decides = exclusive or len(pair.shared) >= SUBSTANCE or pair.newer.reverses
    else:
        equals = {old.before, new.before} <= _EQUALS and all(map(_sets, (pair.older, pair.newer), (old, new)))
        decides = equals and (exclusive or pair.newer.reverses)
    return (old.text, new.text) if decides else None


def _when(reading: Reading) -> set[str]:
    """Return the keys of what must be so, or has to come, before what a statement says holds."""
    return {word.key for word in reading.words if word.heavy and reading.connectors[word.clause] in _CONDITIONS}


def _sets(reading: Reading, slot: _Slot) -> bool:
    """Tell whether what stands behind "to" is a value: "set to b", not "added to b"."""
    return slot.before != "to" or not _SETTING.isdisjoint(word.key for word in reading.words)


@dataclass(frozen=True)
class _Slot:
    """The run of words in a statement's first clause that the other lacks, and all that stands around it."""

    frame: tuple[tuple[str, int], ...]
    text: str
    kind: str  # number, date, or other
    before: str
    inner: bool  # it says behind something where, or of what
    units: frozenset[str]  # of what it is so many, if it is


def _slot(reading: Reading, theirs: frozenset[str]) -> _Slot | None:
    words = [word for word in reading.words if word.clause == 0]
    odd = [index for index, word in enumerate(words) if word.heavy and word.key not in theirs]
    if not odd or odd[0] == 0 or len(odd) > VALUE_WORDS or odd != list(range(odd[0], odd[-1] + 1)):
        return None
    ahead, slot = words[odd[0] - 1], words[odd[0] : odd[-1] + 1]
    before = slot[0].before
    sorts = {word.sort for word in slot}
    beside = before in {ahead.key, ahead.surface.lower()} and ahead.key not in _MEASURES
    whose = ahead.key in _NUMBERED or beside
    if any(word.heavy and word.key not in _EXCLUSIVE for word in words[odd[-1] + 1 :]):
        return None  # a value ends what is said; what stands before more is whose value it is
    if any(word.sign < 0 for word in slot) or (sorts == {"number"} and whose and ahead.key not in _EXCLUSIVE):
        return None
    frame = tuple((word.key, word.sign) for index, word in enumerate(words) if word.heavy and index not in odd)
    kind = sorts.pop() if len(sorts) == 1 else "other"
    inner = any(word.before in _INNER for word in slot[1:])
    units = (
        frozenset(word.key for word in slot if word.sort != "number") if "number" in {it.sort for it in slot} else None
    )
    return _Slot(frame, " ".join(word.key for word in slot), kind, before, inner, units or frozenset())
