"""Ids, tools, branches and folders of a log as they are kept: redacted, bounded, on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .events import Event
from .formats.calls import LINK, link

#: longest name that is kept; they come from the log and could be anything
_LIMIT = 300
#: an id that nobody could mistake for a secret, and most are such
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def bounded(name: str) -> str:
    """Given a name from a log, return what of it is looked at: its beginning, on one line."""
    return " ".join(name[:_LIMIT].split())


class Names:
    """The names of one session's events. ``wanted`` are those that must be redacted, to be handed to ``learn``."""

    def __init__(self, events: Iterable[Event], others: Iterable[str], *, every: bool) -> None:
        """Given events and further names, find the different ones; ``every`` also asks for ids that are plain UUIDs."""
        named = set(others)
        for event in events:
            named.update((event.tool, event.branch, event.cwd))
            if every or not _UUID.fullmatch(event.record):
                named.add(event.record)
        self._raw = sorted(named)
        self.wanted = [bounded(name) for name in self._raw]
        self._kept: dict[str, str] = {}
        self._changed: frozenset[str] = frozenset()

    def learn(self, redacted: Sequence[str]) -> None:
        """Given what became of ``wanted``, know each name as it is kept."""
        self._kept = dict(zip(self._raw, redacted, strict=True))
        self._changed = frozenset(name for name, kept in self._kept.items() if name != kept)

    def kept(self, name: str) -> str:
        """Given a name, return it as it is kept."""
        return self._kept.get(name, name)

    def as_they_are(self, event: Event) -> bool:
        """Given an event, tell whether all of its names are kept as they are."""
        return (
            bool(event.record)
            and len(event.call) in {0, LINK}
            and self._changed.isdisjoint((event.record, event.tool, event.branch, event.cwd))
        )

    def named(self, event: Event, key: bytes, text: str, echoes: tuple[tuple[int, int], ...]) -> Event:
        """Given an event, its record's key, its text and its echoes as they are kept, return it with its names."""
        return Event(
            self.kept(event.record) or f"record-{key.hex()}",
            event.role,
            event.act,
            text,
            event.time,
            self.kept(event.tool),
            event.call if len(event.call) == LINK else link(event.call),
            event.ok,
            self.kept(event.branch),
            self.kept(event.cwd),
            echoes,
        )
