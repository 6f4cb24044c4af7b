"""The hook as an agent calls it: quick, silent, never in the way; and the session is collected at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
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


def test_a_session_begins_with_what_the_team_knows(user, examples):
    user.init(examples).dreamd("dream")
    told = {"session_id": "s", "hook_event_name": "SessionStart", "source": "startup"}
    done = call(user, json.dumps(told), "session-start", "--agent", "claude-code", "--store", user.store)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout) <= 10_000
    published = user.store.joinpath("MEMORY.md").read_text()
    assert [line for line in published.splitlines() if line.startswith("- ") and line not in done.stdout] == []
    context = user.dreamd("context", "--store", user.store).out
    assert user.dreamd("context").out == context
    assert context.splitlines()[8:] == done.stdout.splitlines()[8:]  # above, how each can call dreamd


@pytest.mark.parametrize("agent", ["claude-code", "codex"])
@pytest.mark.parametrize(
    ("source", "given"),
    [("startup", True), ("clear", True), ("compact", True), ("resume", False), ("another", True), (None, True)],
)
def test_it_is_given_wherever_the_model_does_not_have_it_any_more(user, agent, source, given):
    user.init()
    told = json.dumps({"session_id": "s", "hook_event_name": "SessionStart", "source": source})
    done = call(user, told, "session-start", "--agent", agent, "--store", user.store)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) is given


@pytest.mark.parametrize(("agent", "size"), [("claude-code", "utf-16-le"), ("codex", "utf-8"), (None, "utf-8")])
def test_however_much_is_known_an_agent_is_given_what_it_takes_whole(user, agent, size):
    """Invariant 10: beyond 10,000 characters or bytes the agents show a stub."""
    user.init()
    lines = [f"- Правило {number} из базы 🦓 " + "слово " * 30 + f"^{number:08}" for number in range(200)]
    (user.store / "MEMORY.md").write_text("\n".join(["# Memory", "", "## Rules", "", *lines]) + "\n")
    done = call(user, "{}", "session-start", "--store", user.store, *(("--agent", agent) if agent else ()))
    length = len(done.stdout.encode(size)) // (2 if size == "utf-16-le" else 1)
    assert 9_000 < length < 10_000
    given = [line for line in done.stdout.splitlines() if line.startswith("- ")]
    assert given == lines[: len(given)]
    assert f"Left out for want of room: {200 - len(given)} of its 200 lines." in done.stdout


@pytest.mark.parametrize("message", ["", "no", "[]", "[" * 100_000, b"\xff\xfe\x00"])
def test_an_agent_that_says_it_otherwise_is_given_what_a_new_session_is(user, message):
    user.init()
    done = call(user, message, "session-start", "--store", user.store)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "Nothing is known yet." in done.stdout


@pytest.mark.parametrize("content", [b"\0\0", None])
def test_a_memory_that_is_damaged_is_told_on_standard_error_alone(user, content):
    user.init()
    memory = user.store / "MEMORY.md"
    memory.unlink(missing_ok=True)
    memory.write_bytes(content) if content else memory.mkdir()
    done = call(user, "{}", "session-start", "--store", user.store)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (0, "", 1)
    assert done.stderr.startswith("hook: ")


@pytest.mark.parametrize("event", ["stop", "pre-compact"])
def test_an_answer_and_a_compaction_end_no_session(user, log, event):
    user = last_minute(user, log)
    done = call(user, said(log, hook_event_name="Stop"), event, "--store", user.store)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert user.dreamd("collect", "--json").json()["waiting"] == 1


def test_an_agent_that_leaves_its_end_open_is_answered(user):
    user.init()
    command = [str(EXECUTABLE), "hook", "session-start", "--store", str(user.store)]
    environment = {"HOME": str(user.home), "PATH": os.defpath}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        process.stdin.write(b'{"source": "startup"}')
        process.stdin.flush()
        assert b"Nothing is known yet." in process.stdout.read()
        assert process.wait(60) == 0


def test_an_agent_that_does_not_listen_is_no_trouble(user):
    user.init()
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [str(EXECUTABLE), "hook", "session-start", "--store", str(user.store)],
        input=b"{}",
        stdout=writing,
        stderr=subprocess.PIPE,
        env={"HOME": str(user.home), "PATH": os.defpath},
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr.count(b"\n")) == (0, 1)


#: what takes longer to load than an agent or a person at a prompt should wait for
HEAVY = {
    *("click", "msgspec", "pydantic", "pydantic_settings", "yaml", "duckdb", "numpy", "filelock", "rich", "watchdog"),
    *("snowballstemmer", "asyncio", "dataclasses", "inspect", "subprocess", "logging", "typing_extensions"),
}
#: what of dreamd itself is loaded is named, so that nothing comes in unseen
LIGHT = {
    *("__main__", "cli", "cli.quick", "daemon", "daemon.now", "daemon.places", "errors", "integrations"),
    *("integrations.answer", "integrations.aside", "integrations.hooks", "language", "language.visible", "memory"),
    *("memory.folders", "memory.identity", "recall", "recall.context", "sessions", "sessions.ended"),
}


@pytest.mark.parametrize(
    "verb",
    [
        ["hook", "session-start", "--agent", "claude-code"],
        ["hook", "session-end", "--agent", "codex"],
        ["hook", "stop"],
        ["context"],
    ],
    ids=" ".join,
)
def test_what_somebody_waits_for_loads_next_to_nothing(user, verb):
    """It must be done within 60 ms of a bare interpreter; ``bench/hook.py`` measures that."""
    user.init()
    script = (
        f"import sys; sys.argv[1:] = {[*verb, '--store', str(user.store)]}\n"
        "import dreamd.__main__\n"
        "try: dreamd.__main__.main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input='{"session_id": "s", "hook_event_name": "SessionEnd"}',
        env={"HOME": str(user.home), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {*done.stderr.split()}
    assert {name.split(".")[0] for name in loaded} & HEAVY == set()
    assert {name.removeprefix("dreamd.") for name in loaded if name.startswith("dreamd.")} <= LIGHT
