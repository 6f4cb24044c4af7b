from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.records import Evidence, Factors, Kind, Memory, Origin, Trust, Verified
from dreamd.memory.weight import HALF_LIFE_DAYS, recency, support, weight

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PLAIN = Memory(
    id="00000000",
    kind=Kind.SEMANTIC,
    text="Money is stored in cents.",
    topic="general",
    trust=Trust.AGENT,
    evidence=(Evidence(origin=Origin.SESSION, record="r", quote="cents"),),
    learned=NOW,
    last_seen=NOW,
    sessions=("a",),
)


def changed(**fields):
    return msgspec.structs.replace(PLAIN, **fields)


def test_the_plainest_memory_weighs_one():
    assert weight(PLAIN, NOW) == 1.0


def test_a_memory_counts_half_after_the_half_life_of_its_kind():
    for kind, days in HALF_LIFE_DAYS.items():
        assert weight(changed(kind=kind), NOW + timedelta(days=days)) == 0.5


def test_whatever_its_age_a_memory_weighs_something():
    old = changed(last_seen=datetime.min.replace(tzinfo=UTC), kind=Kind.EPISODIC, factors=Factors(0.0))
    assert weight(old, NOW) > 0


def test_what_was_tried_fades_faster_than_how_it_is_done_and_that_faster_than_facts():
    assert HALF_LIFE_DAYS[Kind.EPISODIC] < HALF_LIFE_DAYS[Kind.PROCEDURAL] < HALF_LIFE_DAYS[Kind.SEMANTIC]


def test_a_pinned_memory_does_not_age_and_a_clock_that_is_behind_makes_nothing_young():
    assert recency(changed(pinned=True), NOW + timedelta(days=9999)) == 1.0
    assert recency(PLAIN, NOW - timedelta(days=9999)) == 1.0


def test_each_good_sign_weighs_more_and_each_doubt_less():
    better = [
        changed(trust=Trust.USER),
        changed(factors=Factors(confidence=0.9)),
        changed(sessions=("a", "b")),
        changed(people=("ada", "bo")),
        changed(verified=Verified(when=NOW, holds=True)),
        changed(factors=Factors(uses=3)),
    ]
    worse = [
        changed(factors=Factors(confidence=0.1)),
        changed(verified=Verified(when=NOW, holds=False)),
        changed(conflicts_with=("11111111",)),
    ]
    assert all(weight(memory, NOW) > 1.0 for memory in better)
    assert all(weight(memory, NOW) < 1.0 for memory in worse)


def test_a_second_person_supports_more_than_a_second_session():
    two_people = changed(sessions=("a", "b"), people=("ada", "bo"))
    two_sessions = changed(sessions=("a", "b"), people=("ada",))
    assert support(two_people) > support(two_sessions) > support(PLAIN)


@given(st.integers(min_value=1, max_value=1000))
def test_each_further_session_adds_less(count):
    def of(number):
        return support(changed(sessions=tuple(map(str, range(number)))))

    assert 0 < of(count + 2) - of(count + 1) < of(count + 1) - of(count)
