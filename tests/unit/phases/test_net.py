import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.changes import Add, Conflict, Merge, Reword, Supersede, Verify, fold
from dreamd.memory.records import Reason, Verified
from dreamd.phases.net import net
from dreamd.phases.run import work

SAYINGS = [
    "user: Never push to main directly.",
    "agent: Do not push directly to main.",
    "agent: Always push to main directly.",
    "agent: The API listens on port 8080.",
    "agent: The API listens on port 9090.",
    "agent: Main is frozen until Friday.",
    "agent: Use Redis for the job queue.",
    "user: Use Postgres instead of Redis for the job queue.",
    "agent: The worker never writes files.",
    "agent: The worker never writes files, because the publisher owns the disk.",
]
logs = st.lists(st.tuples(st.lists(st.sampled_from(SAYINGS), max_size=5), st.integers(0, 9)), max_size=4)


@given(first=logs, second=logs, long_ago=st.booleans())
def test_the_net_list_folds_to_the_active_memories_that_the_run_ended_with(make, first, second, long_ago):
    """Invariant 1: what the ledger gets is what the run saw."""
    _, state = make.run(*[make.session(f"a{n}", *said, day=day) for n, (said, day) in enumerate(first)])
    now = make.start if long_ago else make.now
    given_ = make.dream(*[make.session(f"b{n}", *said, day=day) for n, (said, day) in enumerate(second)], now=now)
    run = work(given_, state)
    changes = net(state.memories, run.state.memories, run.changes)
    after = fold(state.memories, changes, now)
    ended = {name: memory for name, memory in run.state.memories.items() if memory.active}
    assert {name: memory for name, memory in after.items() if memory.active} == ended
    assert all(change.reason for change in changes)


@pytest.fixture
def base(make):
    return make.memory("Money is stored in cents.", day=0)


def test_nothing_done_is_nothing_told(base):
    assert net({base.id: base}, {base.id: base}, []) == ()


def test_what_was_done_and_taken_back_is_not_told(make, base):
    there = Reword(id=base.id, reason="there", text="x", was=base.text)
    back = Reword(id=base.id, reason="back", text=base.text, was="x")
    memories = {base.id: base}
    assert net(memories, fold(memories, [there, back], make.now), [there, back]) == ()


def test_a_rewording_of_what_was_just_added_is_part_of_its_addition(make, base):
    steps = [
        Add(id=base.id, reason="an agent found it", memory=base),
        Reword(id=base.id, reason="dated", text="Money is stored in cents since 2026-03-02.", was=base.text),
    ]
    (change,) = net({}, fold({}, steps, make.now), steps)
    assert isinstance(change, Add)
    assert change.reason == "an agent found it"
    assert change.memory.text == "Money is stored in cents since 2026-03-02."


def test_a_change_tells_of_the_steps_that_are_in_it_and_by_which_phase_each_was(make):
    said = make.session("a", "user: Never push to main directly.", day=0, person="ada")
    again = make.session("b", "user: Do not push directly to main.", day=3, person="bo")
    (add,) = make.run(said, again)[0].changes
    assert add.phase == "distil"
    assert [(it.phase, it.op) for it in add.also] == [("merge", "merge")]
    _, state = make.run(said)
    (merge,) = make.run(again, state=state)[0].changes
    assert (merge.phase, merge.also) == ("merge", ())


def test_of_many_steps_the_last_are_told(make, base):
    steps = [Reword(id=base.id, reason=f"step {n}", text=f"{n}", was="x", phase="refresh") for n in range(30)]
    (change,) = net({base.id: base}, fold({base.id: base}, steps, make.now), steps)
    assert change.reason == "step 29"
    assert [it.reason for it in change.also] == [f"step {n}" for n in range(21, 29)]


def test_of_several_rewordings_the_last_is_told_against_the_first_text(make, base):
    steps = [
        Reword(id=base.id, reason="one", text="a", was=base.text),
        Reword(id=base.id, reason="two", text="b", was="a"),
    ]
    (change,) = net({base.id: base}, fold({base.id: base}, steps, make.now), steps)
    assert (change.text, change.was, change.reason) == ("b", base.text, "two")


def test_what_supersedes_and_is_then_absorbed_hands_the_succession_on(make, base):
    kept = make.memory("Money is stored in mills.", day=1)
    new = make.memory("Money is stored in mills now.", day=2)
    memories = {base.id: base, kept.id: kept}
    merged = {
        "joined": kept.evidence,
        "sessions": kept.sessions,
        "people": (),
        "trust": kept.trust,
        "learned": kept.learned,
        "last_seen": new.last_seen,
        "factors": kept.factors,
    }
    steps = [
        Add(id=new.id, reason="found", memory=new),
        Supersede(id=base.id, reason="mills now", by=new.id, until=new.learned),
        Merge(id=kept.id, reason="same", absorbed=(new.id,), **merged),
    ]
    final = fold(memories, steps, make.now)
    after = fold(memories, net(memories, final, steps), make.now)
    assert new.id not in after
    assert after[base.id].retired.reason is Reason.SUPERSEDED
    assert after[base.id].retired.by == kept.id
    assert after[kept.id] == final[kept.id]


def test_a_conflict_is_told_once_for_both(make, base):
    other = make.memory("Money is stored in euros.", day=1)
    memories = {base.id: base, other.id: other}
    steps = [Conflict(id=base.id, reason="both cannot be", other=other.id)]
    assert net(memories, fold(memories, steps, make.now), steps) == tuple(steps)


def test_a_look_at_the_repository_is_told(make, base):
    steps = [Verify(id=base.id, reason="there", verified=Verified(when=make.now, commit="c0ffee", holds=True))]
    assert net({base.id: base}, fold({base.id: base}, steps, make.now), steps) == tuple(steps)
