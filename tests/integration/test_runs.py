"""Reports of runs by hosts whose clocks disagree."""

from datetime import UTC, datetime, timedelta

import pytest

from dreamd.memory.files import create_store
from dreamd.memory.runs import RunReport, failures, last_report, write_report

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def report(tmp_path):
    store = create_store(tmp_path / "store")

    def write(minutes, outcome, base, generation=0):
        time = NOW + timedelta(minutes=minutes)
        write_report(store, RunReport(f"{time:%Y%m%dT%H%M%SZ}", "alpha", time, time, outcome, base, generation))

    return store, write


def test_a_failure_that_another_host_mended_is_over_although_its_clock_is_behind(report):
    store, write = report
    write(10, "failed", 4)
    write(-5, "committed", 4, 5)
    assert failures(store) == (0, None)
    assert last_report(store).outcome == "committed"


def test_a_failure_after_a_commit_counts_although_the_clock_of_who_committed_is_ahead(report):
    store, write = report
    write(10, "committed", 4, 5)
    write(-5, "failed", 5)
    assert failures(store) == (1, NOW - timedelta(minutes=5))


def test_failures_in_a_row_count_up_to_what_worked_and_the_last_one_tells_when(report):
    store, write = report
    write(0, "failed", 4)
    write(1, "committed", 4, 5)
    write(2, "failed", 5)
    write(3, "refused", 5)
    assert failures(store) == (2, NOW + timedelta(minutes=3))
    write(4, "nothing new", 5)
    assert failures(store) == (0, None)
