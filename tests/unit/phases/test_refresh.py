from datetime import UTC, datetime, timedelta

import msgspec

from dreamd.memory.changes import Reword, Verify
from dreamd.memory.records import Verified
from dreamd.phases.refresh import LOOK_AGAIN, step


def changes(make, *memories, **fields):
    return step(make.dream(**fields), make.state(*memories)).changes


def test_a_date_is_resolved_from_the_time_of_the_record_not_from_now(make):
    memory = make.memory("The cache was wiped yesterday.", day=2)
    (change,) = changes(make, memory)
    assert isinstance(change, Reword)
    assert change.text == "The cache was wiped on 2026-03-03."
    assert change.was == memory.text
    assert "'yesterday' said on 2026-03-04" in change.reason
    assert change.evidence == memory.evidence


def test_of_several_records_the_one_that_says_it_counts(make):
    memory = make.memory("The cache was wiped yesterday.", day=2)
    older = make.memory("The cache is gone.", day=0).evidence
    joined = msgspec.structs.replace(memory, evidence=(*older, *memory.evidence), learned=older[0].time)
    (change,) = changes(make, joined)
    assert change.text == "The cache was wiped on 2026-03-03."


def test_the_day_is_that_of_the_host_which_collected_the_log(make):
    memory = make.memory("The cache was wiped yesterday.", day=2, session="late")
    session = make.session("late", zone="Pacific/Auckland")
    (change,) = step(make.dream(session, now=make.now), make.state(memory)).changes
    assert change.text == "The cache was wiped on 2026-03-03."  # 09:00 UTC is still the same day there
    late = msgspec.structs.replace(memory.evidence[0], time=datetime(2026, 3, 4, 13, tzinfo=UTC))
    (change,) = step(make.dream(session), make.state(msgspec.structs.replace(memory, evidence=(late,)))).changes
    assert change.text == "The cache was wiped on 2026-03-04."


def test_an_end_is_kept_as_an_end(make):
    (change,) = changes(make, make.memory("Main is frozen until Friday.", day=2))
    assert change.valid_until == datetime(2026, 3, 7, tzinfo=UTC)
    known = make.memory("Main is frozen until 2026-03-06.", day=2, valid_until=datetime(2026, 3, 7, tzinfo=UTC))
    assert changes(make, known) == ()


def test_upkeep_never_touches_event_times(make):
    _, state = make.run(make.session("a", "agent: The cache was wiped yesterday.", day=2))
    (memory,) = state.active()
    assert memory.learned == memory.last_seen == make.start + timedelta(days=2)


def test_a_text_that_would_grow_too_long_is_noted_and_left(make):
    memory = make.memory("x" * 284 + " wiped yesterday.")
    outcome = step(make.dream(), make.state(memory))
    assert outcome.changes == ()
    assert memory.id in outcome.notes[0]


def test_what_is_found_in_the_repository_is_marked_at_the_commit(make):
    """Invariant 9: the same commit changes nothing."""
    memory = make.memory("`tools/build.py` caches wheels.")
    repository = make.repository(files=frozenset({"tools/build.py"}))
    (change,) = changes(make, memory, repository=repository)
    assert isinstance(change, Verify)
    assert change.verified == Verified(when=make.now, commit="c0ffee", clean=True, holds=True)
    known = msgspec.structs.replace(memory, verified=change.verified)
    assert changes(make, known, repository=repository) == ()
    later = make.repository(files=frozenset({"tools/build.py"}), head="beef")
    assert changes(make, known, repository=later) == ()
    assert len(changes(make, known, repository=later, now=make.now + LOOK_AGAIN)) == 1


def test_what_names_nothing_to_look_up_is_not_marked(make):
    assert changes(make, make.memory("Money is stored in cents."), repository=make.repository()) == ()
    assert changes(make, make.memory("The proxy is in `/etc/proxy.conf`."), repository=make.repository()) == ()


def test_what_was_there_and_is_not_any_more_no_longer_holds(make):
    seen = Verified(when=make.start, commit="old", clean=True, holds=True)
    memory = make.memory("`tools/build.py` and `tools/sign.py` share a key.", verified=seen)
    repository = make.repository(files=frozenset({"tools/sign.py"}), deleted={"tools/build.py": "dead"})
    (change,) = changes(make, memory, repository=repository)
    assert change.verified.holds is False
    assert "tools/build.py" in change.reason


def test_symbols_are_looked_for_in_the_working_tree(make):
    memory = make.memory("`load_plan` retries on timeouts.")
    there = make.repository(has_symbol=lambda name: name == "load_plan")
    assert [change.verified.holds for change in changes(make, memory, repository=there)] == [True]
    assert changes(make, memory, repository=make.repository(has_symbol=lambda _name: False)) == ()
