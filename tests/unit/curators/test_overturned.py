"""What was taken back in the same session."""

import pytest

from dreamd.curators.rules.distilling.distil import candidates, distil
from dreamd.curators.rules.distilling.evidence import content_stems
from dreamd.curators.rules.distilling.overturned import denied, retractions, signs
from dreamd.sessions.events import Act, Event, Role, Transcript


def said(*lines):
    return tuple(
        Event(f"r{number}", Role.USER if who == "user" else Role.AGENT, Act.SAID, words)
        for number, (who, words) in enumerate(lines)
    )


@pytest.mark.parametrize(
    "answer",
    [
        "no. I rotated it myself",
        "that can't be the end, there are more",
        "This is not correct",
        "wrong, look again",
        "that's not the problem",
    ],
)
def test_the_agents_last_words_are_denied_by_a_person_who_begins_so(answer):
    assert denied(said(("agent", "First."), ("agent", "It is the key."), ("user", answer))) == {1}


@pytest.mark.parametrize(
    "answer", ["no need to run it again", "yes, do that", "now the other one", "No more questions"]
)
def test_other_answers_deny_nothing(answer):
    assert denied(said(("agent", "It is the key."), ("user", answer))) == frozenset()


def test_an_admission_takes_back_what_it_shares_words_with_and_nothing_later():
    events = said(
        ("agent", "The deadlock comes from the writer because it sorts nothing."),
        ("agent", "The report needs a newer font."),
        ("agent", "My first explanation was wrong. The deadlock is not in the writer, the fixture locks the table."),
        ("agent", "The deadlock in the writer is gone."),
    )
    stems = [content_stems(event.text) for event in events]
    admissions = retractions(events, stems)
    taken_back = [bool(signs(index, stems[index], frozenset(), admissions)) for index in range(4)]
    assert taken_back == [True, False, False, False]


def test_a_confident_cause_that_was_taken_back_is_not_kept_and_its_correction_is():
    guess = "The root cause is the `Writer`: it must sort its rows because two writers lock them crosswise."
    truth = (
        "My first explanation was wrong. The root cause is not the `Writer` at all: the `clean_rows` fixture must not "
        "truncate the table because all workers share it, so it locks their rows."
    )
    events = said(("user", "why does it lock?"), ("agent", guess), ("user", "hm, look again"), ("agent", truth))
    transcript = Transcript("s", events)
    texts = [draft.text for draft in distil(transcript)]
    assert any("clean_rows" in text for text in texts)
    assert not any("crosswise" in text for text in texts)
    assert any("crosswise" in candidate.passage.text for candidate in candidates(transcript))


def test_a_persons_rule_is_not_taken_back_by_an_agents_admission():
    events = said(
        ("user", "never truncate the shared table, every worker must have its own schema"),
        ("agent", "I was wrong: truncating the shared table locks every worker, each must have its own schema."),
    )
    assert any("schema" in draft.text and draft.trust == "user" for draft in distil(Transcript("s", events)))
