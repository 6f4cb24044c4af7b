"""Several rankings made into one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.recall.fusion import fuse

rankings = st.dictionaries(st.sampled_from("xyz"), st.lists(st.sampled_from("abcdefgh"), unique=True))


def test_what_every_ranking_has_first_scores_one():
    assert fuse({"x": ["a", "b"], "y": ["a", "c"]})[0].score == pytest.approx(1)


def test_second_in_both_beats_first_in_one():
    fused = fuse({"x": ["a", "b"], "y": ["c", "b"]})
    assert [it.item for it in fused] == ["b", "a", "c"]


def test_a_ranking_that_found_nothing_lowers_the_score():
    assert fuse({"x": ["a"], "y": []})[0].score == pytest.approx(0.5)


def test_ranks_tell_where_each_ranking_had_the_item():
    assert fuse({"x": ["a", "b"], "y": ["b"]})[0].ranks == {"x": 2, "y": 1}


def test_no_rankings_give_nothing():
    assert fuse({}) == []


@given(rankings)
def test_every_item_comes_once_in_falling_order(by_name):
    fused = fuse(by_name)
    assert sorted(it.item for it in fused) == sorted({item for ranking in by_name.values() for item in ranking})
    scores = [it.score for it in fused]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 + 1e-9 for score in scores)


@given(rankings)
def test_the_order_of_the_rankings_does_not_matter(by_name):
    backwards = dict(reversed(by_name.items()))
    assert [it.item for it in fuse(by_name)] == [it.item for it in fuse(backwards)]
