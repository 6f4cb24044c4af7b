from datetime import timedelta

from msgspec.structs import replace

from dreamd.memory.item import Item
from dreamd.memory.records import Kind
from dreamd.memory.taken_in import take_in
from dreamd.testing import NOON, make_memory

ITEM = Item("k3f9a2qx", "The port is 5433", Kind.SEMANTIC, NOON, "agent").memory
LATER = Item("00000000", "The host is heron", Kind.SEMANTIC, NOON + timedelta(minutes=1), "agent").memory


def test_items_are_taken_in_under_their_own_ids_oldest_first():
    adds = list(take_in((LATER, ITEM), {}))
    assert [add.memory for add in adds] == [ITEM, LATER]
    assert [add.reason for add in adds] == ["it was remembered on request"] * 2


def test_an_id_that_another_memory_has_is_not_given_twice():
    known = {ITEM.id: make_memory("Something else", id=ITEM.id)}
    [add] = take_in((ITEM,), known)
    assert add.id == add.memory.id != ITEM.id
    assert add.memory.evidence == ITEM.evidence
    assert "as k3f9a2qx, which is another memory's id" in add.reason


def test_two_items_never_get_one_id():
    adds = list(take_in((ITEM, replace(LATER, id=ITEM.id)), {}))
    assert len({add.id for add in adds}) == 2
