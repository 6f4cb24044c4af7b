from datetime import UTC, datetime, timedelta, timezone

from dreamd.gates.decide import decide
from dreamd.gates.text import render
from dreamd.gates.verdict import Facts, Holder, Policy

NOW = datetime(2026, 11, 21, 0, 52, tzinfo=UTC)


def test_a_closed_gate_says_it_in_four_parts():
    """Invariant 14."""
    decision = decide(Facts(NOW - timedelta(hours=6, minutes=12), 3), Policy(), NOW)
    assert render(decision, UTC) == (
        "not due: interval   6h 12m of 24h     opens 2026-11-21 18:40   (gates.interval)\n"
        "         sessions   3 of 5            2 more                   (gates.new_sessions)\n"
        "use 'dreamd dream' to run anyway"
    )


def test_times_are_told_in_the_zone_asked_for():
    decision = decide(Facts(NOW - timedelta(hours=6, minutes=12), 9), Policy(), NOW)
    assert "opens 2026-11-21 20:40" in render(decision, timezone(timedelta(hours=2)))


def test_when_due_every_gate_is_shown_and_none_needs_an_override():
    assert render(decide(Facts(None, 7), Policy(), NOW), UTC) == (
        "due: interval   never, then every 24h   open                     (gates.interval)\n"
        "     sessions   7 of 5                  open                     (gates.new_sessions)\n"
        "     lock       free, wants free        open"
    )


def test_a_held_lock_offers_no_command_that_would_not_help():
    decision = decide(Facts(None, 7, Holder("alpha", 417, phase="merge", since=NOW)), Policy(), NOW)
    assert render(decision, UTC) == (
        "not due: lock       held, wants free   alpha (pid 417, merge, since 2026-11-21 00:52 UTC)\n"
        "wait until that run has ended; 'dreamd status' shows it"
    )


def test_a_clock_set_back_is_remarked_beside_the_time():
    decision = decide(Facts(NOW + timedelta(hours=1), 7), Policy(), NOW)
    assert "opens 2026-11-22 01:52; the last dream is in the future: a clock was set back" in render(decision, UTC)
