from dreamd.phases.readings import Readings
from dreamd.phases.similar import CANDIDATES, Index


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
    memories = [make.memory(f"Never stash changes in tree{n}", id=f"{n:08d}") for n in range(60)]
    assert len(index(memories).candidates(memories[0])) <= CANDIDATES


def test_what_is_reworded_is_found_by_its_new_words_only(make):
    one = make.memory("Never stash changes in the shared tree")
    other = make.memory("Never stash changes in the tree", day=1)
    found = index([one, other])
    found.add(make.memory("Money is stored in cents", id=other.id))
    assert found.candidates(one) == []
    found.remove(one.id)
    assert found.candidates(make.memory("Money is stored in cents", id=other.id)) == []
