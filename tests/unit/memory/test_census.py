"""A census of many memories says of each what a look at it does, also where it was kept and brought up to date."""

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.census import (
    DOUBTED,
    KINDS,
    MANY,
    NEVER,
    ODD,
    PINNED,
    PLACED,
    USER,
    KeptCensus,
    census_of,
    counted,
    microseconds,
    restored,
)
from dreamd.memory.changes import Pin, Retire, Retopic, State
from dreamd.memory.records import About, Factors, Kind, Reason, Retired, Trust, Verified
from dreamd.memory.stored import Stored
from dreamd.memory.topic import CHOSEN
from dreamd.testing import NOON, make_add, make_evidence, make_memory

times = st.integers(0, 3).map(lambda days: NOON + timedelta(days=days, microseconds=days))
fields = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind),
        "trust": st.sampled_from(Trust),
        "topic": st.sampled_from(("general", "ledger", "parser")),
        "learned": times,
        "last_seen": times,
        "valid_until": st.one_of(st.none(), times),
        "pinned": st.booleans(),
        "held": st.sampled_from(((), (CHOSEN,), ("retire:stale",))),
        "people": st.sampled_from(((), ("ana",), ("ana", "ben"))),
        "sessions": st.sampled_from((("one",), ("one", "two"))),
        "about": st.sampled_from((About(), About(people=("cleo",)))),
        "conflicts_with": st.sampled_from(((), (), ("00000000",))),
        "verified": st.sampled_from((None, None, Verified(NOON))),
        "factors": st.sampled_from((Factors(), Factors(0.71), Factors(0.3, 2))),
        "retired": st.sampled_from((None, None, None, Retired(Reason.STALE, "gone", NOON))),
    }
)
evidence = st.lists(st.integers(0, 9), min_size=1, max_size=6).map(
    lambda records: tuple(make_evidence("q", record=f"r{number}") for number in records)
)
#: memories by number, so that one may come again with other fields
many = st.dictionaries(st.integers(0, 20), st.tuples(fields, evidence), max_size=12).map(
    lambda given: {
        f"{number:08d}": make_memory(f"Rule {number}" * (1 + number % 3), id=f"{number:08d}", evidence=pieces, **rest)
        for number, (rest, pieces) in given.items()
    }
)


def odd(it):
    weighed = it.pinned or it.verified or it.factors.uses or it.conflicts_with
    return bool(weighed or len(it.sessions) > 1 or len(it.people) > 1)


def flags(it):
    return (
        (USER if it.trust is Trust.USER else 0)
        + (PINNED if it.pinned else 0)
        + (DOUBTED if it.conflicts_with else 0)
        + (PLACED if CHOSEN in it.held else 0)
        + (ODD if odd(it) else 0)
        + (MANY if len(it.evidence) > 4 else 0)
    )


def require_true(census, memories):
    """Hold a census against a look at every memory."""
    active = sorted((it for it in memories.values() if it.active), key=lambda it: (it.learned, it.id))
    table = census.table
    assert list(census) == active == [census[place] for place in range(len(census))]
    assert census.ids == [it.id for it in active]
    assert table["learned"].tolist() == [microseconds(it.learned) for it in active]
    assert table["seen"].tolist() == [microseconds(it.last_seen) for it in active]
    assert table["until"].tolist() == [microseconds(it.valid_until) if it.valid_until else NEVER for it in active]
    assert table["sure"].tolist() == [it.factors.confidence for it in active]
    assert table["length"].tolist() == [len(it.text) for it in active]
    assert [KINDS[kind] for kind in table["kind"].tolist()] == [it.kind for it in active]
    assert table["flags"].tolist() == [flags(it) for it in active]
    assert census.topic_names() == [it.topic for it in active]
    assert census.all_people() == {name for it in active for name in (*it.people, *it.about.people)}
    for time in (NOON, NOON + timedelta(days=1)):
        newer = [it.id for it in active if max(it.learned, it.last_seen) > time]
        assert census.take(census.newer_than(time)).ids == newer
    for record in ("r0", "r7", "unknown"):
        resting = [it.id for it in active if record in {piece.record for piece in it.evidence}]
        assert [it.id for it in census.resting_on({record}) if it.id in resting] == resting
    assert list(census.resting_on(())) == []


@given(memories=many)
def test_it_says_of_each_memory_what_a_look_at_it_does(memories):
    require_true(census_of(memories), memories)
    require_true(State(memories=memories).census, memories)


@given(before=many, since=many, again=many)
def test_one_that_was_kept_and_brought_up_to_date_is_that_of_the_memories_as_they_are(before, since, again):
    """Invariants 9 and 13."""
    kept = msgspec.msgpack.encode(census_of(before).kept())
    first = {**before, **since}
    now = {**first, **again}
    lazy = Stored(msgspec.json.Encoder().encode_lines(list(now.values())))

    census = restored(msgspec.msgpack.decode(kept, type=KeptCensus), first).after(first, since.keys())

    require_true(census, first)
    require_true(census.after(lazy, again.keys()), now)
    require_true(census, first)


@given(memories=many)
def test_a_state_after_changes_counts_them(memories):
    active = [it for it in memories.values() if it.active]
    changes = [make_add(make_memory("Another rule"))]
    changes += [Retire(it.id, "gone", why=Reason.STALE) for it in active[:2]]
    changes += [Pin(it.id, "said so") for it in active[2:4]]
    changes += [Retopic(it.id, "said so", topic="elsewhere") for it in active[3:5]]
    state = State(memories=memories).after(changes, NOON)
    require_true(state.census, dict(state.memories))
    assert State(memories=memories).after([], NOON).active() == State(memories=memories).active()


@given(memories=many, choice=st.data())
def test_some_of_them_are_these_in_the_order_asked_for(memories, choice):
    census = census_of(memories)
    census.rows = census.table["length"] * 2
    places = choice.draw(st.lists(st.integers(0, len(census) - 1), unique=True)) if len(census) else []
    some = census.take(places)
    assert list(some) == [census[place] for place in places]
    assert some.table.tobytes() == b"".join(census.table[place].tobytes() for place in places)
    assert some.rows.tolist() == [census.rows[place] for place in places]


def test_what_rows_were_given_goes_along_with_the_memories():
    memories = {f"{number:08d}": make_memory(f"Rule {number}", id=f"{number:08d}") for number in range(5)}
    census = census_of(memories)
    census.table  # noqa: B018 - it is made when it is asked for
    census.rows = census.table["length"] * 0 + range(5)
    altered = {
        **memories,
        "00000002": make_memory("Another", id="00000002"),
        "00000009": make_memory("x", id="00000009"),
    }
    after = census.after(altered, {"00000002", "00000009"})
    assert dict(zip(after.ids, after.rows.tolist(), strict=True)) == {
        "00000000": 0,
        "00000001": 1,
        "00000002": -1,
        "00000003": 3,
        "00000004": 4,
        "00000009": -1,
    }


def test_a_list_is_counted_as_it_is():
    memories = [make_memory("later", learned=NOON + timedelta(days=1)), make_memory("earlier")]
    assert list(counted(memories)) == memories
    assert counted(counted(memories)) is not None
