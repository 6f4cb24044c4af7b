"""What is taken from a session, and what is not."""

import hashlib
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from dreamd.curators.rules import RulesCurator
from dreamd.curators.rules.distilling.standing import TABLE as SIGNS
from dreamd.curators.rules.distilling.weights import TABLE
from dreamd.memory.records import TEXT_LIMIT, Kind, Trust
from dreamd.sessions.events import Act, Event, Role, Transcript

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def session(*lines, headless=False, echoes=()):
    """Build a transcript of (who, words); who is user, agent, rejected, summary, call, ok or error."""
    kinds = {
        "user": (Role.USER, Act.SAID),
        "agent": (Role.AGENT, Act.SAID),
        "rejected": (Role.USER, Act.REJECTED),
        "summary": (Role.SYSTEM, Act.SUMMARY),
        "call": (Role.AGENT, Act.CALL),
        "ok": (Role.TOOL, Act.RESULT),
        "error": (Role.TOOL, Act.RESULT),
    }
    events = [
        Event(
            record=f"r{number}",
            role=kinds[who][0],
            act=kinds[who][1],
            text=words,
            time=START + timedelta(minutes=number),
            ok={"ok": True, "error": False}.get(who),
            echoes=echoes if who == "agent" else (),
        )
        for number, (who, words) in enumerate(lines)
    ]
    return Transcript(session="s1", events=tuple(events), person="mara", headless=headless, redaction=1)


def distil(*lines, **more):
    return RulesCurator().distil(session(*lines, **more))


def texts(*lines, **more):
    return [draft.text for draft in distil(*lines, **more)]


CORRECTED = (
    ("user", "why are parcels from the Oslo depot missing in the report?"),
    ("agent", "Let me look at the report."),
    ("call", "cat report.py"),
    ("ok", ""),
    ("agent", "The report drops them because `load_depots()` only reads depots with a postal code."),
    ("user", "no, depots without a postal code are fine, they must be reported under their country instead"),
    (
        "agent",
        (
            "You're right: depots without a postal code must be reported under their country instead of being dropped, "
            "because `load_depots()` treats an empty code as an error."
        ),
    ),
)


def test_the_restatement_after_a_correction_is_kept_with_the_persons_words_as_evidence():
    drafts = distil(*CORRECTED)
    kept = next(draft for draft in drafts if "instead of being dropped" in draft.text)
    assert kept.text.startswith("Depots without a postal code")
    assert {"r5", "r6"} <= {piece.record for piece in kept.evidence}


def test_every_quote_stands_in_the_record_it_names():
    """Invariant 6."""
    transcript = session(*CORRECTED)
    drafts = RulesCurator().distil(transcript)
    assert drafts
    said = {event.record: event.text for event in transcript.events}
    for draft in drafts:
        assert 1 <= len(draft.evidence) <= 4
        assert len(draft.text) <= TEXT_LIMIT
        for piece in draft.evidence:
            assert piece.quote
            assert piece.quote in said[piece.record]
            assert piece.digest == hashlib.sha256(said[piece.record].encode()).hexdigest()
            assert piece.redaction == 1


def test_a_line_under_a_heading_that_names_something_is_about_that_and_both_are_evidence():
    """Invariant 6."""
    said = (
        "## `close_ledger()`\n\n"
        "Must run after the last import, because it flushes what is queued and refuses everything that comes later."
    )
    drafts = distil(("user", "why are imports lost?"), ("agent", said))
    kept = next(draft for draft in drafts if draft.text.startswith("`close_ledger()`: Must run after"))
    assert [piece.quote for piece in kept.evidence][:2] == [said.split("\n\n")[1], "`close_ledger()`"]
    assert kept.about.symbols == ("close_ledger()",)


def test_what_a_person_rules_while_rejecting_a_call_is_kept_with_their_trust():
    """Invariant 7."""
    drafts = distil(
        ("user", "write the migration"),
        ("call", "psql -f new.sql"),
        ("rejected", "never run migrations against the shared database, we must always use a local copy first"),
        ("agent", "Understood. Let me set up a local copy."),
    )
    rule = next(draft for draft in drafts if "shared database" in draft.text)
    assert rule.trust is Trust.USER
    assert rule.text[0].isupper()


def test_nobodys_words_have_user_trust_where_no_person_typed():
    """Invariant 7."""
    drafts = distil(
        ("user", "From now on never deploy on Fridays because nobody watches the alerts on Saturday."),
        headless=True,
    )
    assert drafts
    assert {draft.trust for draft in drafts} == {Trust.AGENT}


def test_an_agent_that_repeats_a_tool_is_not_believed():
    """Invariant 7."""
    words = "Root cause: the proxy must always be restarted because it silently drops every second request."
    assert texts(("user", "what is wrong?"), ("agent", words))
    assert texts(("user", "what is wrong?"), ("agent", words), echoes=((0, len(words)),)) == []


def test_tools_and_summaries_of_earlier_contexts_are_never_evidence():
    """Invariants 7 and 11."""
    words = "Root cause: the proxy must always be restarted because it silently drops every second request."
    assert texts(("summary", words), ("error", words), ("call", words)) == []


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [("user", "hi"), ("agent", "Hello! How can I help?")],
        [("user", "run the tests please"), ("agent", "Let me run them."), ("agent", "All tests pass.")],
        [("user", "can you also check the other file?"), ("agent", "Sure, I'll check it now.")],
        [("agent", "Would you like me to:\n1. Change the reader\n2. Change the writer\n\nWhich do you prefer?")],
        [("user", "I get:\nTraceback (most recent call last)\nValueError: must never be empty because of reasons")],
    ],
)
def test_small_talk_narration_offers_and_pastes_yield_nothing(lines):
    assert texts(*lines) == []


@pytest.mark.parametrize(
    "words",
    [
        "The code-reviewer agent successfully simplified the importer because its loops must never nest.",
        "The sub-agent reported that the importer must never be restarted since its cache is lost.",
        "Options: restart the importer on every change, because its cache is stale; never restart it",
        "To fix this, we should restart the importer, because otherwise its cache must be stale.",
        "Give the importer another try, because its cache must be fresh by now.",
    ],
)
def test_ways_that_were_weighed_and_what_somebody_was_set_to_do_yield_nothing(words):
    assert texts(("user", "why is the cache of the importer stale?"), ("agent", words)) == []


def test_the_same_statement_is_taken_once_and_its_repetition_is_evidence():
    first = (
        "The scheduler must hold the lease because a second worker silently overwrites the first one's `state.json`."
    )
    again = f"As said, {first[0].lower()}{first[1:]}"
    drafts = distil(("user", "why two workers?"), ("agent", first), ("user", "and in short?"), ("agent", again))
    about = [draft for draft in drafts if "lease" in draft.text]
    assert len(about) == 1
    assert {piece.record for piece in about[0].evidence} == {"r1", "r3"}


def test_what_is_said_again_in_part_is_evidence_unless_a_tool_said_it():
    """Invariants 6 and 7."""
    told = (
        ("user", "why are parcels missing?"),
        ("agent", "I see that `load_depots()` treats an empty postal code as an error, let me look."),
        (
            "agent",
            "Root cause: `load_depots()` treats an empty postal code as an error, so that its parcels are dropped.",
        ),
    )
    kept = next(draft for draft in distil(*told) if draft.text.startswith("Root cause"))
    assert {piece.record for piece in kept.evidence} == {"r1", "r2"}
    echoing = session(*told)
    marked = msgspec.structs.replace(echoing.events[1], echoes=((0, len(told[1][1])),))
    again = msgspec.structs.replace(echoing, events=(echoing.events[0], marked, *echoing.events[2:]))
    kept = next(draft for draft in RulesCurator().distil(again) if draft.text.startswith("Root cause"))
    assert {piece.record for piece in kept.evidence} == {"r2"}


def test_what_a_person_gives_up_speaks_for_itself():
    found = distil(("user", "thinking again: let's completely remove the parcel map, it's not helping anybody"))
    assert any(dict(draft.features).get("person_drops") for draft in found)


def test_a_long_session_yields_more_than_a_short_one_but_not_in_proportion():
    def talk(turns):
        rng = random.Random(7)  # noqa: S311 - a seeded choice of names, no secret
        nouns = [
            f"{a}{b}"
            for a in ("amber", "birch", "cedar", "delta", "ember", "fjord")
            for b in ("Store", "Queue", "Index", "Cache")
        ]
        lines = []
        for _ in range(turns):
            one, two = rng.sample(nouns, 2)
            lines.append(("user", f"why does {one} fail?"))
            lines.append(
                (
                    "agent",
                    f"The root cause is that `{one}` must not read `{two}` before it is open, because it is empty.",
                )
            )
        return len(texts(*lines))

    short, long = talk(20), talk(200)
    assert 1 <= short < long < 4 * short


def test_a_draft_says_what_spoke_for_it():
    draft = distil(*CORRECTED)[0]
    assert 0 < draft.score < 1
    assert draft.features
    assert {name for name, _ in draft.features} <= {row.name for row in (*TABLE, *SIGNS)}


def test_a_draft_carries_time_kind_names_and_person():
    drafts = distil(*CORRECTED)
    kept = next(draft for draft in drafts if "load_depots" in draft.text)
    assert kept.about.symbols == ("load_depots()",)
    assert kept.kind is Kind.SEMANTIC
    assert kept.person == "mara"
    assert kept.time in {START + timedelta(minutes=4), START + timedelta(minutes=6)}


def test_the_same_session_gives_the_same_drafts_in_every_process():
    """Invariant 9: nothing may hang on the order of a set, which Python shuffles from process to process."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_distil import CORRECTED, distil\n"
        "print([(d.text, d.score, d.features) for d in distil(*CORRECTED)])\n"
    )
    here = str(Path(__file__).parent)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, here],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert "country" in outputs.pop()


def test_renaming_everything_changes_nothing_else():
    """What is kept hangs on how something is said, not on the names in it."""
    names = {"oslo": "lima", "load_depots": "read_houses", "depots": "houses", "parcels": "letters", "depot": "house"}

    def renamed(words):
        for old, new in names.items():
            words = words.replace(old, new)
        return words

    other = tuple((who, renamed(words.lower())) for who, words in CORRECTED)
    assert [renamed(text.lower()) for text in texts(*CORRECTED)] == [text.lower() for text in texts(*other)]
