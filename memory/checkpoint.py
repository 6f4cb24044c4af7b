"""The checkpoint: the state at a generation in one file, so that nobody has to fold a thousand entries for it.

It derives from the ledger and may be deleted at any time. JSON Lines: a head (``Head``), the memories in the order in
which they were added, one a line, and a last line with the CRC-32 of all bytes before it and how many lines they
are.

It is believed only where the ledger agrees: the file of the entry that it ends with has the sha256 that the head says,
and no later entry says that it rewrote one that is folded in. A purge takes the file away before it rewrites anything
(``daemon/purge``), and a publisher that was stopped meanwhile looks for that once more after writing
(``daemon/publishing``). So what was purged does not stay in it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import IO

import msgspec

from .atomic import write_file
from .changes import State
from .files import FORMAT, Store
from .folders import open_regular, opened, status_in
from .reads import read_file
from .records import Memory, Time
from .stored import Stored

#: a checkpoint is written when the entries since the last are this many, or when their bytes are this share of all:
#: less would cost each run the writing of everything, more would cost each reader the folding of much
ENTRIES, SHARE = 64, 0.125
#: a ledger of so few bytes and entries is read as quickly as a checkpoint
SMALL = 1024 * 1024

_BLOCK = 4 * 1024 * 1024


class Head(msgspec.Struct, frozen=True, omit_defaults=True):
    """First line of a checkpoint: what ``State`` holds but the memories, and what binds it to its ledger."""

    format: int
    generation: int
    entry: str  # sha256 (hex) of the file of the ledger's entry ``generation``
    now: Time | None = None
    parts: tuple[str, ...] = ()
    inbox: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    last_dream: Time | None = None
    topics: dict[str, int] = {}

    def state(self, memories: Mapping[str, Memory]) -> State:
        """Given the memories, return the state at this checkpoint."""
        return State(
            memories=memories,
            generation=self.generation,
            now=self.now,
            parts=frozenset(self.parts),
            inbox=frozenset(self.inbox),
            shown=self.shown,
            last_dream=self.last_dream,
            topics=self.topics,
        )


class _Seal(msgspec.Struct, frozen=True):
    crc32: int
    lines: int


_MEMORY = msgspec.json.Decoder(Memory)
_HEAD = msgspec.json.Decoder(Head)


def read_checkpoint(store: Store, last: int | None = None, *, lazily: bool = False) -> State | None:
    """Given a store, return the state of its checkpoint, where it has one of generation ``last`` or before it.

    ``lazily``: its memories are decoded when they are asked for (``stored``), for whoever needs few of them.
    None where there is none, or where it is damaged or does not fit (invariant 13). Whether a later entry rewrote one
    that is folded in is for the caller to see, who reads those anyway.
    """
    try:
        with _opened(store) as file:
            head, line, rest = _read_head(file)
            if head.format != FORMAT or (last is not None and head.generation > last):
                return None
            if digest_of_entry(store, head.generation) != head.entry:
                return None
            memories: Stored | dict[str, Memory] = Stored() if lazily else {}

            def decode(block: bytes) -> int:
                found = _MEMORY.decode_lines(block)
                memories.update((it.id, it) for it in found)
                return len(found)

            _read_lines(file, line, rest, memories.add if isinstance(memories, Stored) else decode)
            return head.state(memories)
    except (OSError, ValueError, RecursionError):  # msgspec's errors are of these kinds
        return None


def is_due(store: Store, generation: int) -> bool:
    """Given a store at a generation, tell whether so much was committed since its checkpoint that it needs another."""
    try:
        with _opened(store) as file:
            since, size = _read_head(file)[0].generation, os.fstat(file.fileno()).st_size
    except (OSError, ValueError, RecursionError):
        since, size = 0, 0
    return lags(store, since, generation, max(SMALL, SHARE * size))


def lags(store: Store, since: int, generation: int, most: float) -> bool:
    """Given how far a file that derives from the ledger reaches, tell whether it is wanted anew at a generation.

    So it is where ``ENTRIES`` entries or ``most`` bytes were committed since.
    """
    if generation - since >= ENTRIES or generation <= since:
        return generation > since
    with opened(store.ledger) as folder:
        found = (status_in(folder, store.entry(number).name) for number in range(since + 1, generation + 1))
        return sum(it.st_size for it in found if it) >= most


def write_checkpoint(store: Store, state: State) -> None:
    """Given a store and its state at a generation, write the checkpoint of that."""
    head = Head(
        format=FORMAT,
        generation=state.generation,
        entry=digest_of_entry(store, state.generation),
        now=state.now,
        parts=tuple(sorted(state.parts)),
        inbox=tuple(sorted(state.inbox)),
        shown=state.shown,
        last_dream=state.last_dream,
        topics=dict(state.topics),
    )
    encoder, memories = msgspec.json.Encoder(), state.memories
    stored = memories.lines() if isinstance(memories, Stored) else map(encoder.encode, memories.values())
    lines = [encoder.encode(head), *stored]
    found = 0
    for line in lines:
        found = zlib.crc32(b"\n", zlib.crc32(line, found))
    lines += [encoder.encode(_Seal(found, len(lines))), b""]
    write_file(store.checkpoint, b"\n".join(lines))


@contextlib.contextmanager
def _opened(store: Store) -> Iterator[IO[bytes]]:
    with (
        opened(store.checkpoint.parent) as folder,
        os.fdopen(open_regular(folder, store.checkpoint.name), "rb", buffering=0) as file,
    ):
        yield file


def _read_head(file: IO[bytes]) -> tuple[Head, bytes, bytes]:
    """Return the head, its line, and what was read beyond it."""
    data = b""
    while b"\n" not in data:
        more = file.read(_BLOCK)
        if not more:
            raise ValueError("it ends in its first line")
        data += more
    line, end, rest = data.partition(b"\n")
    return _HEAD.decode(line), line + end, rest


def _read_lines(file: IO[bytes], first: bytes, rest: bytes, take: Callable[[bytes], int]) -> None:
    """Have the memories' lines taken, some at a time, by what tells how many lines it was given.

    So a file of a hundred megabytes is never held.
    """
    # It is there against damage, and whoever could forge it could write the ledger.
    found = zlib.crc32(first)
    lines = 1
    while True:
        more = file.read(_BLOCK)
        # What follows the last end of a line stays: it is begun or, in the end, the seal.
        end = rest.rfind(b"\n", 0, len(rest) - (not more)) + 1
        whole = rest[:end]
        found = zlib.crc32(whole, found)
        lines += take(whole)
        rest = rest[end:] + more
        if not more:
            break
    if not rest.endswith(b"\n") or msgspec.json.decode(rest, type=_Seal) != _Seal(found, lines):
        raise ValueError("its checksum does not fit its content")


def digest_of_entry(store: Store, generation: int) -> str:
    """Given a generation, return the sha256 (hex) of the file of its entry."""
    return hashlib.sha256(read_file(store.entry(generation))).hexdigest()
