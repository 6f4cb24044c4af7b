"""Whose a store is: a lease is taken over from the dead, and from nobody else."""

import os
import socket
import time

import msgspec
import pytest

from dreamd.daemon.lease import LEASE_SECONDS, is_abandoned, read_lease, set_aside
from dreamd.daemon.lock import hold, holder
from dreamd.errors import BusyError
from dreamd.memory.files import create_store


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "memory")


@pytest.fixture
def local(tmp_path):
    return tmp_path / "state"


def sign(store, host, pid):
    store.lease.write_text(f"filelock/2\npid={pid}\nhost={host}\nmode=lease\ntoken=abc\nduration={LEASE_SECONDS}\n")


def own_name(store, local):
    """Return this host's name as it stands in a lease that this process holds."""
    with hold(store, local):
        return next(it for it in store.lease.read_text().splitlines() if it.startswith("host=")).removeprefix("host=")


def dead_process():
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)
    return child


def wait_for(local, seconds):
    """Make what was seen older than it is."""
    seen = msgspec.json.decode((local / "lease-seen").read_bytes())
    (local / "lease-seen").write_bytes(msgspec.json.encode(seen | {"since": seen["since"] - seconds}))


def test_a_holder_that_has_ended_and_was_not_waited_for_is_gone(store, local):
    """Where the first process of a container buries nobody, its number answers for as long as the container runs."""
    if not (child := os.fork()):
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    try:
        sign(store, own_name(store, local), child)
        assert is_abandoned(read_lease(store), local, time.time())
        with hold(store, local):
            pass
    finally:
        os.waitpid(child, 0)


def test_a_lease_that_a_dead_process_of_this_host_left_is_taken_at_once(store, local):
    sign(store, own_name(store, local), dead_process())
    assert holder(store, local) is None
    with hold(store, local):
        assert holder(store, local).pid == os.getpid()
    assert not store.lease.exists()
    assert list(store.staging.iterdir()) == []


def test_a_lease_that_nobody_signs_is_taken(store, local):
    store.lease.touch()
    with hold(store, local):
        assert holder(store, local).pid == os.getpid()


@pytest.mark.parametrize("place", [lambda it: it.symlink_to("/nowhere"), lambda it: it.mkdir(), os.mkfifo])
def test_what_stands_in_the_place_of_a_lease_holds_nothing(store, local, place):
    place(store.lease)
    with hold(store, local):
        assert holder(store, local).pid == os.getpid()
    assert list(store.staging.iterdir()) == []


def test_a_folder_in_the_place_of_a_lease_keeps_what_is_in_it(store, local):
    store.lease.mkdir()
    (store.lease / "notes").write_text("mine")
    with hold(store, local):
        assert holder(store, local).pid == os.getpid()
    assert [path.read_text() for path in store.staging.rglob("notes")] == ["mine"]


def test_a_living_process_of_this_host_keeps_its_lease(store, local):
    sign(store, own_name(store, local), os.getppid())
    with pytest.raises(BusyError, match=f"host {socket.gethostname()}, pid {os.getppid()}"), hold(store, local):
        pass


def test_a_lease_of_another_host_is_taken_once_it_stood_still_for_a_minute(store, local):
    sign(store, "elsewhere", 1)
    with pytest.raises(BusyError, match="host elsewhere, pid 1"), hold(store, local):
        pass
    wait_for(local, LEASE_SECONDS - 5)
    assert holder(store, local).host == "elsewhere"
    wait_for(local, 10)
    assert holder(store, local) is None
    with hold(store, local):
        assert holder(store, local).pid == os.getpid()


def test_a_lease_of_another_host_that_is_touched_is_never_taken(store, local):
    sign(store, "elsewhere", 1)
    assert holder(store, local)
    wait_for(local, LEASE_SECONDS + 5)
    os.utime(store.lease)
    assert holder(store, local).host == "elsewhere"
    with pytest.raises(BusyError), hold(store, local):
        pass


def test_a_container_of_the_same_name_is_another_host(store, local):
    sign(store, f"{socket.gethostname()}?pidns-f0000001", dead_process())
    assert holder(store, local).host == socket.gethostname()


def test_what_was_seen_before_the_machine_started_anew_counts_for_nothing(store, local):
    sign(store, "elsewhere", 1)
    lease = read_lease(store)
    assert not is_abandoned(lease, local, 1000.0)
    assert not is_abandoned(lease, local, 20.0)
    assert is_abandoned(lease, local, 20.0 + LEASE_SECONDS + 1)


def test_a_lease_that_another_host_has_taken_meanwhile_is_put_back(store):
    sign(store, "elsewhere", 1)
    lease = read_lease(store)
    store.lease.unlink()
    time.sleep(0.01)
    sign(store, "third", 7)
    set_aside(store, lease)
    assert read_lease(store).host == "third"
    assert list(store.staging.iterdir()) == []
