from datetime import UTC, datetime, timedelta

from dreamd.daemon.asked import Asked, after
from dreamd.gates.decide import decide
from dreamd.gates.verdict import Facts, Policy

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SIGNS = ("ledger and runs", "parts")


def asked(facts, now=NOW):
    return after(decide(facts, Policy(), now), SIGNS, now)


def test_nobody_having_asked_it_is_worth_asking():
    assert Asked().worth_asking(NOW, SIGNS)


def test_a_gate_that_time_opens_is_asked_when_it_opens_and_not_before():
    waits = asked(Facts(last_dream=NOW - 20 * HOUR, new_sessions=5))
    assert not waits.worth_asking(NOW + 3 * HOUR, SIGNS)
    assert waits.worth_asking(NOW + 4 * HOUR, SIGNS)


def test_a_gate_that_sessions_open_is_asked_again_when_a_part_has_come():
    waits = asked(Facts(new_sessions=4))
    assert not waits.worth_asking(NOW + 100 * HOUR, SIGNS)
    assert waits.worth_asking(NOW, (SIGNS[0], "another part"))


def test_while_time_keeps_a_gate_closed_a_part_opens_nothing_and_an_entry_may():
    waits = asked(Facts(last_dream=NOW - 20 * HOUR, new_sessions=4))
    assert not waits.worth_asking(NOW + HOUR, (SIGNS[0], "another part"))
    assert waits.worth_asking(NOW + HOUR, ("another entry", SIGNS[1]))


def test_a_clock_that_was_set_back_has_the_gates_asked_again():
    """To a clock that is far behind the last dream is no reason to wait, so what was reckoned by the other is void."""
    waits = asked(Facts(last_dream=NOW - HOUR, new_sessions=5))
    assert waits.worth_asking(NOW - timedelta(days=60), SIGNS)
