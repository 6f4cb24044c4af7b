"""One frame with another value: the later one wins where a thing has one value at a time, and nowhere else."""

from itertools import pairwise
from pathlib import Path

import pytest

from dreamd.curators.draft import Relation
from dreamd.curators.rules.relating.framed import DOUBTFUL, REPLACED, framed, odds
from dreamd.curators.rules.relating.relations import judge

from .test_relations import memory

TABLE = Path(__file__).parent / "frames.tsv"


def relation(older, newer, **more):
    return judge(memory(older), memory(newer, day=1, **more)).relation


@pytest.mark.parametrize(
    ("frame", "values"),
    [
        ("The ferry office charges {} euros for a crossing.", ("8", "12")),
        ("Reviews in the harbour repository need {}.", ("one approval", "two approvals")),
        ("The chat of the harbour runs on {}.", ("Zulip", "Mattermost")),
        ("The lock of the harbour is {}.", ("open", "shut")),
        ("Comments are {} in the tables of the board.", ("allowed", "forbidden")),
        ("The largest ship in the harbour is {}.", ("the tug", "the ferry")),
        ("The pilot's only dog is a {}.", ("terrier", "beagle")),
        ("Flag `night_tides` is {} in production.", ("off", "on")),
        ("The fish market in Mellby is held on {}.", ("Wednesdays", "Saturdays")),
        ("The freeze for release 7 starts on {}.", ("2 October", "16 October")),
        ("The metrics of the board are at {}.", ("/metrics", "/internal/metrics")),
        ("The bucket of the charts is {}.", ("acme-charts-eu", "acme-media-eu")),
        ("The passphrase of the pilots' network is {}.", ("bluekettle", "redtoaster")),
        ("The coach of Mellby F.C. is {}.", ("Bo Lind", "Ann Vik")),
        ("The owner of Tidal Inc. is {}.", ("J. R. Holm", "Vik & Co.")),
        ("Ann Vik's home town is {}, according to the register.", ("Mellby", "Torvik")),
    ],
)
def test_the_later_value_of_what_has_one_wins(frame, values):
    for older, newer in pairwise(values):
        assert relation(frame.format(older), frame.format(newer)) is Relation.SUPERSEDES


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("The board supports JSON.", "The board supports YAML."),
        ("Tests are run on Debian 12.", "Tests are run on Debian 13."),
        ("Ann Vik reviewed the parser.", "Ann Vik reviewed the lexer."),
        ("A pilot needs one stamp.", "A pilot needs two stamps."),
        ("The port of the board is 8080.", "The port of the office is 9090."),
        ("In summer the ferry leaves at 9:00.", "In winter the ferry leaves at 10:00."),
        ("The crew has a cook.", "The crew has a pilot."),
    ],
)
def test_what_may_both_be_true_stays(older, newer):
    assert relation(older, newer) in {Relation.UNRELATED, Relation.CONTRADICTS}


def test_on_another_branch_it_is_shown_to_people():
    older, newer = "The owner of the board is Bo Lind.", "The owner of the board is Ann Vik."
    assert judge(memory(older, branch="a"), memory(newer, day=1, branch="b")).relation is Relation.CONTRADICTS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "All boats are washed on the first Monday of the month.",
            "The mail boat is washed on the first Monday of the month.",
        ),
        (
            "The tide service is started by the deploy script.",
            "The deploy script is started by the tide service's watchdog.",
        ),
        ("The bucket for harbour charts is acme-charts-eu.", "The bucket for harbour charts is acme-media-eu."),
        ("The head coach of Mellby F.C. is Bo Lind.", "The head coach of Mellby F.C. is Ann Vik."),
        ("The post of Greta Olin is mayor.", "The post of Greta Olin is deputy mayor."),
        ("The linter treats warnings as warnings.", "The linter treats warnings as errors."),
        ("Pilots have to opt in to the newsletter.", "Pilots have to opt out of the newsletter."),
    ],
)
def test_what_is_of_another_is_never_joined(one, other):
    assert relation(one, other) not in {Relation.SAME, Relation.REFINES}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The lease lasts for 60 seconds.", "The lease lasts for one minute."),
        ("Backups are kept for 2 weeks.", "Backups are kept for two weeks."),
        ("The night board is on in the harbour.", "The night board is enabled in the harbour."),
        ("The board needs a running harbour.", "The board needs a harbour running."),
    ],
)
def test_one_value_in_other_words_is_no_other_value(one, other):
    assert framed(one, other) is None


def test_what_answers_one_question_has_one_answer():
    question = "Which sea does the ferry cross?"
    assert relation(f"{question} It crosses the Wye.", f"{question} It crosses the Tawe.") is Relation.SUPERSEDES


def test_where_the_words_leave_a_doubt_both_are_shown_to_people():
    pairs = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
    doubtful = [(a, b) for _, a, b in pairs if DOUBTFUL <= (odds(a, b) or 0) < REPLACED]
    assert doubtful
    judged = [relation(a, b) for a, b in doubtful]
    assert judged.count(Relation.CONTRADICTS) > len(judged) / 2


def test_of_the_labelled_pairs_most_values_are_replaced_and_next_to_none_wrongly():
    pairs = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
    judged = {label: [relation(a, b) for it, a, b in pairs if it == label] for label in ("replaces", "both")}
    replaced = {label: found.count(Relation.SUPERSEDES) / len(found) for label, found in judged.items()}
    assert replaced["replaces"] >= 0.7
    assert replaced["both"] <= 0.03
    assert not {Relation.SAME, Relation.REFINES} & {*judged["replaces"], *judged["both"]}
