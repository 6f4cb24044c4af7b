"""How messages are split."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.sentences import Form, split


def texts(message):
    return [sentence.text for sentence in split(message)]


def test_code_tables_quotes_and_headings_are_no_prose():
    message = (
        "## Where it broke\n\nThe parser drops the last line.\n\n```go\nfunc Main. Not prose\n```\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n> somebody else said this.\n\nIt needs a final newline."
    )
    assert texts(message) == ["The parser drops the last line.", "It needs a final newline."]
    assert split(message)[0].lead == "Where it broke"


def test_a_fence_that_is_never_closed_hides_the_rest():
    assert texts("Before the code.\n~~~\nAll of this. Is code.") == ["Before the code."]


def test_list_items_are_sentences_of_their_own_under_the_line_that_announces_them():
    found = split("Two things are needed:\n- **first**, a key\n- second, a lock\n  that is wrapped")
    assert [(s.text, s.form) for s in found] == [
        ("Two things are needed:", Form.PROSE),
        ("first, a key", Form.ITEM),
        ("second, a lock that is wrapped", Form.ITEM),
    ]
    assert found[1].lead == "Two things are needed"
    assert len({s.paragraph for s in found}) == 3


def test_an_abbreviation_a_file_name_or_code_does_not_end_a_sentence():
    assert texts("Use a queue, e.g. Redis. Read `a. B` in conf.d first.") == [
        "Use a queue, e.g. Redis.",
        "Read `a. B` in conf.d first.",
    ]


def test_short_lines_without_full_stops_are_sentences_but_a_wrapped_line_goes_on():
    assert texts("no tabs here\nUse four blanks") == ["no tabs here", "Use four blanks"]
    wrapped = "The scheduler holds its lock for as long as the slowest worker of\nthe whole pool takes."
    assert len(texts(wrapped)) == 1


def test_bounds_point_at_the_words_as_they_were_written():
    message = "Fine.\n\n- The **retry** is *never* reset."
    last = split(message)[-1]
    assert last.text == "The retry is never reset."
    assert message[last.start : last.end] == "The **retry** is *never* reset."


@given(st.text(alphabet="ab .!?\n`*#-|>()\"'1:", max_size=300))
def test_sentences_are_in_order_and_never_overlap(message):
    end = 0
    for sentence in split(message):
        assert end <= sentence.start < sentence.end <= len(message)
        end = sentence.end


@pytest.mark.parametrize("piece", ["(", "`", "**", "[a](", "- ", "> ", "1. ", "a.", "| ", "*a", "~~"])
def test_a_message_made_to_be_slow_is_split_in_time(piece):
    """Session text is hostile: no pattern may take much more than linear time."""
    started = time.process_time()
    split(piece * (40_000 // len(piece)))
    assert time.process_time() - started < 2
