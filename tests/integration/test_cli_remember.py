"""``dreamd remember`` as a person, a pipe and an agent call it."""

import errno
import json
import os
import pty
import subprocess
import sys

import pytest

from dreamd.cli.main import run
from dreamd.memory import inbox
from dreamd.memory.files import create_store
from dreamd.memory.inbox import read_inbox
from dreamd.memory.ledger import load
from dreamd.memory.records import Trust
from dreamd.sessions.agents import AGENTS

SIGNS = {sign for agent in AGENTS for sign in agent.signs}
TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z0AbCdEfG"


@pytest.fixture
def alone(monkeypatch, tmp_path):
    for name in (*SIGNS, "DREAMD_STORE", "DREAMD_CONFIG", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("DREAMD_NOW", "2026-04-01T12:00:00Z")


@pytest.fixture
def store(alone, tmp_path):  # noqa: ARG001 - the environment it is used in
    return create_store(tmp_path / "store")


@pytest.fixture
def ask(store, capsys):
    def ask(*arguments, code=0):
        assert run([*arguments, "--store", str(store.root)]) == code
        return capsys.readouterr()

    return ask


def remember(store, *arguments, stdin=subprocess.DEVNULL, said=None, **environment):
    command = [sys.executable, "-m", "dreamd", "--store", str(store.root), "remember", *arguments]
    source = {"input": said} if said is not None else {"stdin": stdin}
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True, **source
    )
    return done.stdout.strip()


def item(store, name):
    return next(it for it in read_inbox(store).items if it.id == name)


@pytest.fixture
def terminal():
    controller, terminal = pty.openpty()
    yield controller, terminal
    os.close(controller)
    os.close(terminal)


def test_what_is_typed_at_a_terminal_has_a_person_s_trust(store, terminal):
    """Invariant 7."""
    name = remember(store, "deploys go out on Tuesday", stdin=terminal[1])
    assert item(store, name).role == "user"
    assert item(store, name).person
    assert run(["dream", "--store", str(store.root)]) == 0
    memory = load(store).memories[name]
    assert (memory.trust, memory.evidence[0].role) == (Trust.USER, "user")


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_an_agent_in_a_terminal_of_its_own_stays_an_agent(store, terminal, sign, monkeypatch, capsys):
    """Invariant 7."""
    monkeypatch.setenv(sign, "1")
    monkeypatch.setattr(sys, "stdin", os.fdopen(os.dup(terminal[1])))
    assert run(["remember", "deploys go out on Tuesday", "--store", str(store.root)]) == 0
    assert item(store, capsys.readouterr().out.strip()).role == "agent"
    sys.stdin.close()


def test_what_comes_by_a_pipe_has_an_agent_s_trust(store):
    """Invariant 7."""
    assert item(store, remember(store, said="deploys go out\non Tuesday\n")).text == "deploys go out on Tuesday"
    assert item(store, remember(store, "-", said="deploys go out")).role == "agent"
    assert item(store, remember(store, "deploys go out")).role == "agent"


def test_a_session_is_known_by_its_agent_s_variable(store, monkeypatch, ask):
    monkeypatch.setenv("CODEX_THREAD_ID", "0198-thread")
    told = json.loads(ask("remember", "the port is 5433", "--kind", "procedural", "--json").out)
    assert (told["agent"], told["session"], told["trust"], told["kind"]) == (
        "codex",
        "0198-thread",
        "agent",
        "procedural",
    )
    assert told["time"] == "2026-04-01T12:00:00Z"
    assert item(store, told["id"]).session == "0198-thread"


def test_a_secret_is_replaced_and_that_is_said(store, ask):
    """Invariant 8."""
    told = ask("remember", "CI signs in with", TOKEN)
    assert told.err == f"replaced 1 secret in it: {item(store, told.out.strip()).text}\n"
    assert TOKEN not in "".join(path.read_text() for path in store.inbox.iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "cannot remember: there is no word in the text"),
        ("x" * 301, "cannot remember: the text has 301 characters, and a memory has at most 300"),
        (TOKEN, "cannot remember: the text is a secret and nothing else"),
    ],
)
def test_what_cannot_be_kept_is_a_usage_error_with_advice(store, ask, text, said):
    told = ask("remember", text, code=2).err
    assert told.startswith(f"error: {said}\nhint: ")
    assert list(store.inbox.iterdir()) == []


@pytest.mark.parametrize(("data", "said"), [(b"\xff", "it is no UTF-8"), (b"x" * 70_000, "more than 65,536 bytes")])
def test_input_that_is_no_text_is_a_usage_error(store, data, said):
    command = [sys.executable, "-m", "dreamd", "--store", str(store.root), "remember"]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr.decode()


def test_recall_status_why_and_a_dry_run_know_it_before_any_run(store, ask):
    name = ask("remember", "the test database listens on port 5433").out.strip()
    assert ask("recall", "which port").out == f"{name}  the test database listens on port 5433\n"
    [hit] = json.loads(ask("recall", "which port", "--json").out)["hits"]
    assert [(it["origin"], it["record"], it["role"]) for it in hit["evidence"]] == [("inbox", name, "agent")]
    assert "inbox      1 remembered statement for the next dream" in ask("status").out
    assert json.loads(ask("status", "--json").out)["inbox"] == {"waiting": 1, "faults": []}
    assert "waits in the inbox for the next dream" in ask("why", name[:5]).out
    planned = ask("dream", "--dry-run").out
    assert "read       0 sessions, 1 remembered statement\n" in planned
    assert f"+ {name}  the test database listens on port 5433" in planned
    assert json.loads(ask("dream", "--dry-run", "--json").out)["remembered"] == [name]
    assert [path.name for path in store.inbox.iterdir()] == [f"{name}.json"]


def test_after_a_run_it_is_found_once_and_waits_no_longer(store, ask):
    name = ask("remember", "the test database listens on port 5433").out.strip()
    ask("dream")
    assert ask("recall", "which port").out == f"{name}  the test database listens on port 5433\n"
    assert json.loads(ask("status", "--json").out)["inbox"]["waiting"] == 0
    assert "it was remembered on request" in ask("why", name).out
    assert "0 parts and 1 remembered statement consumed" in ask("show", "1").out
    assert "the test database listens on port 5433" in store.memory.read_text()
    assert ask("check").out.endswith("sound\n")


def test_it_can_be_forgotten_right_away(store, ask):
    name = ask("remember", "the test database listens on port 5433").out.strip()
    assert f"forgot     {name}  the test database" in ask("forget", name[:5]).out
    assert ask("recall", "which port").out == ""
    assert list(store.inbox.iterdir()) == []


def test_nothing_heavy_is_loaded_and_no_lease_or_index_is_asked(store):
    (store.root / "memory.duckdb").mkdir()
    store.lease.write_text("somebody dreams")
    script = (
        "import sys; from dreamd.cli.main import run\n"
        f"assert run(['remember', 'the port is 5433', '--store', {str(store.root)!r}]) == 0\n"
        "heavy = {'duckdb', 'numpy', 'openai', 'pydantic', 'rich', 'filelock', 'snowballstemmer', 'yaml', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_processes_that_remember_at_once_lose_nothing(store):
    command = [sys.executable, "-m", "dreamd", "--store", str(store.root), "remember", "statement"]
    running = [
        subprocess.Popen([*command, str(number)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for number in range(12)
    ]
    assert [process.wait(timeout=120) for process in running] == [0] * 12
    assert {it.text for it in read_inbox(store).items} == {f"statement {number}" for number in range(12)}


def test_a_store_that_cannot_be_written_to_refuses_with_advice_like_every_other_verb(ask, monkeypatch):
    def refuse(path, _data):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(inbox, "create_file", refuse)
    assert "hint: it is mounted read-only here" in ask("remember", "Never push to main", code=13).err
