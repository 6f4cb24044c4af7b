"""The table of purged values: keyed digests, by which a value is known again and cannot be read.

It also says that a purge was begun and not finished, in the same file, so that values are never in the table without
the promise to remove them, nor the promise there without what finds the values. Whoever can read the store has the key
too, and so can tell whether a guess is right: a value of little entropy should be changed where it is used.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import msgspec

from ..errors import DamagedError, UnreachableError
from ..language.purged import Purged, PurgedRow, find_purged, purged_row
from ..language.redact import Redacted
from ..language.sought import PLACEHOLDER
from .atomic import write_file
from .files import Store
from .reads import read_file
from .records import Time

#: as many as a digest of the table can use (BLAKE2b)
_KEY_BYTES = 32


class Unfinished(msgspec.Struct, frozen=True):
    """A purge that was begun: its ledger entry has this ``run``."""

    run: str
    host: str
    started: Time


class _Table(msgspec.Struct, frozen=True, omit_defaults=True):
    key: str = ""  # hex
    rows: tuple[PurgedRow, ...] = ()
    unfinished: Unfinished | None = None


def load_purged(store: Store) -> Purged:
    """Given a store, return what was purged from it; raises DamagedError where that cannot be read."""
    table = _read(store)
    return Purged(bytes.fromhex(table.key), table.rows)


def unfinished_purge(store: Store) -> Unfinished | None:
    """Given a store, return the purge that must be finished before anything else is written; None where there is none.

    Raises DamagedError where that cannot be read.
    """
    return _read(store).unfinished


def is_known(store: Store, values: Iterable[str]) -> bool:
    """Given a store and values, tell whether all of them were purged before."""
    table = _read(store)
    return {purged_row(value, bytes.fromhex(table.key)) for value in values}.issubset(table.rows)


def add_purged(store: Store, values: Iterable[str], unfinished: Unfinished) -> Purged:
    """Given a store under the lease, remember values by their digests and that they must be removed; return all."""
    table = _read(store)
    key = table.key or secrets.token_hex(_KEY_BYTES)
    fresh = {purged_row(value, bytes.fromhex(key)) for value in values}
    rows = tuple(sorted(fresh.union(table.rows)))
    _write(store, _Table(key, rows, unfinished))
    return Purged(bytes.fromhex(key), rows)


def finish_purge(store: Store) -> None:
    """Given a store under the lease from which all is removed, say so."""
    _write(store, msgspec.structs.replace(_read(store), unfinished=None))


def strike(text: str, purged: Purged) -> Redacted:
    """Given any text, return it with each purged value replaced by its placeholder. Nothing else is changed.

    The rules of redaction are not asked: they judge by what stands around a value, and so might find a secret in a
    record and not in the quote from it.
    """
    found = find_purged(text, purged) if purged.rows else []
    placeholders = [match.span() for match in PLACEHOLDER.finditer(text)] if found else []
    found = [it for it in found if not any(it[0] < stop and it[1] > start for start, stop in placeholders)]
    if not found:
        return Redacted(text)
    pieces: list[str] = []
    cuts: list[tuple[int, int, int]] = []
    place = 0
    for start, end, digits in found:
        mark = f"[secret:purged:{digits}]"
        pieces += (text[place:start], mark)
        cuts.append((start, end, len(mark)))
        place = end
    pieces.append(text[place:])
    return Redacted("".join(pieces), {"purged": len(found)}, tuple(cuts))


def _read(store: Store) -> _Table:
    try:
        data = read_file(store.redaction)
    except (FileNotFoundError, NotADirectoryError):
        return _Table()
    except OSError as error:
        what = error.strerror or str(error)
        raise UnreachableError.of(error) or DamagedError(str(store.redaction), what) from error
    try:
        table = msgspec.json.decode(data, type=_Table)
        bytes.fromhex(table.key)
    except ValueError as error:  # msgspec's are of this kind
        raise DamagedError(str(store.redaction), str(error), "restore the file from a backup") from error
    return table


def _write(store: Store, table: _Table) -> None:
    write_file(store.redaction, msgspec.json.encode(table) + b"\n")
