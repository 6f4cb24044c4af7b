"""Sessions that are said to have ended: by their agent's hook, which leaves a mark, or at the end of their log.

A mark is one small file, left by the hook and read by the collector. Whoever leaves it is waited for by an agent that
wants to end, so this module loads next to nothing, and a mark is not forced to disk: where it is lost, its session is
finished when it is idle.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .seen import Look

#: folder of the marks in this host's state of a store
FOLDER = "ended"

#: age from which a mark says nothing any more: its log is not one of this store, or is gone
_OLD = timedelta(days=1)

#: longest message of an agent that is read, in bytes, and longest id
MOST_BYTES = 1_000_000
_MOST_LETTERS = 300

#: how the name of a mark begins that is being written; the same process number comes again, so they are few
_TEMPORARY = ".tmp-"

#: bytes at the end of a log that are looked at
_TAIL = 4096

#: the events that end a session; Codex's and Claude Code's Stop comes after every answer
_ENDS = (None, "SessionEnd")


def ended_sessions(message: bytes) -> tuple[str, ...]:
    """Given what an agent tells its hook, return what the session that ended may be called, empty where none did.

    That is its id, and the name of its log without the ending. Raises ValueError where it is no such message.
    """
    if len(message) > MOST_BYTES:
        raise ValueError(f"longer than {MOST_BYTES:,} bytes")
    said = _loads(message)
    if not isinstance(said, dict):
        raise ValueError("not an object")  # noqa: TRY004 - it is the content that is wrong
    if said.get("hook_event_name") not in _ENDS:
        return ()
    log = said.get("transcript_path")
    names = (said.get("session_id"), Path(log).stem if isinstance(log, str) else "")
    known = tuple(dict.fromkeys(name for name in names if isinstance(name, str) and 0 < len(name) <= _MOST_LETTERS))
    if not known:
        raise ValueError("names no session")
    return known


def may_say_end(log: str) -> bool:
    """Given the path of a log, tell whether its last piece has what says that a session is over (docs/formats.md).

    It may belong to something else: reading the log tells.
    """
    try:
        descriptor = os.open(log, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        tail = os.pread(descriptor, _TAIL, max(0, os.fstat(descriptor).st_size - _TAIL))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return b'"end":true' in tail.replace(b" ", b"")


def leave_mark(state_dir: Path, sessions: Collection[str], now: datetime) -> None:
    """Given this host's state of a store and what the session that ended may be called, leave a mark of it."""
    import hashlib  # noqa: PLC0415 - a hook at a session's start loads this module and needs none

    folder = state_dir / FOLDER
    for it in (state_dir, folder):  # a mode is given to the last folder of a path only
        it.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A name that is safe whatever the id, and the same when a session ends twice.
    name = hashlib.sha256("\0".join(sessions).encode("utf-8", "replace")).hexdigest()[:32]
    temporary = folder / f"{_TEMPORARY}{os.getpid()}"
    temporary.write_text(json.dumps({"sessions": list(sessions), "at": now.isoformat()}))
    temporary.replace(folder / f"{name}.json")


def read_marks(state_dir: Path, now: datetime) -> dict[str, frozenset[str]]:
    """Given this host's state of a store, return what each marked session may be called, by the name of its mark.

    What is older than a day, or no mark, is removed.
    """
    folder = state_dir / FOLDER
    marks: dict[str, frozenset[str]] = {}
    for name in sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ():
        if name.startswith(_TEMPORARY):
            continue
        sessions, at = _read(folder / name)
        if at is not None and now - at < _OLD:
            marks[name] = sessions
        else:
            remove_marks(state_dir, (name,))
    return marks


def remove_marks(state_dir: Path, names: Iterable[str]) -> None:
    """Given this host's state of a store and names of marks, remove them."""
    for name in names:
        (state_dir / FOLDER / name).unlink(missing_ok=True)


def marks_to_remove(
    marks: Mapping[str, frozenset[str]], looks: Mapping[str, Look], finished: Collection[str]
) -> list[str]:
    """Given marks, the looks at all logs, and the sessions that were finished because of marks, return those to remove.

    That is those whose session was finished, or whose log has nothing that waits. A mark that stayed would finish its
    session again as soon as somebody goes on with it.
    """
    if not marks:
        return []
    settled = {Path(path).stem for path, look in looks.items() if look.waits_since is None and not look.reason}
    return [name for name, sessions in marks.items() if not sessions.isdisjoint(settled | set(finished))]


def _loads(data: bytes) -> Any:
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _read(path: Path) -> tuple[frozenset[str], datetime | None]:
    try:
        with path.open("rb") as file:
            said = _loads(file.read(MOST_BYTES))
        at = datetime.fromisoformat(said["at"])
        return frozenset(map(str, said["sessions"])), at if at.tzinfo else None
    except (OSError, ValueError, LookupError, TypeError):
        return frozenset(), None
