"""What a person says of a thing that only the talk names is told with the words that name it, or not at all."""

import pytest

from dreamd.curators.rules.distilling.distil import candidates, drafts
from dreamd.curators.rules.distilling.statements import shape
from dreamd.memory.records import TEXT_LIMIT, Trust
from dreamd.sessions.events import Act, Event, Role, Transcript

WON_T = "We need to make sure that for the other harbours this won't say Falmouth but the name of the port."
TOLD = "Make sure that for the other harbours this won't say Falmouth but the name of the port."
SHOWN = "The `ferry board` command now greets whoever reads the board."


def session(*lines):
    """Make a session of (who, text): mara's are a person's, those of "tool" are calls."""
    made = [
        Event(f"r{n}", Role.USER if who == "mara" else Role.AGENT, Act.CALL if who == "tool" else Act.SAID, text)
        for n, (who, text) in enumerate(lines)
    ]
    return Transcript(session="s1", events=tuple(made), person="mara", branch="main")


def told(transcript, begins):
    """Return the drafts of the one statement that begins so, however little it is worth."""
    pool = candidates(transcript)
    wanted = [one.passage.text.startswith(begins) and len(one.passage.sentences) == 1 for one in pool]
    return drafts(transcript, pool, [9.0 if it else -99.0 for it in wanted])


def test_it_is_told_with_the_words_of_the_agent_that_name_it():
    (draft,) = told(session(("agent", f"Done! {SHOWN} All tests pass."), ("mara", WON_T)), "Make sure")
    assert draft.text == f'In answer to "{SHOWN[:-1]}": {TOLD}'
    assert {(piece.record, piece.quote) for piece in draft.evidence} == {("r0", SHOWN), ("r1", WON_T)}


def test_those_words_are_the_agents_and_so_is_the_trust():
    (draft,) = told(session(("agent", SHOWN), ("mara", WON_T)), "Make sure")
    assert draft.trust is Trust.AGENT


def test_where_nothing_names_it_it_is_no_statement():
    assert told(session(("agent", "Done! It is shown now."), ("mara", WON_T)), "Make sure") == []
    assert told(session(("mara", WON_T)), "Make sure") == []


def test_words_of_the_agent_that_only_repeat_a_tool_name_nothing():
    said = Event("r0", Role.AGENT, Act.SAID, SHOWN, echoes=((0, len(SHOWN)),))
    asked = Event("r1", Role.USER, Act.SAID, WON_T)
    assert told(Transcript(session="s1", events=(said, asked), person="mara"), "Make sure") == []


def test_where_there_is_no_room_for_them_it_is_no_statement():
    long = f"The `ferry board` command now greets {'kindly and at length ' * 10}whoever reads it."
    assert len(long) < TEXT_LIMIT < len(long) + len(TOLD)
    assert told(session(("agent", long), ("mara", WON_T)), "Make sure") == []


def test_a_question_of_the_agent_is_answered_under_its_number():
    asked = "Two things:\n\n1. Should `ferry board` greet the pilot?\n2. Should the tide be shown in feet or in metres?"
    answer = "1. no\n2. metres, and the feet only where the chart has no other figure"
    (draft,) = told(session(("agent", asked), ("mara", answer)), "Metres")
    assert draft.text == (
        'In answer to "Should the tide be shown in feet or in metres?": Metres, and the feet only where the chart has'
        " no other figure."
    )


def test_an_answer_whose_question_is_not_there_is_no_statement():
    answer = "1. no\n2. metres, and the feet only where the chart has no other figure"
    assert told(session(("agent", "Which do you prefer?"), ("mara", answer)), "Metres") == []


def test_what_somebody_quotes_of_a_list_is_no_statement():
    quoted = "can you explain\n\n 3. metres are shown where the chart has no other figure at all"
    assert told(session(("agent", "I looked at the board."), ("mara", quoted)), "Metres") == []


def test_a_persons_own_list_is_told_as_it_is():
    rules = "two rules:\n1. never print feet on the board\n2. never print a tide that was guessed"
    drafts = told(session(("agent", "Which rules are there?"), ("mara", rules)), "Never print a tide")
    assert [(draft.text, draft.trust) for draft in drafts] == [
        ("Never print a tide that was guessed.", Trust.USER),
        ("Never print feet on the board.", Trust.USER),
    ]


def test_a_person_who_goes_on_is_told_with_what_he_had_asked_for():
    lines = ("mara", "can we print the tides beside the ferries?"), ("tool", "Edit")
    (draft,) = told(session(*lines, ("mara", "not as a second table, but in the row of each ferry")), "Not as")
    assert draft.text == (
        'After "can we print the tides beside the ferries?": Not as a second table, but in the row of each ferry.'
    )


def test_one_of_two_cases_is_told_with_the_question_that_names_them():
    question = "Can we tell a late ferry from one that is cancelled?"
    case = "for the first we don't need a new row on the board"
    (draft,) = told(session(("agent", SHOWN), ("mara", f"{question} {case}")), "For the first")
    assert draft.text == f"{question} For the first we don't need a new row on the board."


@pytest.mark.parametrize(
    "said",
    [
        "the harbour is currently closed for every ferry",
        "let's abandon the current branch, and start a new one from main",
        "let's go on with the tides first and then add a fix for 2",
    ],
)
def test_what_is_so_as_they_speak_is_no_statement(said):
    assert told(session(("agent", SHOWN), ("mara", said)), shape(said, person=True)[:12] or "x") == []


@pytest.mark.parametrize(
    "said",
    [
        "this repo never prints feet, only metres, on any board",
        "never push to the current branch of somebody else without asking",
        "`load_tides` reads the printed table, this is why a late one is never shown",
        "tides are printed in metres, not in feet",
    ],
)
def test_what_says_by_itself_what_it_is_about_is_told_as_it_is(said):
    found = told(session(("agent", SHOWN), ("mara", said)), said[0].upper() + said[1:12])
    assert [draft.text.lower().rstrip(".") for draft in found] == [said]


@pytest.mark.parametrize(
    ("said", "told_as"),
    [
        ("i'd not print feet on any board", "Do not print feet on any board."),
        ("I would not care about the feet any more, only about metres", ""),
        ("I would not mind a second table with the feet of each tide", ""),
        ("you've printed it in feet again, for all the ferries of the day", ""),
    ],
)
def test_what_somebody_would_not_do_himself_is_no_order(said, told_as):
    assert shape(said, person=True) == told_as


ASKED = (
    "agent",
    (
        "Questions:\n\n1. Should old rows be deleted? Is that fine with finance?\n2. Which unit should depths have?\n"
        "3. May I add `pandas` as a dependency?"
    ),
)


def test_all_that_was_asked_under_a_number_is_told():
    (draft,) = told(
        session(ASKED, ("mara", "1. always archive them, finance needs them for ten years")), "Always archive"
    )
    asked = "Should old rows be deleted? Is that fine with finance?"
    assert draft.text == f'In answer to "{asked}": Always archive them, finance needs them for ten years.'


def test_answers_are_not_joined():
    answers = "1. no\n2. metres, and feet only where the pilots need them\n3. never, it is too heavy for the image"
    (draft,) = told(session(ASKED, ("mara", answers)), "Never, it is")
    assert draft.text == ('In answer to "May I add `pandas` as a dependency?": Never, it is too heavy for the image.')
    (draft,) = told(session(ASKED, ("mara", answers)), "Metres")
    assert "heavy" not in draft.text


def test_a_list_that_says_what_it_is_of_answers_nothing():
    rules = "Here are our rules:\n1. never force-push to main\n2. always write a line for the pilots"
    drafts = told(session(ASKED, ("mara", rules)), "Never force-push")
    assert [(draft.text, draft.trust) for draft in drafts] == [
        ("Never force-push to main.", Trust.USER),
        ("Always write a line for the pilots.", Trust.USER),
    ]


def test_what_somebody_said_in_between_is_answered_by_nobody():
    lines = (ASKED, ("mara", "hold on, the pilots call"), ("mara", "1. no\n2. metres, and feet only on the old charts"))
    assert told(session(*lines), "Metres") == []


@pytest.mark.parametrize("answer", ["never without asking the harbour first", "at most twice, and never at night"])
def test_an_answer_that_says_nothing_alone_is_told_with_the_question(answer):
    text = answer[0].upper() + answer[1:] + "."
    question = "The ferry is late. Should I retry the call to the pilot?"
    (draft,) = told(session(("agent", question), ("mara", answer)), text[:12])
    assert draft.text == f'In answer to "Should I retry the call to the pilot?": {text}'
    assert told(session(("agent", "The ferry is late."), ("mara", answer)), text[:12]) == []
