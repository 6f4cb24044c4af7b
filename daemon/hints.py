"""Reports of changed files, where they can be had: a hint that a look would find something, and never more.

inotify says nothing of what other machines change, and at its limit it watches some folders and says nothing of the
others. So before each look it is decided anew on which places there are reports, the watches that are really held are
counted, and what is left to looking is named with the reason.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ..sessions.sources import Place
from .mounts import Mount, elsewhere, read_mounts

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

#: how the names of logs and of marks end; what else changes beside them says nothing
_ENDINGS = (".jsonl", ".ndjson", ".json", ".md")

#: at most a half of a user's watches are taken: editors and build tools need them too
_SHARE = 2

#: the limit of the machine, and that of the container (user namespace); the smaller one counts
_LIMITS = (Path("/proc/sys/fs/inotify/max_user_watches"), Path("/proc/sys/user/max_inotify_watches"))
_DESCRIPTORS = Path("/proc/self/fdinfo")

#: told the path of something that changed, in a thread of its own
OnChange = Callable[[str], None]


@dataclass(frozen=True)
class Reporting:
    """Which folders are reported on, and which are only looked at, with the reason."""

    events: tuple[str, ...] = ()
    walk: tuple[tuple[str, str], ...] = ()

    def without(self, folder: str) -> Reporting:
        """Given a folder, return what is left to say when nothing is said of it."""
        events = tuple(it for it in self.events if it != folder)
        return Reporting(events, tuple(it for it in self.walk if it[0] != folder))


class Hints:
    """The reports that are asked for. Use as a context manager, and ``refresh`` before each look."""

    def __init__(
        self,
        on_change: OnChange,
        mounts: Callable[[], Sequence[Mount]] = read_mounts,
        limit: int | None = None,
    ) -> None:
        """Given what is told of changes, how to learn what is mounted, and a limit other than the machine's."""
        self._on_change = on_change
        self._mounts = mounts
        self._limit = limit
        self._asked: tuple[tuple[Place, int, int], ...] = ()
        self._granted = Reporting()
        self._observer: BaseObserver | None = None
        self._new_folder = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def refresh(self, places: Iterable[Place]) -> Reporting:
        """Given the places in which logs appear, ask for reports on them; return on which they can be had."""
        mounts = self._mounts()
        near: list[tuple[Place, int, int]] = []
        walk: list[tuple[str, str]] = []
        for place in places:
            try:
                state = os.stat(place.folder)  # noqa: PTH116 - its text is what reports begin with
            except OSError as error:
                walk.append((place.folder, (error.strerror or str(error)).lower()))
                continue
            if kind := elsewhere(os.path.realpath(place.folder), mounts, below=place.below):
                walk.append((place.folder, f"{kind} does not report what other machines change"))
            elif not os.access(place.folder, os.R_OK):
                walk.append((place.folder, "permission denied"))
            else:
                # What it is too: a mount that went and came back is another folder, on which nobody reports.
                near.append((place, state.st_dev, state.st_ino))
        if tuple(near) != self._asked or (self._new_folder and self._observer):
            self._asked, self._new_folder = tuple(near), False
            self._granted = self._ask([place for place, _, _ in near])
        return Reporting(self._granted.events, tuple(sorted((*self._granted.walk, *walk))))

    def _ask(self, places: Sequence[Place]) -> Reporting:
        self._stop()
        if not places:
            return Reporting()
        wanted = count_folders(places)
        limit = watch_limit() if self._limit is None else self._limit
        if limit is not None and wanted > limit // _SHARE:
            reason = f"{wanted:,} folders are more than half of the limit of {limit:,} watches"
        else:
            reason = self._start(places, wanted)
        if not reason:
            return Reporting(tuple(place.folder for place in places))
        self._stop()
        return Reporting(walk=tuple((place.folder, reason) for place in places))

    def _start(self, places: Sequence[Place], wanted: int) -> str:
        """Ask for reports; return the reason where they cannot be had."""
        from watchdog import events  # noqa: PLC0415 - only who watches loads it
        from watchdog.events import FileSystemEventHandler  # noqa: PLC0415
        from watchdog.observers import Observer  # noqa: PLC0415
        from watchdog.observers.polling import PollingObserver  # noqa: PLC0415

        if Observer is PollingObserver:
            return "this machine reports no changes"  # and a second walk would find nothing that ours does not
        handler = FileSystemEventHandler()
        handler.on_any_event = self._take  # type: ignore[method-assign]  # a class for one function says no more
        # Nothing of what reading does: our own looks would be reported.
        kinds: list[type[FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
        ]
        try:
            self._observer = Observer()
            for place in places:
                self._observer.schedule(handler, place.folder, recursive=place.below, event_filter=kinds)
            self._observer.start()
        except OSError as error:
            return (error.strerror or str(error)).lower()
        held = held_watches()
        if held is not None and held < wanted and held < (wanted := count_folders(places)):
            return f"only {held:,} of {wanted:,} folders can be watched: the limit of watches is reached"
        return ""

    def _take(self, event: FileSystemEvent) -> None:
        path = os.fsdecode(event.dest_path or event.src_path)
        if event.is_directory:
            self._new_folder = True
            self._on_change(path)
        elif path.endswith(_ENDINGS):
            self._on_change(path)

    def _stop(self) -> None:
        if self._observer is not None:
            if self._observer.is_alive():
                self._observer.stop()
                self._observer.join()
            self._observer = None


def count_folders(places: Iterable[Place]) -> int:
    """Given places, return how many folders there are to watch; those that nobody may list do not count."""
    count = 0
    waiting = [(place.folder, place.below) for place in places]
    while waiting:
        folder, below = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                count += 1
                if below:
                    waiting += [(it.path, True) for it in entries if it.is_dir(follow_symlinks=False)]
        except OSError:
            continue
    return count


def watch_limit(limits: Sequence[Path] = _LIMITS) -> int | None:
    """Return how many folders a user may watch, None where that is not limited or not known."""
    found = []
    for path in limits:
        try:
            found.append(int(path.read_text()))
        except (OSError, ValueError):
            continue
    return min(found, default=None)


def held_watches(descriptors: Path = _DESCRIPTORS) -> int | None:
    """Return how many folders this process watches (proc_pid_fdinfo(5)), None where that cannot be known."""
    try:
        names = list(descriptors.iterdir())
    except OSError:
        return None
    count = 0
    for name in names:
        try:
            count += name.read_text().count("inotify wd:")
        except OSError:
            continue  # closed meanwhile
    return count
