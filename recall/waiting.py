"""What waits in the inbox, found beside the index as if it were in it.

The index belongs to a generation and is never changed, so what was remembered since has its postings made when somebody
asks. They go into the same question as those of the index: one BM25 with the statistics of both, and so the very ranks
that an index of both would give.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..memory.records import Memory
from .index import document

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: what a question of the index's tables is continued with, to see what waits too; ``columns`` has the values
POSTINGS = " UNION ALL SELECT unnest($terms::VARCHAR[]), unnest($docs::INTEGER[]), unnest($tfs::INTEGER[])"
DOCUMENTS = " UNION ALL SELECT unnest($numbers::INTEGER[]), unnest($ids::VARCHAR[]), unnest($lengths::INTEGER[])"

_INDEXED = """
SELECT id FROM memories WHERE id IN (SELECT unnest($ids::VARCHAR[])) UNION ALL
SELECT record FROM evidence WHERE origin = 'inbox' AND record IN (SELECT unnest($ids::VARCHAR[]))
"""


def not_indexed(connection: DuckDBPyConnection, waiting: Sequence[Memory]) -> list[Memory]:
    """Given an open index and what waited when it was opened or before, return what the index does not have.

    An item whose file is still there may be in it: every entry that consumes an item adds a memory for it.
    """
    if not waiting:
        return []
    ids = [memory.id for memory in waiting]
    indexed = {row[0] for row in connection.execute(_INDEXED, {"ids": ids}).fetchall()}
    return [memory for memory in waiting if memory.id not in indexed]


def columns(waiting: Sequence[Memory], cut: Callable[[str], list[str]], wanted: Sequence[str]) -> dict[str, list[Any]]:
    """Given what waits, what cuts a text and the terms that are wanted, return the values for the two continuations.

    The numbers of documents are negative, since those of the index are not.
    """
    asked = frozenset(wanted)
    postings: list[tuple[str, int, int]] = []
    lengths: list[int] = []
    for number, memory in enumerate(waiting, start=1):
        found = cut(document(memory))
        lengths.append(len(found))
        postings += [(term, -number, tf) for term, tf in Counter(found).items() if term in asked]
    return {
        "terms": [term for term, _, _ in postings],
        "docs": [doc for _, doc, _ in postings],
        "tfs": [tf for _, _, tf in postings],
        "numbers": [-number for number in range(1, len(waiting) + 1)],
        "ids": [memory.id for memory in waiting],
        "lengths": lengths,
    }
