from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dreamd.language.dates import is_relative, resolve

SPOKEN = datetime(2026, 3, 4, 15, tzinfo=UTC)  # a Wednesday
ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "dates.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_each_expression_of_the_table_reads_as_a_person_would_write_its_date(text, expected):
    """Proves, case by case, what refresh promises of dates; nothing vague is touched."""
    assert resolve(text, SPOKEN).text == (text if expected == "=" else expected)


def test_the_table_is_large_enough_to_mean_something():
    assert len(ROWS) >= 150
    assert sum(expected == "=" for _text, expected in ROWS) >= 50


@pytest.mark.parametrize(
    ("spoken", "zone", "expected"),
    [
        (datetime(2026, 3, 4, 23, 30, tzinfo=UTC), "UTC", "on 2026-03-03"),
        (datetime(2026, 3, 4, 23, 30, tzinfo=UTC), "Europe/Berlin", "on 2026-03-04"),
        (datetime(2026, 3, 4, 3, 30, tzinfo=UTC), "America/Los_Angeles", "on 2026-03-02"),
        (datetime(2026, 3, 4, 23, 59, tzinfo=UTC), "Pacific/Kiritimati", "on 2026-03-04"),
        (datetime(2026, 3, 4, 0, 0, tzinfo=UTC), "UTC", "on 2026-03-03"),
        (datetime(2026, 3, 4, 0, 0, tzinfo=UTC), "America/St_Johns", "on 2026-03-02"),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Berlin", "on 2026-03-28"),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Berlin", "on 2026-03-28"),
        (datetime(2026, 3, 1, 2, 0, tzinfo=UTC), "America/New_York", "on 2026-02-27"),
        (datetime(2026, 3, 4, 3, 30, tzinfo=UTC), "No/Such_Zone", "on 2026-03-03"),
        (datetime(2026, 3, 4, 3, 30, tzinfo=UTC), "../etc/passwd", "on 2026-03-03"),
    ],
)
def test_the_day_is_the_speakers_own(spoken, zone, expected):
    assert resolve("It broke yesterday", spoken, zone).text == f"It broke {expected}"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Main is frozen until Friday.", datetime(2026, 3, 7, tzinfo=UTC)),
        ("For the next two weeks nobody merges.", datetime(2026, 3, 19, tzinfo=UTC)),
        ("The API is frozen until the end of the month.", datetime(2026, 4, 1, tzinfo=UTC)),
        ("The pilot runs until June.", datetime(2026, 6, 2, tzinfo=UTC)),
        ("The API is frozen until the end of Q2.", datetime(2026, 7, 1, tzinfo=UTC)),
        ("The API is frozen until Q2.", datetime(2026, 4, 2, tzinfo=UTC)),
        ("The ban holds through 2026-03-20.", datetime(2026, 3, 21, tzinfo=UTC)),
        ("The patch must be in by Friday.", None),
        ("Main was frozen until 2026-02-20.", None),
        ("Nobody merges until 2026-02-31.", None),
        ("It broke yesterday.", None),
    ],
)
def test_what_ends_says_when(text, until):
    assert resolve(text, SPOKEN).until == until


def test_the_end_of_a_day_is_the_speakers_midnight():
    resolved = resolve("Main is frozen until Friday.", SPOKEN, "Asia/Tokyo")
    assert resolved.text == "Main is frozen until 2026-03-06."
    assert resolved.until == datetime(2026, 3, 6, 15, tzinfo=UTC)


def test_each_replacement_names_the_phrase_and_where_it_stood():
    text = "Yesterday we froze main until Friday."
    found = resolve(text, SPOKEN).replaced
    assert [(item.phrase, item.rendering) for item in found] == [
        ("Yesterday", "On 2026-03-03"),
        ("until Friday", "until 2026-03-06"),
    ]
    assert all(text[item.start : item.end] == item.phrase for item in found)


WORDS = (
    "until since by on in for the last next this Friday Mon may March 5 15th yesterday today Today tomorrow's two a "
    "week weeks days month ago from now end of EOD `code` ( ) , . it broke will be fixed every morning (2026-03-03)"
)
texts = st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join)
times = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(8999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(texts, times)
def test_whether_a_phrase_is_replaced_depends_on_the_words_alone(text, spoken):
    """Invariant 9: a memory that waits for its date is known without knowing when it was said."""
    assert is_relative(text) == bool(resolve(text, spoken).replaced)


@given(texts)
@example("until Friday until Friday")
@example("from Monday until Friday")
@example("by the end of next week")
@example("in by EOW")
@example("last Friday in yesterday")
def test_what_is_resolved_once_stays(text):
    """Invariant 9: a second run finds nothing to resolve."""
    once = resolve(text, SPOKEN).text
    assert resolve(once, datetime(2027, 7, 7, tzinfo=UTC)).text == once


def test_a_time_at_the_edge_of_the_calendar_resolves_nothing():
    for year in (1, 9999):
        assert resolve("It broke yesterday.", datetime(year, 1, 1, tzinfo=UTC)).text == "It broke yesterday."


@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text):
    resolve(text, SPOKEN)
