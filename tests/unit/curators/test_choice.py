"""Of what a session says about one thing the best is kept, and what is new goes before what repeats."""

import pytest

from dreamd.curators.rules.distilling.candidate import Candidate
from dreamd.curators.rules.distilling.choice import SAME, Likeness, choose, in_order
from dreamd.curators.rules.distilling.distil import candidates
from dreamd.curators.rules.distilling.weights import FLOOR
from dreamd.sessions.events import Act, Event, Role, Transcript
from dreamd.testing import NOON

DROPPED = "`load_tides` drops the last window of a year, so the board of `harbour.py` shows it as closed."
AGAIN = "The last window of a year is dropped by `load_tides`, which `harbour.py` shows."
OTHER = "`load_tides` asks each station of the harbour once an hour, since the printed tables are out of date."
APART = "Pilots sign the log of their ferry with `sign_log` before they leave the pier."


def pool(*texts) -> list[Candidate]:
    events = tuple(Event(f"r{number}", Role.AGENT, Act.SAID, text, NOON) for number, text in enumerate(texts))
    made = candidates(Transcript(session="s1", events=events, person="mara"))
    return [next(one for one in made if one.passage.text == text) for text in texts]


def test_what_says_the_same_of_the_same_names_repeats_and_what_says_more_of_them_does_not():
    between = Likeness(pool(DROPPED, AGAIN, OTHER, APART), range(4))
    assert between.repeats(1, 0)
    assert between.repeats(0, 1)
    assert not between.repeats(2, 0)
    assert not between.repeats(3, 0)


def test_a_sentence_of_one_that_is_most_of_the_other_repeats_it():
    rule = "Pilots sign the log of their ferry before they leave the pier."
    more = "Pilots sign the log of their ferry before leaving the pier, also when the harbour master is away at noon."
    between = Likeness(pool(rule, more, APART), range(3))
    assert between.repeats(0, 1)
    assert between.repeats(1, 0)
    assert not Likeness(pool(rule, OTHER), range(2)).repeats(0, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Boards of the north pier are read at noon, since the ferry leaves then.",
            "Boards of the south pier are read at",
        ),
        (
            "Boards of pier 5 must be read at noon, since the ferry leaves then.",
            "Boards of pier 6 must be read at",
        ),
    ],
)
def test_what_has_another_value_in_one_place_repeats_nothing(one, other):
    other = f"{other} noon, since the ferry leaves then."
    made = pool(one, other, APART)
    between = Likeness(made, range(3))
    assert between.repeats(0, 1)
    assert between.differ(0, 1)
    assert choose(made, [9.0, 8.0, 0.5], 4) == [0, 1, 2]


def test_what_a_person_takes_back_is_kept_beside_it():
    rule = "Boards must always be read at noon, because the ferry leaves then."
    for back in (
        "Boards may be read at six too, since no ferry leaves at noon any more.",
        "Boards need not be read at noon, because the ferry leaves at six.",
    ):
        assert len(taken_back(rule, back)) > 1


def taken_back(rule, back):
    events = tuple(Event(f"r{n}", Role.USER, Act.SAID, text, NOON) for n, text in enumerate((rule, back)))
    made = candidates(Transcript(session="s1", events=events, person="mara"))
    return choose(made, [5.0 if one.passage.text == rule else 0.1 for one in made], 4)


def test_two_statements_that_name_the_same_are_more_alike_than_two_that_do_not():
    between = Likeness(pool(DROPPED, AGAIN, OTHER, APART), range(4))
    assert 1 > between.of(0, 1) > between.of(0, 2) > between.of(0, 3) == 0
    assert between.of(2, 2) > SAME


def test_the_better_of_two_that_repeat_each_other_is_kept():
    made = pool(DROPPED, AGAIN, APART)
    assert choose(made, [2.0, 1.0, 0.5], 3) == [0, 2]
    assert choose(made, [1.0, 2.0, 0.5], 3) == [1, 2]


def test_what_is_new_goes_before_what_is_a_little_better():
    made = pool(DROPPED, OTHER, APART)
    assert choose(made, [2.0, 1.0, 0.9], 2) == [0, 2]


def test_what_is_too_poor_is_left():
    made = pool(DROPPED, OTHER, APART)
    assert choose(made, [FLOOR, FLOOR - 0.1, FLOOR], 4) == [0, 2]


def test_what_a_short_session_says_has_to_be_better():
    made = pool(DROPPED, OTHER, APART)
    assert choose(made, [FLOOR + 1, FLOOR + 0.1, FLOOR + 0.1], 3) == [0]
    assert len(choose(made, [FLOOR + 1, FLOOR + 0.1, FLOOR + 0.1], 4)) > 1


def test_what_can_be_no_statement_is_never_kept():
    (made,) = pool(APART)
    assert in_order([made], [9.0]) == [0]
    torn = Candidate(made.passage, made.index, made.setting, {**made.features, "dangles": 1.0}, made.stems)
    assert choose([torn], [9.0], 3) == []


@pytest.mark.parametrize(
    "text",
    [
        "`merge_windows` already reads the year of the window first and only then the tide, so it's fine.",
        "The lightest-weight approach is to add a `trace` option to the board, switched on by an environment variable.",
        "You'll want to add tests to verify: The window of the last day is shown; The window of a leap year is shown.",
        'Updated stale comment from "windows are kept" to "windows are dropped" in `harbour.py`.',
        "Board `e87ca3a4` started at noon, and `20fb8324` then wrote its window over the first one's in `harbour.py`.",
        "The `load_tides` function has old code that needs to be cleaned up before the board is opened again.",
    ],
)
def test_what_is_over_with_the_hour_can_be_no_statement(text):
    assert in_order(pool(text), [9.0]) == []
    assert in_order(pool(DROPPED), [9.0]) == [0]
