"""A collector that is killed at any step loses nothing and counts nothing twice (invariant 2)."""

import json
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from dreamd.sessions.transcripts import read_transcripts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

#: collects the logs of a folder; ends itself with SIGKILL when it is about to change the file system for the N-th time
COLLECT = """
import os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from dreamd.sessions.collect import collect
from dreamd.sessions.terms import Terms
import dreamd.sessions.finish  # what is imported later would open files of its own

folder, processes, fatal = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = {"os.mkdir", "os.chmod", "os.link", "os.rename", "os.remove"}
done = 0

def count(event, arguments):
    global done
    if event in CHANGES or (event == "open" and not isinstance(arguments[0], int) and arguments[2] & WRITES):
        if done == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

sys.addaudithook(count)
terms = Terms(timedelta(minutes=30), datetime.fromisoformat("2026-03-03T09:00:00+00:00"), "UTC")
collect(sorted(folder.glob("logs/*.jsonl")), folder / "transcripts", folder / "state", terms, processes=processes)
print(done)
"""


def write_logs(folder):
    (folder / "logs").mkdir(parents=True)
    for name, numbers in {"long": range(1, 9), "fork": (1, 2, 3, 20, 21), "other": range(30, 36)}.items():
        lines = [
            json.dumps(
                {
                    "parentUuid": None,
                    "sessionId": name,
                    "type": "user" if number % 2 else "assistant",
                    "uuid": f"u{number}",
                    "timestamp": (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
                    "message": {"role": "user", "content": f"Statement {number}."},
                }
            )
            for number in numbers
        ]
        (folder / "logs" / f"{name}.jsonl").write_text("\n".join(lines) + "\n")


def collect(folder, processes, fatal=-1):
    command = [sys.executable, "-B", "-c", COLLECT, folder, str(processes), str(fatal)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def told(folder):
    return {it.session: [event.text for event in it.events] for it in read_transcripts(folder / "transcripts")}


@pytest.mark.parametrize(
    ("processes", "step"),
    [(1, 3), pytest.param(1, 1, marks=pytest.mark.whole), pytest.param(2, 1, marks=pytest.mark.whole)],
)
def test_a_collector_killed_at_each_change_of_the_disk_tells_the_same_after_another(tmp_path, processes, step):
    write_logs(tmp_path / "quiet")
    quiet = collect(tmp_path / "quiet", processes)
    points = range(0, int(quiet.stdout), step)
    assert len(points) >= 5
    killed = 0
    for fatal in points:
        folder = tmp_path / str(fatal)
        write_logs(folder)
        first = collect(folder, processes, fatal)
        killed += first.returncode == -signal.SIGKILL
        again = collect(folder, processes)
        assert again.returncode == 0, again.stderr
        assert told(folder) == told(tmp_path / "quiet"), f"killed before change {fatal}"
        shutil.rmtree(folder)
    # Not always at all of them: two threads may both try to make a folder, and with several processes it may be another
    # that dies, whose share is then done by the first.
    assert killed > (len(points) // 2 if processes == 1 else 0)


def test_two_collectors_at_once_tell_what_one_tells(tmp_path):
    write_logs(tmp_path / "quiet")
    collect(tmp_path / "quiet", 1)
    write_logs(tmp_path / "both")
    command = [sys.executable, "-B", "-c", COLLECT, tmp_path / "both", "1", "-1"]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait(timeout=60) for process in running] == [0] * 4
    assert told(tmp_path / "both") == told(tmp_path / "quiet")
