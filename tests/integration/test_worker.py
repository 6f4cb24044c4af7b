"""The worker writes nothing: real runs in which every attempt of a process to write ends that process."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.errors import WorkerError
from dreamd.memory.files import create_store

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"

#: loaded by every Python that has its folder on the path; ends the process of one role when it tries to change anything
GUARD = """
import os, sys
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FORBIDDEN = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown",
             "os.utime", "os.truncate", "os.setxattr", "os.exec", "os.posix_spawn", "os.system", "os.fork",
             "subprocess.Popen", "socket.connect", "socket.bind", "socket.sendto"}

def guard(event, arguments):
    # a number is a descriptor that was open before: the pipe
    if event == "open" and arguments[2] & WRITES and not isinstance(arguments[0], int) and arguments[0] != os.devnull:
        stop(f"opened {arguments[0]!r} for writing")
    elif event in FORBIDDEN:
        stop(f"{event} {arguments!r}")

def stop(what):
    sys.stderr.write(f"the guard saw it: {what}\\n")
    sys.stderr.flush()
    os._exit(97)

if "ROLE" in sys.orig_argv:
    sys.addaudithook(guard)
"""


@pytest.fixture
def job(tmp_path):
    def make(role):
        folder = tmp_path / "guard"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(GUARD.replace("ROLE", role))
        environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_STATE_HOME": str(tmp_path / "state")}
        environment.pop("STATE_DIRECTORY", None)
        store = create_store(tmp_path / "store")
        shutil.copytree(EXAMPLES, tmp_path / "logs")
        now = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
        return Job(store.root, (str(tmp_path / "logs"),), now, "host", environment)

    return make


def test_a_whole_dream_goes_through_with_a_worker_that_may_change_nothing(job):
    """Invariant 3."""
    result = run(job("worker"), lambda *_: None)

    assert result.outcome == "committed"
    assert result.finished.active > 5


def test_the_guard_would_have_seen_it(job):
    with pytest.raises(WorkerError, match=r"publisher.*exit code 97") as caught:
        run(job("publisher"), lambda *_: None)

    assert "the guard saw it" in caught.value.output


def test_two_runs_of_the_same_input_at_the_same_time_plan_the_same(job):
    """Invariant 9."""
    asked = job("nobody")
    first = run(Job(**{**vars(asked), "dry_run": True}), lambda *_: None)
    second = run(Job(**{**vars(asked), "dry_run": True}), lambda *_: None)

    assert first.outcome == second.outcome == "planned"
    assert first.work.plan == second.work.plan
