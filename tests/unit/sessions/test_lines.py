"""Lines of a log, with bounded memory."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.sessions import lines as module
from dreamd.sessions.lines import OpenLog


def read(data, stop=None):
    log = OpenLog(io.BytesIO(data), len(data) if stop is None else stop)
    return [(line.number, line.data, line.complete) for line in log.lines()]


def test_lines_have_the_numbers_that_editors_show():
    assert read(b"\xef\xbb\xbfone\r\n\n  three\nfour") == [
        (1, b"one", True),
        (2, b"", True),
        (3, b"  three", True),
        (4, b"four", False),
    ]


def test_what_is_appended_after_the_size_was_taken_is_left_for_later():
    assert read(b"one\ntwo\nthree\n", stop=6) == [(1, b"one", True), (2, b"tw", False)]


@pytest.mark.parametrize("ending", [b"\nnext\n", b""])
def test_an_overlong_line_is_passed_over_in_pieces(monkeypatch, ending):
    monkeypatch.setattr(module, "LINE_LIMIT", 10)
    data = b"x" * 35 + ending
    found = list(OpenLog.of(data).lines())
    assert (found[0].number, found[0].data, found[0].too_long) == (1, b"", True)
    assert [line.data for line in found[1:]] == ([b"next"] if ending else [])


@given(st.lists(st.binary(max_size=30).filter(lambda data: b"\n" not in data)))
def test_no_bytes_are_lost_but_line_ends(rows):
    data = b"\n".join(rows)
    kept = [row.rstrip(b"\r") for row in rows]
    if kept:
        kept[0] = kept[0].removeprefix(b"\xef\xbb\xbf")
    if rows and (not rows[-1] or rows == [b"\xef\xbb\xbf"]):
        kept.pop()  # a file ends in its last newline, and one that is only a mark of its encoding has no line
    assert [line for _, line, _ in read(data)] == kept


def test_a_log_is_given_whole_only_where_it_may_be_held():
    log = OpenLog.of(b"\xef\xbb\xbfone\ntwo")
    assert log.whole(100) == b"one\ntwo"
    assert log.whole(5) is None
