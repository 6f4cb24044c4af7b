"""Whatever dies first, nothing is left of a process of ours and of what it started. Real processes, seen in /proc."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import needs

SECONDS = 20

LAUNCHER = """
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from dreamd.daemon.job import Job
from dreamd.daemon.pipe import call
from dreamd.daemon.requests import PrepareRequest, Prepared
import os

# A shell ignores it for what it runs in the background, and so would whatever these tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
role, store, repository = sys.argv[1:]
now = datetime(2026, 3, 13, tzinfo=UTC)
request = PrepareRequest(store, repository, store + "/scratch", "host", now, False)
job = Job(Path(store), (), now, "host", os.environ)
call(role, request, Prepared, lambda _step, done, *_: print(done, flush=True), job)
"""
TELL = "from dreamd.daemon.serving import Channel; from dreamd.daemon.messages import Progress; import os, time\n"
TELL += 'tell = lambda channel=Channel(): channel.send(Progress("busy", os.getpid(), 0))\n'
BUSY = {
    "a worker that computes": ("worker", f"{TELL}tell()\nwhile True: pass"),
    "a worker that waits": ("worker", f"{TELL}tell()\ntime.sleep(1000)"),
    "a collector with others that read": (
        "collector",
        f"{TELL}children = [os.fork() or time.sleep(1000) for _ in range(3)]\ntell()\ntime.sleep(1000)",
    ),
    "a publisher that waits for git": (
        "publisher",
        (
            f"{TELL}tell()\nfrom pathlib import Path\nfrom dreamd.daemon.git.facts import read_repository as read\n"
            "read(Path('REPOSITORY'))"
        ),
    ),
}
STARTED = {"a collector with others that read": 4, "a publisher that waits for git": 2}


@pytest.fixture(params=BUSY)
def busy(request, roles, tmp_path):
    """Yield the launcher and the number of its child, which with all that it starts is at something endless."""
    role, body = BUSY[request.param]
    repository = tmp_path / "repository"
    if "git" in body:
        subprocess.run([needs("git"), "init", "-q", repository], check=True)
        (repository / ".git" / "config").unlink()
        os.mkfifo(repository / ".git" / "config")  # git waits for somebody to write it
    roles.stand_in(role, body.replace("REPOSITORY", str(repository)))
    (tmp_path / "store").mkdir()
    command = [sys.executable, "-c", LAUNCHER, role, str(tmp_path / "store"), str(repository)]
    with subprocess.Popen(command, env=roles.environment, stdout=subprocess.PIPE, text=True) as launcher:
        child = int(launcher.stdout.readline())
        try:
            assert eventually(lambda: len(session(child)) >= STARTED.get(request.param, 1)), session(child)
            yield launcher, child
        finally:
            for process in (*session(child), launcher.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)


def session(leader):
    """Return the processes of a session, dead ones that nobody has asked after too."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader:
                found.append(int(path.parent.name))
    return found


def eventually(holds):
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_launcher_ends_all_that_it_started_ends(busy, sign):
    launcher, child = busy

    launcher.send_signal(sign)

    assert launcher.wait(SECONDS) != 0
    assert eventually(lambda: not session(child)), session(child)


def test_when_a_process_of_ours_is_killed_what_it_started_ends_and_the_launcher_says_so(busy):
    launcher, child = busy

    os.kill(child, signal.SIGKILL)

    assert launcher.wait(SECONDS) == 1
    assert eventually(lambda: not session(child)), session(child)


def test_one_whose_launcher_died_before_it_looked_does_nothing(roles):
    roles.stand_in("worker", "print('went on')")
    command = roles.command("worker", "best-effort", [], [])
    command[command.index(str(os.getpid()))] = "1"
    done = subprocess.run(command, env=roles.environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
