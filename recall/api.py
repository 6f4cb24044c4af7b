"""A store's memory in a program's hands: ``from dreamd import Memory``. Nothing in the store is changed by asking.

What a program has to say goes into the inbox and waits there for the next run.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from ..memory.files import open_store
from ..memory.inbox import remember, waiting
from ..memory.ledger import head, load, read_entries
from ..memory.reads import is_file, read_file
from ..memory.records import Kind
from ..memory.records import Memory as Record
from ..sessions.speaker import speaker_of
from .index import SCHEMA, build
from .search import Hit, ask, connect, search


class Memory:
    """What the team that owns a store knows.

    ``notice`` says what was unusual about the last call, for a person to read; it is empty when nothing was.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Given a store's folder, open it; raises NoStoreError where there is none, FormatError where it is newer."""
        self._store, _ = open_store(Path(path))
        self.notice = ""

    def recall(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Given a question in anybody's words, return at most ``limit`` hits, best first.

        The published index may be missing, behind (a publisher died, or is at work), of another layout or damaged. It
        derives from the ledger, so then another is built for this call (invariant 13), which takes longer and finds
        the same. What was remembered since the last run is found with the rest. Raises DamagedError where the ledger
        cannot be read whole.
        """
        # The inbox first: what leaves it from now on is in the index that is opened next.
        beside = waiting(self._store)
        hits, fault = self._ask_published(query, limit, beside)
        self.notice = f"the index {fault}; built another from the ledger for this call" if fault else ""
        return self._ask_rebuilt(query, limit, beside) if fault else hits

    def remember(self, text: str, kind: str = "semantic", *, person: str = "") -> str:
        """Given a statement of at most 300 characters, put it into the inbox and return its id.

        Recall finds it at once. It has an agent's trust, whoever runs the program: only what a person types has a
        person's. ``person`` is whose account it is, this process's by default. Raises RememberError for a text that
        cannot be kept, ValueError for a kind that there is not.
        """
        speaker = speaker_of(os.environ, typed=False)
        if person:
            speaker = replace(speaker, person=person)
        now = datetime.now(UTC).replace(microsecond=0)
        return remember(self._store, text, Kind(kind), now, speaker).item.id

    def context(self) -> str:
        """Return MEMORY.md as it is published: what an agent reads at a session's start; empty before the first."""
        try:
            text = read_file(self._store.memory).decode()
        except FileNotFoundError:
            text = ""
        self.notice = "" if text else "nothing is published yet; run 'dreamd dream'"
        return text

    def _ask_published(self, query: str, limit: int, beside: Sequence[Record]) -> tuple[list[Hit], str]:
        """Return the published index's hits, or what keeps it from being used, as the end of a sentence."""
        import duckdb  # noqa: PLC0415 - heavy, and most verbs never need it

        # DuckDB opens by path, and so is asked only where no link has the name; it reads, and nothing more.
        if not is_file(self._store.index):
            return [], "is missing"
        generation = head(self._store)
        try:
            with connect(self._store.index) as connection:
                [(schema, shows)] = connection.execute("SELECT schema, generation FROM meta").fetchall()
                if schema != SCHEMA:
                    return [], f"has layout {schema}, this dreamd reads {SCHEMA}"
                if shows != generation:
                    return [], f"shows generation {shows} of {generation}"
                return ask(connection, query, limit, beside), ""
        except (duckdb.Error, ValueError) as error:
            return [], f"cannot be read ({type(error).__name__})"

    def _ask_rebuilt(self, query: str, limit: int, beside: Sequence[Record]) -> list[Hit]:
        with tempfile.TemporaryDirectory(prefix="dreamd-") as scratch:
            index = Path(scratch) / self._store.index.name
            state = load(self._store)
            build(index, state, read_entries(self._store, state.generation))
            return search(index, query, limit, beside)
