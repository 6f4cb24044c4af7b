"""Notes that somebody wrote, taken into a store as memories."""

from datetime import timedelta

import msgspec
import pytest

from dreamd.memory.adopt import By, NoteFile, adopt
from dreamd.memory.changes import Reword, State, fold
from dreamd.memory.held import has_its_place
from dreamd.memory.markdown import render_topic
from dreamd.memory.records import TEXT_LIMIT, Kind, Origin, Reason, Retired, Trust
from dreamd.memory.written import parse
from dreamd.testing import NOON

DAY = timedelta(days=1)
ANA = By("ana")
RULE = "Deploy with make ship, never by hand"


def note(text, name="deploy.md", written=NOON):
    return NoteFile(name, text, written)


def adopted(*notes, here=(), by=ANA, clean=lambda text: text):
    state = State(memories={memory.id: memory for memory in here}, generation=1, now=NOON)
    return adopt(notes, state, by, NOON + DAY, lambda _text: Kind.EPISODIC, clean)


def memories(*notes, **fields):
    return [change.memory for change in adopted(*notes, **fields).amendment.changes]


def test_a_statement_becomes_a_memory_with_its_line_as_evidence():
    [memory] = memories(note(f"# Deploy\n\n- {RULE}\n"))
    [piece] = memory.evidence
    assert (piece.origin, piece.record, piece.quote) == (Origin.ADOPTED, "deploy.md#3", f"- {RULE}")
    assert (memory.text, memory.topic, memory.kind, memory.learned) == (RULE, "deploy", Kind.EPISODIC, NOON)


def test_notes_have_an_agents_trust_unless_a_person_says_that_they_wrote_them():
    """Invariant 7."""
    [memory] = memories(note(RULE))
    assert (memory.trust, memory.people, memory.evidence[0].role) == (Trust.AGENT, (), "")
    [memory] = memories(note(RULE), by=By("ana", wrote=True))
    assert (memory.trust, memory.people, memory.evidence[0].role) == (Trust.USER, ("ana",), "user")


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("feedback", Kind.PROCEDURAL),
        ("user", Kind.SEMANTIC),
        ("project", Kind.SEMANTIC),
        ("reference", Kind.SEMANTIC),
        ("diary", Kind.EPISODIC),
    ],
)
def test_the_type_in_the_frontmatter_decides_the_kind(type_, kind):
    assert memories(note(f"---\nname: x\ntype: {type_}\n---\n{RULE}"))[0].kind is kind


@pytest.mark.parametrize(
    ("name", "text", "topic", "chosen"),
    [
        ("feedback_testing.md", RULE, "testing", True),
        ("ops/Release Process.md", RULE, "release-process", True),
        ("MEMORY.md", f"# Memory\n{RULE}", "general", False),
        ("MEMORY.md", f"# Memory\n## How we deploy\n{RULE}", "how-we-deploy", False),
        ("2026-03-14.md", RULE, "general", False),
        ("MEMORY.md", f"- [Ships](project_ships.md): {RULE}", "ships", True),
    ],
)
def test_the_topic_is_the_note_or_in_a_note_of_sundry_things_the_heading(name, text, topic, chosen):
    memory = memories(note(text, name))[0]
    assert memory.topic == topic
    # Who names a file after a topic chose it; a heading may be any (invariant 12).
    assert has_its_place(memory) is chosen


def test_numbered_steps_are_published_together_and_in_their_order():
    steps = ["Tag the commit first", "Build the image with make", "Push it to the registry", "Tell everybody of it"]
    said = memories(note("".join(f"{n}. {step}\n" for n, step in enumerate(steps, start=9))))
    assert {memory.kind for memory in said} == {Kind.PROCEDURAL}
    assert [line.text for line in parse(render_topic("deploy", reversed(said), 1))] == steps


def test_what_two_notes_say_is_one_memory_with_evidence_in_both():
    [memory] = memories(note(RULE), note(f"- {RULE.upper()}", "other.md", NOON - DAY))
    assert [piece.record for piece in memory.evidence] == ["other.md#1", "deploy.md#1"]
    assert (memory.learned, memory.last_seen) == (NOON - DAY, NOON)


def test_a_note_from_the_future_was_written_now():
    assert memories(note(RULE, written=NOON + 9 * DAY))[0].learned == NOON + DAY


def test_adopting_again_takes_only_what_is_new():
    here = memories(note(RULE))
    again = adopted(note(f"Use tabs, never spaces\n\n{RULE}"), here=here)
    assert [change.memory.text for change in again.amendment.changes] == ["Use tabs, never spaces"]
    assert (again.known, again.forgotten) == (1, 0)


def test_what_was_reworded_since_is_known_by_its_words_in_the_note():
    [memory] = memories(note(f"- {RULE}"))
    reworded = fold({memory.id: memory}, [Reword(memory.id, "dated", text="Ship with make", was=memory.text)], NOON)
    moved = adopted(note(f"Something above it stands here\n\n- {RULE}"), here=reworded.values())
    assert [change.memory.text for change in moved.amendment.changes] == ["Something above it stands here"]


def test_the_same_words_under_another_heading_are_another_statement():
    one = "## Tests\n- port 5433\n"
    here = memories(note(one))
    assert [it.text for it in memories(note(f"{one}## Cache\n- port 5433\n"), here=here)] == ["Cache: port 5433"]


def test_what_a_person_forgot_does_not_come_back():
    """Invariant 12."""
    [memory] = memories(note(RULE))
    gone = msgspec.structs.replace(memory, retired=Retired(Reason.FORGOTTEN, "ana asked", NOON, "ana"))
    again = adopted(note(RULE), here=[gone])
    assert (again.amendment.changes, again.forgotten) == ((), 1)


def test_a_statement_that_was_put_together_is_cleaned_once_more():
    """Invariant 8."""
    said = memories(note("The key is:\n- 1234"), clean=lambda text: text.replace("is: 1234", "is: " + "[secret] " * 60))
    assert "1234" not in " ".join(memory.text for memory in said)
    assert all(len(memory.text) <= TEXT_LIMIT for memory in said)


def test_a_folder_of_many_notes_does_not_fill_memory_md_with_topics():
    """Invariant 10."""
    said = memories(*(note(f"Statement number {n} stands here", f"note-{n:03}x.md") for n in range(300)))
    assert len({memory.topic for memory in said}) <= 64
    assert len(said) == 300
