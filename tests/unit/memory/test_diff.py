"""What differs between two states."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.changes import Pin, Restore, Retire, Retopic, Reword, State, Verify, fold
from dreamd.memory.diff import Difference, diff
from dreamd.memory.records import Reason, Verified
from dreamd.testing import NOON, make_add, make_evidence, make_memory, make_merge

PORT = make_memory("The test database listens on port 5433", topic="tests")
RULE = make_memory("Never push to the release branch by hand", evidence=(make_evidence("never push", record="r2"),))
TWIN = make_memory("The database of the tests uses port 5433", evidence=(make_evidence("5433", record="r4"),))
KNOWN = {memory.id: memory for memory in (PORT, RULE, TWIN)}
HEADINGS = Difference.__dataclass_fields__
MERGE = make_merge(PORT, TWIN)
FORGET = Retire(RULE.id, "ana asked to forget it", why=Reason.FORGOTTEN, by="ana")
STEPS = [
    Reword(PORT.id, "the port moved", text="The test database listens on port 5434", was=PORT.text),
    Reword(PORT.id, "it moved back", text=PORT.text, was="The test database listens on port 5434"),
    FORGET,
    Restore(RULE.id, "ana wants it back"),
    MERGE,
    Retopic(PORT.id, "it speaks of databases", topic="database"),
    Pin(RULE.id, "ana pinned it"),
    Verify(PORT.id, "it is in the repository", verified=Verified(NOON)),
]


def state(memories, shown=()):
    return State(memories=memories, generation=1, now=NOON, shown=tuple(shown))


def after(*changes, shown=()):
    return diff(state(KNOWN, shown), state(fold(KNOWN, changes, NOON), shown))


def told(difference):
    """Return what a difference has something under, as heading and ids."""
    lists = {name: getattr(difference, name) for name in HEADINGS}
    return {
        name: [getattr(it, "now", getattr(it, "memory", it)).id for it in items]
        for name, items in lists.items()
        if items
    }


@pytest.mark.parametrize(
    ("change", "heading", "name"),
    [
        (STEPS[0], "reworded", PORT.id),
        (FORGET, "retired", RULE.id),
        (STEPS[5], "moved", PORT.id),
        (STEPS[6], "pinned", RULE.id),
        (STEPS[7], "altered", PORT.id),
        (make_add(make_memory("Use tabs")), "added", make_memory("Use tabs").id),
    ],
)
def test_a_change_stands_under_its_own_heading_and_no_other(change, heading, name):
    assert told(after(change)) == {heading: [name]}


def test_a_merge_tells_what_was_absorbed_and_that_evidence_joined():
    assert told(after(MERGE)) == {"merged": [TWIN.id], "altered": [PORT.id]}


def test_what_was_undone_in_between_is_no_difference():
    assert told(after(STEPS[0], STEPS[1], FORGET, STEPS[3])) == {}


def test_what_came_and_went_in_between_is_told_apart():
    fresh = make_memory("The queue is called heron")
    gone = Retire(fresh.id, "the file is gone", why=Reason.STALE)
    assert told(after(make_add(fresh), gone)) == {"passed": [fresh.id]}


def test_read_backwards_what_was_added_is_retired_and_the_other_way_round():
    old, new = state(KNOWN), state(fold(KNOWN, [make_add(make_memory("Use tabs")), FORGET], NOON))
    assert told(diff(new, old)) == {"retired": [make_memory("Use tabs").id], "restored": [RULE.id]}


def test_what_memory_md_shows_now_and_did_not_before_is_told():
    old, new = state(KNOWN, [PORT.id, RULE.id]), state(KNOWN, [TWIN.id, RULE.id])
    assert told(diff(old, new)) == {"shown": [TWIN.id], "hidden": [PORT.id]}


@given(st.lists(st.sampled_from(STEPS), unique=True))
def test_a_difference_is_empty_only_where_the_memories_are_equal(steps):
    memories = dict(KNOWN)
    for step in steps:
        try:
            memories = fold(memories, [step], NOON)
        except ValueError:
            continue  # it does not fit after the others
    assert (told(diff(state(KNOWN), state(memories))) == {}) == (memories == KNOWN)


def test_every_field_of_a_memory_that_differs_is_in_the_difference():
    """What has no heading of its own is told by its name."""
    values = {"branch": "dev", "people": ("ben",), "scope": "team", "held": ("merge:x",), "valid_until": NOON}
    for field, value in values.items():
        changed = msgspec.structs.replace(PORT, **{field: value})
        difference = diff(state(KNOWN), state(KNOWN | {PORT.id: changed}))
        assert [it.fields for it in difference.altered] == [(field,)]
