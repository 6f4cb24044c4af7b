"""Who dreams in a store: one process per host by a lock on local disk, one host by a lease on the share.

Who collects needs the lease of nobody; a lock of its own keeps two processes of one host from the same work.

Both are politeness: what keeps two runs from harming each other is the ledger's commit. The lock is free at once when
its holder dies; a lease left by a dead process of this host is taken at once too, and one left by another host after
it was not touched for a minute of our own clock (``lease``).
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, SoftFileLease, Timeout

from ..errors import BusyError, CollectingError, MountError
from ..gates.verdict import Holder
from ..memory.atomic import FILE_MODE
from ..memory.files import Store
from .dreaming import read_dreaming
from .lease import HEARTBEAT_SECONDS, LEASE_SECONDS, is_abandoned, read_lease, set_aside, stays_unsigned

_MOMENTS, _MOMENT_SECONDS = 10, 0.05
_WATCHING = "watching"
_HINT = "wait for it, or see 'dreamd status'; if its host is gone, the store is free a minute after this, or by unlock"


@contextlib.contextmanager
def hold(store: Store, state_dir: Path) -> Iterator[None]:
    """Given a store and this host's state folder for it, hold lock and lease; raises BusyError where one is held."""
    lock = _local_lock(state_dir, "lock")
    # The one thing in a store that is not done by descriptor: filelock takes a path. It follows no link in the last
    # component, and what it writes says who is here and nothing else.
    lease = SoftFileLease(
        store.lease, mode=FILE_MODE, lease_duration=LEASE_SECONDS, heartbeat_interval=HEARTBEAT_SECONDS
    )
    with contextlib.ExitStack() as stack:
        try:
            lock.acquire(timeout=0)
            stack.callback(lock.release)
            left = read_lease(store)
            if left and (is_abandoned(left, state_dir, time.monotonic()) or stays_unsigned(store, left)):
                set_aside(store, left)
            lease.acquire(timeout=0)
            stack.callback(_release, lease)
        except Timeout:
            raise BusyError(str(store.root), _who(store, state_dir), _HINT) from None
        except OSError as error:
            if error.errno == errno.ESTALE:  # while it was being signed, another host took it for nobody's
                raise BusyError(str(store.root), _who(store, state_dir), _HINT) from None
            raise MountError.at(str(store.root), error) from error
        yield


def _release(lease: SoftFileLease) -> None:
    """Give a lease back. Where that fails the mount is gone, which was told or is no fault of what is done."""
    with contextlib.suppress(OSError):
        lease.release()


@contextlib.contextmanager
def hold_collecting(store: Store, state_dir: Path, patience: float) -> Iterator[None]:
    """Given a store and this host's state folder for it, be the one process of this host that collects for it.

    Waits for another at most ``patience`` seconds; raises CollectingError where it goes on for longer.
    """
    lock = _local_lock(state_dir, "collecting")
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise CollectingError(str(store.root), "another process of this host", "wait for it to end") from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def hold_watching(store: Store, state_dir: Path) -> Iterator[None]:
    """Given a store and this host's state folder for it, be the one process of this host that watches its logs.

    Raises CollectingError where another does.
    """
    lock = _local_lock(state_dir, _WATCHING)
    try:
        lock.acquire(timeout=_MOMENTS * _MOMENT_SECONDS)  # somebody may just ask whether it is held
    except Timeout:
        raise CollectingError(str(store.root), "another process of this host watches", "see 'dreamd status'") from None
    try:
        yield
    finally:
        lock.release()


def is_watched(state_dir: Path) -> bool:
    """Given this host's state folder for a store, tell whether a process of this host watches the logs."""
    if not (state_dir / _WATCHING).exists():
        return False
    lock = _local_lock(state_dir, _WATCHING)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _local_lock(state_dir: Path, name: str) -> FileLock:
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(state_dir / name, fallback_to_soft=False)


def holder(store: Store, state_dir: Path) -> Holder | None:
    """Given a store and this host's state folder for it, return who holds its lease, or None where nobody does."""
    lease = read_lease(store)
    if lease is None or is_abandoned(lease, state_dir, time.monotonic()):
        return None
    told = read_dreaming(store)
    if told is None or (told.host, told.pid) != (lease.host, lease.pid):
        return Holder(host=lease.host, pid=lease.pid)
    return Holder(lease.host, lease.pid, told.run, told.phase, told.since, told.done, told.total)


def _who(store: Store, state_dir: Path) -> str:
    """Return who is dreaming; a process that has just taken the lock gets a moment to sign the lease."""
    for _ in range(_MOMENTS):
        if found := holder(store, state_dir):
            phase = f", {found.phase}" if found.phase else ""
            since = f", since {found.since:%Y-%m-%d %H:%M} UTC" if found.since else ""
            return f"host {found.host}, pid {found.pid}{phase}{since}"
        time.sleep(_MOMENT_SECONDS)
    return "another process of this host"
