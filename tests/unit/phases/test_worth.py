"""Weighing all memories at once says of each what weighing it alone says."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.records import Factors, Kind, Verified
from dreamd.memory.weight import weight
from dreamd.phases.worth import Worth, step_of

fields = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind),
        "user": st.booleans(),
        "pinned": st.integers(0, 9).map(lambda it: it == 0),
        "factors": st.builds(Factors, st.sampled_from((0.0, 0.3, 0.5, 0.71, 1.0)), st.sampled_from((0, 0, 0, 3))),
        "sessions": st.sampled_from((("one",), ("one", "two"))),
        "people": st.sampled_from(((), ("ana",), ("ana", "ben"))),
        "conflicts_with": st.sampled_from(((), (), ("00000000",))),
    }
)
#: half-lives and what lies near them, since steps end at quarters of an octave
seen = st.one_of(st.integers(-10, 4000), st.sampled_from((30, 60, 120, 180, 360, 400_000))).map(
    lambda days: timedelta(days=days)
)


@given(
    said=st.lists(st.tuples(fields, seen, st.integers(-2, 2)), max_size=12), holds=st.sampled_from((None, True, False))
)
def test_steps_and_shares_are_those_of_the_formula(make, said, holds):
    """Invariant 9."""
    memories = [
        make.memory(
            f"Rule {number}",
            id=f"{number:08d}",
            last_seen=make.now - age + timedelta(microseconds=off),
            verified=Verified(make.now, holds=holds) if number % 5 == 4 else None,
            **given,
        )
        for number, (given, age, off) in enumerate(said)
    ]
    weights = [weight(memory, make.now) for memory in memories]
    heaviest = max(weights, default=1.0)

    worth = Worth(memories, make.now)

    assert [worth.share(place) for place in range(len(memories))] == [it / heaviest for it in weights]
    assert worth.steps().tolist() == [step_of(it / heaviest) for it in weights]
