"""What an agent was at when something was said: the turns of a session, and the files that were changed in each.

A file is named by its last two parts below the working directory, as the call names it: a name quoted from the call is
evidence like any other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ....language.identifiers import EXTENSION
from ....sessions.events import Act, Event, Role
from .dialogue import EDITORS

#: the parts of a path that may stand in a statement are plain names, and no text that a file was called by
_NAMED = re.compile(rf"[\w.+-]{{1,60}}\.{EXTENSION}")
_PART = re.compile(r"[\w.+-]{1,40}")
_SEPARATOR = re.compile(r"[/\\]")
#: what is written for people: plans, notes and manuals, which say nothing of what else is spoken of
_DOCUMENT = re.compile(r"\.(?:md|mdx|rst|txt|json|jsonl|lock|log|csv|tsv)$")
_TEST = re.compile(r"(?:^|[_./-])(?:tests?|specs?)(?:[_./-]|$)|Tests?\.\w+$", re.IGNORECASE)
_LONGEST_PATH = 400


@dataclass(frozen=True)
class File:
    """A file that an agent changed: how it is called in a statement, and where that name stands in which event."""

    name: str
    index: int
    start: int
    end: int
    test: bool


@dataclass(frozen=True)
class Turn:
    """The events from a person's words (excluded) to the next such (excluded); ``closing`` is the agent's last word."""

    begin: int
    end: int
    closing: int | None


@dataclass(frozen=True)
class Work:
    """The turns of a session, the files changed in it in order, and in which events the agent speaks."""

    turns: tuple[Turn, ...]
    edits: tuple[File, ...]
    speeches: tuple[int, ...]

    def turn_of(self, index: int) -> Turn | None:
        """Given the number of an event, return its turn; of a person's words, the turn that they begin."""
        place = bisect_left(self.turns, index + 1, key=lambda turn: turn.begin) - 1
        return self.turns[place] if place >= 0 else None

    def following(self, turn: Turn) -> Sequence[Turn]:
        """Given a turn, return it and those after it."""
        return self.turns[bisect_left(self.turns, turn.begin, key=lambda one: one.begin) :]

    def edited(self, begin: int, end: int) -> Sequence[File]:
        """Given two events, return the files changed between them, in order."""
        first = bisect_left(self.edits, begin, key=lambda file: file.index)
        return self.edits[first : bisect_left(self.edits, end, key=lambda file: file.index)]


def work_of(events: Sequence[Event]) -> Work:
    """Given the events of a session in order, return its turns and what was changed in it."""
    starts = [index for index, event in enumerate(events) if event.role is Role.USER and event.text]
    speeches = tuple(
        index for index, event in enumerate(events) if event.act is Act.SAID and event.role is Role.AGENT and event.text
    )
    turns: list[Turn] = []
    for start, end in zip([-1, *starts], [*starts, len(events)], strict=True):
        last = bisect_left(speeches, end) - 1
        turns.append(Turn(start, end, speeches[last] if last >= 0 and speeches[last] > start else None))
    edits = tuple(file for index, event in enumerate(events) for file in _changed(index, event))
    return Work(tuple(turns), edits, speeches)


def at_hand(work: Work, index: int, text: str, *, person: bool) -> File | None:
    """Given a session's work, a statement and its event, return the one file that was worked on where it was said.

    An agent speaks of what it changes next or, where it changes nothing more before it is spoken to, of what it has
    changed. A person speaks of what the agent then changes. Where that is several files, it is none of them.
    """
    turn = work.turn_of(index)
    if turn is None:
        return None
    if person:
        found = work.edited(index, turn.end)
    else:
        following = bisect_left(work.speeches, index + 1)
        step = min(turn.end, work.speeches[following]) if following < len(work.speeches) else turn.end
        found = work.edited(index, step) or work.edited(index, turn.end) or work.edited(turn.begin + 1, index)
    of_tests = bool(re.search(r"\btests?\b", text.lower()))
    fit = [file for file in found if file.test == of_tests]
    return fit[0] if fit and len({file.name for file in fit}) == 1 else None


def _changed(index: int, event: Event) -> Iterator[File]:
    if (
        event.act is not Act.CALL
        or event.tool.lower() not in EDITORS
        or len(event.text) > _LONGEST_PATH
        or event.echoes
    ):
        return
    start = 0
    for path in event.text.split(", "):
        begin, end = _short(path, event.cwd)
        if begin < end:
            name = path[begin:end]
            yield File(name, index, start + begin, start + end, bool(_TEST.search(name)))
        start += len(path) + len(", ")


def _short(path: str, cwd: str) -> tuple[int, int]:
    """Return where the last two parts of a path stand in it, of which the first is below the working directory."""
    end = len(path)
    inside = len(cwd.rstrip("/\\")) + 1 if cwd and path.startswith(cwd) else 0
    parts = list(_SEPARATOR.finditer(path, inside))
    begin = parts[-1].end() if parts else inside
    if not _NAMED.fullmatch(path, begin) or _DOCUMENT.search(path):
        return 0, 0
    absolute = not inside and (path.startswith(("/", "~", "\\")) or path[1:2] == ":")
    above = parts[-2].end() if len(parts) > 1 else inside
    if parts and not absolute and _PART.fullmatch(path, above, parts[-1].start()):
        begin = above
    return begin, end
