"""An index without what is said of documents that are gone, made from the index itself: no text is cut into words.

DuckDB does it all, in bounded memory, in a tenth of the time that building an index takes.
"""

from __future__ import annotations

from pathlib import Path

from .index import TABLES, attached, create_tables, quoted

#: documents are numbered anew, in the same order
_NUMBERED = (
    "CREATE TEMP TABLE numbered AS SELECT doc, (row_number() OVER (ORDER BY doc) - 1)::INTEGER AS fresh "
    "FROM old.documents"
)
_POSTINGS = "SELECT term, fresh, tf FROM old.{table} JOIN numbered USING (doc) ORDER BY term, fresh"
#: how tables are copied that are not copied as they are
_COPIED = {
    "documents": "SELECT fresh, id, terms, fragments FROM old.documents JOIN numbered USING (doc) ORDER BY fresh",
    "posting": _POSTINGS.format(table="posting"),
    "fragment": _POSTINGS.format(table="fragment"),
}


def compact(path: Path) -> None:
    """Given an index on local disk, write it anew without what is gone; whatever is asked, the answer is the same.

    Raises duckdb.Error where it cannot be read or written.
    """
    fresh = path.with_name(f"{path.name}.compact")
    with attached(fresh) as connection:
        connection.execute(f"ATTACH {quoted(path)} AS old (READ_ONLY)")
        create_tables(connection)
        connection.execute(_NUMBERED)
        for table in TABLES:
            connection.execute(f"INSERT INTO {table} {_COPIED.get(table, f'FROM old.{table}')}")
        connection.execute("DETACH old")
    fresh.replace(path)
