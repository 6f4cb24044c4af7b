"""Ledger entries as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.entry import Consumed, Entry, EntryError, EntryKind, Header, decode, encode
from dreamd.testing import NOON, make_add, make_memory

ENTRY = Entry(
    Header(generation=1, kind=EntryKind.DREAM, now=NOON, consumed=Consumed(parts=("p1",)), shown=("a",)),
    (make_add(make_memory("Use tabs")),),
)


def test_an_entry_reads_back_as_it_was_written():
    assert decode(encode(ENTRY)) == ENTRY


@given(st.data())
def test_any_changed_bit_is_found(data):
    """Invariant 1."""
    whole = encode(ENTRY)
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytes([whole[place] ^ (1 << data.draw(st.integers(0, 7)))])

    with pytest.raises(EntryError):
        decode(whole[:place] + flipped + whole[place + 1 :])


@given(st.integers(0, len(encode(ENTRY)) - 1))
def test_any_missing_tail_is_found(length):
    """Invariant 1."""
    with pytest.raises(EntryError):
        decode(encode(ENTRY)[:length])
