from datetime import timedelta

import msgspec
import pytest

from dreamd.memory.changes import State
from dreamd.memory.records import Kind, Reason, Retired, Trust
from dreamd.phases.distil import memory_from, step


def added(make, *transcripts, state=None, **fields):
    return [change.memory for change in step(make.dream(*transcripts, **fields), state or State()).changes]


def test_a_draft_becomes_a_memory_with_the_times_and_support_of_its_session(make):
    session = make.session("a", "user: Never push to main.", day=2, person="ada", branch="topic")
    (memory,) = added(make, session)
    assert memory.kind is Kind.SEMANTIC
    assert memory.trust is Trust.USER
    assert memory.learned == memory.last_seen == memory.valid_from == memory.evidence[0].time
    assert (memory.sessions, memory.people, memory.branch) == (("a",), ("ada",), "topic")
    assert memory.factors.confidence == 0.6


def test_what_an_agent_found_was_true_before_it_was_found(make):
    (memory,) = added(make, make.session("a", "agent: Money is stored in cents."))
    assert memory.valid_from is None


def test_a_session_that_was_consumed_is_not_read_again(make):
    """Invariant 2."""
    session = make.session("a", "user: Never push to main.")
    assert added(make, session, state=State(parts=frozenset(session.parts))) == []


def test_the_same_draft_has_the_same_id_and_another_sessions_is_a_collision(make):
    (draft,) = make.dream().curator.distil(make.session("a", "user: Never push to main."))
    memory = memory_from(draft, {})
    assert memory_from(draft, {memory.id: memory}) is None
    stranger = msgspec.structs.replace(memory, sessions=("b",))
    assert memory_from(draft, {memory.id: stranger}).id != memory.id


@pytest.mark.parametrize("why", [Reason.FORGOTTEN, Reason.UNDONE])
def test_other_words_from_a_forgotten_record_do_not_bring_it_back(make, why):
    """Invariant 12."""
    said = make.session("a", "user: Never push to main directly.")
    (memory,) = added(make, said)
    gone = msgspec.structs.replace(
        memory, id="otherid0", text="Do not push directly to main.", retired=Retired(why, "ada", make.now)
    )
    assert added(make, said, state=make.state(gone)) == []


def test_what_was_joined_to_a_forgotten_memory_is_forgotten_with_it(make):
    """Invariant 12."""
    said = make.session("a", "user: Never push to main directly.")
    (memory,) = added(make, said)
    head = make.memory("No pushes.", retired=Retired(Reason.FORGOTTEN, "ada", make.now))
    joined = msgspec.structs.replace(
        memory, id="otherid0", text="x", retired=Retired(Reason.DUPLICATE, "same", make.now, head.id)
    )
    assert added(make, said, state=make.state(head, joined)) == []


def test_new_evidence_may_teach_what_was_forgotten(make):
    gone = make.memory("Never push to main directly.", retired=Retired(Reason.FORGOTTEN, "ada", make.now))
    later = make.session("z", "user: Never push to main directly.", day=9)
    assert len(added(make, later, state=make.state(gone))) == 1


def test_one_session_that_a_curator_stumbles_over_does_not_stop_the_others(make):
    """Invariant 15."""

    class Stumbling(type(make.dream().curator)):
        def distil(self, transcript):
            if transcript.session == "bad":
                raise ValueError(transcript.session)
            return super().distil(transcript)

    sessions = [make.session("bad", "user: x y z"), make.session("good", "user: Never push to main.")]
    outcome = step(make.dream(*sessions, curator=Stumbling()), State())
    assert [change.memory.sessions for change in outcome.changes] == [("good",)]
    assert any("bad" in note for note in outcome.notes)


def test_each_session_is_told_before_it_is_read_and_the_end_after_the_last(make):
    seen = []
    sessions = [make.session(name, "user: Never push to main.") for name in ("a", "b")]
    step(make.dream(*sessions, progress=lambda *told: seen.append(told)), State())
    assert seen == [("distil", 0, 2, "a"), ("distil", 1, 2, "b"), ("distil", 2, 2)]


def copied(session, name, **fields):
    """Given a transcript, return it as a log of another session copies it: the records keep their ids."""
    return msgspec.structs.replace(
        session,
        session=name,
        parts=(f"{name}.part",),
        shared=frozenset(event.record for event in session.events),
        **fields,
    )


def test_a_copy_of_what_was_forgotten_does_not_bring_it_back(make):
    """Invariant 12: neither with the same quote nor in other words from the same record."""
    said = make.session("a", "user: Never push to main directly.")
    (memory,) = added(make, said)
    gone = msgspec.structs.replace(memory, retired=Retired(Reason.FORGOTTEN, "ada", make.now))
    (event,) = said.events
    longer = msgspec.structs.replace(event, text="Never push to main directly!")
    assert added(make, copied(said, "b"), state=make.state(gone)) == []
    assert added(make, copied(said, "b", events=(longer,)), state=make.state(gone)) == []
    stranger = msgspec.structs.replace(copied(said, "b"), shared=frozenset())
    assert len(added(make, stranger, state=make.state(gone))) == 1, "an id that counts in one session only"


def test_a_copy_of_what_is_known_is_known(make):
    """Invariant 2."""
    said = make.session("a", "user: Never push to main directly.", "user: Always run make lint.")
    first, _second = known = added(make, said)
    assert added(make, copied(said, "b"), state=make.state(*known)) == []
    (again,) = added(make, copied(said, "b"), state=make.state(first))
    assert again.sessions == ("b",), "a record that the ledger does not know is of whose transcript it stands in"


def test_a_copy_with_a_later_time_says_nothing_later(make):
    """Invariant 2: some agents' logs give what they copy the time of the copying."""
    said = make.session("a", "user: Never push to main directly.")
    (memory,) = added(make, said)
    joined = msgspec.structs.replace(memory, id="otherid0", text="No pushes to main.")
    (event,) = said.events
    later = msgspec.structs.replace(event, time=event.time + timedelta(days=3))
    (again,) = added(make, copied(said, "b", events=(later,)), state=make.state(joined))
    assert (again.sessions, again.last_seen, again.evidence) == (("a",), memory.last_seen, memory.evidence)
