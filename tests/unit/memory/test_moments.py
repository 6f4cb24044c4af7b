"""When the store knew a memory, and when it was true."""

from datetime import timedelta

from dreamd.memory.changes import State
from dreamd.memory.entry import EntryKind, Header
from dreamd.memory.moments import generation_at, true_at
from dreamd.memory.records import Kind, Reason, Retired
from dreamd.testing import NOON, make_memory

DAY = timedelta(days=1)


def headers(*offsets):
    return [Header(number, EntryKind.DREAM, NOON + offset * DAY) for number, offset in enumerate(offsets, start=1)]


def test_the_generation_of_a_time_is_the_last_that_was_committed_by_then():
    times = headers(0, 1, 3)
    found = [generation_at(times, NOON + hours * DAY / 4) for hours in (-1, 0, 3, 4, 11, 12, 99)]
    assert found == [0, 1, 1, 2, 2, 3, 3]


def test_an_entry_of_a_slow_clock_waits_for_those_before_it():
    assert generation_at(headers(0, 2, 1), NOON + DAY) == 1


def true(day, *memories):
    state = State(memories={memory.id: memory for memory in memories}, generation=1, now=NOON)
    return [memory.text for memory in true_at(state, NOON + day * DAY)]


def retired(reason, day=5, by=""):
    return Retired(reason, "for a reason", NOON + day * DAY, by)


def test_a_memory_is_true_from_its_beginning_until_before_its_end():
    memory = make_memory("The port is 5433", valid_from=NOON, valid_until=NOON + DAY)
    assert [true(day, memory) for day in (-1, 0, 0.5, 1)] == [[], [memory.text], [memory.text], []]


def test_what_was_learned_later_counts_for_the_time_of_which_it_speaks():
    assert true(-10, make_memory("The port is 5433", learned=NOON)) == ["The port is 5433"]


def test_what_was_tried_had_not_happened_before_it_was_learned():
    memory = make_memory("Bazel was tried and given up", kind=Kind.EPISODIC)
    assert [true(day, memory) for day in (-1, 0)] == [[], [memory.text]]


def test_one_statement_supersedes_the_other_on_the_day_on_which_that_ended():
    old = make_memory("The port is 5432", valid_until=NOON + DAY, retired=retired(Reason.SUPERSEDED))
    new = make_memory("The port is 5433", supersedes=(old.id,), learned=NOON + 5 * DAY)
    assert [true(day, old, new) for day in (0, 1)] == [[old.text], [new.text]]


def test_what_became_stale_was_true_until_then():
    memory = make_memory("See docs/setup.md", retired=retired(Reason.STALE))
    assert [true(day, memory) for day in (4, 5)] == [[memory.text], []]


def test_what_faded_is_put_away_and_not_refuted():
    memory = make_memory("The port is 5433", retired=retired(Reason.FADED))
    assert true(9, memory) == [memory.text]


def test_what_was_forgotten_undone_contradicted_or_a_duplicate_was_never_true():
    for reason in (Reason.FORGOTTEN, Reason.UNDONE, Reason.CONTRADICTED, Reason.DUPLICATE):
        assert true(0, make_memory("The port is 5433", retired=retired(reason))) == []
