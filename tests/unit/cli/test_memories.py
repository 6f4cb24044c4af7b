import pytest

from dreamd.cli.memories import find_memory
from dreamd.errors import NotFoundError, UsageError

MEMORIES = {"k3f9a2qx": "first", "k3f8b1c0": "second", "01100000": "third"}


@pytest.mark.parametrize("typed", ["k3f9a2qx", "k3f9", "^k3f9a2qx", "K3F9", " k3f9 "])
def test_a_memory_is_found_by_the_beginning_of_its_id(typed):
    assert find_memory(typed, MEMORIES) == "first"


def test_letters_that_ids_leave_out_are_read_as_the_digits_they_look_like():
    assert find_memory("oIl", MEMORIES) == "third"


def test_a_beginning_that_several_share_is_refused_and_names_them():
    with pytest.raises(UsageError) as caught:
        find_memory("k3f", MEMORIES)
    assert caught.value.hint == "say k3f8b1c0, k3f9a2qx"


@pytest.mark.parametrize("typed", ["zzz", "", "^"])
def test_an_unknown_id_is_not_found(typed):
    with pytest.raises(NotFoundError):
        find_memory(typed, MEMORIES)
