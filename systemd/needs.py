"""What a service needs of the file system, and whether the unit that it runs as gives it.

The installation writes what it gave into the unit's environment (``GRANTED``). So a configuration that is read again
can be held against it, and one that needs other folders is refused instead of failing at its first write. A process
that no installed unit started is not limited, nor is a user's: those have no view of the file system of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..errors import ConfigError
from ..sessions.sources import places_of

#: the variable by which the unit says what it gives
GRANTED = "DREAMD_GRANTED"
#: folders that the unit hides or replaces by empty ones: what is needed of them has to be named
HIDDEN = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))  # noqa: S108 - named, not used


class Store(Protocol):
    """What of a store's configuration says which folders it needs."""

    @property
    def memory(self) -> Path:
        """Where its memory lies."""

    @property
    def repository(self) -> Path | None:
        """What it verifies memories in."""

    @property
    def sessions(self) -> tuple[str, ...]:
        """The logs that are collected."""

    @property
    def role(self) -> str:
        """*both*, *collect* or *dream*."""


@dataclass(frozen=True)
class Needs:
    """Folders that a service writes in, and those that it only reads; each once and in order."""

    write: tuple[Path, ...] = ()
    read: tuple[Path, ...] = ()


def needs_of(stores: Iterable[Store], environment: Mapping[str, str], metrics: Path | None = None) -> Needs:
    """Given stores and the environment that says where agents keep logs, return what a service for them needs.

    ``metrics`` is the file that it keeps for monitoring: it is replaced, so its folder is written in.
    """
    write = {metrics.parent} if metrics else set()
    read: set[Path] = set()
    for store in stores:
        write.add(store.memory)
        if store.repository:
            read.add(store.repository)
        if store.role != "dream":
            places = places_of(store.sessions, environment, Path("/"), store.repository)
            read |= {Path(place.folder) for place in places}
    return Needs(tuple(sorted(write)), tuple(sorted(read - write)))


def spell(needs: Needs) -> str:
    """Given what a unit gives, return it as its environment says it."""
    return json.dumps({"write": list(map(str, needs.write)), "read": list(map(str, needs.read))})


def granted(environment: Mapping[str, str]) -> Needs | None:
    """Given a service's environment, return what its unit gives, None where nothing limits it."""
    text = environment.get(GRANTED)
    if not text:
        return None
    try:
        said = json.loads(text)
        return Needs(tuple(map(Path, said["write"])), tuple(map(Path, said["read"])))
    except (ValueError, TypeError, KeyError):
        raise ConfigError(GRANTED, "it is not what the installation wrote", _HINT) from None


def refused(needs: Needs, grants: Needs) -> tuple[Path, ...]:
    """Given what is needed and what a unit gives, return the folders that it does not give."""
    lacking = [path for path in needs.write if not within(path, grants.write)]
    seen = (*grants.write, *grants.read)
    lacking += [path for path in needs.read if is_hidden(path) and not within(path, seen)]
    return tuple(lacking)


def fault_of(store: Store, environment: Mapping[str, str]) -> str:
    """Given a store and a service's environment, return what its unit does not give and the advice, "" for nothing."""
    grants = granted(environment)
    lacking = refused(needs_of([store], environment), grants) if grants else ()
    folders = ", ".join(f"'{path}'" for path in lacking)
    return f"its unit gives no access to {folders}: {_HINT}" if lacking else ""


def is_hidden(path: Path) -> bool:
    """Given a path, tell whether it lies where the unit of a system's service shows nothing by itself."""
    return within(path, HIDDEN)


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Given folders, return those that lie in no other of them, in order."""
    found: list[Path] = []
    for path in sorted(set(folders)):
        if not within(path, found):
            found.append(path)
    return found


def within(path: Path, folders: Iterable[Path]) -> bool:
    """Given a path and folders, tell whether it is or lies in one of them."""
    return any(path.is_relative_to(folder) for folder in folders)


_HINT = "run 'dreamd service install --now' again"
