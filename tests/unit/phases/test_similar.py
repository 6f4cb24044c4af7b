import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.curators.rules.relating.reading import keys
from dreamd.phases import similar
from dreamd.phases.readings import Readings
from dreamd.phases.similar import CANDIDATES, CANDIDATES_OF_SHORT, FOLLOWED, SHARED, SHORT, Index


def index(memories):
    return Index(memories, Readings())


def test_candidates_share_rare_words_and_the_most_alike_comes_first(make):
    one = make.memory("Never stash changes in the shared tree")
    near = make.memory("Never stash changes in the tree")
    far = make.memory("Changes of the parser need a review by two people in any case")
    assert index([one, near, far]).candidates(one)[0] == near.id
    other = make.memory("Money is stored in cents")
    assert index([one, other]).candidates(one) == []


def test_no_more_are_judged_than_is_useful(make):
    short = "Never stash changes in tree{}"
    for text, most in (
        (short, CANDIDATES_OF_SHORT),
        (f"{short} before somebody has reviewed all migrations of the ledger", CANDIDATES),
    ):
        memories = [make.memory(text.format(n), id=f"{n:08d}") for n in range(40)]
        assert len(index(memories).candidates(memories[0])) == most


def test_what_is_reworded_is_found_by_its_new_words_only(make):
    one = make.memory("Never stash changes in the shared tree")
    other = make.memory("Never stash changes in the tree", day=1)
    found = index([one, other])
    found.add(make.memory("Money is stored in cents", id=other.id))
    assert found.candidates(one) == []
    found.remove(one.id)
    assert found.candidates(make.memory("Money is stored in cents", id=other.id)) == []


WORDS = ["stash", "push", "ledger", "tree", "cents", "money", "tabs", "parser", "review", "walrus"]
texts = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(lambda words: f"Never {' '.join(words)} here")
#: memories by number, each added, given another text or taken away
done = st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), texts)), max_size=8)


def compared_with_all(memory, first, now):
    """Return the candidates as their definition has them, by a look at every memory."""
    had = {name: keys(text) for name, text in first.items()}
    have = {name: keys(text) for name, text in now.items()}

    def spread(key):
        return sum(key in they for they in have.values())

    def weight(some):
        begun = {key: sum(key in they for they in had.values()) for key in some}
        return math.fsum(math.log1p(len(had) / begun[key]) if begun[key] else math.log1p(len(have)) for key in some)

    own = have[memory]
    common = min(similar.COMMON_AT_MOST, max(similar.COMMON_AT_LEAST, len(have) // 20))
    rarest = sorted((key for key in own if spread(key) > 1), key=lambda key: (spread(key), key))[:FOLLOWED]
    followed = {key for key in rarest if spread(key) <= common}
    met = {name: len(followed & they) for name, they in have.items() if name != memory and followed & they}
    promising = sorted(met, key=lambda name: (-met[name], name))[: similar.PROMISING]
    shares = {name: weight(own & have[name]) / (min(weight(own), weight(have[name])) or 1.0) for name in promising}
    alike = [name for name in promising if shares[name] >= SHARED]
    most = CANDIDATES_OF_SHORT if len(own) <= SHORT else CANDIDATES
    return sorted(alike, key=lambda name: (-shares[name], name))[:most]


@given(first=st.lists(texts, max_size=10), done=done, few=st.booleans(), expecting=st.booleans())
def test_what_is_found_is_what_a_look_at_all_memories_finds(make, first, done, few, expecting):
    """Invariant 9."""
    with pytest.MonkeyPatch.context() as patch:
        if few:
            patch.setattr(similar, "PROMISING", 3)
            patch.setattr(similar, "COMMON_AT_LEAST", 4)
        memories = [make.memory(text, id=f"{number:08d}") for number, text in enumerate(first)]
        known, begun = index(memories), {memory.id: memory.text for memory in memories}
        if expecting:
            known.expect(memories)
        now = {memory.id: memory for memory in memories}
        for number, text in done:
            name = f"{number:08d}"
            if text is None:
                now.pop(name, None)
                known.remove(name)
            else:
                now[name] = make.memory(text, id=name)
                known.add(now[name])
            said = {name: memory.text for name, memory in now.items()}
            for memory in now.values():
                assert known.candidates(memory) == compared_with_all(memory.id, begun, said)
