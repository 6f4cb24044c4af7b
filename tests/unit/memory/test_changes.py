"""Changes: what each does to a state, and what does not fit."""

import msgspec
import pytest

from dreamd.memory.changes import (
    Change,
    ChangeError,
    Conflict,
    Merge,
    Pin,
    Restore,
    Retire,
    Retopic,
    Reword,
    Supersede,
    Verify,
    fold,
)
from dreamd.memory.records import Factors, Reason, Trust, Verified
from dreamd.testing import NOON, make_add, make_memory

TABS = make_memory("Use tabs for indentation")
SPACES = make_memory("Use spaces for indentation")
BOTH = {TABS.id: TABS, SPACES.id: SPACES}
MERGE = Merge(
    TABS.id,
    "the same lesson",
    absorbed=(SPACES.id,),
    joined=TABS.evidence,
    sessions=("s1", "s2"),
    people=("ana", "ben"),
    trust=Trust.USER,
    learned=NOON,
    last_seen=NOON,
    factors=Factors(confidence=0.9),
)


def apply(*changes):
    return fold(BOTH, changes, NOON)


def test_adding_makes_a_memory_known():
    assert fold({}, [make_add(TABS)], NOON) == {TABS.id: TABS}


def test_folding_leaves_the_state_before_as_it_was():
    before = dict(BOTH)

    apply(Retire(TABS.id, "its file is gone", why=Reason.STALE))

    assert before == BOTH
    assert TABS.active


def test_a_merge_joins_support_and_retires_what_it_absorbed_as_a_duplicate_of_the_kept():
    after = apply(MERGE)

    assert after[TABS.id].people == ("ana", "ben")
    assert after[SPACES.id].status == "duplicate"
    assert after[SPACES.id].retired.by == TABS.id


def test_a_superseded_memory_stays_as_history_with_the_time_until_which_it_held():
    after = apply(Supersede(TABS.id, "changed on Friday", by=SPACES.id, until=NOON))

    assert after[TABS.id].status == "superseded"
    assert after[TABS.id].valid_until == NOON
    assert after[SPACES.id].supersedes == (TABS.id,)


def test_restoring_takes_back_a_retirement():
    after = apply(Retire(TABS.id, "gone", why=Reason.STALE), Restore(TABS.id, "it is back"))

    assert after[TABS.id].active


def test_a_conflict_marks_both_sides_and_settling_clears_both():
    marked = apply(Conflict(TABS.id, "both cannot hold", other=SPACES.id))
    settled = fold(marked, [Conflict(SPACES.id, "spaces it is", other=TABS.id, settled=True)], NOON)

    assert marked[TABS.id].conflicts_with == (SPACES.id,)
    assert marked[SPACES.id].conflicts_with == (TABS.id,)
    assert settled[TABS.id].conflicts_with == settled[SPACES.id].conflicts_with == ()


def test_rewording_retopicking_pinning_and_verifying_change_just_that():
    verified = Verified(when=NOON, commit="abc", clean=True, holds=True)
    after = apply(
        Reword(TABS.id, "clearer", text="Indent with tabs", was=TABS.text),
        Retopic(TABS.id, "about style", topic="style"),
        Pin(TABS.id, "asked for"),
        Verify(TABS.id, "looked", verified=verified),
    )[TABS.id]

    assert (after.text, after.topic, after.pinned, after.verified) == ("Indent with tabs", "style", True, verified)
    assert (after.learned, after.last_seen, after.evidence) == (TABS.learned, TABS.last_seen, TABS.evidence)


@pytest.mark.parametrize(
    "changes",
    [
        [make_add(TABS)],
        [Pin("zzzzzzzz", "unknown")],
        [Supersede(TABS.id, "by nothing", by="zzzzzzzz", until=NOON)],
        [Restore(TABS.id, "it is active")],
        [Retire(TABS.id, "gone", why=Reason.STALE)] * 2,
        [Conflict(TABS.id, "with nothing", other="zzzzzzzz")],
        [msgspec.structs.replace(MERGE, absorbed=("zzzzzzzz",))],
    ],
)
def test_a_change_that_does_not_fit_is_an_error(changes):
    with pytest.raises(ChangeError):
        apply(*changes)


def test_every_change_survives_the_way_through_json():
    changes = [
        make_add(TABS),
        MERGE,
        Reword(TABS.id, "clearer", text="Indent with tabs", was=TABS.text),
        Supersede(TABS.id, "changed", by=SPACES.id, until=NOON),
        Retire(TABS.id, "gone", why=Reason.STALE),
        Restore(TABS.id, "back"),
        Verify(TABS.id, "looked", verified=Verified(when=NOON)),
        Retopic(TABS.id, "sorted", topic="style"),
        Pin(TABS.id, "asked for"),
        Conflict(TABS.id, "both", other=SPACES.id),
    ]

    for change in changes:
        assert msgspec.json.decode(msgspec.json.encode(change), type=Change) == change
