"""Points in time as people type them."""

import pytest

from dreamd.cli.when import read_time
from dreamd.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "zone", "time"),
    [
        ("2026-11-20T18:40:00Z", "UTC", "2026-11-20T18:40:00+00:00"),
        ("2026-11-20T18:40:00+02:00", "UTC", "2026-11-20T16:40:00+00:00"),
        ("2026-11-20", "UTC", "2026-11-20T23:59:59.999999+00:00"),
        ("2026-11-20", "Asia/Tokyo", "2026-11-20T14:59:59.999999+00:00"),
        ("2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59.999999+00:00"),
    ],
)
def test_a_time_is_itself_and_a_day_is_its_end_where_people_live(typed, zone, time):
    assert read_time(typed, zone).isoformat() == time


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-11-20T18:40:00", "2026-13-01", "9999-12-31", "20261120", "7"])
def test_what_is_no_time_is_refused_with_an_example(typed):
    with pytest.raises(UsageError) as refused:
        read_time(typed, "UTC")
    assert "2026-11-20" in refused.value.hint
