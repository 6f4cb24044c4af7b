"""The index: one DuckDB file that holds what a store knows at a generation, made to be asked.

It derives from the ledger alone and may be deleted at any time. It is made on local disk, built anew or from a copy of
the last (``update``), and never changed where it lies: a writer shuts every reader out, so a new one is brought by
rename. No extension is used, because one would have to be downloaded. Times are UTC without a zone (reading zoned ones
in Python needs a further package).

Tables: ``meta`` (schema, generation), ``memories`` (all, retired ones too), ``evidence``, ``sessions``, ``runs``;
``documents`` (active memories only, numbered) with their lengths, and what they are found by: ``posting`` for terms and
``fragment`` for fragments, each (term, doc, tf) and sorted by term, so that a query reads only the row groups that hold
its words. What was added to a copy stands sorted behind that; postings of a number that no document has count nothing.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..memory.changes import State, touched
from ..memory.entry import Entry
from ..memory.records import Memory
from .terms import fragments, terms

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: number of the tables' layout; an index with another one is rebuilt, never migrated
SCHEMA = 1

#: the file form that every DuckDB since 1.0 can open
STORAGE_VERSION = "v1.0.0"

#: settings under which an index is built and read: nothing is fetched, nothing outside is opened, one core is enough
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 1,
}

#: what DuckDB may hold beside a publisher's own state of a large store; the rest goes to a file beside the index
_MEMORY = "100MB"

#: rows handed to DuckDB at a time: it takes columns, and they are lists of objects until it has them
_BATCH = 20_000

_Row = tuple[Any, ...]

#: the share of documents that may be gone before an index is compacted: their postings are read in vain
MOST_GONE = 0.1
_SESSIONS = "SELECT sessions FROM memories WHERE id IN (SELECT unnest(?::VARCHAR[]))"
#: one row a session that supports an active memory, of some sessions or (NULL) of all
_SUPPORT = """
    INSERT INTO sessions
    SELECT
        support.session,
        coalesce(list_sort(list(DISTINCT person) FILTER (person <> '')), []),
        count(DISTINCT support.id),
        min(time),
        max(time)
    FROM (SELECT id, unnest(sessions) AS session FROM memories WHERE status = 'active') AS support
    LEFT JOIN evidence ON evidence.memory = support.id AND evidence.session = support.session
    WHERE $1::VARCHAR[] IS NULL OR support.session IN (SELECT unnest($1::VARCHAR[]))
    GROUP BY support.session
    ORDER BY support.session
"""
#: where rows are replaced, by which column, and by the ids of what
_REPLACED = (
    ("memories", "id", "memory"),
    ("evidence", "memory", "memory"),
    ("documents", "id", "memory"),
    ("sessions", "id", "session"),
)

_MEMORIES: tuple[tuple[str, str, Callable[[Memory], Any]], ...] = (
    ("id", "VARCHAR", lambda it: it.id),
    ("kind", "VARCHAR", lambda it: it.kind.value),
    ("topic", "VARCHAR", lambda it: it.topic),
    ("text", "VARCHAR", lambda it: it.text),
    ("status", "VARCHAR", lambda it: it.status),
    ("trust", "VARCHAR", lambda it: it.trust.value),
    ("pinned", "BOOLEAN", lambda it: it.pinned),
    ("learned", "TIMESTAMP", lambda it: _utc(it.learned)),
    ("last_seen", "TIMESTAMP", lambda it: _utc(it.last_seen)),
    ("valid_from", "TIMESTAMP", lambda it: _utc(it.valid_from)),
    ("valid_until", "TIMESTAMP", lambda it: _utc(it.valid_until)),
    ("scope", "VARCHAR", lambda it: it.scope),
    ("branch", "VARCHAR", lambda it: it.branch),
    ("confidence", "DOUBLE", lambda it: it.factors.confidence),
    ("paths", "VARCHAR[]", lambda it: list(it.about.paths)),
    ("symbols", "VARCHAR[]", lambda it: list(it.about.symbols)),
    ("commands", "VARCHAR[]", lambda it: list(it.about.commands)),
    ("people", "VARCHAR[]", lambda it: list(it.people)),
    ("sessions", "VARCHAR[]", lambda it: list(it.sessions)),
    ("supersedes", "VARCHAR[]", lambda it: list(it.supersedes)),
    ("conflicts_with", "VARCHAR[]", lambda it: list(it.conflicts_with)),
    ("retired_at", "TIMESTAMP", lambda it: _utc(it.retired.when) if it.retired else None),
    ("retired_by", "VARCHAR", lambda it: it.retired.by if it.retired else None),
    ("retired_because", "VARCHAR", lambda it: it.retired.detail if it.retired else None),
)

TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "meta": (("schema", "INTEGER"), ("generation", "INTEGER")),
    "memories": tuple((name, kind) for name, kind, _ in _MEMORIES),
    "evidence": (
        ("memory", "VARCHAR"),
        ("place", "INTEGER"),
        ("origin", "VARCHAR"),
        ("session", "VARCHAR"),
        ("record", "VARCHAR"),
        ("time", "TIMESTAMP"),
        ("role", "VARCHAR"),
        ("person", "VARCHAR"),
        ("quote", "VARCHAR"),
        ("digest", "VARCHAR"),
        ("redaction", "INTEGER"),
    ),
    "sessions": (
        ("id", "VARCHAR"),
        ("people", "VARCHAR[]"),
        ("memories", "INTEGER"),
        ("first", "TIMESTAMP"),
        ("last", "TIMESTAMP"),
    ),
    "runs": (
        ("generation", "INTEGER"),
        ("kind", "VARCHAR"),
        ("run", "VARCHAR"),
        ("host", "VARCHAR"),
        ("now", "TIMESTAMP"),
        ("started", "TIMESTAMP"),
        ("curator", "VARCHAR"),
        ("model", "VARCHAR"),
        ("changes", "INTEGER"),
        ("parts", "INTEGER"),
        ("tokens_in", "BIGINT"),
        ("tokens_out", "BIGINT"),
    ),
    "documents": (("doc", "INTEGER"), ("id", "VARCHAR"), ("terms", "INTEGER"), ("fragments", "INTEGER")),
    "posting": (("term", "VARCHAR"), ("doc", "INTEGER"), ("tf", "INTEGER")),
    "fragment": (("term", "VARCHAR"), ("doc", "INTEGER"), ("tf", "INTEGER")),
}


class UnfitError(ValueError):
    """An index that must be built anew."""


def build(path: Path, state: State, entries: Iterable[Entry] = ()) -> None:
    """Given a path on local disk that does not exist yet, write the index of ``state`` there, closed and complete.

    ``entries`` are the ledger's, in order; they fill ``runs``. Raises duckdb.Error where the file cannot be written.
    """
    with attached(path) as connection:
        create_tables(connection)
        everything = sorted(state.memories.values(), key=lambda it: it.id)
        active = [memory for memory in everything if memory.active]
        _fill(connection, "meta", [(SCHEMA, state.generation)])
        _fill(connection, "memories", map(_memory, everything))
        _fill(connection, "evidence", _evidence(everything))
        connection.execute(_SUPPORT, [None])
        _fill(connection, "runs", map(_run, entries))
        _fill_documents(connection, active)


def update(path: Path, since: int, state: State, entries: Iterable[Entry]) -> bool:
    """Given an index on local disk of generation ``since``, and the state and ledger entries since, make it theirs.

    Only what the entries alter is written; whatever is asked, the answer is that of an index built anew. What is said
    of a document that is gone stays in the postings and joins with nothing; return whether that is much (``compact``).
    Raises UnfitError where the index is not what was said, duckdb.Error where it cannot be read or written.
    """
    entries = list(entries)
    altered = {name for entry in entries for change in entry.changes for name in touched(change)}
    memories = [state.memories[name] for name in sorted(altered)]
    with attached(path) as connection:
        if connection.execute("SELECT schema, generation FROM meta").fetchall() != [(SCHEMA, since)]:
            raise UnfitError("it is of another layout or generation")
        # The number of a document that is gone is not given again: its postings are still there.
        [(documents, numbers)] = connection.execute(
            "SELECT (SELECT count(*) FROM documents), coalesce(max(doc) + 1, 0) FROM "
            "(SELECT max(doc) AS doc FROM documents UNION ALL SELECT max(doc) FROM posting "
            "UNION ALL SELECT max(doc) FROM fragment)"
        ).fetchall()
        names = [list(altered)]
        sessions = {it for memory in memories for it in memory.sessions}
        for (before,) in connection.execute(_SESSIONS, names).fetchall():
            sessions.update(before)
        connection.execute("UPDATE meta SET generation = ?", [state.generation])
        for table, column, gone in _REPLACED:
            connection.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))",  # noqa: S608 - our own names
                [list(sessions)] if gone == "session" else names,
            )
        _fill(connection, "memories", map(_memory, memories))
        _fill(connection, "evidence", _evidence(memories))
        connection.execute(_SUPPORT, [list(sessions)])
        _fill(connection, "runs", map(_run, entries))
        _fill_documents(connection, [memory for memory in memories if memory.active], numbers)
    return bool(numbers + len(memories) - documents > MOST_GONE * documents)


def document(memory: Memory) -> str:
    """Given a memory, return the text that it is found by."""
    about = memory.about
    names = (*about.paths, *about.symbols, *about.commands, *about.people, *memory.people)
    said = memory.text.casefold()
    return " ".join((memory.text, memory.topic, *(name for name in names if name.casefold() not in said)))


@contextlib.contextmanager
def attached(path: Path) -> Iterator[DuckDBPyConnection]:
    """Given the path of an index or where one is to be, open it for writing, and leave it closed and complete."""
    import duckdb  # noqa: PLC0415 - heavy, and most verbs never need it

    beside = {"memory_limit": _MEMORY, "temp_directory": f"{path}.spilt"}
    with duckdb.connect(config={**SETTINGS, **beside}) as connection:
        connection.execute(f"ATTACH {quoted(path)} AS index (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE index")
        yield connection
        connection.execute("CHECKPOINT index")
        connection.execute("USE memory")
        connection.execute("DETACH index")


def quoted(path: Path) -> str:
    """Given a path, return it as ATTACH takes it, which has no parameters: the quote inside it is doubled."""
    return "'" + str(path).replace("'", "''") + "'"


def create_tables(connection: DuckDBPyConnection) -> None:
    """Given a connection to an index that has none, create its tables."""
    for table, columns in TABLES.items():
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        connection.execute(f"CREATE TABLE {table} ({declared})")


def _fill_documents(connection: DuckDBPyConnection, active: list[Memory], first: int = 0) -> None:
    """Add documents, numbered from ``first`` on, and their postings."""
    lengths: list[list[int]] = []
    for table, cut in (("posting", terms), ("fragment", fragments)):
        lengths.append([])
        connection.execute("CREATE TEMP TABLE unsorted AS FROM posting LIMIT 0")
        _fill(connection, "unsorted", _postings(active, cut, lengths[-1], first), TABLES[table])
        connection.execute(f"INSERT INTO {table} FROM unsorted ORDER BY term, doc")
        connection.execute("DROP TABLE unsorted")
    ids = (memory.id for memory in active)
    _fill(connection, "documents", zip(range(first, first + len(active)), ids, *lengths, strict=True))


def _postings(
    active: Iterable[Memory], cut: Callable[[str], list[str]], lengths: list[int], first: int
) -> Iterator[_Row]:
    """Yield (term, doc, tf) of each document, and note its length on the way."""
    for doc, memory in enumerate(active, first):
        counter = Counter(cut(document(memory)))
        lengths.append(counter.total())
        for term, tf in counter.items():
            yield term, doc, tf


def _evidence(memories: Iterable[Memory]) -> Iterator[_Row]:
    for memory in memories:
        for place, piece in enumerate(memory.evidence):
            yield (
                memory.id,
                place,
                piece.origin.value,
                piece.session,
                piece.record,
                _utc(piece.time),
                piece.role,
                piece.person,
                piece.quote,
                piece.digest,
                piece.redaction,
            )


def _memory(memory: Memory) -> _Row:
    return tuple(value(memory) for _, _, value in _MEMORIES)


def _run(entry: Entry) -> _Row:
    header = entry.header
    return (
        header.generation,
        header.kind.value,
        header.run,
        header.host,
        _utc(header.now),
        _utc(header.started),
        header.curator,
        header.model,
        len(entry.changes),
        len(header.consumed.parts),
        header.usage.tokens_in,
        header.usage.tokens_out,
    )


def _fill(
    connection: DuckDBPyConnection,
    table: str,
    rows: Iterable[_Row],
    columns: tuple[tuple[str, str], ...] | None = None,
) -> None:
    """Add rows to a table. By columns: DuckDB takes a row at a time five hundred times slower."""
    values = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns or TABLES[table])
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        connection.execute(
            f"INSERT INTO {table} SELECT {values}", [list(column) for column in zip(*batch, strict=True)]
        )


def _utc(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC).replace(tzinfo=None) if time else None
