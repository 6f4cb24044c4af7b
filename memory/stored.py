"""Memories that lie as the lines of a file and are decoded when they are asked for.

Whoever publishes needs a few of them, whatever a store holds, and decoding all takes most of the time. Whoever looks at
all pays for it then, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, ValuesView

import msgspec

from ..errors import DamagedError
from .records import ID_LENGTH, Memory

_DECODER = msgspec.json.Decoder(Memory)
_ENCODER = msgspec.json.Encoder()
#: every line begins so, and its id follows: fields are encoded in the order in which ``Memory`` has them
_START = b'{"id":"'
_END = len(_START) + ID_LENGTH
#: inside a string every quotation mark is escaped, so this is a field of the memory's own
_RETIRED = b'"retired":{'


class Stored(MutableMapping[str, Memory]):
    """Memories by id, in the order in which they were added."""

    def __init__(self, block: bytes = b"") -> None:
        """Given lines, hold these memories; raises ValueError where one is none."""
        self._known: dict[str, bytes | Memory] = {}
        self._retired: set[str] = set()
        self.add(block)

    def add(self, block: bytes) -> int:
        """Given more lines, each with its end, hold these memories too and return how many they are.

        Raises ValueError where one is none.
        """
        *lines, rest = block.split(b"\n")
        begun = {line[: len(_START)] + line[_END : _END + 1] for line in lines}
        if rest or not begun <= {_START + b'"'}:
            raise ValueError("a line is no memory's")
        self._known.update(zip([line[len(_START) : _END].decode() for line in lines], lines, strict=True))
        at = block.find(_RETIRED)
        while at >= 0:
            start = block.rfind(b"\n", 0, at) + 1 + len(_START)
            self._retired.add(block[start : start + ID_LENGTH].decode())
            at = block.find(_RETIRED, at + 1)
        return len(lines)

    def lines(self) -> Iterator[bytes]:
        """Yield the memories as lines, without line ends."""
        return (it if isinstance(it, bytes) else _ENCODER.encode(it) for it in self._known.values())

    def number_active(self) -> int:
        """Return how many are active."""
        return len(self._known) - len(self._retired)

    def retired(self) -> list[Memory]:
        """Return those that are retired."""
        return [self[name] for name in self._known if name in self._retired] if self._retired else []

    def copy(self) -> Stored:
        """Return another mapping of the same memories."""
        copy = Stored()
        copy._known, copy._retired = self._known.copy(), self._retired.copy()
        return copy

    def __getitem__(self, name: str) -> Memory:
        """Return a memory, decoded if nobody has asked for it before; raises DamagedError where its line is none."""
        found = self._known[name]
        if isinstance(found, bytes):
            found = self._known[name] = _decoded(found)
        return found

    def __setitem__(self, name: str, memory: Memory) -> None:
        """Put a memory in the place of what has its id, or behind all others."""
        self._known[name] = memory
        if memory.retired is None:
            self._retired.discard(name)
        else:
            self._retired.add(name)

    def __delitem__(self, name: str) -> None:
        """Forget a memory."""
        del self._known[name]
        self._retired.discard(name)

    def __contains__(self, name: object) -> bool:
        """Tell whether a memory has this id."""
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return how many memories there are."""
        return len(self._known)

    def values(self) -> ValuesView[Memory]:
        """Return all memories, decoded."""
        known = self._known
        for name, it in known.items():
            if isinstance(it, bytes):
                known[name] = _decoded(it)  # the key stays, so the order does
        return known.values()  # type: ignore[return-value]  # there are no bytes left


def copied(memories: Mapping[str, Memory]) -> MutableMapping[str, Memory]:
    """Given memories by id, return a copy that may be altered; what was not decoded is not by this."""
    return memories.copy() if isinstance(memories, Stored) else dict(memories)


def retired(memories: Mapping[str, Memory]) -> list[Memory]:
    """Given memories by id, return the retired ones, in the order in which they were added."""
    if isinstance(memories, Stored):
        return memories.retired()
    return [memory for memory in memories.values() if memory.retired is not None]


def _decoded(line: bytes) -> Memory:
    try:
        return _DECODER.decode(line)
    except ValueError as error:  # msgspec's errors are of this kind
        raise DamagedError(
            "checkpoint", f"a memory cannot be read: {error}", "it may be deleted: nothing is lost"
        ) from error
