from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from dreamd.daemon.now import read_now
from dreamd.errors import UsageError


@freeze_time("2026-11-21T18:40:00")
def test_the_clock_counts_where_nothing_is_set():
    assert read_now({}) == datetime(2026, 11, 21, 18, 40, tzinfo=UTC)


def test_the_variable_counts_over_the_clock_and_is_turned_to_utc():
    now = read_now({"DREAMD_NOW": "2026-11-21T20:40:00+02:00"})
    assert now == datetime(2026, 11, 21, 18, 40, tzinfo=UTC)
    assert now.utcoffset() == timedelta()


@pytest.mark.parametrize("text", ["2026-11-21T18:40:00", "2026-11-21", "noon", "1700000000"])
def test_a_time_without_a_zone_is_refused_rather_than_guessed(text):
    with pytest.raises(UsageError, match="is no time"):
        read_now({"DREAMD_NOW": text})
