"""What must not leave a home: projects, people, sessions and logs that are never collected."""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec


class Exclude(msgspec.Struct, frozen=True):
    """Globs of what is left out; ``*`` also crosses slashes. ``projects`` are working directories, ``paths`` logs."""

    paths: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()

    def log(self, path: str) -> bool:
        """Given the path of a log, tell whether it is left out; then it is not even opened."""
        return _any(self.paths, path)

    def session(self, session: str, person: str, folders: set[str]) -> bool:
        """Given a session, whose it is and the folders it worked in, tell whether it is left out."""
        below = {f"{folder.rstrip('/')}/" for folder in folders}
        return (
            _any(self.sessions, session)
            or _any(self.people, person)
            or any(
                _any((project, f"{project.rstrip('/')}/*"), folder)
                for project in self.projects
                for folder in below | folders
            )
        )


def _any(patterns: tuple[str, ...], name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


NOTHING_EXCLUDED = Exclude()
