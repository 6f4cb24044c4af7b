"""What a reader who was not there sees in a line: whether it names what it speaks of, and whether it will hold."""

import pytest

from dreamd.curators.rules.distilling.standing import SHARE, TABLE, WEIGHTS, needs_context, parts, standing
from dreamd.sessions.events import Role

#: says what it speaks of at once, and holds
STANDS = "`load_tides` reads the printed tables once a day, so a new station shows up in the board after midnight only."


def signs(text, role=Role.AGENT):
    return standing(text, role, {})


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Harbours without a pilot are closed to tankers at night, and stay so until the morning.", "nameless"),
        ("Ask the pilot before this boat is moored at the outer pier, where the swell is high.", "nameless_the"),
        ("Two stations of the harbour go by `local_time`, the others by the time of the server.", "counted"),
        ("Writes the windows of a year into the table that `board.py` reads on every start.", "verb_first"),
        ("The `Ferry` record is missing a harbour, and the board shows an empty line instead.", "lacks"),
        ("`board.py` should sort by harbour, since the printed timetable does it as well.", "proposes"),
        ("`load_tides` reads the tables; `merge_windows` joins what the stations make of them.", "by_parts"),
        ("`load_tides` now reads the tables once a day and no longer at each request.", "holds_now"),
        ("Tides are loaded once a day.", "read_slight"),
        ("`TestLoadTides` has two cases, one of a year that is over and one of a station without any.", "of_tests"),
        ("`window_test.go` checks that the windows of two stations are joined where they overlap.", "of_tests"),
        ("Change this so that the windows of `board.py` are asked for, and not taken from last year.", "points"),
        ("Leave the windows of `board.py` as they are for now, and go on with a fix for 2.", "points"),
        ("`board.py` could also ask for the windows of last year, which costs one more query a day.", "read_option"),
        ("There's a window in `board.py` that nobody asks for, as far as the log of a year can tell.", "there_is"),
        ("The search goes through the windows of the harbour with `load_tides` once a day, at midnight.", "any_part"),
        ("Removed the redundant loop over `windows`, since `merge_windows` goes through all of them.", "tidied"),
        ("`merge_windows` clearly takes the earlier window, and so it's fine to leave it as it is.", "approves"),
        ("`load_tides` was called by `3f2c91ab` before the table of the year was printed for anyone.", "instance"),
        ("Bug fixed 2026-03-02: `load_tides` took the windows of last year for those of this one.", "mended"),
        ("`docs/tides.md` has a drawing of how a window goes from the station to the board.", "of_writings"),
    ],
)
def test_a_line_that_says_too_little_or_for_too_short_has_a_sign(text, sign):
    assert sign in signs(text)
    assert sign not in signs(STANDS)


def test_a_name_counts_where_it_stands_and_by_how_many_there_are():
    found = signs(STANDS)
    late = signs("Once a day, long after midnight and before the first ferry, the tables are read by `load_tides`.")
    assert found["names_early"] == 1
    assert "names_early" not in late
    assert 0 < late["names_dense"] < signs("`load_tides` calls `merge_windows` for `board.py`.")["names_dense"]


def test_a_line_that_says_what_holds_in_the_place_of_what_has_a_sign():
    assert "contrasts" in signs("`load_tides` reads the printed table instead of the one of the server.")
    assert "contrasts" not in signs("`load_tides` reads the printed table.")


def test_a_line_that_says_when_it_holds_has_a_sign():
    assert "conditional" in signs("When a station is new, `load_tides` shows it after midnight.")
    assert "conditional" not in signs("`load_tides` shows a station after midnight.")


@pytest.mark.parametrize(
    "text",
    ["`load_tides` reads the table that is printed once a day.", "The search for windows goes through `load_tides`."],
)
def test_a_relative_clause_points_at_nothing_and_a_part_of_something_is_named(text):
    assert not {"points", "any_part"} & signs(text).keys()


def test_a_plural_is_no_verb_that_lost_its_subject():
    assert "verb_first" not in signs("Permissions on `board.db` are those of the account that runs the service.")
    assert "verb_first" not in signs("This is why `load_tides` holds the lock while it reads the printed tables.")


def test_a_line_has_more_room_for_a_reason_until_it_has_enough():
    lengths = [signs("x" * length)["ample"] for length in (50, 150, 250, 300)]
    assert lengths == [0.5, 1.5, 2.4, 2.4]


def test_a_line_that_stands_alone_gains_and_one_that_does_not_loses():
    def gain(text):
        return sum(parts(signs(text)).values())

    assert gain(f"`merge_windows` is part of that now; {STANDS}") > 0 > gain("Both of them need to be fixed there.")
    assert gain(STANDS) > gain(f"There, {STANDS.replace('`load_tides`', 'it')}")


def test_weights_can_be_those_of_other_readers():
    other = dict.fromkeys(WEIGHTS, 0.0) | {"names_early": 2.0}
    assert parts(signs(STANDS), other)["names_early"] == 2 * SHARE


def test_every_sign_has_a_reason_and_weighs_something():
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert all(row.why and row.weighs for row in TABLE)


@pytest.mark.parametrize(
    "text",
    [
        "Both hand their windows on to `merge_windows`.",
        "Without: the board shows an empty line for `Ferry` records.",
        "Writes the windows of a year into `board.db`.",
        "When they disagree, `merge_windows` takes the earlier one.",
        "The second one is taken where stations disagree on what `window` means.",
        "Harbours are sorted by name.",
    ],
)
def test_what_speaks_of_something_unnamed_needs_the_words_before_it(text):
    assert needs_context(text)
    assert not needs_context(STANDS)
