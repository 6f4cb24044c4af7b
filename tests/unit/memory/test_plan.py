"""What a plan must satisfy: nothing in it is believed because of who sent it."""

import msgspec
import pytest

from dreamd.errors import RefusedError
from dreamd.memory.changes import Retire, Reword, State, Supersede
from dreamd.memory.plan import Plan, loss_bound, validate
from dreamd.memory.records import Reason, Trust
from dreamd.testing import NOON, make_add, make_evidence, make_memory


def memories(count):
    return [make_memory(f"Rule number {n}", evidence=(make_evidence("q", record=f"r{n}"),)) for n in range(count)]


def state_of(*known):
    return State(memories={memory.id: memory for memory in known}, generation=4)


def plan(*changes, **fields):
    return Plan(base=4, now=NOON, curator="rules", changes=changes, **fields)


def in_record(text):
    return lambda _evidence: text


def test_a_sound_plan_gives_the_memories_after_it():
    memory = make_memory("Use tabs")

    after = validate(plan(make_add(memory), shown=(memory.id,)), state_of(), in_record("please: Use tabs, always"))

    assert after == {memory.id: memory}


@pytest.mark.parametrize("text", [None, "something else was said"])
def test_evidence_that_does_not_stand_in_its_record_is_refused(text):
    """Invariant 6."""
    with pytest.raises(RefusedError, match="invariant 6"):
        validate(plan(make_add(make_memory("Use tabs"))), state_of(), in_record(text))


def test_evidence_that_was_committed_before_is_not_asked_for_again():
    """Invariant 6: a swept log makes evidence unavailable, not broken."""
    memory = make_memory("Use tabs")
    reword = Reword(memory.id, "clearer", memory.evidence, text="Indent with tabs", was=memory.text)

    assert validate(plan(reword), state_of(memory), in_record(None))[memory.id].text == "Indent with tabs"


def test_a_persons_trust_without_a_persons_words_is_refused():
    """Invariant 7."""
    memory = make_memory("Use tabs", evidence=(make_evidence("Use tabs", role="agent"),), trust=Trust.USER)

    with pytest.raises(RefusedError, match="invariant 7"):
        validate(plan(make_add(memory)), state_of(), in_record("Use tabs"))


def test_a_secret_in_a_text_is_refused():
    """Invariant 8."""
    memory = make_memory("The token is ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")

    with pytest.raises(RefusedError, match="invariant 8"):
        validate(plan(make_add(memory)), state_of(), in_record(memory.text))


@pytest.mark.parametrize("text", ["", "x" * 301, "two\nlines"])
def test_a_text_that_is_no_statement_is_refused(text):
    """Invariant 10."""
    memory = msgspec.structs.replace(make_memory("Use tabs"), text=text)

    with pytest.raises(RefusedError, match="not one statement"):
        validate(plan(make_add(memory)), state_of(), in_record("Use tabs"))


def test_a_plan_that_does_not_apply_is_refused():
    """Invariant 1."""
    with pytest.raises(RefusedError, match="unknown memory"):
        validate(plan(Retire("zzzzzzzz", "gone", why=Reason.STALE)), state_of(), in_record(""))


def test_what_memory_md_shows_must_be_active_and_stand_there_once():
    memory = make_memory("Use tabs")

    for shown in (("zzzzzzzz",), (memory.id, memory.id)):
        with pytest.raises(RefusedError, match="would show"):
            validate(plan(shown=shown), state_of(memory), in_record(""))


def test_the_loss_bound_is_a_quarter_and_ten_in_any_case():
    assert [loss_bound(active) for active in (0, 8, 40, 44, 400)] == [10, 10, 10, 11, 100]


@pytest.mark.parametrize(
    ("active", "lost", "sound"), [(100, 25, True), (100, 26, False), (12, 10, True), (12, 11, False)]
)
def test_a_plan_that_loses_more_than_the_bound_is_refused_whole_unless_a_person_takes_it(active, lost, sound):
    """Invariant 5."""
    known = memories(active)
    retirements = [Retire(memory.id, "its file is gone", why=Reason.STALE) for memory in known[:lost]]

    if sound:
        validate(plan(*retirements), state_of(*known), in_record(""))
        return
    with pytest.raises(RefusedError, match="invariant 5"):
        validate(plan(*retirements), state_of(*known), in_record(""))
    after = validate(plan(*retirements), state_of(*known), in_record(""), accept_loss=True)
    assert sum(memory.active for memory in after.values()) == active - lost


def test_what_people_forget_and_what_the_plan_itself_adds_is_no_loss():
    """Invariant 5."""
    known, added = memories(30)[:15], memories(30)[15:]
    forgotten = [Retire(memory.id, "removed by hand", why=Reason.FORGOTTEN) for memory in known[:14]]
    reversals = [Supersede(memory.id, "said otherwise later", by=added[-1].id, until=NOON) for memory in added[:-1]]

    after = validate(plan(*map(make_add, added), *forgotten, *reversals), state_of(*known), in_record("q"))

    assert sum(memory.active for memory in after.values()) == 2
