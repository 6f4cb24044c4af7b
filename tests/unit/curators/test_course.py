"""What the course of a session says of a passage."""

from dreamd.curators.rules.distilling.course import centrality, weighed
from dreamd.curators.rules.distilling.distil import candidates
from dreamd.sessions.events import Act, Event, Role, Transcript

ASKED = "why do the imports lose the tide table?"
TOLD = "The reader closes the tide table before the last row, since `load_tides` counts from zero."
TAKEN_UP = "yes, the reader must keep the tide table open until the last row"


def features(*lines):
    events = tuple(Event(record=f"r{n}", role=role, act=Act.SAID, text=text) for n, (role, text) in enumerate(lines))
    pool = candidates(Transcript(session="s", events=events))
    return next(one.features for one in pool if one.passage.text == TOLD)


def test_an_answer_that_the_person_takes_up_has_it_among_its_features():
    found = features((Role.USER, ASKED), (Role.AGENT, TOLD), (Role.USER, TAKEN_UP))
    assert {"answers", "answers_why", "prompt_share", "taken_up", "accepted", "reason_named"} <= set(found)
    assert "last_turn" not in found


def test_what_nobody_answers_is_of_the_last_turn():
    found = features((Role.USER, "load the tide table"), (Role.AGENT, TOLD))
    assert "last_turn" in found
    assert not {"answers", "answers_why", "taken_up", "accepted"} & set(found)


def test_what_shares_its_words_with_the_rest_is_nearer_to_the_middle():
    near, also, apart = centrality([("tide", "table", "reader"), ("tide", "table", "row"), ("colour", "button")])
    assert near > apart
    assert also > apart


def test_a_rare_word_weighs_more_than_a_common_one():
    first, _second = weighed([("tide", "reader"), ("tide", "row")])
    assert first["reader"] > first["tide"]
    assert centrality([]) == []
