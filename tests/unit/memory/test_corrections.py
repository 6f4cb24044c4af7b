"""What people put right."""

from types import MappingProxyType

import pytest

from dreamd.errors import NotFoundError, RefusedError
from dreamd.memory.changes import Conflict, State
from dreamd.memory.corrections import By, Confirm, Forget, PinIt, Settle, correct
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.held import is_held
from dreamd.memory.ledger import advance
from dreamd.memory.plan import Plan, validate
from dreamd.memory.records import Reason, Trust
from dreamd.testing import NOON, make_evidence, make_memory

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
