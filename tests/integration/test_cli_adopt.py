"""``dreamd adopt``, as a command, on directories as agents and people leave them."""

import json
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.daemon.adopting import adopt_notes
from dreamd.daemon.requests import AdoptRequest
from dreamd.memory.files import Store, create_store
from dreamd.memory.ledger import load, read_entry
from dreamd.memory.records import Origin, Trust
from dreamd.testing import NOON

SECRET = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z0AbCdEfG"
FILES = {
    "MEMORY.md": (
        "# Memory\n\n- [Testing](feedback_testing.md) \u2014 tests hit the real database\n"
        "- [Ports](reference_ports.md)\n- Never push to the release branch by hand\n"
    ),
    "feedback_testing.md": (
        "---\nname: testing\ndescription: Integration tests must hit a real database, not mocks\ntype: feedback\n---\n"
        "Mocked tests passed while a migration failed in production.\n\n**Why:** a mock does not know the schema.\n"
    ),
    "reference_ports.md": f"| service | port |\n|---|---|\n| tests | 5433 |\n\nThe token is {SECRET}\n",
}


class World:
    def __init__(self, folder):
        self.folder = folder
        self.notes = folder / "notes"
        self.notes.mkdir()
        for name, text in FILES.items():
            (self.notes / name).write_text(text)
        self.environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "DREAMD_NOW": "2030-01-01T00:00:00Z"}

    def run(self, *arguments, code=0, stdin=subprocess.DEVNULL, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "dreamd", *map(str, arguments)],
            env=self.environment | environment,
            stdin=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout, done.stderr

    def snapshot(self):
        return {path: path.read_bytes() for path in sorted(self.notes.rglob("*")) if path.is_file()}


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def texts(store):
    return {memory.text: memory for memory in load(store).memories.values()}


SAID = {
    "tests hit the real database",
    "Never push to the release branch by hand",
    "Integration tests must hit a real database, not mocks",
    "Mocked tests passed while a migration failed in production.",
    "Why: a mock does not know the schema.",
    "service: tests; port: 5433",
}


def test_an_agents_memory_directory_becomes_the_store_with_nothing_lost(world):
    out, err = world.run("adopt", world.notes)
    assert "added      7 memories from 3 notes" in out
    assert "becomes a store" in err
    store = Store(world.notes)
    there = texts(store)
    assert there.keys() >= SAID
    entry = read_entry(store, 1)
    assert (entry.header.kind, entry.header.counts, load(store).generation) == ("adopt", {"add": 7}, 1)
    assert {piece.origin for memory in there.values() for piece in memory.evidence} == {Origin.ADOPTED}
    assert {memory.trust for memory in there.values()} == {Trust.AGENT}
    memory = store.memory.read_text()
    assert "Never push to the release branch by hand" in memory
    assert memory.startswith("# Memory\n\n<!-- dreamd generation 1")
    assert "Mocked tests" in world.run("recall", "mocked tests migration", "--store", store.root)[0]
    world.run("check", "--store", store.root)


def test_nothing_is_made_where_the_settings_are_wrong(world):
    before = sorted(world.notes.rglob("*"))
    _, err = world.run("adopt", world.notes, code=2, DREAMD_CONFIG=str(world.folder / "missing.yaml"))
    assert "becomes a store" not in err
    assert sorted(world.notes.rglob("*")) == before


def test_every_note_is_kept_as_it_was_but_for_secrets(world):
    """Invariant 8."""
    world.run("adopt", world.notes)
    kept = [path.read_text() for path in Store(world.notes).edits.iterdir() if path.name.startswith("adopted-")]
    assert {FILES["MEMORY.md"], FILES["feedback_testing.md"]} <= set(kept)
    assert len(kept) == 3
    for path in (*Store(world.notes).inner.rglob("*"), Store(world.notes).memory, *Store(world.notes).topics.iterdir()):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_other_notes_in_the_directory_stay_as_they_are(world):
    world.run("adopt", world.notes)
    assert (world.notes / "feedback_testing.md").read_text() == FILES["feedback_testing.md"]


def test_adopting_again_changes_nothing_and_what_is_new_is_taken(world):
    world.run("adopt", world.notes)
    before = world.snapshot()
    out, _ = world.run("adopt", world.notes)
    assert out.endswith("nothing is new; nothing was changed\n")
    assert world.snapshot() == before
    (world.notes / "more.md").write_text("Use tabs, never spaces\n")
    assert "added      1 memory from 3 notes" in world.run("adopt", world.notes)[0]


def flipped(path):
    data = path.read_bytes()
    path.write_bytes(data[:30] + bytes([data[30] ^ 1]) + data[31:])


@pytest.mark.parametrize(
    "harm", [flipped, Path.unlink, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(bytes(300))]
)
def test_a_kept_note_that_is_damaged_or_gone_is_found_and_told_and_kept_again(world, harm):
    """Invariant 6: what was adopted is evidence."""
    world.run("adopt", world.notes)
    store = Store(world.notes)
    path = next(store.edits.glob("adopted-*-feedback-testing.md"))
    before = path.read_bytes()
    name = next(it.id for text, it in texts(store).items() if text.startswith("Why: a mock"))
    assert "kept as it was found" in world.run("why", name, "--store", store.root)[0]

    harm(path)

    told = world.run("check", "--store", store.root, code=12)[0]
    assert "damage: edits: 'feedback_testing.md' is not kept as it was" in told
    assert name in told
    assert (f"damage: edits/{path.name}: it is not what was kept" in told) is (harm is not Path.unlink)
    assert "what was kept of it is damaged or gone" in world.run("why", name, "--store", store.root)[0]
    out = world.run("adopt", world.notes)[0]
    assert out.endswith("kept again feedback_testing.md\nnothing is new\n")
    assert path.read_bytes() == before
    world.run("check", "--store", store.root)


def test_a_kept_edit_that_is_gone_is_found_until_somebody_forgets_what_it_said(world):
    """Invariant 6."""
    world.run("adopt", world.notes)
    store = Store(world.notes)
    store.memory.write_text(store.memory.read_text() + "- Use tabs, never spaces\n")
    world.run("adopt", world.notes)
    name = texts(store)["Use tabs, never spaces"].id
    world.run("check", "--store", store.root)
    next(store.edits.glob("000002-MEMORY.*.md")).unlink()
    told = world.run("check", "--store", store.root, code=12)[0]
    assert f"damage: edits: 'MEMORY.md@2' is not kept as it was, and nothing else is evidence of {name} " in told
    world.run("forget", name, "--store", store.root)
    world.run("check", "--store", store.root)


def test_a_purge_of_what_a_kept_note_says_is_no_damage(world):
    """Invariants 6 and 8."""
    world.run("adopt", world.notes)
    world.run("purge", "mock does not", "--store", world.notes, code=1)  # the note itself is not dreamd's
    world.run("check", "--store", world.notes)


def test_what_is_written_into_memory_md_after_that_is_an_edit(world):
    world.run("adopt", world.notes)
    store = Store(world.notes)
    store.memory.write_text(store.memory.read_text() + "- Use tabs, never spaces\n")
    world.run("adopt", world.notes)
    assert read_entry(store, 2).header.kind == "edit"
    assert texts(store)["Use tabs, never spaces"].evidence[0].origin is Origin.EDIT


def test_whoever_died_after_the_commit_left_notes_that_are_taken_in_as_edits(world):
    world.run("adopt", world.notes)
    store = Store(world.notes)
    store.memory.write_text(FILES["MEMORY.md"])
    store.published.unlink()
    world.run("adopt", world.notes)
    assert {text for text, memory in texts(store).items() if memory.active} >= SAID
    assert read_entry(store, load(store).generation).header.kind == "edit"
    world.run("check", "--store", store.root)


def test_into_another_store_notes_are_only_read(world):
    store = create_store(world.folder / "store")
    before = world.snapshot()
    out, _ = world.run("adopt", world.notes, "--store", store.root)
    assert "added      7 memories from 3 notes" in out
    assert world.snapshot() == before
    assert texts(store).keys() >= SAID
    assert "nothing is new" in world.run("adopt", world.notes, DREAMD_STORE=str(store.root))[0]


def test_a_dry_run_shows_what_would_become_of_the_notes_and_makes_no_store(world):
    before = world.snapshot()
    out, _ = world.run("adopt", world.notes, "--dry-run")
    assert "Never push to the release branch by hand" in out
    assert "adopted it from MEMORY.md" in out
    [told] = map(json.loads, world.run("adopt", world.notes, "--dry-run", "--json")[0].splitlines())
    assert (told["generation"], told["added"], len(told["changes"])) == (None, 7, 7)
    assert told["left"] == {"link to a note": 1}
    assert world.snapshot() == before


def test_only_a_person_at_a_terminal_can_say_that_the_notes_are_theirs(world):
    """Invariant 7."""
    assert "cannot take a program's word" in world.run("adopt", world.notes, "--mine", code=13)[1]
    above, below = pty.openpty()
    world.run("adopt", world.notes, "--mine", stdin=below, code=13, CLAUDECODE="1")
    world.run("adopt", world.notes, "--mine", stdin=below)
    os.close(above)
    os.close(below)
    assert {memory.trust for memory in texts(Store(world.notes)).values()} == {Trust.USER}
    world.run("check", "--store", world.notes)


def test_what_is_no_note_is_passed_over_and_said(world):
    (world.notes / "image.md").write_bytes(b"\x89PNG\0\0")
    (world.notes / "long.md").write_text("x " * 600_000)
    (world.notes / "link.md").symlink_to("/etc/passwd")
    (world.notes / "elsewhere").symlink_to("/etc")
    (world.notes / "data.csv").write_text("a,b\n")
    (world.notes / ".obsidian").mkdir()
    (world.notes / ".obsidian/plugin.md").write_text("Hidden words stand here\n")
    os.mkfifo(world.notes / "pipe.md")
    create_store(world.notes / "old-store")
    out, err = world.run("adopt", world.notes)
    assert "from 3 notes" in out
    for said in ("'image.md': it is no text", "'link.md': it is a link", "'elsewhere': it is a link", "'pipe.md'"):
        assert said in err
    assert "'long.md': it is longer than" in err
    assert "'old-store': it is a store" in err
    assert "1 file that is no Markdown" in err


def test_a_folder_called_topics_is_adopted_before_topic_files_take_its_place(world):
    (world.notes / "topics").mkdir()
    (world.notes / "topics/sea.md").write_text("# Sea\n\nWalruses are not to be fed by visitors.\n")
    world.run("adopt", world.notes)
    store = Store(world.notes)
    assert load(store).generation == 1
    assert texts(store)["Walruses are not to be fed by visitors."].topic == "sea"
    assert "Walruses" in store.topic("sea").read_text()
    world.run("check", "--store", store.root)


def test_a_store_is_not_adopted_into_another(world):
    world.run("adopt", world.notes)
    other = create_store(world.folder / "store")
    assert "it is a store" in world.run("adopt", world.notes, "--store", other.root, code=2)[1]


def test_adopting_can_be_taken_back_and_then_does_not_come_again(world):
    """Invariant 12."""
    world.run("adopt", world.notes)
    world.run("undo", "--store", world.notes)
    assert not any(memory.active for memory in texts(Store(world.notes)).values())
    world.run("adopt", world.notes)
    assert not any(memory.active for memory in texts(Store(world.notes)).values())


def test_adopting_can_be_taken_back_after_a_dream_has_tended_to_what_came(world):
    for path in world.notes.iterdir():
        path.unlink()
    said = ("The webhook timeout is 10 s", "The webhook worker runs in eu-west", "Webhook secrets rotate each quarter")
    (world.notes / "MEMORY.md").write_text("".join(f"- {text}\n" for text in said))
    told, _ = world.run("adopt", world.notes)
    assert "'dreamd undo 1' takes it back" in told
    world.run("dream", "--store", world.notes)
    assert {change.topic for change in read_entry(Store(world.notes), 2).changes} == {"api"}
    world.run("undo", "1", "--store", world.notes)
    assert not any(memory.active for memory in texts(Store(world.notes)).values())
    world.run("check", "--store", world.notes)


WORDS = ["use", "tabs", "never", "5433", "`make", "test`", "**why**", "end.", "steps:", "e.g.", "|", "[a](b.md)"]
MARKS = ["", "- ", "  - ", "# ", "> ", "```", "| ", "---", "<!-- "]
LINES = st.tuples(st.sampled_from(MARKS), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)).map("".join)
NOTES = st.lists(LINES, max_size=15).map("\n".join)


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(st.sampled_from(["MEMORY.md", "a.md", "topics/x.md", "deep/b.md"]), NOTES, min_size=1))
def test_nothing_that_stood_in_the_notes_is_lost_whatever_they_are(files):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "notes"
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text)
        store = create_store(folder)
        request = AdoptRequest(
            str(folder),
            "alpha",
            NOON,
            "ana",
            trusted=False,
            folder=str(folder),
            dry_run=False,
            scratch=f"{name}/scratch",
        )
        reply = adopt_notes(request)
        kept = [path.read_text() for path in store.edits.iterdir()]
        for file, text in files.items():
            is_replaced = reply.added and (file == "MEMORY.md" or file.startswith("topics/"))
            assert text in kept or (not reply.added and (folder / file).read_text() == text)
            assert is_replaced or (folder / file).read_text() == text
        again = adopt_notes(request)
        assert (again.generation, again.added) == (0, 0)
