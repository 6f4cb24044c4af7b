"""The instrument of this folder: it sees what strace sees, and what it says happens exactly there."""

import errno
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter

import pytest

from .scene import DREAMD
from .supervisor import CALLS, KILLED, supervise

TOUCH = "import os; [os.close(os.open(f'{n}', os.O_CREAT | os.O_WRONLY)) for n in range(4)]; os.mkdir('folder')"
#: an open of strace that only reads
READING = re.compile(r"O_RDONLY(?!\|O_CREAT|\|O_TRUNC)")


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


def test_the_supervisor_counts_what_strace_counts(copies, expected):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace")
    scene = copies()
    trace, names = scene.home / "trace", ",".join(f"?{name}" for name in CALLS)
    command = [strace, "-f", "-y", "-o", trace, "-e", f"trace={names}", DREAMD, "dream", "--sessions", "logs"]
    subprocess.run(command, env=scene.environment, cwd=scene.home, check=True, stdout=subprocess.DEVNULL)
    counted = Counter()
    for line in trace.read_text().splitlines():
        name, _, rest = line.split(maxsplit=1)[1].partition("(")
        reads = name.startswith("open") and READING.search(rest)
        # What is copied into the store comes from DuckDB's scratch.
        scratch = "/scratch/" in rest and name != "sendfile"
        if name in CALLS and not reads and not scratch and any(place in rest for place in scene.watched):
            counted[name] += 1
    seen = Counter()
    ended = copies().disturbed(lambda call, _run: seen.update([call.name]))
    assert ended.code == 0
    assert seen == counted
    assert seen == Counter(expected.calls)
