"""People type ids by hand."""

import re

import pytest

from dreamd.cli.memories import LEAST_TYPED, find_id, whose_word
from dreamd.errors import NotFoundError, UsageError
from dreamd.memory.records import Trust
from dreamd.testing import make_evidence, make_memory

IDS = ["k3f9a2qx", "k3f9zzzz", "0110abcd"]


def like(prefix):
    return [name for name in IDS if prefix and name.startswith(prefix)]


@pytest.mark.parametrize("typed", ["k3f9a2qx", "k3f9a", "^k3f9a2qx", " K3F9A2QX "])
def test_an_id_is_found_by_its_beginning_in_any_spelling(typed):
    assert find_id(typed, like) == "k3f9a2qx"


def test_letters_that_ids_do_not_have_are_read_as_the_digits_they_look_like():
    assert find_id("oIl", like) == "0110abcd"


def test_a_beginning_of_several_is_refused_and_names_them():
    with pytest.raises(UsageError) as refused:
        find_id("k3f", like)
    assert "k3f9a2qx, k3f9zzzz" in refused.value.hint


@pytest.mark.parametrize(
    ("typed", "what"), [("k3f", "'k3f': it has fewer than 4"), ("^7", "'^7'"), ("", "'the id': it is empty")]
)
def test_what_is_too_short_to_change_a_memory_by_is_refused(typed, what):
    with pytest.raises(UsageError, match=re.escape(what)):
        find_id(typed, like, LEAST_TYPED)
    assert find_id("k3f9a", like, LEAST_TYPED) == "k3f9a2qx"


@pytest.mark.parametrize("typed", ["", "^", " "])
def test_an_empty_id_is_refused_and_said_to_be_empty(typed):
    with pytest.raises(UsageError, match="it is empty"):
        find_id(typed, like)


@pytest.mark.parametrize("typed", ["zzz", "k3f9a2qxx"])
def test_what_no_memory_begins_like_is_not_found(typed):
    with pytest.raises(NotFoundError):
        find_id(typed, like)


def test_whose_word_a_memory_is_goes_by_its_trust():
    said = "the board is off until noon"
    pieces = (make_evidence(said, role="user", person="mara"), make_evidence(said, role="agent", person=""))
    assert whose_word(make_memory("The board is off.", trust=Trust.USER, evidence=pieces)) == "user mara"
    assert whose_word(make_memory("The board is off.", trust=Trust.AGENT, evidence=pieces)) == "agent"
