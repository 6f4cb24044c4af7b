"""Memories that are decoded when they are asked for are those that are decoded at once."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.errors import DamagedError
from dreamd.memory.changes import Retire, State, fold
from dreamd.memory.records import Reason
from dreamd.memory.stored import Stored, copied, retired
from dreamd.testing import NOON, make_add, make_evidence, make_memory


def memory(number):
    text = f'Rule {number} forbids "retired":{{ in `a` line'
    return make_memory(text, evidence=(make_evidence(text, record=f"r{number}"),))


ALL = [memory(number) for number in range(8)]
whichever = st.lists(st.sampled_from(ALL), unique_by=lambda it: it.id, max_size=8)
#: what is done to a mapping of memories: look at one, at all, or alter one
steps = st.lists(
    st.tuples(st.sampled_from(("get", "values", "items", "retire", "put", "forget")), st.sampled_from(ALL))
)


def gone(it):
    return Retire(it.id, "gone", why=Reason.STALE)


def stored(memories):
    return Stored(msgspec.json.Encoder().encode_lines(memories))


@given(known=whichever, done=steps)
def test_whatever_is_done_they_are_what_a_dictionary_holds(known, done):
    plain, lazy = {it.id: it for it in known}, stored(known)
    for what, it in done:
        if what == "get":
            assert lazy.get(it.id) == plain.get(it.id)
        elif what == "values":
            assert list(lazy.values()) == list(plain.values())
        elif what == "items":
            assert list(lazy.items()) == list(plain.items())
        elif what == "retire" and it.id in plain and plain[it.id].active:
            before = copied(lazy)
            plain, lazy = fold(plain, [gone(it)], NOON), fold(lazy, [gone(it)], NOON)
            assert before[it.id].active
        elif what == "put":
            plain[it.id] = lazy[it.id] = it
        elif what == "forget" and it.id in plain:
            del plain[it.id], lazy[it.id]
        assert len(lazy) == len(plain)
        assert it.id in lazy or it.id not in plain
        assert State(memories=lazy).number_active == State(memories=plain).number_active
        assert retired(lazy) == retired(plain)
    assert list(lazy) == list(plain)
    assert [*lazy.lines()] == [msgspec.json.encode(it) for it in plain.values()]
    assert lazy == plain
    assert State(memories=lazy) == State(memories=plain)


def test_folding_onto_them_decodes_none_but_what_is_touched():
    lines = [msgspec.json.encode(it) for it in ALL]
    broken = [line.replace(b'"topic"', b'"tropic"') for line in lines]
    lazy = Stored(b"\n".join([lines[0], *broken[1:], b""]))

    after = fold(lazy, [gone(ALL[0]), make_add(memory(9))], NOON)

    assert after[ALL[0].id].status == "stale"
    assert State(memories=after).number_active == len(ALL)


def test_what_cannot_be_read_is_told_when_it_is_asked_for():
    line = msgspec.json.encode(ALL[0])
    for wrong in (
        b'{"id":"\n',
        line,
        b"[" + line + b"\n",
        line.replace(b'","', b'x","', 1) + b"\n",
        b"\n" + line + b"\n",
    ):
        with pytest.raises(ValueError, match="no memory's"):
            Stored(wrong)
    with pytest.raises(DamagedError, match="checkpoint"):
        Stored(line.replace(b'"topic"', b'"tropic"') + b"\n")[ALL[0].id]
