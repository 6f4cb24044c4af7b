"""What must not leave a home: projects, people, sessions and logs that are never collected.

All four are globs, case as is, and ``*`` also crosses slashes: what is left out by mistake can be collected later, what
was collected by mistake has been read by others.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from fnmatch import translate
from functools import cache

import msgspec


class Exclude(msgspec.Struct, frozen=True):
    """Globs of what is left out: ``paths`` of logs, ``projects`` by working directory, ``people``, ``sessions`` by id.

    A path or project also covers what lies below it; one without a slash is the name of a file or folder anywhere.
    """

    paths: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()

    def log(self, path: str) -> bool:
        """Given the path of a log, tell whether it is left out; then it is not even opened."""
        return bool(self.paths) and _places(self.paths).match(_tidy(path)) is not None

    def session(self, session: str, people: Collection[str], folders: Collection[str]) -> bool:
        """Given a session, whose it may be and the folders it worked in, tell whether it is left out.

        One folder of several is enough: what was said of it may stand anywhere in the session.
        """
        return (
            _any(self.sessions, (session,))
            or _any(self.people, people)
            or (bool(self.projects) and any(_places(self.projects).match(_tidy(folder)) for folder in folders))
        )


NOTHING_EXCLUDED = Exclude()


def _any(patterns: tuple[str, ...], names: Collection[str]) -> bool:
    return bool(patterns) and any(_names(patterns).match(name) for name in names)


@cache
def _names(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)))


@cache
def _places(patterns: tuple[str, ...]) -> re.Pattern[str]:
    wanted = []
    for pattern in patterns:
        place = _tidy(pattern)
        for begin in ("",) if "/" in pattern else ("", "*/"):
            wanted += [translate(f"{begin}{place}"), translate(f"{begin}{place}/*")]
    return re.compile("|".join(wanted))


def _tidy(place: str) -> str:
    """Given a folder or a pattern of one, return it as readers have it: on one line, with plain slashes."""
    return " ".join(place.split()).replace("\\", "/").rstrip("/")
