"""What people put right, and that it can be taken back in every field."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dreamd.errors import NotFoundError, RefusedError
from dreamd.memory.changes import Conflict, Pin, Retire, Retopic, Reword, State, Supersede, Verify
from dreamd.memory.corrections import By, Confirm, Forget, PinIt, Settle, correct, undo
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.held import is_held
from dreamd.memory.ledger import advance
from dreamd.memory.plan import Plan, validate
from dreamd.memory.records import Reason, Trust, Verified
from dreamd.testing import NOON, make_add, make_evidence, make_memory, make_merge

PORT = make_memory("The test database listens on port 5433", evidence=(make_evidence("port", role="agent"),))
TWIN = make_memory("Tests use port 5433", evidence=(make_evidence("port 5433", record="r2", role="agent"),))
OLD = make_memory("The staging host is called heron", evidence=(make_evidence("heron", record="r3"),))
BY = By("ana", NOON)


def state_of(*memories, **fields):
    return State(MappingProxyType({memory.id: memory for memory in memories}), generation=1, now=NOON, **fields)


def after(state, amendment):
    header = Header(state.generation + 1, amendment.kind, NOON, shown=amendment.shown, consumed=amendment.consumed)
    return advance(state, [Entry(header, amendment.changes)])


def committed(state, *changes, kind=EntryKind.DREAM):
    entry = Entry(Header(state.generation + 1, kind, NOON), tuple(changes))
    return entry, advance(state, [entry])


def test_what_is_forgotten_is_retired_with_who_asked_for_it():
    state = state_of(PORT, OLD)
    memory = after(state, correct(Forget(ids=(PORT.id,), by=By("ana", NOON, "we use 5434")), state)).memories[PORT.id]
    assert memory.retired.reason is Reason.FORGOTTEN
    assert memory.retired.by == "ana"
    assert memory.retired.detail == "ana asked to forget it: we use 5434"


def test_forgetting_twice_changes_nothing():
    state = state_of(PORT)
    state = after(state, correct(Forget(ids=(PORT.id, PORT.id), by=BY), state))
    assert not correct(Forget(ids=(PORT.id,), by=BY), state).changes


def test_an_unknown_memory_cannot_be_corrected():
    for correction in (Forget(ids=("zzzzzzzz",), by=BY), PinIt(id="zzzzzzzz", by=BY), Confirm(id="zzzzzzzz", by=BY)):
        with pytest.raises(NotFoundError):
            correct(correction, state_of(PORT))


def test_a_pinned_memory_is_shown_first_and_a_pin_comes_off():
    state = state_of(PORT, OLD, shown=(OLD.id,))
    state = after(state, correct(PinIt(id=PORT.id, by=BY), state))
    assert state.memories[PORT.id].pinned
    assert state.shown == (PORT.id, OLD.id)
    assert not correct(PinIt(id=PORT.id, by=BY), state).changes
    state = after(state, correct(PinIt(id=PORT.id, pinned=False, by=BY), state))
    assert not state.memories[PORT.id].pinned


def test_what_a_person_confirms_has_a_persons_trust_and_evidence_that_a_plan_could_have():
    """Invariants 6 and 7."""
    state = state_of(PORT)
    amendment = correct(Confirm(id=PORT.id, by=BY), state)
    confirmed = after(state, amendment)
    memory = confirmed.memories[PORT.id]
    assert memory.trust is Trust.USER
    assert PORT.evidence[0] in memory.evidence
    assert memory.learned == PORT.learned
    validate(Plan(1, NOON, "", amendment.changes), state, lambda _piece: None)
    assert not correct(Confirm(id=PORT.id, by=BY), confirmed).changes


def test_settling_a_conflict_retires_the_other_or_keeps_both_for_good():
    _, state = committed(state_of(PORT, TWIN), Conflict(PORT.id, "two ports", other=TWIN.id))
    right = after(state, correct(Settle(id=PORT.id, by=BY), state)).memories
    assert right[PORT.id].active
    assert right[TWIN.id].retired.reason is Reason.CONTRADICTED
    assert right[PORT.id].conflicts_with == right[TWIN.id].conflicts_with == ()
    both = after(state, correct(Settle(id=PORT.id, both=True, by=BY), state)).memories
    assert both[PORT.id].active
    assert both[TWIN.id].active
    for one, other in ((PORT, TWIN), (TWIN, PORT)):
        assert is_held(Conflict(one.id, "again", other=other.id), both)
    with pytest.raises(RefusedError):
        correct(Settle(id=OLD.id, by=BY), state_of(OLD))


def test_a_retired_memory_cannot_be_pinned_or_confirmed():
    state = state_of(PORT)
    state = after(state, correct(Forget(ids=(PORT.id,), by=BY), state))
    for correction in (PinIt(id=PORT.id, by=BY), Confirm(id=PORT.id, by=BY), Settle(id=PORT.id, by=BY)):
        with pytest.raises(RefusedError):
            correct(correction, state)


CHANGES = [
    lambda: (make_merge(PORT, TWIN),),
    lambda: (Retire(PORT.id, "gone", why=Reason.STALE),),
    lambda: (Supersede(OLD.id, "newer", by=PORT.id, until=NOON),),
    lambda: (Reword(PORT.id, "date", text="The test database listens on port 5433 since March", was=PORT.text),),
    lambda: (Retopic(PORT.id, "better", topic="tests"), Pin(OLD.id, "asked")),
    lambda: (Conflict(PORT.id, "two", other=TWIN.id),),
    lambda: (make_merge(PORT, TWIN), Retire(OLD.id, "gone", why=Reason.EXPIRED)),
]


@given(st.sampled_from(CHANGES))
def test_what_is_undone_is_as_it_was_in_every_field_and_is_not_done_again(make):
    """Invariant 12."""
    before = state_of(PORT, TWIN, OLD, shown=(PORT.id, OLD.id))
    entry, state = committed(before, *make())
    back = after(state, undo(entry, before, state, (), "ana"))
    for name, memory in before.memories.items():
        assert replace(back.memories[name], held=()) == memory
    for change in entry.changes:
        assert is_held(change, back.memories) or isinstance(change, Pin)
    assert back.shown == before.shown


def test_what_an_undone_generation_added_is_retired_and_stays_in_the_history():
    before = state_of(PORT)
    entry, state = committed(before, make_add(OLD))
    memory = after(state, undo(entry, before, state, (), "ana")).memories[OLD.id]
    assert memory.retired.reason is Reason.UNDONE


def test_a_merge_that_was_undone_leaves_other_merges_possible():
    before = state_of(PORT, TWIN, OLD)
    entry, state = committed(before, make_merge(PORT, TWIN))
    back = after(state, undo(entry, before, state, (), "ana")).memories
    assert is_held(make_merge(PORT, TWIN), back)
    assert is_held(make_merge(TWIN, PORT), back)
    assert not is_held(make_merge(OLD, TWIN), back)


def test_undo_of_an_undo_brings_back_what_it_took():
    before = state_of(PORT, TWIN)
    entry, state = committed(before, Retire(PORT.id, "gone", why=Reason.STALE))
    taken_back = undo(entry, before, state, (), "ana")
    again, undone = committed(state, *taken_back.changes, kind=EntryKind.UNDO)
    redone = after(undone, undo(again, state, undone, (), "ana"))
    assert redone.memories[PORT.id].retired.reason is Reason.STALE


def test_a_generation_on_which_a_later_one_builds_cannot_be_undone_alone():
    before = state_of(PORT, TWIN, OLD)
    first, state = committed(before, Retopic(PORT.id, "better", topic="tests"))
    second, state = committed(state, make_merge(PORT, TWIN))
    with pytest.raises(RefusedError, match=f"generation 3.*{PORT.id}"):
        undo(first, before, state, (second,), "ana")
    third, state = committed(state, Pin(OLD.id, "asked"))
    with pytest.raises(RefusedError):
        undo(first, before, state, (second, third), "ana")


def test_a_purge_cannot_be_undone():
    before = state_of(PORT)
    entry, state = committed(before, kind=EntryKind.PURGE)
    with pytest.raises(RefusedError):
        undo(entry, before, state, (), "ana")


def test_a_verification_may_be_repeated_after_it_was_undone():
    change = Verify(PORT.id, "there", verified=Verified(NOON, "abc", holds=True))
    before = state_of(PORT)
    entry, state = committed(before, change)
    back = after(state, undo(entry, before, state, (), "ana"))
    assert not is_held(change, back.memories)
