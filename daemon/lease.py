"""What stands in a store's lease, and when it is nobody's any more.

filelock writes the lease and touches it every few seconds. By itself it takes over a dead one by exchanging two names
in one step, which Gluster and other network file systems refuse (renameat2 with RENAME_EXCHANGE: EINVAL), and it counts
only while it waits how long another host's lease has not been touched, so that a command that does not wait would find
it held for ever. So that is decided here, and a lease that is nobody's is set aside before filelock looks.

Clocks of several machines do not agree. How long a lease has stood still is counted by this machine's own clock since
it was first seen so, and that is kept in local state, since commands are short. That clock starts anew when the machine
does, so what was kept before can only make the count too small.
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ..memory.atomic import make_folder
from ..memory.files import Store
from ..memory.folders import opened
from ..memory.reads import read_file

#: a lease that was not touched for so long is nobody's
LEASE_SECONDS = 60.0
#: who makes a lease signs it a few calls later
_SIGNED_SECONDS = 2.0
#: how often its holder touches it
HEARTBEAT_SECONDS = 15.0
_LIMIT = 4096
_SEEN = "lease-seen"
#: how filelock tells containers of one name apart: behind the host's name, unless it is the machine's own namespace
_NAMESPACE_MARK = "?pidns-"
_MACHINE_NAMESPACE = 0xEFFFFFFC


@dataclass(frozen=True)
class Lease:
    """Who holds a store, and what changes whenever the lease is touched or another takes its name."""

    host: str
    namespace: str  # of the holder's process number, empty for that of the machine itself
    pid: int
    touched: str


class _Seen(msgspec.Struct, frozen=True):
    """When a lease was first seen as it is, in seconds of this machine's own clock."""

    touched: str = ""
    since: float = 0.0


def read_lease(store: Store) -> Lease | None:
    """Given a store, return what its lease says, or None where there is none.

    A link or a folder in its place is nobody's, as one that stays unsigned is, and would otherwise hold the store.
    """
    try:
        status = _status(store.lease)
        text = read_file(store.lease, _LIMIT).decode(errors="replace") if stat.S_ISREG(status.st_mode) else ""
    except OSError:
        return None
    touched = _touched(status)
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    host, _, namespace = fields.get("host", "?").partition(_NAMESPACE_MARK)
    pid = fields.get("pid", "")
    return Lease(host, namespace, int(pid) if pid.isdigit() else 0, touched)


def is_abandoned(lease: Lease, state_dir: Path, clock: float) -> bool:
    """Given a lease, this host's state folder for its store and the clock, tell whether its holder is gone.

    That is so where it is a process of this host that has ended, and where the lease was seen for long enough without
    having been touched.
    """
    return died_here(lease) or clock - _seen_since(lease, state_dir, clock) > LEASE_SECONDS


def stands_still(store: Store, lease: Lease, seconds: float, pause: Callable[[float], None] = time.sleep) -> bool:
    """Given a lease, watch it for so many seconds and tell whether nobody touches it."""
    for _ in range(math.ceil(seconds)):
        pause(1.0)
        if read_lease(store) != lease:
            return False
    return True


def stays_unsigned(store: Store, lease: Lease) -> bool:
    """Given a lease, tell whether who made it died before signing it; nobody can say whose it was then."""
    return not lease.pid and stands_still(store, lease, _SIGNED_SECONDS)


def runs_here(lease: Lease) -> bool:
    """Tell whether a lease is held by a process of this host that runs."""
    return _is_here(lease) and _runs(lease.pid)


def died_here(lease: Lease) -> bool:
    """Tell whether a lease is of a process of this host that is gone: nothing need be watched."""
    return _is_here(lease) and not _runs(lease.pid)


def set_aside(store: Store, lease: Lease) -> None:
    """Given a lease that is nobody's, take it out of the way.

    Somebody else may have done that and hold the store by now: what was taken is looked at, and put back if it is not
    what was meant.
    """
    make_folder(store.staging, parents=False)
    aside = store.staged(f"lease-{os.getpid()}-{lease.touched}")
    with opened(store.lease.parent) as inner, opened(aside.parent) as staging:
        try:
            os.rename(store.lease.name, aside.name, src_dir_fd=inner, dst_dir_fd=staging)
            if _touched(_status(aside)) != lease.touched:
                os.link(aside.name, store.lease.name, src_dir_fd=staging, dst_dir_fd=inner, follow_symlinks=False)
        except (FileNotFoundError, FileExistsError):
            return
        finally:
            _remove(aside.name, staging)


def _remove(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except IsADirectoryError:
        with contextlib.suppress(OSError):  # what is in it is not ours, and lies in nobody's way there
            os.rmdir(name, dir_fd=folder)
    except FileNotFoundError:
        pass


def _status(path: Path) -> os.stat_result:
    with opened(path.parent) as folder:
        return os.stat(path.name, dir_fd=folder, follow_symlinks=False)


def _touched(status: os.stat_result) -> str:
    return f"{status.st_ino}-{status.st_mtime_ns}"


def _seen_since(lease: Lease, state_dir: Path, clock: float) -> float:
    path = state_dir / _SEEN
    try:
        seen = msgspec.json.decode(path.read_bytes(), type=_Seen)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        seen = _Seen()
    if seen.touched == lease.touched and seen.since <= clock:
        return seen.since
    with contextlib.suppress(OSError):  # where nothing can be kept, a person has to see to it
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(msgspec.json.encode(_Seen(lease.touched, clock)))
    return clock


def _is_here(lease: Lease) -> bool:
    """Tell whether a lease is held by a process of this host, so that its number can be asked about."""
    try:
        number = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:  # not Linux
        number = _MACHINE_NAMESPACE
    own = "" if number == _MACHINE_NAMESPACE else f"{number:x}"
    return (lease.host, lease.namespace) == (socket.gethostname(), own)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another account's
    return not _is_unburied(pid)


def _is_unburied(pid: int) -> bool:
    """Tell whether a process has ended and nobody has waited for it: its number still answers."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] in {"Z", "X"}
    except (OSError, IndexError):  # gone by now, or not Linux
        return False
