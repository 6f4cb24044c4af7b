"""Mend one named thing of a store, and say what was done. Nothing else repairs, and nothing is deleted.

* *index*, *published*: both derive from the ledger and are made anew from it. What stands in published files and in no
  generation is taken in as an edit first, as always.
* *ledger*: a damaged last entry is set aside, so that the store is that of the generation before. What the entry had
  consumed from transcripts is read again by the next run. What it had published still stands in the files, and is taken
  in as an edit, so that a remembered item or a hand-made edit that only this entry knew is not lost.

Files with an entry's name beyond the last one that are no entry are set aside, too: nothing was published from them.
A damaged entry in the middle cannot be mended: what comes after it was made for a state that is not known any more.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import DamagedError
from .atomic import make_folder, remove_file, write_file
from .changes import State
from .edits import read_published
from .files import Store, parse_topic
from .ledger import advance, entries_there, load, read_entry
from .legible import legible
from .reads import list_folder, read_file
from .swap import file_of, move_file
from .written import declared_generations, undeclared

_RESTORE = "restore it from a backup or another copy; nothing has been changed"


@dataclass(frozen=True)
class Mended:
    """What was ``done``, in words, empty where there was nothing to mend.

    Where an entry was set aside: its ``generation``, and what it ``was``, as far as that can be read.
    """

    done: str = ""
    generation: int = 0
    was: str = ""


def discard_index(store: Store) -> Mended:
    """Given a store under the lease, take its index away, so that publishing builds another; return what was done."""
    remove_file(store.index)
    return Mended("the index was removed and is built anew from the ledger")


def discard_published(store: Store) -> Mended:
    """Given a store under the lease, forget what it published, so that all of it is rendered anew; say so.

    Raises DamagedError, UnreadableError where the ledger cannot be rendered from; then nothing is forgotten.
    """
    _withdraw(store, load(store).generation + 1)
    return Mended(
        "MEMORY.md and the topic files are rendered anew from the ledger; what else stood in them is taken in"
    )


def set_aside_last(store: Store) -> Mended:
    """Given a store under the lease, set a damaged last ledger entry aside; return what was done.

    Raises DamagedError where another entry is damaged or missing, UnreadableError where one cannot be read: of that
    nobody knows whether it is damaged.
    """
    numbers = entries_there(store)
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            strays = _strays(store, numbers[expected - 1 :])
            if not strays or read_published(store).generation >= expected:
                raise DamagedError(str(store.ledger), f"entry {expected} is missing", _RESTORE)
            return Mended("; ".join(_set_aside(store, stray, reason) for stray, reason in strays))
    state = State()
    for number in numbers:
        try:
            state = advance(state, [read_entry(store, number)])
        except DamagedError as error:
            if number != numbers[-1]:
                detail = f"{error.detail}, and {numbers[-1] - number} later entries build on it"
                raise DamagedError(str(store.entry(number)), detail, _RESTORE) from error
            was = legible(_bytes(store, number), number, state)
            return Mended(_set_aside(store, number, error.detail), number, was)
    return Mended()


def _strays(store: Store, numbers: list[int]) -> list[tuple[int, str]]:
    """Given what comes after a gap, return each with what is wrong with it; nothing where one is what its name says.

    Then the missing entry was there, for that one was committed after it.
    """
    found = []
    for number in numbers:
        try:
            read_entry(store, number)
        except DamagedError as error:
            found.append((number, error.detail))
        else:
            return []
    return found


def _set_aside(store: Store, number: int, reason: str) -> str:
    make_folder(store.damaged, parents=False)
    attempt = 1
    while file_of(store.damaged_entry(number, attempt)):
        attempt += 1
    move_file(store.entry(number), store.damaged_entry(number, attempt))  # whatever it is, a link too
    _withdraw(store, number)
    where = store.damaged_entry(number, attempt).relative_to(store.root)
    return f"entry {number} was set aside as {where}: {reason}"


def _withdraw(store: Store, number: int) -> None:
    """Have nothing say that generation ``number`` or a later one is published: its number will be another's.

    What files that declare it lack would count as removed by hand then. The record goes last: as long as it is there
    and ahead of the ledger, nobody commits.
    """
    for path in (store.memory, *(store.topic(topic) for topic in filter(None, map(parse_topic, _names(store.topics))))):
        with contextlib.suppress(OSError):
            text = read_file(path).decode(errors="surrogateescape")
            if any(declared >= number for declared in declared_generations(text)):
                write_file(path, undeclared(text).encode(errors="surrogateescape"))
    try:
        remove_file(store.published)
    except IsADirectoryError:
        hint = "put it elsewhere, then try again"
        raise DamagedError(str(store.published), "a folder is in its place", hint) from None


def _bytes(store: Store, number: int) -> bytes:
    try:
        return read_file(store.entry(number))
    except OSError:  # something else has its name
        return b""


def _names(folder: Path) -> list[str]:
    try:
        return list_folder(folder)
    except FileNotFoundError:
        return []
