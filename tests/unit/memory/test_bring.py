"""Memories of another store, brought into this one."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.memory.bring import Fate, bring
from dreamd.memory.changes import Merge, Pin, Retire, State, Supersede, fold
from dreamd.memory.imported import read_lines
from dreamd.memory.records import ALPHABET, About, Factors, Kind, Memory, Reason, Retired, Trust
from dreamd.testing import NOON, make_evidence, make_memory

DAY = timedelta(days=1)
PORT = make_memory("The test database listens on port 5433", topic="tests")
RULE = make_memory("Never push to the release branch by hand", evidence=(make_evidence("never push", record="r2"),))
FORGOTTEN = Retired(Reason.FORGOTTEN, "ana asked to forget it", NOON, "ana")


def state(*memories):
    return State(memories={memory.id: memory for memory in memories}, generation=1, now=NOON)


def with_fields(memory, **fields):
    return msgspec.structs.replace(memory, **fields)


def lines(*memories):
    """Return memories as they come: exported, and read again."""
    return read_lines("\n".join(msgspec.json.encode(memory).decode() for memory in memories)).memories


def brought(here, *memories, trusted=True):
    return bring(lines(*memories), here, "ana imported it from x.jsonl", NOON + DAY, trusted=trusted)


def after(here, *memories, trusted=True):
    changes = brought(here, *memories, trusted=trusted).amendment.changes
    return msgspec.structs.replace(here, memories=fold(here.memories, changes, NOON + DAY))


def test_what_is_new_is_added_under_its_own_id_and_what_is_retired_as_history():
    old = with_fields(RULE, retired=FORGOTTEN)
    there = after(state(), PORT, old)
    assert list(there.memories) == [PORT.id, old.id]
    assert there.memories[old.id].retired == FORGOTTEN


def test_importing_again_changes_nothing():
    there = after(state(), PORT, with_fields(RULE, retired=FORGOTTEN))
    again = brought(there, PORT, with_fields(RULE, retired=FORGOTTEN))
    assert again.amendment.changes == ()
    assert set(again.fates.values()) == {Fate.KNOWN}


def test_an_id_that_is_another_memory_here_is_not_taken_away_from_it():
    other = make_memory("Use tabs", id=PORT.id, evidence=(make_evidence("tabs", session="s9"),))
    outcome = brought(state(other), PORT)
    new = outcome.renamed[PORT.id]
    there = after(state(other), PORT)
    assert there.memories[PORT.id] == other
    assert there.memories[new].text == PORT.text
    assert brought(there, PORT).amendment.changes == ()


def test_what_refers_to_a_renamed_memory_follows_it():
    other = make_memory("Use tabs", id=PORT.id, evidence=(make_evidence("tabs", session="s9"),))
    newer = with_fields(RULE, supersedes=(PORT.id,), held=(f"merge:{PORT.id}", "retire:stale"))
    older = with_fields(PORT, retired=Retired(Reason.SUPERSEDED, "it moved", NOON, RULE.id))
    there = after(state(other), older, newer)
    new = brought(state(other), older, newer).renamed[PORT.id]
    assert there.memories[RULE.id].supersedes == (new,)
    assert there.memories[RULE.id].held == (f"merge:{new}", "retire:stale")
    assert there.memories[new].retired.by == RULE.id


def test_evidence_that_is_new_joins_and_what_is_known_does_not_stand_twice():
    here = state(PORT)
    more = with_fields(
        PORT,
        evidence=(*PORT.evidence, make_evidence("port 5433", record="r7", session="s7", person="ben")),
        people=("ana", "ben"),
        sessions=("s1", "s7"),
        last_seen=NOON + DAY,
    )
    joined = after(here, more).memories[PORT.id]
    assert [(it.record, it.origin) for it in joined.evidence] == [("r1", "session"), ("r7", "imported")]
    assert (joined.people, joined.last_seen) == (("ana", "ben"), NOON + DAY)
    assert brought(after(here, more), more).amendment.changes == ()


def test_the_same_words_under_another_id_are_the_same_memory():
    twin = make_memory(PORT.text.upper(), evidence=(make_evidence("PORT 5433", session="s5"),))
    [change] = brought(state(PORT), twin).amendment.changes
    assert isinstance(change, Merge)
    assert change.id == PORT.id


def test_two_lines_that_are_one_memory_here_both_join_it():
    twins = [make_memory(PORT.text, evidence=(make_evidence("q", session=name),)) for name in ("s5", "s6")]
    joined = after(state(PORT), *twins).memories[PORT.id]
    assert joined.sessions == ("s1", "s5", "s6")
    assert len(joined.evidence) == 3


def test_a_pin_travels():
    """Invariant 12."""
    [change] = brought(state(PORT), with_fields(PORT, pinned=True)).amendment.changes
    assert isinstance(change, Pin)


def test_without_a_person_a_pin_does_not_travel():
    """Invariant 12: a pin is a person's act."""
    pinned = with_fields(PORT, pinned=True)
    for here in (state(), state(PORT)):
        assert not after(here, pinned, trusted=False).memories[PORT.id].pinned
        assert brought(here, pinned, trusted=False).unpinned == 1
        assert brought(here, pinned, trusted=True).unpinned == 0
    assert after(state(pinned), pinned, trusted=False).memories[PORT.id].pinned
    assert brought(state(pinned), pinned, trusted=False).unpinned == 0


def test_what_is_active_here_is_not_said_to_be_superseded():
    newer = with_fields(RULE, supersedes=(PORT.id,))
    assert after(state(PORT), newer).memories[RULE.id].supersedes == ()
    assert after(state(), PORT, newer).memories[RULE.id].supersedes == ()
    older = with_fields(PORT, retired=Retired(Reason.SUPERSEDED, "it moved", NOON, RULE.id))
    for here in (state(), state(PORT), state(older)):
        there = after(here, older, newer).memories
        assert (there[RULE.id].supersedes, there[PORT.id].retired.by) == ((PORT.id,), RULE.id)


def test_what_a_person_had_forgotten_is_forgotten_here_too():
    """Invariant 12."""
    outcome = brought(state(PORT), with_fields(PORT, retired=FORGOTTEN))
    [change] = outcome.amendment.changes
    assert isinstance(change, Retire)
    assert (change.why, change.by, outcome.fates) == (Reason.FORGOTTEN, "ana", {PORT.id: Fate.RETIRED})


def test_what_was_forgotten_here_does_not_come_back_by_a_file():
    """Invariant 12."""
    here = state(with_fields(PORT, retired=FORGOTTEN))
    twin = make_memory(PORT.text, evidence=(make_evidence("5433", session="s5"),))
    for memory in (PORT, twin):
        outcome = brought(here, memory)
        assert outcome.amendment.changes == ()
        assert outcome.fates == {memory.id: Fate.FORGOTTEN}


@pytest.mark.parametrize("reason", sorted({*Reason} - {Reason.FORGOTTEN, Reason.UNDONE, Reason.SUPERSEDED}))
def test_nothing_is_retired_because_another_store_found_it_so(reason):
    outcome = brought(state(PORT), with_fields(PORT, retired=Retired(reason, "for a reason", NOON)))
    assert outcome.amendment.changes == ()


def test_what_was_superseded_there_by_what_comes_along_is_superseded_here():
    newer = with_fields(RULE, supersedes=(PORT.id,))
    older = with_fields(PORT, retired=Retired(Reason.SUPERSEDED, "it moved", NOON, RULE.id), valid_until=NOON)
    outcome = brought(state(PORT), older, newer)
    assert [type(change) for change in outcome.amendment.changes][1:] == [Supersede]
    assert after(state(PORT), older, newer).memories[PORT.id].valid_until == NOON
    assert brought(after(state(PORT), older, newer), older, newer).amendment.changes == ()


def test_a_conflict_with_a_memory_that_is_here_is_marked_on_both():
    there = after(
        state(PORT), with_fields(PORT, conflicts_with=(RULE.id,)), with_fields(RULE, conflicts_with=(PORT.id,))
    )
    assert there.memories[PORT.id].conflicts_with == (RULE.id,)
    assert there.memories[RULE.id].conflicts_with == (PORT.id,)


def test_without_a_person_a_persons_trust_does_not_come_along():
    """Invariant 7."""
    assert after(state(), PORT, trusted=True).memories[PORT.id].trust is Trust.USER
    assert after(state(), PORT, trusted=False).memories[PORT.id].trust is Trust.AGENT
    weak = with_fields(PORT, trust=Trust.AGENT)
    assert after(state(weak), PORT, trusted=False).memories[PORT.id].trust is Trust.AGENT
    assert after(state(weak), PORT, trusted=True).memories[PORT.id].trust is Trust.USER
    assert after(state(PORT), PORT, trusted=False).memories[PORT.id].trust is Trust.USER


def test_what_refers_to_nothing_here_is_dropped():
    there = after(state(), with_fields(PORT, supersedes=("zzzzzzzz",), conflicts_with=("yyyyyyyy",)))
    assert (there.memories[PORT.id].supersedes, there.memories[PORT.id].conflicts_with) == ((), ())


def test_what_was_retired_for_the_sake_of_another_does_not_come_without_it():
    """Invariant 5."""
    gone = [
        with_fields(PORT, retired=Retired(Reason.DUPLICATE, "both say it", NOON, RULE.id)),
        with_fields(RULE, retired=Retired(Reason.SUPERSEDED, "it moved", NOON, "zzzzzzzz")),
    ]
    outcome = brought(state(), *gone)
    assert outcome.amendment.changes == ()
    assert set(outcome.fates.values()) == {Fate.UNPROVED}
    newer = make_memory("Use tabs", id="zzzzzzzz")
    assert set(brought(state(newer), *gone).fates.values()) == {Fate.ADDED}


WORDS = ["the", "port", "of", "tests", "is", "never", "5433", "heron", "pushed", "by", "hand"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
IDS = st.text(ALPHABET, min_size=8, max_size=8)
PIECES = st.builds(
    make_evidence,
    TEXTS,
    session=st.sampled_from(["s1", "s2", "s3"]),
    record=st.sampled_from(["r1", "r2", "r3"]),
    role=st.sampled_from(["user", "agent"]),
    time=TIMES,
)


@st.composite
def stores(draw):
    """Draw the memories of a store that refer to each other."""
    ids = draw(st.lists(IDS, min_size=1, max_size=6, unique=True))
    some = st.lists(st.sampled_from(ids), max_size=2, unique=True).map(lambda names: tuple(sorted(names)))
    retired = st.builds(Retired, st.sampled_from(Reason), TEXTS, TIMES, st.sampled_from(ids))
    return [
        Memory(
            id=name,
            kind=draw(st.sampled_from(Kind)),
            text=draw(TEXTS),
            topic=draw(st.sampled_from(["general", "tests", "deploy"])),
            trust=draw(st.sampled_from(Trust)),
            evidence=tuple(
                draw(st.lists(PIECES, min_size=1, max_size=4, unique_by=lambda it: (it.session, it.record)))
            ),
            learned=draw(TIMES),
            last_seen=draw(TIMES),
            about=About(paths=tuple(draw(st.lists(TEXTS, max_size=2)))),
            sessions=tuple(draw(st.lists(st.sampled_from(["s1", "s2"]), unique=True).map(sorted))),
            valid_from=draw(st.none() | TIMES),
            valid_until=draw(TIMES),
            supersedes=draw(some),
            conflicts_with=draw(some),
            pinned=draw(st.booleans()),
            held=draw(some.map(lambda names: tuple(f"merge:{name}" for name in names))),
            retired=draw(st.none() | retired),
            factors=Factors(draw(st.floats(0, 1)), draw(st.integers(0, 99))),
        )
        for name in ids
    ]


def told(memory, active):
    """Return a memory without what an import cannot bring along: the door of its evidence, that it ended the active."""
    pieces = {(it.session, it.record, it.quote, it.role, it.person, it.time) for it in memory.evidence}
    strong = memory.trust is Trust.USER and any(piece.role == "user" for piece in memory.evidence)
    trust = Trust.USER if strong else Trust.AGENT
    supersedes = tuple(name for name in memory.supersedes if name not in active)
    return with_fields(memory, evidence=(), trust=trust, supersedes=supersedes), pieces


@settings(deadline=None, max_examples=50)
@given(stores())
def test_everything_imported_into_an_empty_store_is_the_same_there(memories):
    there = after(state(), *memories)
    active = {it.id for it in memories if it.active}
    came = {name: told(memory, ()) for name, memory in there.memories.items()}
    assert came == {it.id: told(it, active) for it in memories}
    assert brought(there, *memories).amendment.changes == ()


@settings(deadline=None, max_examples=50)
@given(stores(), stores(), st.booleans())
def test_importing_into_any_store_folds_and_a_second_time_changes_nothing(here, memories, trusted):
    there = after(state(*here), *memories, trusted=trusted)
    assert there.memories.keys() >= {memory.id for memory in here}
    assert brought(there, *memories, trusted=trusted).amendment.changes == ()
