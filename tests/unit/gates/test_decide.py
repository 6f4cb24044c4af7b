from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from dreamd.gates.decide import GATES, decide
from dreamd.gates.verdict import Facts, Holder, Policy

NOW = datetime(2026, 11, 21, 12, 28, tzinfo=UTC)
POLICY = Policy()
HOLDER = Holder("alpha", 417, "r1", "merge", NOW - timedelta(minutes=3))

times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
spans = st.timedeltas(timedelta(), timedelta(days=60))


def verdict(name, facts, policy=POLICY, now=NOW):
    return {v.name: v for v in decide(facts, policy, now).verdicts}[name]


def test_the_first_run_of_a_store_does_not_wait_for_the_interval():
    answer = verdict("interval", Facts())
    assert answer.open
    assert answer.saw == "never"


def test_the_interval_opens_exactly_when_it_has_passed():
    last = NOW - timedelta(hours=24)
    assert verdict("interval", Facts(last)).open
    assert not verdict("interval", Facts(last + timedelta(seconds=1))).open


def test_a_closed_interval_says_what_it_saw_its_threshold_when_it_opens_and_how_to_override():
    """Invariant 14."""
    answer = verdict("interval", Facts(NOW - timedelta(hours=6, minutes=12, seconds=59)))
    assert (answer.saw, answer.threshold) == ("6h 12m", "24h")
    assert answer.opens == NOW - timedelta(hours=6, minutes=12, seconds=59) + timedelta(hours=24)
    assert (answer.setting, answer.override) == ("gates.interval", "dreamd dream")


def test_too_few_sessions_say_how_many_are_missing_and_no_time():
    """Invariant 14."""
    answer = verdict("sessions", Facts(new_sessions=3))
    assert not answer.open
    assert (answer.saw, answer.threshold, answer.remark, answer.opens) == ("3", "5", "2 more", None)


def test_the_fifth_session_opens_the_gate():
    assert verdict("sessions", Facts(new_sessions=5)).open


def test_a_held_lock_names_its_holder_and_offers_no_override():
    """Invariant 14."""
    answer = verdict("lock", Facts(lock=HOLDER))
    assert not answer.open
    assert answer.remark == "alpha (pid 417, merge, since 2026-11-21 12:25 UTC)"
    assert answer.override == ""


def test_a_clock_set_back_a_little_waits_at_most_two_intervals_and_says_so():
    facts = Facts(NOW + timedelta(hours=5))
    answer = verdict("interval", facts)
    assert not answer.open
    assert answer.saw == "5h ahead"
    assert "clock was set back" in answer.remark
    assert answer.opens is not None
    assert answer.opens - NOW <= 2 * POLICY.interval
    assert verdict("interval", facts, now=answer.opens).open


def test_a_last_dream_years_ahead_does_not_block_and_is_remarked():
    answer = verdict("interval", Facts(NOW + timedelta(days=3650)))
    assert answer.open
    assert "clock was set back" in answer.remark


def test_thresholds_of_zero_leave_their_gates_open():
    policy = Policy(interval=timedelta(), new_sessions=0)
    assert decide(Facts(NOW), policy, NOW).due
    assert decide(Facts(NOW + timedelta(seconds=5)), policy, NOW).due


def test_an_idle_service_knows_when_time_alone_makes_it_due():
    waiting = Facts(NOW - timedelta(hours=1), new_sessions=9)
    assert decide(waiting, POLICY, NOW).opens == NOW + timedelta(hours=23)
    assert decide(replace(waiting, new_sessions=1), POLICY, NOW).opens is None
    assert decide(replace(waiting, last_dream=None), POLICY, NOW).opens is None


@freeze_time("1999-01-01")
def test_the_machine_clock_plays_no_part():
    assert not decide(Facts(NOW - timedelta(hours=1), 9), POLICY, NOW).due
    assert decide(Facts(NOW - timedelta(hours=25), 9), POLICY, NOW).due


@pytest.mark.parametrize(
    ("facts", "closed"),
    [
        (Facts(NOW - timedelta(hours=1), 9), ["interval"]),
        (Facts(None, 4), ["sessions"]),
        (Facts(None, 9, HOLDER), ["lock"]),
        (Facts(NOW, 0, HOLDER), ["interval", "sessions", "lock"]),
    ],
)
def test_one_closed_gate_is_enough_to_wait(facts, closed):
    decision = decide(facts, POLICY, NOW)
    assert not decision.due
    assert [v.name for v in decision.closed] == closed


def test_a_failed_run_closes_for_an_hour_and_each_further_one_for_twice_as_long_up_to_a_day():
    for failures, hours in ((1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (5000, 24)):
        failed = Facts(failures=failures, failed_at=NOW)
        answer = verdict("failure", failed, now=NOW + timedelta(hours=hours, seconds=-1))
        assert not answer.open
        assert answer.opens == NOW + timedelta(hours=hours)
        assert answer.override == "dreamd dream"
        assert verdict("failure", failed, now=answer.opens).open


def test_a_failure_far_ahead_of_the_clock_does_not_block():
    failed = Facts(failures=1, failed_at=NOW + timedelta(days=400))
    assert verdict("failure", failed).open


def test_a_spent_budget_opens_a_day_after_the_first_use_that_counts():
    policy = Policy(budget_tokens=1000)
    used = Facts(tokens=1000, tokens_since=NOW - timedelta(hours=20))
    assert verdict("budget", replace(used, tokens=999), policy).open
    answer = verdict("budget", used, policy)
    assert (answer.open, answer.opens) == (False, NOW + timedelta(hours=4))
    assert verdict("budget", used).open


def test_a_session_that_goes_on_holds_a_dream_back_until_nobody_worked_for_a_while():
    policy = Policy(quiet=timedelta(minutes=10))
    assert verdict("quiet", Facts(active=NOW)).open
    assert verdict("quiet", Facts(), policy).open
    answer = verdict("quiet", Facts(active=NOW - timedelta(minutes=4)), policy)
    assert (answer.open, answer.opens) == (False, NOW + timedelta(minutes=6))
    assert verdict("quiet", Facts(active=NOW - timedelta(minutes=10)), policy).open


def test_people_who_always_work_hold_a_dream_back_for_two_hours_and_no_longer():
    policy = Policy(quiet=timedelta(minutes=10))
    ready = Facts(NOW - timedelta(hours=30), 7, enough_since=NOW - timedelta(hours=1))
    waited = Facts(NOW - timedelta(hours=26), 7, enough_since=NOW - timedelta(hours=2))
    assert not verdict("quiet", replace(ready, active=NOW), policy).open
    assert verdict("quiet", replace(waited, active=NOW), policy).open


facts = st.builds(Facts, st.none() | times, st.integers(0, 99), st.sampled_from([None, HOLDER]))


@given(facts=facts, policy=st.builds(Policy, spans, st.integers(0, 20)), now=times)
def test_it_is_due_exactly_when_every_gate_is_open(facts, policy, now):
    decision = decide(facts, policy, now)
    assert len(decision.verdicts) == len(GATES)
    assert decision.due == (decision.closed == ())


@given(last=st.none() | times, span=spans, now=times)
def test_a_closed_interval_opens_at_the_time_it_told_and_within_two_intervals(last, span, now):
    """Invariant 14."""
    policy = Policy(span)
    answer = verdict("interval", Facts(last), policy, now)
    if answer.open:
        return
    assert answer.opens is not None
    assert now < answer.opens <= now + 2 * span
    assert verdict("interval", Facts(last), policy, answer.opens).open
    assert not verdict("interval", Facts(last), policy, answer.opens - timedelta(microseconds=1)).open


@given(last=times, span=spans, now=times)
def test_a_last_dream_in_the_future_never_passes_in_silence(last, span, now):
    if last > now:
        assert "clock was set back" in verdict("interval", Facts(last), Policy(span), now).remark
