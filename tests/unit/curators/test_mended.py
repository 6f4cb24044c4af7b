"""A fault that the session mended is told as history, with the day and how; what is not surely mended is not."""

from datetime import UTC, datetime

import pytest

from dreamd.curators.rules.distilling.distil import candidates, drafts
from dreamd.memory.records import TEXT_LIMIT, Trust
from dreamd.sessions.events import Act, Event, Role, Transcript

FAULT = "The bug is that `load_tides` doesn't check the year of the printed table before it is merged."
DONE = "Fixed. `load_tides` now checks the year of the printed table and leaves an older one out."
LATE = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def event(number, text, role=Role.AGENT, act=Act.SAID, **more):
    return Event(f"r{number}", role, act, text, LATE, **more)


def session(*lines, zone="UTC"):
    """Make a session of (who, text) where "edit" changes a file."""
    made = [
        event(number, text, act=Act.CALL, tool="Edit", cwd="/w")
        if who == "edit"
        else event(number, text, Role.USER if who == "mara" else Role.AGENT)
        for number, (who, text) in enumerate(lines)
    ]
    return Transcript(session="s1", events=tuple(made), person="mara", zone=zone)


def told(transcript, text):
    pool = candidates(transcript)
    (draft,) = drafts(transcript, pool, [9.0 if one.passage.text == text else -99.0 for one in pool])
    return draft


ASKED = ("mara", "why do pilots see last year's tides?")
EDITED = ("edit", "/w/tide/load.go")


def test_it_is_told_with_the_day_the_file_and_how():
    draft = told(session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE)), FAULT)
    assert draft.text == (
        "Bug fixed 2026-03-02 in `tide/load.go`: `load_tides` doesn't check the year of the printed table before it is"
        " merged. Fix: `load_tides` now checks the year of the printed table and leaves an older one out."
    )
    assert {(piece.record, piece.quote) for piece in draft.evidence} >= {
        ("r1", FAULT),
        ("r2", "tide/load.go"),
        ("r3", "Fixed"),
        ("r3", DONE.removeprefix("Fixed. ")),
    }


def test_the_day_is_that_of_the_host():
    transcript = session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE), zone="Europe/Athens")
    assert told(transcript, FAULT).text.startswith("Bug fixed 2026-03-03 in")


@pytest.mark.parametrize(
    "after",
    [
        [],  # nothing was changed
        [("agent", DONE)],  # nor here
        [EDITED, ("agent", "Let me look at the tests next, before I go on with the year.")],  # not said to be done
        [EDITED, ("agent", "Fixed. The harbour now has a pier of its own.")],  # another matter
        [EDITED, ("agent", DONE), ("mara", "pilots still see them")],  # it did not help
        [("edit", "/w/notes.md"), ("agent", DONE)],  # written down, not mended
    ],
)
def test_what_is_not_surely_mended_is_told_as_it_was(after):
    assert told(session(ASKED, ("agent", FAULT), *after), FAULT).text.endswith(FAULT)


def test_a_guess_is_no_fault_that_was_mended():
    guess = "`load_tides` probably doesn't check the year of the printed table."
    assert told(session(ASKED, ("agent", guess), EDITED, ("agent", DONE)), guess).text.endswith(guess)


def test_what_a_person_asks_for_stays_a_rule():
    rule = "`load_tides` must always check the year of the printed table, it never does."
    draft = told(session(("mara", rule), EDITED, ("agent", DONE)), rule)
    assert draft.text == rule
    assert draft.trust is Trust.USER


def test_a_person_s_report_that_was_mended_has_the_trust_of_who_says_so():
    report = "`load_tides` doesn't check the year of the printed table and pilots see last year's tides."
    draft = told(session(("mara", report), EDITED, ("agent", DONE)), report)
    assert draft.text.startswith("Bug fixed 2026-03-02 in `tide/load.go`: `load_tides` doesn't check")
    assert draft.trust is Trust.AGENT


def test_it_may_be_mended_when_the_person_has_agreed():
    transcript = session(ASKED, ("agent", FAULT), ("mara", "yes, do it"), EDITED, ("agent", DONE))
    assert told(transcript, FAULT).text.startswith("Bug fixed 2026-03-02: `load_tides` doesn't check")


def test_what_did_not_help_at_once_may_be_mended_by_later_work_that_comes_back_to_it():
    first = session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE), ("mara", "pilots still see them"))
    assert told(first, FAULT).text.endswith(FAULT)
    again = [("mara", "pilots still see them"), EDITED, ("agent", DONE)]
    assert told(session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE), *again), FAULT).text.startswith("Bug fixed")
    other = [("mara", "pilots still see them"), EDITED, ("agent", "Fixed. `load_tides` now takes the second pier.")]
    assert told(session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE), *other), FAULT).text.endswith(FAULT)


def test_it_may_be_mended_some_turns_later_where_much_of_it_comes_back():
    talk = [("mara", "first tell me about the harbour"), ("agent", "The harbour has two piers.")] * 3
    later = [*talk, ("mara", "now mend it"), EDITED]
    assert told(session(ASKED, ("agent", FAULT), *later, ("agent", DONE)), FAULT).text.startswith("Bug fixed")
    other = "Fixed. `load_tides` now takes the second pier."
    assert told(session(ASKED, ("agent", FAULT), *later, ("agent", other)), FAULT).text.endswith(FAULT)


@pytest.mark.parametrize(
    ("said", "is_mended"),
    [
        ("thanks, can you explain to me again what was wrong", True),
        ("why is the change in load.go needed?", True),
        ("why is it showing the old tides then?", False),
        ("it happens again", False),
    ],
)
def test_who_asks_to_hear_more_does_not_deny_that_it_was_mended(said, is_mended):
    transcript = session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE), ("mara", said))
    assert told(transcript, FAULT).text.startswith("Bug fixed") == is_mended


@pytest.mark.parametrize(
    "fault",
    [
        "`load_tides` expects the year of the printed table but receives that of the server.",
        "The year of the printed table is not tracked when `load_tides` checks it.",
        "When `load_tides` checks the year of a printed table, windows of another year get filtered out.",
        "A printed table of another year causes `load_tides` to fail when it checks the year.",
        "There's a stale comment at `load_tides` about the year of the printed table, which it checks.",
    ],
)
def test_a_fault_is_told_in_many_ways(fault):
    assert told(session(ASKED, ("agent", fault), EDITED, ("agent", DONE)), fault).text.startswith("Bug fixed")


def test_how_is_left_out_where_there_is_no_room_and_words_of_tools_always():
    long = FAULT[:-1] + f", which {'the pilots of every pier see on the board and ' * 3}the harbour master too."
    draft = told(session(ASKED, ("agent", long), EDITED, ("agent", DONE)), long)
    assert draft.text.startswith("Bug fixed 2026-03-02")
    assert "Fix:" not in draft.text
    assert len(draft.text) <= TEXT_LIMIT
    lines = list(session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE)).events)
    lines[3] = event(3, DONE, echoes=((10, len(DONE)),))
    echoed = told(Transcript(session="s1", events=tuple(lines), person="mara"), FAULT)
    assert "Fix:" not in echoed.text


def test_of_a_report_of_many_faults_only_what_is_named_again_is_mended():
    other = "`load_winds` doesn't check the year of the printed table either, before it is merged."
    report = "\n\n".join(
        [FAULT, other, *(f"The {n}th pier is left as it is until the pilots have seen it." for n in range(30))]
    )
    transcript = session(ASKED, ("agent", report), EDITED, ("agent", DONE))
    assert told(transcript, FAULT).text.startswith("Bug fixed 2026-03-02")
    assert told(transcript, other).text == f"`tide/load.go`: {other}"


def test_the_heading_may_be_what_says_that_it_is_a_fault():
    text = "`load_tides` takes the year of the printed table from the server, and merges it."
    transcript = session(ASKED, ("agent", f"**CONFIRMED BUG** - {text}"), EDITED, ("agent", DONE))
    pool = candidates(transcript)
    best = next(one.passage.text for one in pool if text in one.passage.text)
    assert told(transcript, best).text.startswith("Bug fixed 2026-03-02 in `tide/load.go`: `load_tides` takes the year")


def test_what_was_so_as_long_as_the_fault_was_there_is_not_told_with_it():
    text = "`load_tides` (should check the year, currently broken) doesn't check the year of the printed table."
    draft = told(session(ASKED, ("agent", text), EDITED, ("agent", DONE)), text)
    assert "`load_tides` doesn't check the year of the printed table." in draft.text


def test_what_says_only_in_such_a_remark_that_it_is_a_fault_is_told_as_it_is():
    text = "`load_tides` (still broken) runs when the board opens and when a ferry has left the pier."
    assert "Bug fixed" not in told(session(ASKED, ("agent", text), EDITED, ("agent", DONE)), text).text


def test_how_it_was_mended_is_not_told_again_where_it_is_a_statement_of_its_own():
    how = "`load_tides` now checks the year of the printed table and leaves an older one out."
    transcript = session(ASKED, ("agent", FAULT), EDITED, ("agent", DONE), ("mara", "and?"), ("agent", how))
    pool = candidates(transcript)
    found = drafts(transcript, pool, [9.0 if it.passage.text == FAULT or it.index == 5 else -99.0 for it in pool])
    assert [draft.text.count("leaves an older one out") for draft in found if "Bug fixed" in draft.text] == [0]


@pytest.mark.parametrize(
    "text",
    [
        "The library never checks the year of the printed table, and its makers will not fix it.",
        "`load_tides` never checks the year of the printed table, on purpose.",
        "The harbour doesn't set the year of the printed table, so `load_tides` must take that of the server.",
    ],
)
def test_what_stays_for_a_reason_is_no_fault(text):
    assert not told(session(ASKED, ("agent", text), EDITED, ("agent", DONE)), text).text.startswith("Bug fixed")


def test_why_something_is_in_order_is_no_fault():
    text = "Why this does no harm: the year of the printed table is never read by `load_tides`."
    assert not told(session(ASKED, ("agent", text), EDITED, ("agent", DONE)), text).text.startswith("Bug fixed")
