"""Work that may hang is not waited for."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from dreamd.integrations.aside import done_aside


def test_what_was_done_comes_back_whatever_its_length_and_letters():
    text = "Zürich\udcff " * 100_000
    assert done_aside(lambda: text, 60) == text
    assert done_aside(str, 60) == ""


def test_what_went_wrong_comes_back_as_its_message():
    def work():
        raise OSError(5, "Input/output error", "/mnt/team")

    with pytest.raises(RuntimeError, match="Input/output error: '/mnt/team'"):
        done_aside(work, 60)


def test_a_child_that_dies_is_an_error():
    with pytest.raises(RuntimeError, match="killed"):
        done_aside(lambda: os.kill(os.getpid(), signal.SIGKILL) or "", 60)


def test_a_child_that_does_not_answer_is_left_and_killed(tmp_path):
    def work():
        (tmp_path / "pid").write_text(str(os.getpid()))
        while True:
            time.sleep(60)

    with pytest.raises(TimeoutError, match=r"within 0\.5 s"):
        done_aside(work, 0.5)
    child = int((tmp_path / "pid").read_text())
    with contextlib.suppress(ChildProcessError):  # it has been waited for already
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_a_child_has_nothing_of_its_parent_s_open():
    """Else an agent that reads our output to its end would wait for it."""

    def work():
        return " ".join(str(Path(f"/proc/self/fd/{number}").readlink()) for number in range(3))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("there is no /proc here to look into")
    assert done_aside(work, 60) == " ".join([os.devnull] * 3)
