from datetime import timedelta

import pytest

from dreamd.memory.records import Reason, Retired

RULE = "Never push to main directly."


@pytest.mark.parametrize("why", [Reason.FORGOTTEN, Reason.UNDONE])
def test_what_other_evidence_brings_back_is_told_with_when_it_was_put_away(make, why):
    """Invariant 12: the same evidence does not bring it back; another's does, and not without a word."""
    gone = make.memory(RULE, retired=Retired(why, "ada", make.now))
    proposal, after = make.run(make.session("z", f"user: {RULE}", day=9), state=make.state(gone))
    [add] = proposal.changes
    assert after.memories[add.id].active
    said = f"{gone.id} said so and was {why} on {make.now.date()}"
    assert proposal.notes[0] == f"{add.id} says again what a person put away: {said}"
    assert add.reason == f"a person said so in session z; {said}"


def test_of_several_the_last_is_told_and_what_was_joined_to_one_counts(make):
    first = make.memory(RULE, id="first000", retired=Retired(Reason.FORGOTTEN, "ada", make.start))
    head = make.memory("No pushes.", retired=Retired(Reason.FORGOTTEN, "ada", make.start + timedelta(days=3)))
    joined = make.memory(RULE, id="joined00", retired=Retired(Reason.DUPLICATE, "same", make.start, head.id))
    proposal, _ = make.run(make.session("z", f"user: {RULE}", day=9), state=make.state(joined, head, first))
    assert "joined00 said so and was forgotten on 2026-03-05" in proposal.notes[0]


def test_what_no_person_put_away_comes_back_without_a_word(make):
    gone = make.memory(RULE, retired=Retired(Reason.STALE, "its file is gone", make.now))
    proposal, _ = make.run(make.session("z", f"user: {RULE}", day=9), state=make.state(gone))
    assert [change.reason for change in proposal.changes] == ["a person said so in session z"]
    assert not any("again" in note for note in proposal.notes)
