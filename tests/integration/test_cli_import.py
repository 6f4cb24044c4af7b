"""``dreamd import``, as a command, from one store into another."""

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime

import msgspec
import pytest

from dreamd.memory.changes import Retire
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, load, read_entry
from dreamd.memory.records import Origin, Reason, Retired, Trust
from dreamd.sessions.events import Act, Event, Role
from dreamd.sessions.parts import FORMAT, PartHeader, key_of, pack_keys, write_part
from dreamd.testing import NOON, make_add, make_evidence, make_memory

PORT = make_memory("The test database listens on port 5433", topic="tests", pinned=True)
RULE = make_memory("Never push to the release branch by hand", evidence=(make_evidence("never push", record="r2"),))
GONE = make_memory("The staging host is called heron", evidence=(make_evidence("heron", record="r3"),))


class World:
    def __init__(self, folder):
        self.folder = folder
        self.store = create_store(folder / "store")
        self.environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "DREAMD_NOW": "2026-11-20T12:00:00Z",
            "DREAMD_STORE": str(self.store.root),
        }

    def run(self, *arguments, code=0, said=""):
        done = subprocess.run(
            [sys.executable, "-m", "dreamd", *map(str, arguments)],
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout, done.stderr

    def type(self, *arguments, code=0, **environment):
        """Run as a person does who sits at a terminal, or a program that has one and these variables."""
        above, below = pty.openpty()
        done = subprocess.run(
            [sys.executable, "-m", "dreamd", *map(str, arguments)],
            env=self.environment | environment,
            stdin=below,
            capture_output=True,
            text=True,
            check=False,
        )
        os.close(above)
        os.close(below)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout, done.stderr

    def memories(self):
        return load(self.store).memories


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def exported(tmp_path, world):
    """Return the file that another store exported."""
    there = create_store(tmp_path / "there")
    commit(there, Entry(Header(1, EntryKind.DREAM, NOON), tuple(map(make_add, (PORT, RULE, GONE)))))
    forgotten = Retire(GONE.id, "ana asked to forget it", why=Reason.FORGOTTEN, by="ana")
    commit(there, Entry(Header(2, EntryKind.FORGET, NOON), (forgotten,)))
    out, _ = world.run("export", "--all", "--store", there.root)
    file = tmp_path / "memories.jsonl"
    file.write_text(out)
    return file


def test_a_store_exported_and_imported_is_the_same_and_sound(world, exported):
    out, _ = world.run("import", exported)
    assert "added      3 memories, 1 of them as history" in out
    assert "committed  generation 1" in out
    again, _ = world.run("export", "--all")
    came = [json.loads(line) for line in exported.read_text().splitlines()]
    went = [json.loads(line) for line in again.splitlines()]
    for line in (*came, *went):
        line.pop("trust")
        line.pop("pinned", None)
        for piece in line["evidence"]:
            piece.pop("origin")
    assert went == came
    world.run("check")
    header = read_entry(world.store, 1).header
    assert (header.kind, header.counts) == (EntryKind.IMPORT, {"add": 3})
    text = world.store.memory.read_text()
    assert text.index(PORT.text) < text.index(RULE.text)
    assert GONE.text not in text
    assert PORT.text in world.run("recall", "database port")[0]


def test_importing_twice_changes_nothing(world, exported):
    world.run("import", exported)
    before = {path: path.read_bytes() for path in world.store.root.rglob("*") if path.is_file()}
    out, _ = world.run("import", exported)
    assert out.endswith("nothing is new; nothing was changed\n")
    assert {path: path.read_bytes() for path in world.store.root.rglob("*") if path.is_file()} == before


def test_a_dry_run_shows_the_changes_and_makes_none(world, exported):
    out, _ = world.run("import", exported, "--dry-run")
    assert f"add        {PORT.id}  {PORT.text}" in out
    assert load(world.store).generation == 0
    [plan] = map(json.loads, world.run("import", exported, "--dry-run", "--json")[0].splitlines())
    assert (plan["generation"], plan["added"], plan["history"], len(plan["changes"])) == (None, 3, 1, 3)


def test_lines_that_are_no_memories_are_named_and_the_rest_is_taken(world, exported):
    said = f"not json\n{exported.read_text()}"
    out, err = world.run("import", "-", said=said, code=1)
    assert "left out: line 1: " in err
    assert "added      3 memories" in out
    assert "imported it from standard input" in read_entry(world.store, 1).changes[0].reason


def test_a_line_with_broken_letters_is_left_out_and_not_taken_with_others(world, exported):
    first, *rest = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(b"\xef\xbb\xbf" + first + rest[0].replace(b'text":"', b'text":"\xff') + b"".join(rest[1:]))
    out, err = world.run("import", exported, code=1)
    assert "left out: line 2: " in err
    assert "added      2 memories" in out


def test_a_persons_trust_comes_along_only_where_a_person_types_it(world, exported):
    """Invariant 7."""
    out, _ = world.run("import", exported)
    assert "trust      of 3 is an agent's" in out
    assert {memory.trust for memory in world.memories().values()} == {Trust.AGENT}
    world.type("import", exported, CLAUDECODE="1")
    assert {memory.trust for memory in world.memories().values()} == {Trust.AGENT}
    world.type("import", exported)
    assert world.memories()[PORT.id].trust is Trust.USER
    assert world.memories()[GONE.id].trust is Trust.AGENT  # what is retired here stays as it is


def test_a_pin_comes_along_only_where_a_person_types_it(world, exported):
    """Invariant 12."""
    out, _ = world.run("import", exported)
    assert "pins       of 1 are not taken" in out
    assert not world.memories()[PORT.id].pinned
    world.type("import", exported)
    assert world.memories()[PORT.id].pinned


def test_evidence_keeps_its_words_and_is_not_looked_for_in_transcripts(world, exported):
    """Invariant 6."""
    world.run("import", exported)
    [piece] = world.memories()[RULE.id].evidence
    assert (piece.origin, piece.quote, piece.record, piece.person) == (Origin.IMPORTED, "never push", "r2", "ana")
    assert "never push" in world.run("why", RULE.id)[0]


def test_why_says_once_that_a_memory_was_imported_and_what_its_line_only_claims(world, exported):
    """Invariant 7: a line may state anything with somebody's real quote."""
    local = make_memory("Use tabs", evidence=(make_evidence("tabs", record="r8", session="s8"),))
    commit(world.store, Entry(Header(1, EntryKind.DREAM, NOON), (make_add(local),)))
    world.run("import", exported)

    said = world.run("why", RULE.id)[0]
    head, _, evidence = said.partition("evidence\n")
    assert "imported it from memories.jsonl; that its quotes say so was not checked here" in " ".join(head.split())
    assert said.count("that its quotes say so was not checked here") == 1
    assert "came 2026-11-20" in head
    assert "claimed: user ana, session s1, record r2" in evidence
    told = json.loads(world.run("why", RULE.id, "--json")[0])["imported"]
    assert (told["generation"], told["time"]) == (2, "2026-11-20T12:00:00Z")
    assert told["reason"].endswith(" imported it from memories.jsonl")

    said = world.run("why", local.id)[0]
    assert "not checked" not in said.partition("evidence\n")[0]
    assert "claimed" not in said
    assert json.loads(world.run("why", local.id, "--json")[0])["imported"] is None


def test_who_is_said_to_speak_in_a_conflict_is_claimed_where_it_was_imported(world):
    others = (RULE, msgspec.structs.replace(PORT, conflicts_with=(RULE.id,)))
    world.run("import", "-", said=b"\n".join(map(msgspec.json.encode, others)).decode())
    assert world.run("conflicts")[0].count("          claimed: user ana, ") == 2


def kept(world, session, *said):
    """Put what was said in a session, by whom and in which record, into the store's transcripts."""
    events = [Event(record, Role(role), Act.SAID, text, NOON) for record, role, text in said]
    keys = pack_keys(key_of(it.record) for it in events)
    header = PartHeader(FORMAT, session, "ana", "claude-code", "UTC", keys, "u" * len(said), (1,) * len(said))
    write_part(world.store.transcripts, header, events, NOON)


def test_a_quote_that_a_record_here_does_not_have_is_left_out(world):
    """Invariant 6."""
    kept(world, "s1", ("r1", "user", "the port is 5433"), ("r2", "agent", "we never push"))
    pieces = {
        "The port is 5433": make_evidence("the port is 5433"),
        "The port is 9999": make_evidence("the port is 9999"),
        "We never push": make_evidence("we never push", record="r2"),  # an agent said it
        "The host is heron": make_evidence("the host is heron", session="s9"),
    }
    memories = [make_memory(text, evidence=(piece,)) for text, piece in pieces.items()]
    said = b"\n".join(map(msgspec.json.encode, memories)).decode()

    out, err = world.run("import", "-", said=said, code=1)

    assert "added      2 memories" in out
    assert f"left out: line 2: a quote of {memories[1].id} does not stand in record 'r1', which is kept here" in err
    assert "left out: line 3: " in err
    assert {it.text for it in world.memories().values()} == {"The port is 5433", "The host is heron"}
    assert "imported, not checked here" in world.run("why", memories[3].id)[0]
    assert "kept in its transcript" in world.run("why", memories[0].id)[0]
    assert "2 pieces of evidence, 1 imported and not checked here: sound" in world.run("check")[0]


def test_what_was_imported_before_its_record_was_here_is_checked_when_it_is(world):
    """Invariant 6."""
    world.run("import", "-", said=msgspec.json.encode(RULE).decode())
    kept(world, "s1", ("r2", "user", "push as you like"))
    assert f"damage: {RULE.id}: its quote does not stand in record 'r2'" in world.run("check", code=12)[0]
    assert "its transcript does not have it any more" in world.run("why", RULE.id)[0]
    world.run("forget", RULE.id)
    world.run("check")


def test_an_import_can_be_taken_back(world, exported):
    world.run("import", exported)
    world.run("undo")
    assert not any(memory.active for memory in world.memories().values())
    out, _ = world.run("import", exported)
    assert "forgotten  " in out
    assert not any(memory.active for memory in world.memories().values())


def test_a_file_that_is_not_there_is_an_error(world, tmp_path):
    assert "cannot use" in world.run("import", tmp_path / "none.jsonl", code=1)[1]


def test_a_memory_as_old_as_can_be_comes_in_and_is_shown_and_known_like_any_other(world):
    """A single odd line holds up no other, and no dream after it."""
    old = make_memory("Stones were carried by hand", learned=datetime.min.replace(tzinfo=UTC))
    old = msgspec.structs.replace(old, last_seen=old.learned)
    path = world.folder / "old.jsonl"
    path.write_bytes(msgspec.json.encode(old) + b"\n" + msgspec.json.encode(PORT) + b"\n")

    assert "added      2 memories" in world.run("import", path)[0]

    world.environment["TZ"] = "America/New_York"
    assert "learned 1-01-01" in world.run("why", old.id)[0].replace("0001", "1")
    world.run("dream")
    world.run("check")


def forgotten_elsewhere(world, count):
    """Put so many memories into the store, and return the file of one that says that people forgot them all."""
    here = [
        make_memory(f"Rule {n}: keep it", evidence=(make_evidence(f"rule {n}", record=f"n{n}"),)) for n in range(count)
    ]
    commit(world.store, Entry(Header(1, EntryKind.DREAM, NOON), tuple(map(make_add, here))))
    retired = Retired(Reason.FORGOTTEN, "mallory asked to forget it", NOON, "mallory")
    lines = [msgspec.json.encode(msgspec.structs.replace(it, retired=retired)) for it in here]
    file = world.folder / "all.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


def test_a_file_that_retires_more_than_the_loss_bound_is_refused_whole_unless_that_is_accepted(world):
    """Invariant 5."""
    file = forgotten_elsewhere(world, 44)
    for arguments, said in ((["-"], file.read_text()), ([file], "")):
        err = world.run("import", *arguments, said=said, code=13)[1]
        assert "it retires 44 of 44 memories" in err
        assert "--accept-loss" in err
    assert "and the bound is 11 (invariant 5)" in world.type("import", file, code=13)[1]
    assert load(world.store).generation == 1
    out, err = world.run("import", file, "--dry-run")
    assert out.count("retire     ") == 44
    assert "would be refused without --accept-loss: it retires 44" in err
    [plan] = map(json.loads, world.run("import", file, "--dry-run", "--json")[0].splitlines())
    assert plan["refused"].startswith("it retires 44")
    world.run("import", file, "--accept-loss")
    assert not any(memory.active for memory in world.memories().values())


def active(world):
    return sum(memory.active for memory in world.memories().values())


def test_where_a_person_types_it_a_file_that_retires_as_many_as_the_loss_bound_is_taken(world):
    """Invariant 5."""
    file = forgotten_elsewhere(world, 44)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:11]))
    world.type("import", file)
    assert active(world) == 33


def test_what_no_person_types_retires_nothing_however_many_files_come_unless_that_is_accepted(world):
    """Invariant 5: file after file, each within the loss bound, would retire all there is."""
    file = forgotten_elsewhere(world, 44)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:3]))
    why = "it retires 3 of 44 memories and no person typed this at a terminal and named a file (invariant 5)"
    for arguments, said in ((["-"], file.read_text()), ([file], "")):
        err = world.run("import", *arguments, said=said, code=13)[1]
        assert why in err
        assert "--accept-loss" in err
    assert "would be refused without --accept-loss: it retires 3" in world.run("import", file, "--dry-run")[1]
    assert (load(world.store).generation, active(world)) == (1, 44)
    world.run("import", "-", "--accept-loss", said=file.read_text())
    assert active(world) == 41
