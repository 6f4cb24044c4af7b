"""What the launcher does with a child that does not behave. Real processes."""

import os
import sys
from pathlib import Path

import msgspec
import pytest

from dreamd.daemon.pipe import converse
from dreamd.errors import BusyError, WorkerError

SENDS = (
    "import sys; sys.stdin.buffer.read(); send = lambda text: (sys.stdout.write(text + '\\n'), sys.stdout.flush()); "
)


class Question(msgspec.Struct):
    text: str


class Reply(msgspec.Struct):
    number: int


def ask(script, steps=None):
    command = [sys.executable, "-c", SENDS + script]
    heard = [] if steps is None else steps
    return converse("worker", command, Question("?"), Reply, lambda *step: heard.append(step), dict(os.environ))


def test_progress_and_the_reply_arrive():
    steps = []

    reply = ask(
        """send('{"type":"progress","step":"read","done":1,"total":2}');"""
        """send('{"type":"reply","body":{"number":7}}')""",
        steps,
    )

    assert reply == Reply(7)
    assert steps == [("read", 1, 2, "")]


def test_an_error_of_the_child_is_raised_here_with_its_hint():
    with pytest.raises(BusyError, match="is already dreaming on 'x': host h") as caught:
        ask("""send('{"type":"failure","error":"BusyError","subject":"x","detail":"host h","hint":"wait"}')""")

    assert caught.value.hint == "wait"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("pass", "ended with exit code 0"),
        ("sys.exit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "ended with signal SIGKILL"),
        ("send('nonsense')", "malformed"),
        ("""send('{"type":"reply","body":{"number":"seven"}}')""", "malformed"),
        ("""send('{"type":"rm","body":1}')""", "malformed"),
        ("sys.stdout.write('{'); sys.exit()", "stopped in the middle"),
        ("raise ValueError('deep trouble')", "deep trouble"),
        ("""send('{"type":"failure","error":"__loader__","subject":"x","detail":"y","hint":""}')""", None),
    ],
)
def test_a_child_that_dies_or_lies_is_an_error_that_says_how(script, message):
    with pytest.raises(Exception, match=message or "cannot go on") as caught:
        ask(script)

    assert message is None or isinstance(caught.value, WorkerError)


def test_whatever_a_child_started_ends_with_it():
    with pytest.raises(WorkerError):
        ask("import subprocess; p = subprocess.Popen(['sleep', '987654']); sys.stderr.write('x'); sys.exit(1)")

    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"987654" in _read(path)]


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_child_that_never_reads_its_request_does_not_block():
    command = [sys.executable, "-c", "import os; os.close(0); os.write(1, b'x' * 70000)"]

    with pytest.raises(WorkerError):
        converse("worker", command, Question("?" * 1_000_000), Reply, lambda *_: None, dict(os.environ))
