"""When the next look comes: on the timer, sooner for a change, and never so often that it hurts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.daemon.pace import Pace

SECONDS = st.floats(0, 1000)


def test_where_nothing_is_reported_the_timer_counts():
    pace = Pace(60.0, ended=100.0, cost=0.5)
    assert pace.next_look(None, None) == 160.0


def test_a_report_brings_the_next_look_forward_to_when_the_burst_is_over():
    pace = Pace(60.0, ended=100.0)
    assert pace.next_look(110.0, None) == 112.0
    assert pace.next_look(100.5, None) == 102.5


def test_a_look_that_costs_much_is_made_seldom():
    assert Pace(60.0, ended=100.0, cost=0.6).next_look(100.0, None) == 112.0
    assert Pace(60.0, ended=100.0, cost=30.0).next_look(100.0, None) == 700.0
    assert Pace(60.0, ended=100.0, cost=30.0).next_look(None, None) == 700.0


def test_reports_that_come_to_nothing_are_worth_less_and_less():
    pace = Pace(60.0)
    pauses = []
    for _ in range(7):
        pace = pace.after(0.0, 0.0, reported=True, kept=False)
        pauses.append(pace.next_look(0.0, None))
    assert pauses == [4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert pace.after(0.0, 0.0, reported=True, kept=True).next_look(0.0, None) == 2.0
    assert pace.after(0.0, 0.0, reported=False, kept=False).next_look(0.0, None) == 2.0


def test_a_session_that_has_ended_is_worth_a_look_at_any_time():
    pace = Pace(60.0, ended=100.0, cost=0.6, misses=8)
    assert pace.next_look(110.0, 110.0) == 112.0
    assert Pace(60.0, ended=100.0, cost=30.0).next_look(None, 101.0) == 130.0


@settings(deadline=None)
@given(
    st.lists(st.tuples(SECONDS, SECONDS, st.booleans(), st.booleans()), max_size=20),
    st.none() | SECONDS,
    st.none() | SECONDS,
)
def test_a_look_never_follows_at_once_and_is_never_left_out(looks, report, mark):
    pace, now = Pace(60.0), 0.0
    for pause, cost, reported, kept in looks:
        now += pause + cost
        pace = pace.after(now, cost, reported=reported, kept=kept)
    report, mark = (None if it is None else now + it for it in (report, mark))
    at = pace.next_look(report, mark)
    assert at >= now + 2.0 or at == pytest.approx(now + 2.0)
    assert at <= now + max(60.0, pace.cost * 20) + 1e-6
