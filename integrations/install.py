"""Our hooks in an agent's settings: what would be changed, and changing it.

Before the first change the file is copied beside itself. The copy's name says what the file was changed to, so that it
is known whether anybody has changed it since: if not, the copy takes its place again, else only our hooks go.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import SettingsError
from ..memory.atomic import write_file
from ..memory.folders import resolved
from ..sessions.agents import named_in
from .hooks import Agent
from .settings import EMPTY, has_hooks, with_hooks, without_hooks

_COPY = "before-dreamd"
_DIGITS = 12


class Change(NamedTuple):
    """What becomes of a settings file: its content before and after (None for no file), and the copy of the first.

    ``copy`` is the file that holds what stood there before our hooks, and ``stale`` a copy under an older name; None
    where there is none.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    copy: Path | None = None
    original: bytes | None = None
    stale: Path | None = None

    @property
    def needed(self) -> bool:
        """Tell whether there is anything to do."""
        return self.before != self.after


def settings_file(agent: Agent, environment: Mapping[str, str], project: Path | None) -> Path:
    """Given an agent, the environment and a project's directory, None for all of a person's, return its settings."""
    known = named_in(agent.name)
    if known is None:
        raise ValueError(f"'{agent.name}' leaves no logs")
    if project is not None:
        return project / known[0].folder / agent.project
    root = known[0].root(environment, None)
    return (root or Path.home() / known[0].folder) / agent.user


def installing(path: Path, wanted: dict[str, str]) -> Change:
    """Given a settings file and the command for each event, return what would put them there; raises SettingsError."""
    before = _read(path)
    after = _changed(path, before, lambda text: with_hooks(text, wanted))
    if before is None or before == after:
        return Change(path, before, after)
    # Where hooks of ours are changed, the copy goes on to hold what stood there before the first of them.
    earlier, copy = _copy_of(path, before), _copy_of(path, after)
    known = _read(earlier)
    original = known if known is not None else _read(copy)
    if original is None:
        original = _changed(path, before, without_hooks) if _is_ours(path, before) else before
    return Change(path, before, after, copy, original, earlier if known is not None else None)


def removing(path: Path) -> Change:
    """Given a settings file, return what would take our hooks out of it again; raises SettingsError."""
    before = _read(path)
    if before is None or not _is_ours(path, before):
        return Change(path, before, before)
    copy = _copy_of(path, before)
    original = _read(copy)
    if original is not None and not _is_ours(path, original):
        return Change(path, before, original, stale=copy)
    after = _changed(path, before, without_hooks)
    # A file that held nothing else is one that we made.
    return Change(path, before, None if after == EMPTY.encode() else after)


def copies(path: Path) -> list[Path]:
    """Given a settings file, return the copies of what it was that lie beside it."""
    return sorted(path.parent.glob(f"{path.name}.{_COPY}-*"))


def carry_out(change: Change) -> None:
    """Given a change, make it. Raises SettingsError where the file is not any more what it was, OSError."""
    if _read(change.path) != change.before:
        raise SettingsError(str(change.path), "it has been changed meanwhile", "try again; nothing has been done")
    mode = stat.S_IMODE(change.path.stat().st_mode) if change.before is not None else 0o666 & ~_umask()
    change.path.parent.mkdir(parents=True, exist_ok=True)
    if change.copy is not None and change.original is not None:
        write_file(resolved(change.copy), change.original, mode)
    if change.after is None:
        resolved(change.path).unlink()
        with contextlib.suppress(OSError):
            change.path.parent.rmdir()  # where it was made for the file
    else:
        write_file(resolved(change.path), change.after, mode)  # where the settings are a link, what it leads to
    if change.stale is not None and change.stale != change.copy:
        change.stale.unlink(missing_ok=True)


def _copy_of(path: Path, content: bytes) -> Path:
    """Given a settings file and what it was changed to, return where the copy of what it was before lies."""
    return path.with_name(f"{path.name}.{_COPY}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}")


def _is_ours(path: Path, content: bytes) -> bool:
    try:
        return has_hooks(_text(path, content))
    except ValueError as error:
        raise _unusable(path, error) from None


def _changed(path: Path, content: bytes | None, change: Callable[[str], str]) -> bytes:
    try:
        return change(_text(path, content or b"")).encode()
    except ValueError as error:
        raise _unusable(path, error) from None


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: ValueError) -> SettingsError:
    return SettingsError(str(path), f"it is not written as expected: {error}", "see to it by hand; nothing was changed")


def _read(path: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for whoever writes to it
            raise SettingsError(str(path), "it is no regular file", "look what lies there; nothing has been done")
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
