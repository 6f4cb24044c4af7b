"""What follows a statement is told with it where it belongs to it: its reason, its consequence, its limit."""

import pytest

from dreamd.curators.rules.distilling.distil import candidates, drafts
from dreamd.curators.rules.distilling.passages import passages
from dreamd.curators.rules.distilling.sequel import with_sequel
from dreamd.memory.records import TEXT_LIMIT
from dreamd.sessions.events import Act, Event, Role, Transcript
from dreamd.testing import NOON

FACT = "`load_tides` reads the printed tables once a day."
WHY = "The harbour office prints them at midnight."


def told(text, fact=FACT, role=Role.AGENT, echoes=(), taken=()):
    event = Event("r1", role, Act.SAID, text, NOON, echoes=echoes)
    (passage,) = (it for it in passages(event) if it.text == fact)
    others = [it for it in passages(event) if it.text in taken]
    return with_sequel(passage, event, others)


def test_a_statement_is_told_with_its_reason_and_quotes_both():
    text = f"{FACT} {WHY} So a new table shows up after midnight only."
    event = Event("r1", Role.AGENT, Act.SAID, text, NOON)
    transcript = Transcript(session="s1", events=(event,), person="mara")
    pool = candidates(transcript)
    (draft,) = drafts(transcript, pool, [9.0 if one.passage.text == FACT else -99.0 for one in pool])
    assert draft.text == text
    assert draft.evidence[0].quote == text


@pytest.mark.parametrize(
    "next_",
    [
        "I'll look at the winds next.",
        "You've asked for the winds as well.",
        "This might be too late for the pilots.",
        "This should be changed to an hour.",
        "Do you want it to read them more often?",
        "Here is what it prints:",
        f"The harbour office prints them {'at each change of the moon ' * 12}and at midnight.",
    ],
)
def test_what_is_of_the_talk_guessed_to_be_done_or_too_long_does_not_belong(next_):
    assert told(f"{FACT} {next_}").text == FACT


def test_what_stands_in_another_paragraph_or_item_does_not_belong():
    assert told(f"{FACT}\n\n{WHY}").text == FACT
    assert told(f"- {FACT}\n- {WHY}").text == FACT
    assert told(f"- {FACT} {WHY}\n- Winds are read each hour.").text == f"{FACT} {WHY}"


def test_what_a_tool_said_or_another_memory_tells_is_left_out():
    text = f"{FACT} {WHY}"
    assert told(text, echoes=((len(FACT) + 5, len(text)),)).text == FACT
    assert told(text, taken=(WHY,)).text == FACT


def test_no_more_is_told_than_there_is_room_for():
    text = f"{FACT} {WHY} " + " ".join(
        f"Pier {number} has a table of its own, which is read then." for number in range(9)
    )
    assert len(told(text).text) <= TEXT_LIMIT


def test_what_a_person_typed_goes_on_until_he_pastes():
    rule = "Never read the tables at night."
    found = told(f"{rule} The office is closed then.\nTraceback: Error: no table\n", rule, Role.USER)
    assert found.text == f"{rule} The office is closed then."
