"""What readers pass over: wording that was true for an hour."""

import pytest

from dreamd.curators.rules.distilling.doubts import doubts
from dreamd.sessions.events import Role


def named(text, role=Role.AGENT, *, before_edit=False, **signals):
    return [doubt.name for doubt in doubts(text, role, signals, before_edit=before_edit)]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (
            "The `Ferry` record is missing the harbour field, so the timetable drops it on the way to the board.",
            "defect",
        ),
        (
            "`load_tides` doesn't include the offset of the station, and the window it returns lies an hour late.",
            "defect",
        ),
        (
            "Updated `load_tides` to take the station's offset and pass it on to the window that it returns later.",
            "retells",
        ),
        (
            "Notice how the second window now begins an hour later than the first one, as the station wants it.",
            "converses",
        ),
        (
            "Loading the year of tides took 812 ms on the second machine, most of it spent in reading the file.",
            "one_occasion",
        ),
        ("Tides are loaded once a day.", "slight"),
        (
            "The tides that one station wanted are in 7c01d4be9a52f3380b6d17c4e2f95a0816bd3e47 and nowhere else.",
            "instance",
        ),
        (
            "`tides_test.py` checks the window of each harbour: an early one, a late one, and one that spans midnight.",
            "of_tests",
        ),
        (
            "Test: `test_windows_of_the_year` takes each harbour's window and holds it against the printed timetable.",
            "of_tests",
        ),
        (
            "Be given the harbour's own offset, and where there is none that of the station which lies next to it.",
            "subjectless",
        ),
        (
            "The test harness now makes the stations of a year, each with a harbour and the offset that it goes by.",
            "unnamed",
        ),
        (
            "The current timetables hold details of the harbours that will be out of date once the pier is rebuilt.",
            "for_now",
        ),
        (
            "We could keep the tides of a year in memory, which would spare the reading but cost some megabytes.",
            "option",
        ),
        (
            "My new code still reads the old station list, so that the window of the harbour comes out too early.",
            "for_now",
        ),
    ],
)
def test_wording_that_readers_drop_is_doubted_and_says_why(text, doubt):
    assert doubt in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tides are stored in station time: the feed carries no offset, so converting them twice shifts every window.",
        "The root cause was that `load_tides` read the station list before the harbour's own offset had been applied.",
        "A new table is missing in the fixture database until `make fixture` has been run, since it comes from a dump.",
        "Tests of the windows need the tides of a whole year, since a harbour's offset changes twice within it.",
        "`has_tides` holds for a harbour with an empty window too, because the feed names it before its first tide.",
        "An expired cursor is answered with status 200 and an empty list, so an empty page looks exactly like the end.",
    ],
)
def test_causes_behaviour_and_conditions_are_not_doubted(text):
    assert named(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "That is the shared database and support shows it to customers. Never run migrations against it.",
        "You must never tag by hand.",
        "From now on we sign what we send.",
    ],
)
def test_a_persons_rule_is_one_however_the_sentence_begins(text):
    assert named(text, Role.USER) == []


def test_a_persons_decision_is_not_a_turn_of_conversation():
    text = "We drop the view: a refresh takes longer than the interval."

    assert named(text, Role.USER) == ["converses"]
    assert named(text, Role.USER, person_decides=1.0) == []


def test_a_person_who_speaks_of_himself_is_doubted():
    assert "speaks_of_self" in named("When i start the ferry board it shows the list of last week", Role.USER)


def test_what_an_agent_says_before_it_edits_is_doubted_unless_it_is_a_cause_or_conditional():
    behaviour = "`load_tides` reads the station list first and takes the offset of the harbour from its last row."

    assert named(behaviour) == []
    assert named(behaviour, before_edit=True) == ["overtaken"]
    assert named("Root cause: " + behaviour, before_edit=True) == []
    assert named(behaviour[:-1] + " until `make fixture` has been run.", before_edit=True) == []
    assert named("Never read the station list before the offset.", Role.USER, before_edit=True) == []


def test_a_request_of_a_person_is_doubted_and_a_report_of_trouble_too():
    assert named("Update the board so that it lists the ferries of the south pier as well", Role.USER) == ["request"]
    assert "symptom" in named("The issue was that somebody had moved the board to the south pier", Role.USER)
    assert "symptom" in named("The board is showing ferries of last week after a restart", Role.USER)
