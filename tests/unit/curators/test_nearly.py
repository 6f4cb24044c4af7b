"""What was nearly kept is told with the reason that kept it out."""

from datetime import UTC, datetime, timedelta

import pytest

from dreamd.curators.rules import RulesCurator
from dreamd.curators.rules.distilling.doubts import TABLE as DOUBTS
from dreamd.curators.rules.distilling.nearly import MOST
from dreamd.curators.rules.distilling.reasons import reason_of
from dreamd.curators.rules.distilling.weights import FLOOR, TABLE
from dreamd.sessions.events import Act, Event, Role, Transcript

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def told():
    def told(*said):
        events = []
        for number, line in enumerate(said):
            role, text = line.split(": ", 1)
            time = START + timedelta(minutes=number)
            events.append(Event(f"r{number}", Role(role), Act.SAID, text, time))
        transcript = Transcript(session="s1", events=tuple(events), person="mara")
        return RulesCurator().distil(transcript), RulesCurator().nearly(transcript)

    return told


DEPOTS = (
    "user: no, depots without a postal code must be reported under their country instead",
    "agent: Root cause: `load_depots()` treats an empty postal code as an error, so `report.py` drops the parcels.",
    "agent: It treats an empty postal code as an error, so `report.py` drops the parcels of that depot.",
    "agent: An example of that is shown in the README file!",
    "agent: I will now update `report.py` for you.",
)


def test_nothing_is_both_kept_and_left(told):
    kept, left = told(*DEPOTS)
    assert kept
    assert left
    assert not {draft.text for draft in kept} & {it.text for it in left}
    assert all(it.why and it.record and it.session == "s1" and 0 <= it.score <= 1 for it in left)


def test_what_alone_keeps_a_passage_out_is_named(told):
    _, left = told(*DEPOTS)
    (pronoun,) = [it for it in left if it.text.startswith("It treats")]
    assert pronoun.why == f"it {reason_of('dangles')}"


def test_what_is_under_the_floor_says_how_far(told):
    _, left = told(*DEPOTS)
    (example,) = [it for it in left if it.text.startswith("An example")]
    assert example.why.endswith(f"are under {FLOOR}")


def test_of_a_long_session_only_the_best_are_told(told):
    names = ("reader", "writer", "parser", "lexer", "loader", "router", "cacher", "sorter", "hasher", "folder")
    lines = [
        f"agent: The `{name}_{n}` stage keeps {n} rows of the {name} table in memory until the {name} is closed."
        for n, name in enumerate(names * 3)
    ]
    _, left = told("user: how do the stages work?", *lines)
    assert len(left) == MOST


def test_every_feature_has_a_reason():
    assert all(reason_of(row.name) for row in TABLE)
    assert all(reason_of(f"doubt_{doubt.name}") for doubt in DOUBTS)
    assert reason_of("no such thing") == ""
