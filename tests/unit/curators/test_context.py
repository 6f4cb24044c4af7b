"""A statement is told with the words before it that say what it speaks of, and they are evidence for it."""

from dataclasses import replace

import pytest

from dreamd.curators.rules.distilling.context import with_branch, with_context, with_file
from dreamd.curators.rules.distilling.distil import candidates, drafts
from dreamd.curators.rules.distilling.passages import passages
from dreamd.curators.rules.distilling.work import work_of
from dreamd.memory.records import TEXT_LIMIT
from dreamd.sessions.events import Act, Event, Role, Transcript

NAMES = "`load_tides` and `load_winds` read the printed tables once a day."
BOTH = "Both hold the lock of the board while they read, because a half-read table looks like a calm day to the pilot."
STANDS = (
    "`merge_windows` takes the earlier of two windows, because a ferry that waits costs less than one that is aground."
)


def event(text, role=Role.AGENT, echoes=()):
    return Event("r0", role, Act.SAID, text, echoes=echoes)


def told(text, begins, *, echoes=(), taken=()):
    said = event(text, echoes=echoes)
    one = next(it for it in passages(said) if it.text.startswith(begins) and len(it.sentences) == 1)
    others = [it for it in passages(said) if it.text in taken]
    return with_context(one, said, others)


def test_the_sentence_before_names_what_both_are():
    passage = told(f"{NAMES} {BOTH}", "Both hold")
    assert passage.text == f"{NAMES} {BOTH}"
    start, end = passage.lead_at
    assert f"{NAMES} {BOTH}"[start:end] == NAMES


def test_what_names_its_subject_is_told_alone():
    assert told(f"{NAMES} {STANDS}", "`merge_windows`").text == STANDS


def test_a_heading_names_what_its_items_do():
    text = (
        "## The board's start\n\n- Reads the year's windows\n- Writes all windows of a year into the table for pilots\n"
    )
    assert told(text, "Writes").text == ("The board's start: Writes all windows of a year into the table for pilots.")


def test_an_item_is_not_joined_to_the_one_before_it_where_it_names_its_own():
    text = "Here:\n\n- `load_tides` reads the printed tables of a year\n- `merge_windows` takes the earlier window\n"
    assert told(text, "`merge_windows`").text == "`merge_windows` takes the earlier window."


@pytest.mark.parametrize(
    "before",
    [
        "It works.",  # too little
        "It reads the printed tables of `load_tides` once a day.",  # whose subject is elsewhere too
        "Keeps the tables of `load_tides` for a day.",  # what does?
        "Let me look at `load_tides` and at `load_winds` first.",  # talk
        f"`load_tides` reads {'the printed tables of every station and ' * 5} the winds once a day.",  # too long
    ],
)
def test_what_stands_before_is_left_where_it_tells_nothing(before):
    assert told(f"{before} {BOTH}", "Both hold").text == BOTH


def test_words_that_a_tool_said_are_not_put_before_a_statement():
    assert told(f"{NAMES} {BOTH}", "Both hold", echoes=((0, len(NAMES)),)).text == BOTH


def test_what_is_told_by_itself_is_not_told_twice():
    assert told(f"{NAMES} {BOTH}", "Both hold", taken=(NAMES,)).text == BOTH


def test_a_draft_quotes_the_words_that_are_put_before_it():
    lines = [
        event("why do pilots see a calm day in a storm?", Role.USER),
        event(f"Root cause found.\n\n{NAMES}\n\n{BOTH}"),
    ]
    transcript = Transcript(session="s1", events=tuple(lines), person="mara")
    pool = candidates(transcript)
    (draft,) = drafts(transcript, pool, [1.0 if one.passage.text == BOTH else -9.0 for one in pool])
    assert draft.text == f"{NAMES} {BOTH}"
    assert len(draft.text) <= TEXT_LIMIT
    assert {piece.quote for piece in draft.evidence} >= {NAMES, BOTH}


def test_what_introduces_a_list_says_what_its_items_do():
    text = (
        "## Summary\n\n- `merge_windows` now works by year, and:\n  - Writes all windows of a year into a table\n"
        "- `load_tides` is left as it was, and reads the printed tables\n"
    )
    assert told(text, "Writes").text == (
        "`merge_windows` now works by year, and: Writes all windows of a year into a table."
    )


def test_a_heading_of_every_report_says_nothing():
    text = "## Summary of changes\n\n- Writes all windows of a year into the table for pilots\n"
    assert told(text, "Writes").text == "Writes all windows of a year into the table for pilots."


def test_what_follows_upon_a_list_is_not_about_what_the_list_was():
    text = (
        "`merge_windows` is called by:\n- the board\n- the pilot's screen\n\nThe tables are read once a day at noon.\n"
    )
    assert told(text, "The tables").text == "The tables are read once a day at noon."


def test_a_statement_is_not_joined_to_the_item_before_it():
    text = "- `load_tides` reads the printed tables of a year\n\nBoth hold the lock of the board while they read it.\n"
    assert told(text, "Both hold").text == "Both hold the lock of the board while they read it."


def filed(text, path="src/board/lock.go", role=Role.AGENT):
    said = event(text, role)
    events = [said, Event("r1", Role.AGENT, Act.CALL, path, tool="Edit")]
    return with_file(passages(said)[0], 0, said, work_of(events))


def test_a_nameless_part_of_the_code_is_told_with_the_file_that_was_worked_on():
    passage = filed("The check runs before the lock is taken, so two boards may both pass it.")
    assert passage.text.startswith("`board/lock.go`: The check runs")
    assert passage.beside == ((1, 4, 17),)


@pytest.mark.parametrize(
    "text",
    [
        "When `take_lock` is called twice, the second call waits until the board is read.",  # holds wherever it is
        "`harbour board` takes the lock before the board is read, also where nobody waits.",  # a command
        "The check in `window.go` runs before the lock is taken, so two boards may pass.",  # names a file
        "The harbour is closed at night, so nobody looks at the board before six.",  # no part of the code
    ],
)
def test_what_says_what_it_is_of_gets_no_file(text):
    assert filed(text).text == text


@pytest.mark.parametrize("subject", ["`take_lock`", "The check `is_free`", "`Board.is_free()`", "takeLock"])
def test_what_names_something_in_the_code_is_told_with_its_file(subject):
    text = f"{subject} runs before the board is read, so two boards may both pass it."
    assert filed(text).text == f"`board/lock.go`: {text}"


WORK = 'During work on "board lock": '


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The lock is held while the board is read.", f"{WORK}The lock is held while the board is read."),
        ("Each pier/berth is locked while it is read.", f"{WORK}Each pier/berth is locked while it is read."),
        ("Once it is read, `board.lock` is gone.", f"{WORK}Once it is read, `board.lock` is gone."),
        (STANDS, STANDS),  # names its subject
    ],
)
def test_what_does_not_say_what_it_speaks_of_is_told_with_the_work_of_its_branch(text, told):
    said = event(text)
    passage = passages(said)[0]
    assert with_branch(passage, said, "mara/board-lock").text == told
    assert with_branch(passage, said, "main").text == text
    assert with_branch(replace(passage, lead_at=(0, 1)), said, "mara/board-lock").text == text


def test_what_a_person_says_is_not_about_the_work_at_which_he_said_it():
    said = event("Keep the lock while the board is read.", Role.USER)
    passage = passages(said)[0]
    assert with_branch(passage, said, "mara/board-lock") == passage


def test_there_is_room_for_the_work_or_it_is_left_out():
    said = event(f"The lock is held while {'the board of the pier is read and ' * 6}the ferries wait.")
    passage = passages(said)[0]
    assert len(passage.text) < TEXT_LIMIT
    assert with_branch(passage, said, f"mara/{'-'.join(['board'] * 10)}").text == passage.text


def test_a_draft_is_told_with_the_work_of_the_branch_and_judged_without_it():
    text = "The lock is held while the board is read, because a half-read board looks empty."
    found = {}
    for branch in ("mara/board-lock", "main"):
        said = Transcript(session="s1", events=(Event("r0", Role.AGENT, Act.SAID, text, branch=branch),))
        pool = candidates(said)
        (found[branch],) = drafts(said, pool, [9.0 if it.passage.text == text else -99.0 for it in pool])
    one, other = found["mara/board-lock"], found["main"]
    assert (one.text, one.branch, other.text) == (f"{WORK}{text}", "mara/board-lock", text)
    assert one.score == other.score


def test_a_person_s_rule_is_left_in_his_words():
    rule = "Never read the board before the lock is taken, whatever the screen says."
    assert filed(rule, role=Role.USER).text == rule


def test_a_report_of_what_somebody_did_explains_nothing():
    report = "The agent created `docs/board.md` with the tides of the year."
    after = "The file holds a line for each window, because the pilots read it on paper."
    assert told(f"{report} {after}", "The file holds").text == after
