"""Everything that people, agents, editors and git do to published files, through real files and a real publish."""

import errno
import os
import re
import textwrap
import threading
from datetime import timedelta

import pytest

from dreamd.memory import edits, replacing
from dreamd.memory.changes import Retopic, Reword
from dreamd.memory.edits import MOST_WRITTEN, find
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.held import is_held
from dreamd.memory.ledger import commit, head, load, read_entry
from dreamd.memory.publish import is_published, publish
from dreamd.memory.records import Kind, Trust
from dreamd.testing import NOON, make_add, make_evidence, make_memory


class World:
    """A store with published memories, and what is done to it."""

    def __init__(self, root):
        self.store = create_store(root / "store")
        self.scratch = root
        self.told = []
        self.on_index = lambda: None

    def build(self, path, _state):
        self.on_index()
        path.write_bytes(b"index")

    def publish(self, now=NOON, settle=0.0):
        return publish(self.store, self.build, self.scratch, now, "host", settle=settle, tell=self.told.append)

    def commit(self, *changes, shown=()):
        state = load(self.store)
        header = Header(state.generation + 1, EntryKind.DREAM, NOON, shown=(*state.shown, *shown))
        commit(self.store, Entry(header, changes))

    def remember(self, *memories):
        self.commit(*map(make_add, memories), shown=tuple(it.id for it in memories))
        return self.publish()

    def texts(self, state=None):
        return {it.text for it in (state or load(self.store)).active()}

    def kept(self):
        return [path.read_text() for path in self.store.edits.glob("0*.md")]

    def replaced(self, name="*"):
        return sorted(self.store.edits.glob(f"replaced-*-{name}.md"))


def memory(number, topic="sea", **fields):
    evidence = (make_evidence("q", record=f"r{number}", role="agent"),)
    return make_memory(f"Rule number {number} concerns walruses", **{"evidence": evidence, "topic": topic, **fields})


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.remember(memory(1), memory(2), memory(3), memory(4, "land"))
    return world


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def line_of(path, wanted):
    return next(line for line in path.read_text().splitlines(keepends=True) if line.rstrip().endswith("^" + wanted.id))


def drop(path, wanted):
    line = line_of(path, wanted)
    change(path, line, "")
    return line


def settled(world):
    """Tell whether everything is published and another publish finds nothing to do."""
    before = head(world.store)
    world.publish()
    return is_published(world.store) and find(world.store) == [] and head(world.store) == before


# lines


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("- Ask first\n", {"Ask first"}),
        ("* Ask first\n", {"Ask first"}),
        ("A paragraph\nover two lines\n", {"A paragraph over two lines"}),
        ("1. Stop it\n2. Start it\n", {"1. Stop it", "2. Start it"}),
        ("- Hang up before\n  10. Then wait\n", {"Hang up before 10. Then wait"}),
        ("Hang up before\n10. Then wait\n", {"Hang up before 10. Then wait"}),
        (
            "- Stop it:\n  1. at night\n  2. slowly\n3. Start it\n",
            {"Stop it:", "1. at night", "2. slowly", "3. Start it"},
        ),
        ("- On deploy:\n  - stop it\n    - at night\n", {"On deploy:", "stop it", "at night"}),
        ("| step | who |\n|---|:-:|\n| stop | ana |\n", {"step | who", "stop | ana"}),
        ("```sh\n# not a heading\nmake ship\n\n- x\n```\n", {"# not a heading", "make ship", "x"}),
        ("- [ ] Migrate it\n- [x] Ship it\n", {"[ ] Migrate it", "[x] Ship it"}),
        ("## New heading\n\nUnder it\n", {"Under it"}),
        ("> Quoted\n", {"> Quoted"}),
        ("<!-- a comment --> and words\n", {"<!-- a comment --> and words"}),
        ("Straight after a line", {"Straight after a line"}),
        ("- Twice\n- Twice\n- twice.\n", {"Twice"}),
        ("- Use HEAD ^abcdefgh or so\n", {"Use HEAD ^abcdefgh or so"}),
    ],
)
def test_whatever_is_written_becomes_memories(world, written, expected):
    before = world.texts()
    for path in (world.store.memory, world.store.topic("sea")):
        path.write_text(path.read_text() + written)

    after = world.texts(world.publish())

    assert after - before == expected
    assert before <= after
    assert settled(world)


def test_a_new_line_gets_the_topic_and_the_kind_that_stand_above_it(world):
    memory_md, sea = world.store.memory, world.store.topic("sea")
    change(memory_md, line_of(memory_md, memory(4, "land")), line_of(memory_md, memory(4, "land")) + "- On land\n")
    memory_md.write_text(memory_md.read_text() + "\n## Tide tables\n\n- At six\n\n# Another title\n\n- Anywhere\n")
    sea.write_text(sea.read_text() + "\n## How it is done here\n\n- Row\n")

    found = {it.text: it for it in world.publish().active()}

    assert found["On land"].topic == "land"
    assert found["At six"].topic == "tide-tables"
    assert found["Anywhere"].topic == "general"
    assert (found["Row"].topic, found["Row"].kind) == ("sea", Kind.PROCEDURAL)


def test_the_topic_that_a_person_gave_is_held_against_runs(world):
    """Invariant 12."""
    (world.store.topics / "billing.md").write_text("- Invoices are made on the first\n")
    line = drop(world.store.topic("sea"), memory(1))
    world.store.topic("land").write_text(world.store.topic("land").read_text() + line)
    world.store.topic("general").write_text("- Anything at all\n")

    state = world.publish()

    found = {it.text: it for it in state.active()}
    moved = [found["Invoices are made on the first"], found[memory(1).text]]
    assert [it.topic for it in moved] == ["billing", "land"]
    assert all(is_held(Retopic(it.id, "it speaks of it", topic="sea"), state.memories) for it in moved)
    for it in (found["Anything at all"], memory(2)):
        assert not is_held(Retopic(it.id, "it speaks of it", topic="land"), state.memories)


def test_a_changed_line_in_both_files_keeps_both_texts(world):
    change(world.store.memory, "number 1 concerns walruses", "number 1 concerns seals")
    change(world.store.topic("sea"), "number 1 concerns walruses", "number 1 concerns whales")

    state = world.publish()

    assert state.memories[memory(1).id].text == "Rule number 1 concerns seals"
    assert "Rule number 1 concerns whales" in world.texts(state)
    assert settled(world)


def test_a_copied_line_that_was_written_on_is_a_new_memory_and_the_first_stays(world):
    sea = world.store.topic("sea")
    line = line_of(sea, memory(1))
    change(sea, line, line + line.replace("walruses", "gulls"))

    state = world.publish()

    assert state.memories[memory(1).id].text == memory(1).text
    assert "Rule number 1 concerns gulls" in world.texts(state)


@pytest.mark.parametrize("name", ["topics/land.md", "topics/sky.md", "topics/sea (copy).md"])
@pytest.mark.parametrize("is_shown", [True, False])
def test_a_line_copied_to_another_file_and_written_on_is_a_new_memory_of_that_topic(world, name, is_shown):
    one = memory(1) if is_shown else memory(9)
    world.commit(*() if is_shown else [make_add(one)])
    world.publish()
    path = world.store.root / name
    with path.open("a") as file:
        file.write(line_of(world.store.topic("sea"), one).replace("walruses", "gulls"))

    state = world.publish()

    assert state.memories[one.id] == load(world.store, state.generation - 1).memories[one.id]
    added = next(it for it in state.active() if "gulls" in it.text)
    assert added.topic in {"land", "sky", "sea-copy"}
    assert settled(world)


@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.parametrize("name", ["MEMORY.md", "topics/sea.md"])
def test_a_line_changed_in_one_of_the_files_where_it_was_published_is_a_rewording(world, name, is_declared):
    path = world.store.root / name
    change(path, "1 concerns walruses", "1 concerns gulls")
    if not is_declared:
        path.write_text(re.sub(r"<!--.*?-->", "", path.read_text()))

    state = world.publish()

    assert state.memories[memory(1).id].text == "Rule number 1 concerns gulls"
    assert len(state.active()) == 4


def test_a_line_that_memory_md_does_not_show_written_there_anew_is_a_new_memory(world):
    world.commit(make_add(memory(9)))
    world.publish()
    append(world.store.memory, line_of(world.store.topic("sea"), memory(9)).replace("walruses", "gulls"))

    state = world.publish()

    assert state.memories[memory(9).id].text == memory(9).text
    assert "Rule number 9 concerns gulls" in world.texts(state)


def test_a_line_changed_where_it_was_and_in_a_copy_is_reworded_as_where_it_was(world):
    line = line_of(world.store.topic("sea"), memory(1))
    append(world.store.topic("land"), line.replace("walruses", "gulls"))
    change(world.store.topic("sea"), "1 concerns walruses", "1 concerns seals")

    state = world.publish()

    found = state.memories[memory(1).id]
    assert (found.text, found.topic) == ("Rule number 1 concerns seals", "sea")
    assert "Rule number 1 concerns gulls" in world.texts(state)


def test_words_written_after_the_id_belong_to_the_line(world):
    sea = world.store.topic("sea")
    change(sea, f"^{memory(1).id}", f"^{memory(1).id} and seals")

    assert world.publish().memories[memory(1).id].text == "Rule number 1 concerns walruses and seals"


def test_an_edited_date_is_kept_and_the_renderers_is_not_part_of_the_text(world):
    change(world.store.topic("sea"), "1 concerns walruses (2026-03-14)", "1 concerns walruses (2025-01-01)")
    change(world.store.topic("sea"), "2 concerns walruses (2026-03-14)", "2 concerns seals (2026-03-14)")

    memories = world.publish().memories

    assert memories[memory(1).id].text == "Rule number 1 concerns walruses (2025-01-01)"
    assert memories[memory(2).id].text == "Rule number 2 concerns seals"


def test_a_line_of_another_store_keeps_the_day_on_which_it_was_learned(world):
    world.store.topic("far").write_text("- Brought along (2025-01-02) ^zzzzzzzz\n")

    added = next(it for it in world.publish().active() if it.text == "Brought along")

    assert added.id != "zzzzzzzz"
    assert "Brought along (2025-01-02) ^" in world.store.topic("far").read_text()


def test_an_edit_takes_a_persons_trust_away_until_somebody_confirms_it(world):
    """Invariant 7."""
    world.remember(make_memory("Never push to main", topic="sea"))
    change(world.store.topic("sea"), "Never push", "Always push")

    changed = next(it for it in world.publish().active() if it.text == "Always push to main")

    assert changed.trust is Trust.AGENT
    assert "Always push to main" in {piece.quote for piece in changed.evidence}


# removed and moved


def test_a_line_moved_to_a_file_written_by_hand_is_moved(world):
    line = drop(world.store.topic("sea"), memory(1))
    world.store.topic("harbour").write_text("# My harbour\n\n" + line)

    state = world.publish()

    assert state.memories[memory(1).id].topic == "harbour"
    assert state.memories[memory(1).id].active
    assert settled(world)


def test_a_line_moved_and_changed_at_once_is_both(world):
    line = drop(world.store.topic("sea"), memory(1))
    land = world.store.topic("land")
    land.write_text(land.read_text() + line.replace("walruses", "hares"))

    found = world.publish().memories[memory(1).id]

    assert (found.topic, found.text) == ("land", "Rule number 1 concerns hares")


def test_a_line_copied_to_another_file_stays_where_it_is(world):
    land = world.store.topic("land")
    land.write_text(land.read_text() + line_of(world.store.topic("sea"), memory(1)))

    state = world.publish()

    assert state.memories == load(world.store, 1).memories
    assert settled(world)


def test_a_line_moved_under_another_heading_of_memory_md_changes_its_topic(world):
    path = world.store.memory
    line = drop(path, memory(1))
    change(path, line_of(path, memory(4, "land")), line_of(path, memory(4, "land")) + line)

    assert world.publish().memories[memory(1).id].topic == "land"


def test_a_line_moved_in_memory_md_outlives_the_file_that_it_is_moved_from(world):
    path = world.store.memory
    line = drop(path, memory(1))
    change(path, line_of(path, memory(4, "land")), line_of(path, memory(4, "land")) + line)
    world.store.topic("sea").unlink()

    found = world.publish().memories[memory(1).id]

    assert (found.active, found.topic) == (True, "land")
    assert settled(world)


def test_a_line_with_the_id_of_one_that_stands_moves_nothing(world):
    path = world.store.memory
    line = line_of(path, memory(1)).replace("walruses", "gulls")
    change(path, line_of(path, memory(4, "land")), line_of(path, memory(4, "land")) + line)

    state = world.publish()

    assert state.memories[memory(1).id] == load(world.store, 1).memories[memory(1).id]
    assert "Rule number 1 concerns gulls" in world.texts(state)
    assert settled(world)


def test_a_renamed_topic_file_renames_the_topic(world):
    world.store.topic("sea").rename(world.store.topic("ocean"))

    state = world.publish()

    assert {it.topic for it in state.active()} == {"ocean", "land"}
    assert len(state.active()) == 4


def test_lines_move_within_a_file_without_being_changed(world):
    sea = world.store.topic("sea")
    first, last = line_of(sea, memory(1)), line_of(sea, memory(3))
    sea.write_text(sea.read_text().replace(first, "@").replace(last, first).replace("@", last))

    assert world.publish().memories == load(world.store, 1).memories


def test_a_line_that_was_forgotten_may_be_written_again(world):
    line = drop(world.store.topic("sea"), memory(1))
    assert not world.publish().memories[memory(1).id].active
    sea = world.store.topic("sea")
    sea.write_text(sea.read_text() + line)

    state = world.publish()

    assert state.memories[memory(1).id].active
    assert settled(world)


def test_what_was_removed_stays_removed_though_an_old_line_of_it_lies_about(world):
    """Invariant 12."""
    old = world.store.topic("sea").read_text()
    drop(world.store.topic("sea"), memory(1))
    world.publish()
    world.store.topic("sea").write_text(old + "- New in an old file\n")

    state = world.publish()

    assert not state.memories[memory(1).id].active
    assert "New in an old file" in world.texts(state)


# files


def test_a_deleted_topic_file_is_forgotten(world):
    world.store.topic("land").unlink()

    state = world.publish()

    assert state.memories[memory(4, "land").id].status == "forgotten"
    assert [it.reason for it in read_entry(world.store, 2).changes] == ["its file topics/land.md was deleted by hand"]
    assert settled(world)


def test_a_deleted_topic_file_comes_back_where_memory_md_is_of_another_generation(world):
    old = world.store.memory.read_text()
    world.remember(memory(5, "land"))
    world.store.memory.write_text(old)
    world.store.topic("land").unlink()

    assert len(world.publish().active()) == 5
    assert world.store.topic("land").exists()


def test_a_topic_file_that_another_publisher_takes_away_was_not_deleted_though_memory_md_looks_old(world):
    """A network mount may show the old MEMORY.md for a while after what came with the new one has gone."""
    world.commit(Retopic(memory(4, "land").id, "moved", topic="sea"))
    world.store.topic("land").unlink()

    state = world.publish()

    assert len(state.active()) == 4
    assert head(world.store) == 2
    assert is_published(world.store)


@pytest.mark.parametrize("names", [["MEMORY.md"], ["MEMORY.md", "topics/sea.md"], ["topics/sea.md", "topics/land.md"]])
def test_a_deleted_memory_md_and_a_deleted_folder_come_back(world, names):
    for name in names:
        (world.store.root / name).unlink()

    assert len(world.publish().active()) == 4
    assert head(world.store) == 1
    assert is_published(world.store)


def test_a_file_of_any_name_in_topics_is_taken_in_and_only_markdown_is(world):
    (world.store.topics / "Über uns (copy).md").write_text("- Say hello\n")
    (world.store.topics / "notes.txt").write_text("not ours\n")
    (world.store.topics / ".sea.md.swp").write_text("not ours either\n")

    state = world.publish()

    assert next(it for it in state.active() if it.text == "Say hello").topic == "uber-uns-copy"
    names = {path.name for path in world.store.topics.iterdir()}
    assert names == {"sea.md", "land.md", "uber-uns-copy.md", "notes.txt", ".sea.md.swp"}
    assert settled(world)


def wrap(line):
    return textwrap.fill(line, 20, subsequent_indent="  ") if line.startswith("- ") else line


@pytest.mark.parametrize(
    "reformat",
    [
        lambda text: text.replace("\n- ", "\n* "),
        lambda text: text.replace("\n- ", "\n+   "),
        lambda text: text.replace("\n- ", "\n\n- "),
        lambda text: text.replace("\n- ", "\n\t- "),
        lambda text: text.replace("\n", "   \n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: re.sub(r"\n- ", lambda match: f"\n{match.start()}. ", text),
        lambda text: re.sub(r" \^\w{8}$", "", text, flags=re.MULTILINE),
        lambda text: re.sub(r" \(2026-03-14\)", "", text),
        lambda text: "\n".join(map(wrap, text.splitlines())),
        lambda text: text.replace("before 10.", "before\n  10."),
        lambda text: text.replace("before 10.", "before\n10."),
        lambda text: text.replace("before 10. (", "before\n10. ("),
        lambda text: text.replace("snake_case", r"snake\_case").replace("a*b", r"a\*b"),
        lambda text: text.replace("*really*", "_really_"),
        lambda text: text.replace("\u00fc", "u\u0308"),
    ],
)
def test_a_file_that_an_editor_reformatted_says_what_it_said(world, reformat):
    world.remember(
        make_memory("Name it snake_case and never a*b - *really* - in \u00fcber 3. files, #42 says", topic="sea"),
        make_memory("In `code a_b` * and [x](y) <b> stay", topic="sea"),
        make_memory("1. comes first", topic="land"),
        make_memory("Hang up before 10. Not after", topic="land"),
        make_memory("The contract says before 10.", topic="land"),
    )
    before = load(world.store)
    for path in (world.store.memory, *world.store.topics.iterdir()):
        path.write_bytes(reformat(path.read_text()).encode())

    after = world.publish()

    assert after.memories == before.memories
    assert settled(world)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_file_in_another_encoding_says_what_it_said(world, encoding):
    world.remember(make_memory("Zürich heißt „groß“", topic="sea"))
    path = world.store.topic("sea")
    path.write_bytes((path.read_text() + "- Größe zählt\n").encode(encoding))

    state = world.publish()

    assert world.texts(state) - world.texts(load(world.store, 2)) == {"Größe zählt"}
    assert all(state.memories[it.id] == it for it in load(world.store, 2).active())


def test_both_sides_of_a_conflict_are_kept_and_nothing_is_removed(world):
    one, two, three = (line_of(world.store.topic("sea"), memory(n)) for n in (1, 2, 3))
    ours, theirs = one.replace("walruses", "seals"), one.replace("walruses", "gulls")
    world.store.topic("sea").write_text(
        f"# Sea\n\n<<<<<<< HEAD\n<!-- dreamd generation 1 -->\n{ours}- Only ours\n"
        f"||||||| base\n{one}- Before both\n=======\n<!-- dreamd generation 1 -->\n{theirs}"
        "- Only theirs\n>>>>>>> branch\n"
        f"<<<<<<< HEAD\n{two}=======\n{two.replace('walruses', 'whales')}>>>>>>> branch\n"
    )
    del three  # gone from both sides, and yet not forgotten

    state = world.publish()

    assert state.memories[memory(1).id].text == "Rule number 1 concerns seals"
    assert state.memories[memory(2).id].text == "Rule number 2 concerns whales"
    assert {"Rule number 1 concerns gulls", "Only ours", "Only theirs", memory(3).text} <= world.texts(state)
    assert "Before both" not in world.texts(state)
    assert len(state.active()) == 7
    assert "Before both" in world.kept()[0]
    assert settled(world)


@pytest.mark.parametrize("length", [0, 1, 10, 70, 120, 200, -3, -12, -40])
def test_a_file_that_was_cut_off_forgets_nothing_and_adds_nothing(world, length):
    path = world.store.topic("sea")
    text = path.read_text()
    assert text[:length][-1:] != "\n"
    path.write_text(text[:length])

    assert world.publish().memories == load(world.store, 1).memories
    assert head(world.store) == 1


def test_a_file_that_was_cut_off_after_an_edit_keeps_the_edit_and_forgets_nothing(world):
    path = world.store.topic("sea")
    text = path.read_text().replace("number 1 concerns walruses", "number 1 concerns seals")
    path.write_text(text[: text.index("number 3") + 3])

    state = world.publish()

    assert world.texts(state) == {"Rule number 1 concerns seals"} | {memory(n).text for n in (2, 3, 4)}


def test_removing_more_than_the_loss_bound_is_said_and_not_done(world):
    world.remember(*(memory(n) for n in range(10, 30)))
    path = world.store.topic("sea")
    path.write_text(path.read_text().split("\n- ")[0] + "\n- Only this\n")

    state = world.publish()

    assert len(state.active()) == 25
    assert "loss bound of 10" in world.told[0]


# generations


@pytest.mark.parametrize("keep", ["declared", "comment removed"])
def test_any_rendering_that_ever_was_is_no_edit(world, keep):
    files = [world.store.memory, world.store.topic("sea"), world.store.topic("land")]
    old = {path: path.read_text() for path in files}
    world.commit(Reword(memory(1).id, "renamed", text="Rule number 1 concerns seals", was=memory(1).text))
    world.publish()
    drop(world.store.topic("sea"), memory(2))
    before = world.publish()
    for path, text in old.items():
        path.write_text(text if keep == "declared" else re.sub(r"<!--.*?-->\n", "", text))

    after = world.publish()

    assert after.memories == before.memories
    assert head(world.store) == 3
    assert is_published(world.store)


def test_a_file_that_declares_nothing_changes_lines_and_removes_none(world):
    path = world.store.topic("sea")
    line = line_of(path, memory(1)).replace("walruses", "seals")
    path.write_text(line + "- New\n")

    state = world.publish()

    assert world.texts(state) == {"Rule number 1 concerns seals", "New"} | {memory(n).text for n in (2, 3, 4)}


def test_a_line_changed_in_an_old_rendering_and_meanwhile_by_a_run_keeps_both_texts(world):
    old = world.store.topic("sea").read_text()
    world.commit(Reword(memory(1).id, "renamed", text="Rule number 1 concerns seals", was=memory(1).text))
    world.publish()
    world.store.topic("sea").write_text(old.replace("1 concerns walruses", "1 concerns gulls"))

    state = world.publish()

    assert state.memories[memory(1).id].text == "Rule number 1 concerns seals"
    assert "Rule number 1 concerns gulls" in world.texts(state)


@pytest.mark.parametrize("said", ["9", "999999999999", "9" * 5000, "0"])
def test_a_generation_that_never_was_is_none(world, said):
    path = world.store.topic("sea")
    path.write_text(f"<!-- dreamd generation {said} -->\n- New\n")

    assert world.texts(world.publish()) == {"New"} | {memory(n).text for n in (1, 2, 3, 4)}


def test_an_entry_is_not_older_than_the_one_before_it_whatever_the_clock_says(world):
    world.store.topic("far").write_text("- New\n")

    world.publish(now=NOON - timedelta(days=9))

    assert read_entry(world.store, 2).header.now == NOON


# what is no text


@pytest.mark.parametrize(
    "put",
    [
        lambda path: path.symlink_to("/etc/passwd"),
        lambda path: path.mkdir(),
        os.mkfifo,
        lambda path: path.write_bytes(b"\x89PNG\r\n\0\0\0" * 40),
        lambda path: path.write_text("- word\n" * (MOST_WRITTEN // 6)),
    ],
)
@pytest.mark.parametrize("name", ["MEMORY.md", "topics/sea.md", "topics/new.md"])
@pytest.mark.parametrize("exchange", [True, False])
def test_what_is_no_text_is_set_aside_and_kept(world, monkeypatch, put, name, exchange):
    if not exchange:
        monkeypatch.setattr(replacing, "exchange_files", lambda *_: False)
    path = world.store.root / name
    path.unlink(missing_ok=True)
    put(path)
    kind = path.lstat().st_mode

    assert world.publish().memories == load(world.store, 1).memories
    assert is_published(world.store)
    assert not (world.store.topics / "new.md").exists()
    world.publish(now=NOON + timedelta(days=1))
    aside = next(world.store.edits.glob("aside-*"))
    assert aside.lstat().st_mode == kind
    assert "set aside under .dreamd/edits" in world.told[0]


SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def in_folder(path, data):
    path.mkdir()
    (path / "below").mkdir()
    (path / "below" / "notes").write_bytes(data)


@pytest.mark.parametrize("put", [lambda path, data: path.write_bytes(data), in_folder])
@pytest.mark.parametrize("name", ["MEMORY.md", "topics/sea.md", "topics/new.md", "memory.duckdb"])
@pytest.mark.parametrize("exchange", [True, False])
def test_what_is_set_aside_is_without_its_secrets_and_else_as_it_was(world, monkeypatch, put, name, exchange):
    """Invariant 8."""
    if not exchange:
        monkeypatch.setattr(replacing, "exchange_files", lambda *_: False)
    path = world.store.root / name
    path.unlink(missing_ok=True)
    put(path, b"- token is " + SECRET.encode() + b"\n\0\xff\xfe end")

    world.publish()

    files = [it.read_bytes() for it in world.store.root.rglob("*") if it.is_file()]
    assert not [data for data in files if SECRET.encode() in data]
    (aside,) = [data for data in files if data.endswith(b"]\n\0\xff\xfe end")] or [b""]
    # a file in place of the index is replaced: nobody writes one by hand
    assert aside.startswith(b"- token is [secret:") or (name == "memory.duckdb" and put is not in_folder)


def test_a_folder_in_place_of_the_index_and_a_file_in_place_of_topics_are_set_aside(world):
    world.store.index.unlink()
    world.store.index.mkdir()
    (world.store.index / "mine").write_text("mine")
    for path in world.store.topics.iterdir():
        path.unlink()
    world.store.topics.rmdir()
    world.store.topics.write_text("mine, too")

    world.publish()

    assert is_published(world.store)
    assert next(world.store.edits.glob("aside-*-memory/mine")).read_text() == "mine"
    assert next(world.store.edits.glob("aside-*-topics")).read_text() == "mine, too"


def test_a_file_that_cannot_be_read_for_now_is_neither_replaced_nor_set_aside(world, monkeypatch):
    append(world.store.memory, "- New\n")
    text = world.store.memory.read_text()

    def fail(path, *_):
        raise OSError(errno.EIO, "it failed", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(edits, "read_file", fail)
        with pytest.raises(OSError, match="it failed"):
            world.publish()
    assert world.store.memory.read_text() == text
    assert "New" in world.texts(world.publish())


# saved while a publish is under way


@pytest.fixture(params=["exchange", "no exchange"])
def way(request, monkeypatch):
    if request.param == "no exchange":
        monkeypatch.setattr(replacing, "exchange_files", lambda *_: False)
    return request.param


def while_replacing(monkeypatch, name, act):
    """Do something once, after the last look at a file and just before it is replaced."""
    done = []
    write = replacing.write_file

    def late(path, data, *args):
        write(path, data, *args)
        if not done and name in path.name:
            done.append(path)
            act()

    monkeypatch.setattr(replacing, "write_file", late)
    return done


def append(path, line):
    with path.open("a") as file:
        file.write(line)


def save(path, line):
    new = path.with_name(".editor")
    new.write_text(path.read_text() + line)
    new.rename(path)


@pytest.mark.parametrize("how", [append, save])
@pytest.mark.parametrize("name", ["MEMORY.md", "topics/sea.md", "topics/land.md"])
@pytest.mark.usefixtures("way")
def test_an_edit_saved_while_the_index_is_built_is_taken_in(world, name, how):
    todo = [lambda: how(world.store.root / name, "- Saved meanwhile\n")]
    world.on_index = lambda: todo and todo.pop()()

    state = world.remember(memory(5), memory(6, "land"))

    assert "Saved meanwhile" in world.texts(state)
    assert "Saved meanwhile" in (world.store.root / name).read_text()
    assert settled(world)


@pytest.mark.parametrize("how", [append, save])
@pytest.mark.parametrize("name", ["MEMORY", "topics-sea"])
def test_an_edit_saved_just_before_the_exchange_is_taken_in(world, monkeypatch, name, how):
    path = world.store.memory if name == "MEMORY" else world.store.topic("sea")
    done = while_replacing(monkeypatch, name, lambda: how(path, "- Saved late\n"))

    state = world.remember(memory(5))

    assert done
    assert "Saved late" in world.texts(state)
    assert "Saved late" in path.read_text()
    assert settled(world)


def test_a_topic_file_that_appears_while_it_is_made_is_taken_in(world):
    todo = [lambda: world.store.topic("sky").write_text("- Mine\n")]
    world.on_index = lambda: todo and todo.pop()()

    state = world.remember(memory(7, "sky"))

    assert {"Mine", memory(7).text} <= world.texts(state)
    assert "Mine" in world.store.topic("sky").read_text()


def test_an_edit_of_a_topic_file_that_is_about_to_go_is_taken_in(world):
    drop(world.store.topic("land"), memory(4, "land"))
    todo = [lambda: append(world.store.topic("land"), "- Not yet\n")]
    world.on_index = lambda: todo and todo.pop()()

    assert "Not yet" in world.texts(world.publish())
    assert "Not yet" in world.store.topic("land").read_text()


@pytest.mark.usefixtures("way")
def test_who_had_the_file_open_before_it_was_replaced_may_write_into_it_after(world):
    with world.store.memory.open("a") as file:
        world.remember(memory(5))
        file.write("- Written into the old file\n")

    state = world.publish(now=NOON + timedelta(minutes=1))

    assert "Written into the old file" in world.texts(state)
    assert "Written into the old file" in world.store.memory.read_text()
    assert settled(world)


def test_what_was_replaced_goes_when_nobody_wrote_into_it_for_ten_minutes(world):
    world.remember(memory(5))
    assert len(world.replaced()) == 2
    world.commit(*map(make_add, [memory(6)]))
    world.publish(now=NOON + timedelta(minutes=9))
    assert len(world.replaced()) == 4
    world.commit(*map(make_add, [memory(7)]))

    world.publish(now=NOON + timedelta(minutes=11))

    assert len(world.replaced()) == 4
    world.publish(now=NOON + timedelta(days=1))
    assert len(world.replaced()) == 4  # nothing to publish, nothing changed


def test_a_secret_in_what_was_replaced_is_struck_out_at_once(world):
    """Invariant 8."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    append(world.store.memory, f"- The token is {secret}\n")

    world.publish()

    assert not [it for it in world.store.root.rglob("*") if it.is_file() and secret.encode() in it.read_bytes()]
    assert "The token is [secret:" in world.replaced("MEMORY")[-1].read_text()


def test_an_editor_that_is_still_writing_is_waited_for(world):
    path = world.store.topic("sea")
    text = path.read_text() + "- The whole of it\n"
    path.write_text(text[:-12])
    timer = threading.Timer(0.1, path.write_text, [text])
    timer.start()

    state = world.publish(settle=0.3)

    timer.join()
    assert world.texts(state) == {"The whole of it"} | {memory(n).text for n in (1, 2, 3, 4)}


def test_a_publisher_that_died_before_it_replaced_anything_takes_nothing_in_twice(world, monkeypatch):
    append(world.store.memory, "- New " + "word " * 100 + "\n")
    drop(world.store.topic("sea"), memory(1))
    change(world.store.topic("sea"), "2 concerns walruses", "2 concerns seals")

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("dreamd.memory.publish.rendered", die)
        with pytest.raises(KeyboardInterrupt):
            world.publish()
    after = load(world.store)
    assert head(world.store) == 2

    assert world.publish().memories == after.memories
    assert head(world.store) == 2


def test_an_edit_without_a_change_is_kept_all_the_same(world):
    append(world.store.memory, "\n## A heading of mine\n\n<!-- and a comment -->\n")

    world.publish()

    assert head(world.store) == 1
    assert "A heading of mine" in world.kept()[0]
    assert "and a comment" in world.kept()[0]


def test_a_new_line_stands_in_memory_md_though_that_is_full(world):
    world.remember(*(memory(n, f"topic-{n % 9}") for n in range(10, 300)))
    append(world.store.memory, "- Say this\n")

    world.publish()

    assert "Say this" in world.store.memory.read_text()
