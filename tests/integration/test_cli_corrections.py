"""What people put right by verbs, with real processes, real logs and dreams in between."""

import json
import os
import pty
import subprocess
import sys

import pytest

from dreamd.daemon.lock import hold
from dreamd.memory.changes import Conflict, Retopic
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import open_store
from dreamd.memory.ledger import commit, head, load
from dreamd.memory.records import Reason, Trust
from dreamd.testing import NOON

COMMAND = (sys.executable, "-m", "dreamd")


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith(("DREAMD_", "XDG_", "CLAUDE"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DREAMD_NOW", "2026-04-01T12:00:00Z")
    return tmp_path


class Team:
    """A store with logs, and the command."""

    def __init__(self, root):
        self.root = root
        self.logs = root / "logs"
        self.logs.mkdir()
        self.path = root / "memory"

    def log(self, name, *texts, day=1):
        rows = [
            {"session": name, "id": f"{name}-{n}", "time": f"2026-03-{day:02}T10:{n:02}:00Z", "role": who, "text": it}
            for n, (who, it) in enumerate(pair for text in texts for pair in (("user", text), ("agent", "Noted.")))
        ]
        (self.logs / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def run(self, *arguments, code=0, both=False, **environment):
        done = subprocess.run(
            [*COMMAND, *arguments, "--store", str(self.path)],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        assert done.returncode == code, done
        return done.stdout + done.stderr if both else done.stdout

    def dream(self):
        return self.run("dream", "--sessions", str(self.logs))

    def state(self):
        return load(open_store(self.path)[0])

    def find(self, words):
        [memory] = [it for it in self.state().memories.values() if words in it.text]
        return memory

    def sound(self):
        return self.run("check")


@pytest.fixture
def team(home):
    team = Team(home)
    subprocess.run([*COMMAND, "init", str(team.path), "--sessions", str(team.logs)], check=True, capture_output=True)
    team.log(
        "one",
        "From now on we always deploy with make ship, because a tag by hand is forgotten.",
        "Never run the seed script against production, it always goes to staging first.",
    )
    team.dream()
    return team


def test_what_is_forgotten_is_gone_at_once_and_the_same_log_does_not_bring_it_back(team):
    """Invariant 12."""
    memory = team.find("make ship")
    assert memory.id in team.path.joinpath("MEMORY.md").read_text()
    said = team.run("forget", memory.id[:6], "--because", "we use make release")
    assert memory.id in said
    assert "undo" in said
    assert memory.id not in team.path.joinpath("MEMORY.md").read_text()
    assert memory.id not in team.run("recall", "deploy with make ship")
    team.log("again", "From now on we always deploy with make ship, because a tag by hand is forgotten.", day=1)
    (team.logs / "one.jsonl").touch()
    team.dream()
    assert team.state().memories[memory.id].retired.reason is Reason.FORGOTTEN
    assert "we use make release" in team.run("why", memory.id)
    team.sound()


def test_an_undone_dream_is_as_if_it_had_added_nothing_and_its_sessions_are_not_read_again(team):
    before = {name for name, memory in team.state().memories.items() if memory.active}
    team.log("two", "From now on every migration is announced in the channel, nobody saw the last one.", day=2)
    team.dream()
    memory = team.find("announced")
    team.run("undo")
    state = team.state()
    assert {name for name, it in state.memories.items() if it.active} == before
    assert state.memories[memory.id].retired.reason is Reason.UNDONE
    assert "nothing is new" in team.dream()
    assert not team.state().memories[memory.id].active
    team.sound()


def test_undo_takes_back_the_last_that_a_person_would_and_says_what_it_did(team):
    memory = team.find("make ship")
    team.run("forget", memory.id)
    store, _ = open_store(team.path)
    upkeep = (Retopic(team.find("seed script").id, "it speaks of it", topic="seeding"),)
    for changes in ((), upkeep):
        commit(store, Entry(Header(head(store) + 1, EntryKind.DREAM, NOON), changes))

    said = [team.run("undo") for _ in range(3)]

    assert [it.splitlines()[0].split() for it in said] == [
        ["undid", "generation", "2", "(forget)"],
        ["took", "back", "generation", "5", "(undo)"],
        ["took", "back", "generation", "6", "(undo)"],
    ]
    assert [it.splitlines()[1].split()[0] for it in said] == ["restored", "retired", "restored"]
    log = json.loads(team.run("log", "--json"))["generations"]
    assert [it["changes"] for it in log[:3]] == [{"restore": 1}, {"retire": 1}, {"restore": 1}]
    assert "retire " in team.run("show", "6")
    assert team.find("make ship").active
    team.sound()


def test_a_generation_that_others_build_on_is_not_undone_and_it_is_said_which(team):
    memory = team.find("make ship")
    team.run("pin", memory.id)
    done = subprocess.run(
        [*COMMAND, "undo", "1", "--store", str(team.path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 13
    assert "generation 2 (pin)" in done.stderr
    assert memory.id in done.stderr
    team.run("undo", "2")
    assert not team.find("make ship").pinned
    team.run("undo", "1")
    assert not any(it.active for it in team.state().memories.values())
    assert "so already" in team.run("undo", "1", both=True)
    team.sound()


def test_a_pinned_memory_is_first_in_memory_md_after_the_next_dream_too(team):
    memory = team.find("seed script")
    team.run("pin", memory.id)
    team.log("two", "From now on every migration is announced in the channel, nobody saw the last one.", day=2)
    team.dream()
    assert team.state().memories[memory.id].pinned
    assert team.state().shown[0] == memory.id


def test_only_a_person_at_a_terminal_confirms(team):
    """Invariant 7."""
    memory = team.find("make ship")
    team.run("confirm", memory.id, code=13)
    at_terminal(team, "confirm", memory.id, code=13, CLAUDECODE="1")
    assert "confirmed" in at_terminal(team, "confirm", memory.id)
    confirmed = team.state().memories[memory.id]
    assert confirmed.trust is Trust.USER
    assert any(piece.record == "confirm" for piece in confirmed.evidence)
    team.sound()


def at_terminal(team, *arguments, code=0, **environment):
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, *arguments, "--store", str(team.path)],
        stdin=theirs,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code, done
    return done.stdout


def test_a_conflict_is_listed_with_both_sides_and_settled(team):
    one, other = team.find("make ship"), team.find("seed script")
    store, _ = open_store(team.path)
    header = Header(head(store) + 1, EntryKind.DREAM, NOON)
    commit(store, Entry(header, (Conflict(one.id, "both cannot be", other=other.id),)))
    listed = team.run("conflicts")
    assert one.text in listed
    assert other.text in listed
    team.run("settle", one.id)
    assert team.state().memories[other.id].retired.reason is Reason.CONTRADICTED
    assert team.run("conflicts") == ""
    team.sound()


def test_a_correction_is_committed_while_another_dreams(team):
    """The lease is politeness: a person does not wait for a run, which starts again from the new head."""
    memory = team.find("make ship")
    store, _ = open_store(team.path)
    with hold(store, team.root / "another-host"):
        team.run("forget", memory.id)
    assert memory.id not in team.path.joinpath("MEMORY.md").read_text()
    assert "generation" in team.run("log")
    team.sound()


def test_a_correction_that_changes_nothing_commits_nothing(team):
    memory = team.find("make ship")
    team.run("forget", memory.id)
    generation = head(open_store(team.path)[0])
    assert json.loads(team.run("forget", memory.id, "--json"))["generation"] is None
    assert head(open_store(team.path)[0]) == generation


@pytest.mark.parametrize("verb", ["forget", "pin", "settle"])
def test_a_generation_typed_for_an_id_changes_nothing(team, verb):
    memory, generation = team.find("make ship"), head(open_store(team.path)[0])
    assert "fewer than 4 characters" in team.run(verb, memory.id[:3], code=2, both=True)
    assert "it is empty" in team.run(verb, "", code=2, both=True)
    assert head(open_store(team.path)[0]) == generation


def test_a_reason_is_stored_without_the_secret_in_it(team):
    """Invariant 8."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    team.run("forget", team.find("make ship").id, "--because", f"it names {secret}")
    found = [path for path in team.path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert found == []


def test_why_says_whether_the_log_still_has_what_was_read(team):
    memory = team.find("make ship")
    assert "its log still says so" in team.run("why", memory.id)
    log = team.logs / "one.jsonl"
    log.write_text(log.read_text().replace("make ship", "make boat"))
    assert "its log was changed since" in team.run("why", memory.id)
    log.unlink()
    said = json.loads(team.run("why", memory.id, "--json"))
    assert [it["log"] for it in said["provenance"]] == ["gone"]
    assert [it["kept"] for it in said["provenance"]] == ["stands"]
