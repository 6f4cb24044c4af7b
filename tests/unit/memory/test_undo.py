"""That what was done can be taken back in every field, and what stands against that."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dreamd.errors import RefusedError
from dreamd.memory.changes import Conflict, Pin, Retire, Retopic, Reword, State, Supersede, Verify
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.held import is_held
from dreamd.memory.ledger import advance
from dreamd.memory.records import Reason, Verified
from dreamd.memory.undo import undo
from dreamd.testing import NOON, make_add, make_evidence, make_memory, make_merge

PORT = make_memory("The test database listens on port 5433", evidence=(make_evidence("port", role="agent"),))
TWIN = make_memory("Tests use port 5433", evidence=(make_evidence("port 5433", record="r2", role="agent"),))
OLD = make_memory("The staging host is called heron", evidence=(make_evidence("heron", record="r3"),))


class Past:
    """A store's states and entries, one after another."""

    def __init__(self, *memories):
        first = State(MappingProxyType({memory.id: memory for memory in memories}), generation=1, now=NOON)
        self.states = [None, first]
        self.entries = [None, None]

    @property
    def now(self):
        return self.states[-1].memories

    def add(self, *changes, kind=EntryKind.DREAM, shown=None):
        entry = Entry(Header(len(self.states), kind, NOON, shown=shown), tuple(changes))
        self.entries.append(entry)
        self.states.append(advance(self.states[-1], [entry]))

    def undo(self, number):
        made = undo(self.entries[number], self.states[number - 1], self.states[-1], self.entries[number + 1 :], "ana")
        if made.changes:
            self.add(*made.changes, kind=EntryKind.UNDO, shown=made.shown)
        return made


def bare(memories):
    return {name: replace(memory, held=()) for name, memory in memories.items()}


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
    past = Past(PORT, TWIN, OLD)
    past.add(Pin(PORT.id, "asked"), shown=(PORT.id, OLD.id))
    past.add(*make())
    past.undo(3)
    assert bare(past.now) == bare(past.states[2].memories)
    for change in past.entries[3].changes:
        assert is_held(change, past.now) or isinstance(change, Pin)
    assert past.states[-1].shown == (PORT.id, OLD.id)


def test_what_an_undone_generation_added_is_retired_and_stays_in_the_history():
    past = Past(PORT)
    past.add(make_add(OLD))
    past.undo(2)
    assert past.now[OLD.id].retired.reason is Reason.UNDONE


def test_a_merge_that_was_undone_leaves_other_merges_possible():
    past = Past(PORT, TWIN, OLD)
    past.add(make_merge(PORT, TWIN))
    past.undo(2)
    assert is_held(make_merge(PORT, TWIN), past.now)
    assert is_held(make_merge(TWIN, PORT), past.now)
    assert not is_held(make_merge(OLD, TWIN), past.now)


def test_undo_of_an_undo_brings_back_what_it_took():
    past = Past(PORT, TWIN)
    past.add(Retire(PORT.id, "gone", why=Reason.STALE))
    past.undo(2)
    past.undo(3)
    assert past.now[PORT.id].retired.reason is Reason.STALE


def test_a_generation_on_which_a_later_one_builds_cannot_be_undone_alone():
    past = Past(PORT, TWIN, OLD)
    past.add(Retopic(PORT.id, "better", topic="tests"))
    past.add(make_merge(PORT, TWIN))
    with pytest.raises(RefusedError, match=f"generation 3.*{PORT.id}"):
        past.undo(2)
    past.add(Pin(OLD.id, "asked"))
    with pytest.raises(RefusedError, match="generation 3"):
        past.undo(2)


def test_a_purge_cannot_be_undone():
    past = Past(PORT)
    past.add(kind=EntryKind.PURGE)
    with pytest.raises(RefusedError):
        past.undo(2)


def test_a_verification_may_be_repeated_after_it_was_undone():
    change = Verify(PORT.id, "there", verified=Verified(NOON, "abc", holds=True))
    past = Past(PORT)
    past.add(change)
    past.undo(2)
    assert not is_held(change, past.now)


def test_what_was_taken_back_itself_stands_against_nothing():
    past = Past(PORT, TWIN)
    past.add(Retopic(PORT.id, "better", topic="tests"))
    past.add(Pin(PORT.id, "asked"), kind=EntryKind.PIN)
    past.add(make_merge(PORT, TWIN))
    past.undo(4)
    past.undo(3)
    past.undo(2)
    assert bare(past.now) == bare(past.states[1].memories)
    assert is_held(make_merge(PORT, TWIN), past.now)
    assert is_held(Retopic(PORT.id, "better", topic="tests"), past.now)


def test_a_pin_that_came_off_by_hand_stands_against_nothing():
    past = Past(PORT)
    past.add(Retopic(PORT.id, "better", topic="tests"))
    past.add(Pin(PORT.id, "asked"), kind=EntryKind.PIN)
    past.add(Pin(PORT.id, "asked", pinned=False), kind=EntryKind.PIN)
    past.undo(2)
    assert past.now[PORT.id].topic == PORT.topic


def test_what_was_done_again_stands_against_it_again():
    past = Past(PORT)
    past.add(Retopic(PORT.id, "better", topic="tests"))
    past.add(Pin(PORT.id, "asked"), kind=EntryKind.PIN)
    past.undo(3)
    past.undo(4)
    with pytest.raises(RefusedError, match=r"generation 5 \(undo\)"):
        past.undo(2)
    past.undo(5)
    past.undo(2)
    assert bare(past.now) == bare(past.states[1].memories)


def test_what_is_undone_already_is_nothing_to_do():
    past = Past(PORT)
    past.add(Pin(PORT.id, "asked"), make_add(OLD), kind=EntryKind.PIN)
    past.undo(2)
    assert not past.undo(2).changes


def test_doing_it_again_lifts_what_held_it_back():
    past = Past(PORT)
    change = Retire(PORT.id, "gone", why=Reason.STALE)
    past.add(change)
    past.undo(2)
    assert is_held(change, past.now)
    past.undo(3)
    assert not is_held(change, past.now)


UPKEEP = [
    Retopic(OLD.id, "it speaks of hosts", topic="hosts"),
    Verify(OLD.id, "there", verified=Verified(NOON, "abc", holds=True)),
    Reword(OLD.id, "date", text="The staging host is called heron since March", was=OLD.text),
    Retire(OLD.id, "gone", why=Reason.STALE),
    Conflict(OLD.id, "two hosts", other=PORT.id),
    Supersede(OLD.id, "newer", by=PORT.id, until=NOON),
]


@given(st.lists(st.sampled_from(UPKEEP), min_size=1, unique_by=type))
def test_what_was_added_can_be_put_away_whatever_upkeep_did_to_it(changes):
    """Invariant 12: also what a run retired itself counts then as put away by a person."""
    past = Past(PORT)
    past.add(make_add(OLD), kind=EntryKind.ADOPT)
    ends = (Retire, Supersede)
    past.add(*[it for it in changes if not isinstance(it, ends)], *[it for it in changes if isinstance(it, ends)][:1])
    past.undo(2)
    assert past.now[OLD.id].retired.reason is Reason.UNDONE
    with pytest.raises(RefusedError, match="generation 4"):
        past.undo(3)


def test_what_was_added_together_and_joined_since_is_put_away_together():
    past = Past()
    past.add(make_add(PORT), make_add(TWIN), kind=EntryKind.ADOPT)
    past.add(make_merge(PORT, TWIN))
    past.undo(2)
    assert {memory.retired.reason for memory in past.now.values()} == {Reason.UNDONE}


RESTING = [
    (make_merge(OLD, PORT), EntryKind.DREAM),
    (make_merge(PORT, OLD), EntryKind.DREAM),
    (Supersede(PORT.id, "newer", by=OLD.id, until=NOON), EntryKind.DREAM),
    (Pin(OLD.id, "asked"), EntryKind.PIN),
    (Reword(OLD.id, "by hand", text="The staging host is called egret", was=OLD.text), EntryKind.EDIT),
    (Retopic(OLD.id, "by hand", topic="hosts"), EntryKind.EDIT),
]


@pytest.mark.parametrize(("change", "kind"), RESTING)
def test_what_was_added_stays_while_evidence_or_a_persons_change_rests_on_it(change, kind):
    past = Past(PORT)
    past.add(make_add(OLD), kind=EntryKind.ADOPT)
    past.add(change, kind=kind)
    with pytest.raises(RefusedError, match=f"generation 3.*{OLD.id}"):
        past.undo(2)
    past.undo(3)
    past.undo(2)
    assert past.now[OLD.id].retired.reason is Reason.UNDONE
    assert past.now[PORT.id].active


STEPS = st.lists(
    st.one_of(st.sampled_from(["pin", "topic", "twin", "retire", "text"]), st.integers(2, 12)), min_size=1, max_size=10
)


@given(STEPS)
def test_a_refusal_names_what_can_be_taken_back_first_so_that_all_of_it_can(steps):
    past = Past(PORT, TWIN)
    for step in steps:
        port = past.now[PORT.id]
        if isinstance(step, int):
            follow(past, step) if step < len(past.entries) else None
        elif not (port.active and past.now[TWIN.id].active):
            continue
        elif step == "pin":
            past.add(Pin(PORT.id, "asked", pinned=not port.pinned), kind=EntryKind.PIN)
        elif step == "topic":
            past.add(Retopic(PORT.id, "better", topic=f"{port.topic}x"))
        elif step == "text":
            past.add(Reword(PORT.id, "better", text=f"{port.text} x", was=port.text))
        else:
            past.add(make_merge(port, TWIN) if step == "twin" else Retire(TWIN.id, "gone", why=Reason.STALE))
    done = len(past.entries)
    for number in reversed(range(2, done)):
        if past.entries[number].header.kind is not EntryKind.UNDO:
            follow(past, number)
    assert bare(past.now) == bare(past.states[1].memories)


def follow(past, number):
    """Undo a generation, and what a refusal says is to be undone first."""
    for _ in range(100):
        try:
            past.undo(number)
        except RefusedError as error:
            first = int(error.hint.split()[1])
            assert first > number
            follow(past, first)
        else:
            return
    pytest.fail("it goes round in circles")
