from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory import stored
from dreamd.memory.changes import Add, Merge, Retire, fold
from dreamd.memory.records import Reason, Retired
from dreamd.memory.stored import Stored
from dreamd.phases import PHASES
from dreamd.phases.dream import Policy
from dreamd.phases.readings import Readings, restore
from dreamd.phases.run import dream

SAYINGS = [
    "user: Never push to main directly.",
    "agent: Do not push directly to main.",
    "user: Always push to main directly.",
    "agent: The API listens on port 8080.",
    "agent: The API listens on port 9090.",
    "user: Main is frozen until Friday.",
    "agent: Main is frozen until Friday.",
    "agent: The cache was wiped yesterday.",
    "agent: Use Redis for the job queue.",
    "user: Use Postgres instead of Redis for the job queue.",
    "agent: The worker never writes files.",
    "agent: The worker never writes files, because the publisher owns the disk.",
    "agent: `tools/build.py` caches wheels.",
    "agent: `parse_log` returns None on empty input.",
    "agent: `parse_logs` returns None on empty input.",
]
logs = st.lists(
    st.tuples(
        st.lists(st.sampled_from(SAYINGS), max_size=5),
        st.integers(min_value=0, max_value=9),
        st.sampled_from(["ada", "bo", ""]),
    ),
    max_size=5,
)


def sessions(make, log, first=0):
    return [
        make.session(f"s{first + index}", *said, day=day, person=person)
        for index, (said, day, person) in enumerate(log)
    ]


def test_the_table_has_the_five_phases_in_their_order():
    assert [phase.name for phase in PHASES] == ["distil", "prune", "merge", "refresh", "reindex"]


@given(log=logs)
def test_a_second_run_with_nothing_new_has_an_empty_plan(make, log):
    """Invariant 9."""
    _, state = make.run(*sessions(make, log))
    proposal, _ = make.run(state=state)
    assert proposal.changes == ()
    assert proposal.shown == state.shown
    assert not proposal.consumed


@given(log=logs)
def test_the_same_sessions_given_again_change_nothing(make, log):
    """Invariant 9, and merging again what is joined already changes nothing."""
    given = sessions(make, log)
    _, state = make.run(*given)
    unknown = msgspec.structs.replace(state, parts=frozenset())
    proposal, _ = make.run(*given, state=unknown)
    assert proposal.changes == ()
    assert proposal.shown == state.shown


@given(log=logs, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_sessions_are_given_does_not_matter(make, log, seed):
    """Invariant 9: times order sessions, not their arrival within a run."""
    given = sessions(make, log)
    shuffled = list(given)
    seed.shuffle(shuffled)
    assert make.run(*given)[0] == make.run(*shuffled)[0]


@given(first=logs, second=logs)
def test_every_plan_folds_on_its_base_and_shows_only_what_is_active(make, first, second):
    """Invariants 1 and 4."""
    _, state = make.run(*sessions(make, first))
    proposal, after = make.run(*sessions(make, second, first=10), state=state)
    fold(state.memories, proposal.changes, make.now)
    assert len(set(proposal.shown)) == len(proposal.shown)
    assert all(after.memories[name].active for name in proposal.shown)


@given(first=logs, second=logs)
def test_what_a_run_retires_it_retires_with_a_reason(make, first, second):
    """Invariant 5."""
    _, state = make.run(*sessions(make, first))
    _, after = make.run(*sessions(make, second, first=10), state=state)
    for memory in after.memories.values():
        if memory.retired:
            assert memory.retired.detail
            assert memory.retired.by in after.memories or memory.retired.reason is not Reason.SUPERSEDED


@given(log=logs)
def test_nothing_returns_from_a_session_whose_memories_were_forgotten(make, log):
    """Invariant 12: the same evidence does not bring it back, nor the same words of the same record."""
    given = sessions(make, log)
    _, state = make.run(*given)
    gone = Retired(Reason.FORGOTTEN, "forgotten by ada", make.now, "ada")
    forgotten = {
        name: msgspec.structs.replace(memory, retired=memory.retired or gone) for name, memory in state.memories.items()
    }
    state = msgspec.structs.replace(state, memories=forgotten, parts=frozenset(), shown=())
    proposal, _ = make.run(*given, state=state)
    again = {change.memory.text for change in proposal.changes if isinstance(change, Add)}
    assert not again & {memory.text for memory in forgotten.values()}


def test_a_lesson_learned_twice_is_one_memory_with_two_people(make):
    proposal, state = make.run(
        make.session("a", "user: Never push to main directly.", day=0, person="ada"),
        make.session("b", "user: Do not push directly to main.", day=3, person="bo"),
    )
    (memory,) = state.active()
    assert memory.people == ("ada", "bo")
    assert memory.sessions == ("a", "b")
    assert [type(change) for change in proposal.changes] == [Add]


def test_a_draft_of_something_known_joins_it_and_is_not_added(make):
    _, state = make.run(make.session("a", "user: Never push to main directly.", person="ada"))
    (known,) = state.active()
    proposal, after = make.run(
        make.session("b", "user: Do not push directly to main.", day=3, person="bo"), state=state
    )
    (change,) = proposal.changes
    assert isinstance(change, Merge)
    assert change.id == known.id
    assert after.memories[known.id].people == ("ada", "bo")
    assert len(after.memories) == 1


def test_a_reversed_decision_ends_with_the_later_one_and_keeps_the_older_as_history(make):
    proposal, state = make.run(
        make.session("a", "user: Use Redis for the job queue.", day=0),
        make.session("b", "user: Use Postgres instead of Redis for the job queue.", day=7),
    )
    (active,) = state.active()
    assert active.text.startswith("Use Postgres")
    (older,) = [memory for memory in state.memories.values() if not memory.active]
    assert older.retired.reason is Reason.SUPERSEDED
    assert older.retired.by == active.id
    assert older.valid_until == make.start + timedelta(days=7)
    assert active.supersedes == (older.id,)
    assert proposal.shown == (active.id,)


def test_the_same_words_of_two_weeks_are_two_dates(make):
    _, state = make.run(
        make.session("a", "agent: The cache was wiped yesterday.", day=1),
        make.session("b", "agent: The cache was wiped yesterday.", day=8),
    )
    assert sorted(memory.text for memory in state.active()) == [
        "The cache was wiped on 2026-03-02.",
        "The cache was wiped on 2026-03-09.",
    ]


def test_what_two_say_with_different_words_for_the_same_day_is_one(make):
    _, state = make.run(
        make.session("a", "agent: Main is frozen until Friday.", day=16),
        make.session("b", "agent: Main is frozen until tomorrow.", day=17),
        now=make.start + timedelta(days=17, hours=2),
    )
    (memory,) = state.active()
    assert memory.text == "Main is frozen until 2026-03-20."
    assert memory.sessions == ("a", "b")
    assert memory.valid_until == make.start.replace(day=21, hour=0)


def test_what_is_over_before_the_run_is_not_added(make):
    proposal, state = make.run(make.session("a", "agent: Main is frozen until tomorrow.", day=0))
    assert proposal.changes == ()
    assert state.memories == {}


def test_what_ends_while_it_is_known_expires(make):
    _, state = make.run(
        make.session("a", "agent: Main is frozen until tomorrow.", day=0), now=make.start + timedelta(hours=1)
    )
    proposal, _ = make.run(state=state, now=make.start + timedelta(days=3))
    (change,) = proposal.changes
    assert isinstance(change, Retire)
    assert change.why is Reason.EXPIRED
    assert "2026-03-0" in change.reason


def test_the_counts_tell_what_each_phase_did(make):
    proposal, _ = make.run(
        make.session("a", "user: Never push to main directly."),
        make.session("b", "user: Do not push directly to main.", day=3),
    )
    assert dict(proposal.counts) == {"distil": 2, "prune": 0, "merge": 1, "refresh": 0, "reindex": 0}


def test_a_run_consumes_what_it_was_given_even_if_nothing_is_kept(make):
    """Invariant 2."""
    proposal, _ = make.run(make.session("a"))
    assert proposal.consumed.parts == ("a.part",)
    assert proposal.changes == ()


def test_an_inbox_item_comes_in_by_the_same_door(make):
    item = make.memory("Money is stored in cents.", day=1)
    proposal, state = make.run(inbox=(item,))
    assert [change.id for change in proposal.changes] == [item.id]
    assert proposal.consumed.inbox == (item.id,)
    again, _ = make.run(inbox=(item,), state=state)
    assert again.changes == ()


def test_a_forgotten_memory_does_not_return_from_a_record_that_its_evidence_no_longer_names(make):
    """Invariant 12: only four pieces of evidence are kept, and all that was joined is forgotten."""
    said = make.session("a", *["agent: The cache was wiped yesterday."] * 6)
    _, state = make.run(said)
    gone = Retired(Reason.FORGOTTEN, "forgotten by ada", make.now, "ada")
    forgotten = {name: msgspec.structs.replace(memory, retired=gone) for name, memory in state.memories.items()}
    proposal, _ = make.run(said, state=make.state(*forgotten.values()))
    assert proposal.changes == ()


def test_what_was_superseded_is_decided_again_only_by_newer_words(make):
    first = make.session("a", "user: Never squash commits before merging.", day=0)
    second = make.session("b", "user: Always squash commits before merging.", day=3)
    _, state = make.run(first, second)
    assert [memory.text for memory in state.active()] == ["Always squash commits before merging."]
    again = make.session("c", "user: Never squash commits before merging.", day=9)
    _, state = make.run(again, state=state)
    assert [memory.sessions for memory in state.active()] == [("c",)]


def test_of_many_memories_a_run_decodes_those_that_it_looks_at(make, monkeypatch):
    said = {f"{number:08d}": f"Rule {number}: never touch module{number}" for number in range(600)}
    memories = [make.memory(text, id=name, topic="module") for name, text in said.items()]
    census, readings = make.state(*memories).census, Readings()
    known = restore(readings.only(census).dump(census))
    lines = Stored(msgspec.json.Encoder().encode_lines(memories))
    state = make.state(now=make.now, last_dream=make.now, generation=1)
    state = msgspec.structs.replace(state, memories=lines).with_census(known.census(lines))
    decoded = []
    decode = stored._decoded
    monkeypatch.setattr(stored, "_decoded", lambda line: decoded.append(line) or decode(line))

    policy = Policy(cap_lines=20)
    given_ = make.dream(make.session("later", "user: Never touch module7 by hand"), readings=known, policy=policy)
    assert len(dream(given_, state).changes) == 1
    assert len(set(decoded)) < 60
