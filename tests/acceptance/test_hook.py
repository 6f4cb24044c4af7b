"""The hook as an agent calls it: quick, silent, never in the way; and the session is collected at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: the command of the environment that runs the tests
EXECUTABLE = Path(sys.executable).parent / "dreamd"

SESSION = "780c4b16-a510-49fa-a2b2-bbd1c38dbe31"


def call(user, message: str | bytes, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Call the hook as an agent does: a message on standard input, no terminal."""
    return subprocess.run(
        [str(EXECUTABLE), "hook", *map(str, arguments)],
        input=message.decode("latin-1") if isinstance(message, bytes) else message,
        env={"HOME": str(user.home), "PATH": os.defpath, "DREAMD_NOW": user.now},
        cwd=user.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(log, **changes: str) -> str:
    message = {"session_id": log.stem, "transcript_path": str(log), "cwd": "/", "hook_event_name": "SessionEnd"}
    return json.dumps(message | {"reason": "other"} | changes)


@pytest.fixture
def log(user, examples):
    """Return a log that ended just now, in the home of a user with a store."""
    [found] = examples.rglob(f"{SESSION}.jsonl")
    copy = user.home / ".claude/projects/-home-mara-shop" / found.name
    copy.parent.mkdir(parents=True)
    shutil.copy(found, copy)
    user.init(copy.parent)
    return copy


def last_minute(user, log):
    """Return the user at a minute after the last record of the log."""
    times = [
        record["timestamp"] for line in log.read_text().splitlines() if "timestamp" in (record := json.loads(line))
    ]
    return user.at(max(times)[:17] + "59Z")


def test_a_session_is_collected_as_soon_as_its_agent_has_ended(user, log):
    user = last_minute(user, log)
    assert user.dreamd("collect", "--json").json()["waiting"] == 1
    done = call(user, said(log), "session-end", "--store", user.store)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    collected = user.dreamd("collect", "--json").json()
    assert (collected["new_parts"], collected["waiting"]) == (1, 0)


def test_an_end_that_is_none_leaves_the_session_to_go_on(user, log):
    user = last_minute(user, log)
    done = call(user, said(log, hook_event_name="Stop"), "session-end", "--store", user.store)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert user.dreamd("collect", "--json").json()["waiting"] == 1


def test_without_a_directory_the_configuration_says_which_store(user, log):
    user = last_minute(user, log)
    done = call(user, said(log), "session-end", "--config", user.config)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert user.dreamd("collect", "--json").json()["new_parts"] == 1


@pytest.mark.parametrize("message", ["", "no", "[]", "{}", '{"session_id": 7}', "[" * 100_000, b"\xff\xfe\x00"])
def test_a_message_that_says_nothing_is_told_on_standard_error_alone(user, message: str | bytes):
    user.init()
    done = call(user, message, "session-end", "--store", user.store)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("hook: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["session-end", "--store", "/nowhere/at/all"],
        ["session-end", "--store", "no-such-name"],
        ["session-end", "--stroe", "/nowhere"],
        ["session-end", "--store"],
        ["session-end", "--config", "/nowhere.yaml"],
        ["session-end"],
        ["another-event", "--store", "/nowhere"],
        [],
    ],
    ids=" ".join,
)
def test_nothing_that_is_wrong_disturbs_the_agent(user, arguments: list[str]):
    done = call(user, "{}", *arguments)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_that_cannot_be_written_disturbs_nobody(user):
    user.init()
    (user.home / ".local").write_text("no folder")
    done = call(user, '{"session_id": "s"}', "session-end", "--store", user.store)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("hook: ")


def test_the_agent_waits_little_longer_than_for_a_bare_interpreter(user):
    user.init()
    message = b'{"session_id": "s", "hook_event_name": "SessionEnd"}'
    environment = {"HOME": str(user.home), "PATH": os.defpath}

    def seconds(*command: str) -> float:
        began = time.perf_counter()
        subprocess.run(command, input=message, env=environment, check=True)
        return time.perf_counter() - began

    hook = (str(EXECUTABLE), "hook", "session-end", "--store", str(user.store))
    bare = (sys.executable, "-c", "pass")
    # The best of several, taken in turn: whatever else the machine does makes them only longer.
    best = [min(times) for times in zip(*((seconds(*bare), seconds(*hook)) for _ in range(15)), strict=True)]
    assert best[1] - best[0] < 0.060


def test_an_installed_hook_loads_nothing_heavy(user):
    user.init()
    script = (
        "import sys; sys.argv[1:] = ['hook', 'session-end', '--store', sys.argv[1]]\n"
        "import dreamd.__main__\n"
        "try: dreamd.__main__.main()\n"
        "finally: print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(user.store)],
        input='{"session_id": "s"}',
        env={"HOME": str(user.home), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"click", "msgspec", "pydantic", "yaml", "filelock", "rich"}.isdisjoint(done.stdout.split())
