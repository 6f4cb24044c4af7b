"""A backlog in several processes: all of it is done, whoever dies."""

import contextlib
import errno
import os
import signal
import time
from pathlib import Path

import msgspec
import pytest

from dreamd.sessions.share import Task, in_shares, processes_for


class Done(msgspec.Struct, frozen=True):
    path: str
    process: int


def tasks(*sizes):
    return [Task(f"/logs/{number}.jsonl", size, str(number)) for number, size in enumerate(sizes)]


def work(share):
    for task in share:
        yield Done(task.path, os.getpid())


@pytest.mark.parametrize("processes", [1, 2, 3, 7])
def test_every_task_is_done_once_and_in_as_many_processes_as_asked_for(processes):
    done = list(in_shares(tasks(5, 4, 3, 2, 1), work, Done, processes))
    assert sorted(it.path for it in done) == sorted(task.path for task in tasks(5, 4, 3, 2, 1))
    assert len({it.process for it in done}) <= processes


def test_tasks_of_one_group_are_done_by_one_process():
    same = [Task(f"/{number}/s.jsonl", 10, "s") for number in range(4)]
    assert len({it.process for it in in_shares(same, work, Done, 2)}) == 1


def test_what_a_killed_process_left_is_done_here():
    parent = os.getpid()

    def fragile(share):
        for number, task in enumerate(share):
            if os.getpid() != parent and number == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.02)
            yield Done(task.path, os.getpid())

    done = list(in_shares(tasks(*[1] * 8), fragile, Done, 2))
    assert len(done) == len({it.path for it in done}) == 8
    assert sum(it.process != parent for it in done) == 1


def test_an_error_of_the_disk_in_another_process_is_raised_here():
    parent = os.getpid()

    def full(share):
        if os.getpid() != parent:
            raise OSError(errno.ENOSPC, "no space left on device", "/store/part")
        for task in share:
            time.sleep(0.02)
            yield Done(task.path, os.getpid())

    with pytest.raises(OSError, match="no space left") as raised:
        list(in_shares(tasks(1, 1), full, Done, 2))
    assert (raised.value.errno, raised.value.filename) == (errno.ENOSPC, "/store/part")


def test_tasks_are_taken_by_whoever_is_ready():
    parent = os.getpid()

    def uneven(share):
        for task in share:
            time.sleep(0.2 if os.getpid() == parent else 0.001)
            yield Done(task.path, os.getpid())

    done = list(in_shares(tasks(*[1] * 20), uneven, Done, 2))
    assert sum(it.process == parent for it in done) <= 3


def test_more_tasks_than_fit_into_a_pipe_are_done():
    done = list(in_shares(tasks(*[1] * 20_000), work, Done, 2))
    assert len({it.path for it in done}) == len(done) == 20_000


def children():
    """Return the numbers of this process's children, dead ones among them that nobody has waited for."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(stat.parent.name))
    return found


def test_no_process_is_left_when_the_caller_stops_early():
    parent = os.getpid()

    def slow(share):
        for task in share:
            yield Done(task.path, os.getpid())
            if os.getpid() != parent:
                signal.pause()

    before = children()
    going = in_shares(tasks(*[1] * 6), slow, Done, 3)
    next(going)
    assert len(children() - before) == 2
    going.close()
    assert children() <= before, "nor one that nobody has waited for"


def test_small_backlogs_are_not_worth_a_second_process():
    assert processes_for(tasks(1000, 1000)) == 1
    assert processes_for(tasks(50_000_000)) == 1
    assert processes_for(tasks(50_000_000, 1)) == min(2, len(os.sched_getaffinity(0)))
