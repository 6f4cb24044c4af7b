"""The collector: looks at every log, reads those that changed, and keeps what is finished.

::

    look at its stamp ──▶ unchanged and what is kept of it stands, or cannot be finished yet ──▶ the last look holds
           │
           └─▶ read (``read``) ──▶ each session finished? ──▶ no: wait for it
                                          │
                                          └─▶ yes: keep what is new in it (``keep``)

The walk over all logs is the truth and the cache (``seen``) only spares reading: a second collector, a lost cache or an
end at any moment repeats work, and never loses or doubles anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ..language.redact import total
from .ended import may_say_end
from .fingerprint import Stamp, stamp_of
from .parts import part_marks
from .seen import Look, Seen, Trace, load_seen, save_seen
from .share import Progress, Task, in_shares, processes_for, task_of
from .terms import Outcome, Terms


@dataclass(frozen=True)
class Collected:
    """What one look at all logs came to. Logs that have not changed keep their skips and unreadable lines."""

    logs: int
    unchanged: int
    parts: tuple[str, ...]  # names of the new ones
    waiting: int  # logs with a session that is not finished
    excluded_logs: int  # not even opened
    excluded_sessions: int  # in logs that were read
    skipped: tuple[tuple[str, str], ...]  # path and reason
    unreadable: tuple[tuple[str, int], ...]  # path, and how many of its lines could not be read
    found: dict[str, int] = field(default_factory=dict)  # secrets replaced in new parts, by kind
    changes: dict[str, int] = field(default_factory=dict)  # of the logs that were read, how many had changed how
    over: frozenset[str] = frozenset()  # sessions that were finished because their agent said so
    looks: Mapping[str, Look] = field(default_factory=dict)  # by path

    @property
    def bad_lines(self) -> int:
        """How many lines could not be read in all logs together."""
        return sum(count for _, count in self.unreadable)


def collect(
    logs: Iterable[Path],
    root: Path,
    state_dir: Path,
    terms: Terms,
    progress: Progress = lambda _step, _done, _total: None,
    processes: int | None = None,
) -> Collected:
    """Given logs, the transcripts' root, the folder of this host's cache and what holds, keep what is finished and new.

    A log that cannot be read is skipped and named; an error of the store itself is raised (OSError). ``processes`` is
    in how many a backlog is read, by default as many as are worth it.
    """
    # As text: paths are compared piece by piece, which for a hundred thousand takes longer than looking at them all.
    every = sorted({str(path) for path in logs})
    paths = [path for path in every if not terms.exclude.log(path)]
    known = load_seen(state_dir)
    seen = _standing(known.under(terms.exclude), _traces_of(root))
    looks: dict[str, Look] = {}
    tasks: list[Task] = []
    moved = _Moved(seen.looks, paths)
    for path in paths:
        stamp = stamp_of(path)
        before = seen.looks.get(path) or moved.look(stamp)
        if before is not None and _holds(before, stamp, path, terms):
            looks[path] = before
        else:
            tasks.append(task_of(Path(path), stamp.size if stamp else 0))
    unchanged = len(looks)
    progress("collect", unchanged, len(paths))
    outcomes: list[Outcome] = []
    for outcome in _read(tasks, root, seen, terms, processes) if tasks else ():
        outcomes.append(outcome)
        looks[outcome.path] = outcome.look
        progress("collect", len(looks), len(paths))
    traces = _traces_of(root) if outcomes else {}
    for outcome in outcomes:
        parts = {name: traces.get(name) for name in outcome.holding}
        looks[outcome.path] = msgspec.structs.replace(outcome.look, parts=parts)
    if looks != seen.looks or terms.exclude != known.exclude:
        save_seen(state_dir, Seen(dict(sorted(looks.items())), exclude=terms.exclude))
    return Collected(
        logs=len(paths),
        unchanged=unchanged,
        parts=tuple(part for outcome in outcomes for part in outcome.parts),
        waiting=sum(look.waits_since is not None for look in looks.values()),
        excluded_logs=len(every) - len(paths),
        excluded_sessions=sum(look.excluded for look in looks.values()),
        skipped=tuple((path, look.reason) for path, look in sorted(looks.items()) if look.reason),
        unreadable=tuple((path, look.unreadable) for path, look in sorted(looks.items()) if look.unreadable),
        found=total(outcome.found for outcome in outcomes),
        changes=dict(Counter(outcome.change.value for outcome in outcomes)),
        over=frozenset(session for outcome in outcomes for session in outcome.over),
        looks=looks,
    )


def _traces_of(root: Path) -> dict[str, Trace]:
    """Given the transcripts' root, return what tells that one of its parts was changed, by the parts' names."""
    return {name: (size, changed) for name, (size, changed, _) in part_marks(root)}


def _standing(seen: Seen, traces: Mapping[str, Trace]) -> Seen:
    """Return the looks without those at logs of which a part is gone or damaged: these are read as if never before."""
    return msgspec.structs.replace(seen, looks={log: look for log, look in seen.looks.items() if look.stands(traces)})


def _read(tasks: Sequence[Task], root: Path, seen: Seen, terms: Terms, processes: int | None) -> Iterator[Outcome]:
    from .finish import outcomes_of  # noqa: PLC0415 - what reads is heavy, and most looks find nothing to read

    def work(share: Iterable[Task]) -> Iterator[Outcome]:
        return outcomes_of((Path(task.path) for task in share), root, seen, terms)

    return in_shares(tasks, work, Outcome, processes_for(tasks) if processes is None else processes)


def _holds(before: Look, stamp: Stamp | None, path: str, terms: Terms) -> bool:
    """Given the last look at a log and its stamp now, tell whether reading it again would tell nothing new."""
    if before.waits_since is None:
        return before.stamp == stamp
    # However it has grown, what was not finished then cannot be finished yet, unless its agent or the log says so.
    return (
        before.waits(terms.now, terms.idle)
        and terms.over.isdisjoint({Path(path).stem, *before.sessions})
        and (before.stamp == stamp or not may_say_end(path))
    )


class _Moved:
    """Logs that got another name since the last look: the same file, size and time, and the old name is gone."""

    def __init__(self, looks: Mapping[str, Look], paths: Iterable[str]) -> None:
        gone = looks.keys() - set(paths)
        stamps = ((looks[name].stamp, name) for name in gone)
        self._looks = {_moving(stamp): looks[name] for stamp, name in stamps if stamp and not Path(name).exists()}

    def look(self, stamp: Stamp | None) -> Look | None:
        """Given a log's stamp, return the look at it under its old name; a move changes only the change time."""
        before = self._looks.get(_moving(stamp)) if stamp and self._looks else None
        return msgspec.structs.replace(before, stamp=stamp) if before else None


def _moving(stamp: Stamp) -> tuple[int, int, int]:
    return stamp.inode, stamp.size, stamp.modified
