"""The instrument of this folder: it sees what strace sees, and what it says happens exactly there."""

import errno
import re
import signal
import sys
from collections import Counter

import pytest

from .supervisor import KILLED, supervise

TOUCH = "import os; [os.close(os.open(f'{n}', os.O_CREAT | os.O_WRONLY)) for n in range(4)]; os.mkdir('folder')"
#: an open that does not only read
CHANGING = re.compile("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")


def touch(folder, answer):
    return supervise([sys.executable, "-I", "-S", "-c", TOUCH], {}, folder, lambda path: folder in path.parents, answer)


@pytest.mark.usefixtures("_supervised")
def test_a_process_is_killed_before_the_call_and_not_after_it(tmp_path):
    def kill(call, run):
        if call.number < 3:
            return None
        run.signal(signal.SIGKILL)
        return KILLED

    ended = touch(tmp_path, kill)
    assert ended.code == 128 + signal.SIGKILL
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1"]


@pytest.mark.usefixtures("_supervised")
def test_a_call_that_returns_an_error_is_not_made(tmp_path):
    ended = touch(tmp_path, lambda call, _run: errno.ENOSPC if call.name.startswith("mkdir") else None)
    assert "No space left on device: 'folder'" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "1", "2", "3"]
    assert [call.name for call in ended.calls][-1].startswith("mkdir")


def test_the_supervisor_counts_what_strace_counts(traced, expected):
    scene, calls = traced("dream")
    counted = [
        call.name
        for call in calls
        if any(map(scene.concerns, call.paths)) and (not call.name.startswith("open") or CHANGING.search(call.flags))
    ]
    # A lease is renewed every few seconds: how often depends on how long a run takes.
    renews = {"utimensat"}
    assert Counter(it for it in counted if it not in renews) == Counter(it for it in expected.calls if it not in renews)
    assert renews & set(counted) == renews & set(expected.calls)
