from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.gates.duration import parse_duration, spell_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("24h", timedelta(hours=24)),
        ("30m", timedelta(minutes=30)),
        ("7d", timedelta(days=7)),
        ("45s", timedelta(seconds=45)),
        ("1d 12h", timedelta(hours=36)),
        ("1h30m", timedelta(minutes=90)),
        ("0", timedelta()),
        (" 2H ", timedelta(hours=2)),
    ],
)
def test_a_span_is_read_as_people_write_it(text, span):
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "24", "h", "-3h", "1.5h", "1w", "soon", "٣h", "36526d"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"span|century"):
        parse_duration(text)


def test_the_spelling_is_cut_off_and_never_rounded_up():
    almost = timedelta(hours=24) - timedelta(seconds=1)
    assert spell_duration(almost, units=2) == "23h 59m"
    assert spell_duration(timedelta(hours=24)) == "24h"
    assert spell_duration(timedelta(days=7, hours=3, minutes=9), units=2) == "7d 3h"
    assert spell_duration(timedelta()) == "0s"


@given(st.timedeltas(timedelta(), timedelta(days=36_525)))
def test_a_spelled_span_reads_back_to_the_second(span):
    whole = timedelta(seconds=int(span.total_seconds()))
    assert parse_duration(spell_duration(whole)) == whole
