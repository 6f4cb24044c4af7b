"""Which events hold an agent's own words, that may be stated one day and are therefore held against what tools said.

Beside speech these are the message of a commit, and the commands around one that failed: how something is done is
learned from them, and a tool's output can propose a command as well as a page can (invariant 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..language.commit_message import messages
from .events import Act, Event, Role

Span = tuple[int, int]

#: calls after one that failed that may be the way it is finally done. The curator looks no further
AFTER_FAILURE = 12


class Worded:
    """The texts of a session that are held against what tools said, in order."""

    def __init__(self, events: Iterable[Event]) -> None:
        """Given a session's events in order, find those with an agent's own words."""
        self._texts = [(event, text) for event, text in _own_words(list(events))]

    def __iter__(self) -> Iterator[tuple[Event, str]]:
        return iter(self._texts)

    def marks(self, spans: Iterable[tuple[Span, ...]]) -> dict[int, tuple[Span, ...]]:
        """Given the echoes in each text, return those of each event by its identity: of a command all or nothing."""
        return {
            id(event): found if text == event.text else ((0, len(event.text)),)
            for (event, text), found in zip(self._texts, spans, strict=True)
            if found
        }


def _own_words(events: Sequence[Event]) -> Iterator[tuple[Event, str]]:
    failing = {event.call for event in events if event.act is Act.RESULT and event.text}
    near = 0
    for place, event in enumerate(events):
        if event.role is not Role.AGENT:
            continue
        if event.act is Act.SAID:
            yield event, event.text
        elif event.act is Act.CALL:
            following = events[place + 1 : place + 2]
            fails = event.call in failing if event.call else any(it.act is Act.RESULT for it in following)
            near = AFTER_FAILURE if fails else near - 1
            if messages(event.text):
                yield event, event.text
            elif near >= 0 and event.text and "\n" not in event.text:
                # As an instruction to run it, for which few words of a tool's are enough.
                yield event, f"Run `{event.text}`."
