"""What was remembered goes through a run without being lost, whatever becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dreamd.memory.changes import State, fold
from dreamd.memory.entry import Consumed
from dreamd.memory.item import Item
from dreamd.memory.plan import Plan, validate
from dreamd.memory.records import Claim, Kind, Reason, Retired, Trust

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDS = ("k3f9a2qx", "00000001", "00000002", "00000003")


@pytest.fixture
def remembered():
    def remembered(text, number=0, role="agent", day=0, **fields):
        return Item(IDS[number], text, Kind.SEMANTIC, START + timedelta(days=day), role, **fields).memory

    return remembered


def test_it_becomes_a_memory_under_the_id_that_was_given(make, remembered):
    item = remembered("Money is stored in cents.")
    proposal, state = make.run(inbox=(item,))
    assert [(change.id, change.reason) for change in proposal.changes] == [(item.id, "it was remembered on request")]
    assert proposal.consumed == Consumed(inbox=(item.id,))
    assert make.run(inbox=(item,), state=state)[0].consumed == Consumed()


def test_its_claim_is_read_as_a_draft_s_is(make, remembered):
    _, state = make.run(inbox=(remembered("The port of the test database is 5433."),))
    assert state.memories["k3f9a2qx"].claim == Claim("the test database", "port", "5433")


def test_what_is_known_absorbs_it_and_says_so_under_its_id(make, remembered):
    known = make.memory("Money is stored in cents.", day=0)
    proposal, state = make.run(inbox=(remembered("Money is stored in cents", day=2),), state=make.state(known))
    assert [change.__struct_config__.tag for change in proposal.changes] == ["add", "merge"]
    assert [memory.id for memory in state.active()] == [known.id]
    assert state.memories["k3f9a2qx"].retired.by == known.id
    assert "k3f9a2qx" in {piece.record for piece in state.memories[known.id].evidence}


def test_it_may_absorb_what_a_session_of_the_same_run_says(make, remembered):
    said = make.session("a", "agent: Money is stored in cents.", day=3)
    proposal, state = make.run(said, inbox=(remembered("Money is stored in cents.", day=0),))
    assert [memory.id for memory in state.active()] == ["k3f9a2qx"]
    assert state.memories["k3f9a2qx"].sessions == ("a",)
    assert [change.__struct_config__.tag for change in proposal.changes] == ["add"]


def test_what_is_over_by_the_time_of_the_run_is_told_and_not_dropped(make, remembered):
    repository = make.repository(files=frozenset({"README"}), deleted={"deploy/ship.sh": "c0ffee"})
    item = remembered("Releases are made by deploy/ship.sh every week.")
    proposal, state = make.run(inbox=(item,), repository=repository)
    assert [change.__struct_config__.tag for change in proposal.changes] == ["add", "retire"]
    assert state.memories[item.id].retired.reason is Reason.STALE
    assert proposal.consumed.inbox == (item.id,)


def test_a_person_s_statement_is_said_anew_after_it_was_forgotten(make, remembered):
    """Invariant 12 is about the same evidence."""
    known = make.memory("Money is stored in cents.", day=0)
    gone = replace(known, retired=Retired(Reason.FORGOTTEN, "ana asked to forget it", START, "ana"))
    said = remembered("Money is stored in cents.", role="user", day=2)
    _, state = make.run(inbox=(said,), state=make.state(gone))
    assert [(memory.id, memory.trust) for memory in state.active()] == [("k3f9a2qx", Trust.USER)]


def test_an_id_that_another_memory_has_is_replaced_with_a_reason(make, remembered):
    other = replace(make.memory("The host is called heron."), id="k3f9a2qx")
    proposal, state = make.run(inbox=(remembered("Money is stored in cents."),), state=make.state(other))
    [add] = proposal.changes
    assert add.id != "k3f9a2qx"
    assert "which is another memory's id" in add.reason
    assert proposal.consumed.inbox == ("k3f9a2qx",)
    assert len(state.active()) == 2


TEXTS = st.sampled_from(
    [
        "Money is stored in cents.",
        "Money is never stored in cents.",
        "Money is stored in cents, because floats lose them.",
        "The port of the test database is 5433.",
        "The port of the test database is 5434.",
        "Releases are made by deploy/ship.sh every week.",
        "We freeze the branch until 2026-03-01.",
        "Yesterday the cache was wiped.",
        "it is",
    ]
)


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["user", "agent"]), st.integers(0, 5)), min_size=1, max_size=4), TEXTS)
def test_every_item_ends_as_a_memory_of_the_ledger_in_a_plan_that_is_accepted(make, said, known):
    """Invariants 2, 6 and 9."""
    items = tuple(
        Item(IDS[number], text, Kind.SEMANTIC, START + timedelta(days=day), role).memory
        for number, (text, role, day) in enumerate(said)
    )
    base = make.state(make.memory(known, day=1))
    repository = make.repository(files=frozenset({"README"}), deleted={"deploy/ship.sh": "c0ffee"})
    proposal, after = make.run(inbox=items, state=base, repository=repository)
    assert {item.id for item in items} <= after.memories.keys()
    assert set(proposal.consumed.inbox) == {item.id for item in items}
    plan = Plan(0, make.now, "rules", proposal.changes, proposal.shown, proposal.consumed)
    texts = {item.id: item.evidence[0] for item in items}
    accepted = validate(plan, base, lambda piece: piece.quote if texts.get(piece.record) == piece else None)
    assert accepted == fold(base.memories, proposal.changes, make.now)
    for memory in after.memories.values():
        if memory.retired and memory.retired.reason is Reason.DUPLICATE:
            assert after.memories[memory.retired.by].id != memory.id
    again, _ = make.run(inbox=items, state=after, repository=repository)
    assert again.consumed == Consumed()
    assert isinstance(after, State)
