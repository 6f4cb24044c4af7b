"""Ask an index. Every channel ranks the active memories in its own way; fusion makes one ranking of them.

BM25 as Robertson and Zaragoza give it ("The Probabilistic Relevance Framework: BM25 and Beyond", 2009, 3.1), with the
inverse document frequency of Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative: in a store of a
dozen memories a word that stands in most of them must not count against one.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..memory.records import Evidence, Kind, Memory, Origin
from .fusion import Fused, fuse
from .index import SCHEMA, SETTINGS
from .terms import fragments, terms
from .waiting import DOCUMENTS, POSTINGS, columns, not_indexed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: The usual constants, also Lucene's. Memories are all about as long as each other, so that on labelled questions
#: other values (k1 0.9 to 1.5, b 0.4 to 0.75) changed less than the questions can show.
K1 = 1.2
B = 0.75

#: a channel's ranking is cut here: what stands lower adds less than 1/60 of a first place
_DEPTH = 50
#: distinct terms of a query that are looked up, the first ones: a query is a question, not a document
_MOST_TERMS = 400

_STALE_TRIES = 40
_STALE_PAUSE = 0.05

_BM25 = """
WITH lengths AS (SELECT doc, id, {length} FROM documents{documents}),
     listed AS (SELECT term, doc, tf FROM {table} WHERE term IN (SELECT unnest($wanted::VARCHAR[])){postings}),
     found AS (SELECT term, id, tf, {length} FROM listed JOIN lengths USING (doc)),
     known AS (SELECT count(*) AS n, avg({length}) AS mean FROM lengths),
     weight AS (SELECT term, ln(1 + (n - count(*) + 0.5) / (count(*) + 0.5)) AS idf FROM found, known GROUP BY term, n)
SELECT id
FROM found JOIN weight USING (term), known
GROUP BY id
ORDER BY round(sum(idf * tf * ({k1} + 1) / (tf + {k1} * (1 - {b} + {b} * {length} / mean))), 9) DESC, id
LIMIT {depth}
"""

_MEMORIES = "SELECT id, text, kind, topic FROM memories WHERE id IN (SELECT unnest(?::VARCHAR[]))"
_AS_IS = ("session", "record", "role", "person", "quote", "digest", "redaction")
_EVIDENCE = f"""
SELECT memory, origin, time, {", ".join(_AS_IS)}
FROM evidence WHERE memory IN (SELECT unnest(?::VARCHAR[])) ORDER BY memory, place
"""  # noqa: S608 - made of the names above


@dataclass(frozen=True)
class Hit:
    """One memory that recall found: ``score`` is 0..1, ``channels`` tells in which place each channel had it."""

    id: str
    text: str
    kind: Kind
    topic: str
    score: float
    channels: Mapping[str, int]
    evidence: tuple[Evidence, ...]


Channel = Callable[["DuckDBPyConnection", str, Sequence[Memory]], list[str]]
Opened = TypeVar("Opened")


def search(index: Path, query: str, limit: int = 10, waiting: Sequence[Memory] = ()) -> list[Hit]:
    """Given an index, a query in anybody's words and what waits in the inbox, return the best hits, best first.

    A query without a word that is known finds nothing. Raises duckdb.Error where the index cannot be read.
    """
    with connect(index) as connection:
        return ask(connection, query, limit, waiting)


def ask(connection: DuckDBPyConnection, query: str, limit: int = 10, waiting: Sequence[Memory] = ()) -> list[Hit]:
    """Given an open index, a query and what waits in the inbox, return at most ``limit`` hits, best first.

    What waits is ranked as if the index had it already.
    """
    beside = not_indexed(connection, waiting)
    rankings = {name: channel(connection, query, beside) for name, channel in CHANNELS.items()}
    return _hits(connection, fuse(rankings)[: max(0, limit)], beside)


def count_statuses(index: Path, generation: int) -> dict[str, int] | None:
    """Given an index, return how many memories have each status; None where it is of another generation or damaged."""
    import duckdb  # noqa: PLC0415 - heavy, and most verbs never need it

    try:
        with connect(index) as connection:
            if connection.execute("SELECT schema, generation FROM meta").fetchall() != [(SCHEMA, generation)]:
                return None
            return dict(connection.execute("SELECT status, count(*) FROM memories GROUP BY status").fetchall())
    except (duckdb.Error, OSError):
        return None


def connect(index: Path) -> DuckDBPyConnection:
    """Given the path of an index, open it for reading only; raises duckdb.Error where it cannot be read."""
    import duckdb  # noqa: PLC0415 - heavy, and most verbs never need it

    return retry_stale(lambda: duckdb.connect(str(index), read_only=True, config=SETTINGS))


def retry_stale(action: Callable[[], Opened], pause: Callable[[float], None] = time.sleep) -> Opened:
    """Given an action that opens a file, repeat it while the file's name is stale, for two seconds at most.

    Over a network file system a name that another client has just replaced cannot be opened for about a second.
    """
    for _ in range(_STALE_TRIES):
        try:
            return action()
        except Exception as error:
            # DuckDB hands on the system's words and not its number
            if os.strerror(errno.ESTALE) not in str(error):
                raise
            pause(_STALE_PAUSE)
    return action()


def _by_terms(connection: DuckDBPyConnection, query: str, beside: Sequence[Memory]) -> list[str]:
    return _bm25(connection, query, beside, Form("posting", "terms", terms))


def _by_fragments(connection: DuckDBPyConnection, query: str, beside: Sequence[Memory]) -> list[str]:
    return _bm25(connection, query, beside, Form("fragment", "fragments", fragments))


class Form(NamedTuple):
    """One form in which texts are found: its table, the name of a document's length in it, and what cuts a text."""

    table: str
    length: str
    cut: Callable[[str], list[str]]


def _bm25(connection: DuckDBPyConnection, query: str, beside: Sequence[Memory], form: Form) -> list[str]:
    wanted = list(dict.fromkeys(form.cut(query)))[:_MOST_TERMS]
    if not wanted:
        return []
    question = _BM25.format(
        table=form.table,
        length=form.length,
        postings=POSTINGS if beside else "",
        documents=DOCUMENTS if beside else "",
        k1=K1,
        b=B,
        depth=_DEPTH,
    )
    values = {"wanted": wanted, **(columns(beside, form.cut, wanted) if beside else {})}
    return [row[0] for row in connection.execute(question, values).fetchall()]


def _hits(connection: DuckDBPyConnection, best: list[Fused], beside: Sequence[Memory]) -> list[Hit]:
    ids = [it.item for it in best]
    known = {row[0]: row[1:] for row in connection.execute(_MEMORIES, [ids]).fetchall()}
    evidence: dict[str, list[Evidence]] = {}
    for memory, origin, said, *others in connection.execute(_EVIDENCE, [ids]).fetchall():
        named = dict(zip(_AS_IS, others, strict=True))
        evidence.setdefault(memory, []).append(_piece(origin, said, **named))
    for memory in beside:
        known[memory.id] = memory.text, memory.kind, memory.topic
        evidence[memory.id] = list(memory.evidence)
    return [
        Hit(it.item, text, Kind(kind), topic, round(it.score, 4), it.ranks, tuple(evidence.get(it.item, ())))
        for it in best
        for text, kind, topic in [known[it.item]]
    ]


def _piece(origin: str, said: datetime | None, **others: Any) -> Evidence:
    return Evidence(origin=Origin(origin), time=said.replace(tzinfo=UTC) if said else None, **others)


#: Every channel, by the name under which a hit mentions it. A further one is a further row.
CHANNELS: Mapping[str, Channel] = {"terms": _by_terms, "fragments": _by_fragments}
