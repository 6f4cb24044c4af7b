"""What holds from here on is told from errands, questions, complaints and reports, whatever its verb."""

from collections import Counter
from pathlib import Path

import pytest

from dreamd.curators.rules.distilling.laid_down import is_rule
from dreamd.curators.rules.distilling.lasting import LASTS, SURELY, TABLE, UNLIKELY, lasts, signs

from .test_laid_down import TALK, kept

MESSAGES = [
    line.split("\t")
    for line in (Path(__file__).parent / "laid_down.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def test_of_the_labelled_messages_most_that_last_are_known_and_few_of_the_moment():
    """The shares on messages that the weights had not seen are those of bench/tune_rules.py."""
    found = {label: [lasts(text) for it, text in MESSAGES if it == label] for label in ("lasts", "moment")}
    assert min(map(len, found.values())) >= 400
    assert sum(odds >= LASTS for odds in found["lasts"]) >= 0.65 * len(found["lasts"])
    assert sum(odds >= LASTS for odds in found["moment"]) <= 0.06 * len(found["moment"])
    assert sum(odds >= SURELY for odds in found["moment"]) <= 0.02 * len(found["moment"])


def test_every_sign_says_something():
    counted = Counter(name for _label, text in MESSAGES for name in signs(text))
    assert {row.name for row in TABLE} == counted.keys()
    assert all(row.weighs and row.why for row in TABLE)
    assert min(counted.values()) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "table names are singular here, the orm maps them by that",
        "the customers' printers can't read unicode, so plain letters on every receipt",
        "pilots read the board on a phone, keep each line below forty letters",
        "fares are whole cents everywhere, rounding is how we lost money",
    ],
)
def test_it_is_kept_from_the_middle_of_other_talk(text):
    assert lasts(text) >= LASTS
    assert kept(text, TALK)


@pytest.mark.parametrize(
    "text",
    [
        "you never answered what I asked about the ferry",
        "somebody must have moved the tables, I get an error",
        "use the tables that I just uploaded, not the first ones",
    ],
)
def test_what_only_sounds_like_a_rule_is_none(text):
    assert is_rule(text)
    assert lasts(text) <= UNLIKELY
    assert not kept(text, TALK)


@pytest.mark.parametrize(
    "text",
    [
        "add a flag to the export of the board so that the pilots can read it on the pier",
        "I'd like to use the new parser to read the tables of the northern harbour",
        "update the line about the second pier so that it names the ferry too",
    ],
)
def test_a_task_is_none_however_much_it_says(text):
    assert lasts(text) < LASTS


def test_being_longer_makes_no_rule_beyond_what_a_rule_needs():
    words = "the board of the northern harbour names each ferry"
    assert lasts(words + " and pilot" * 9) == lasts(words + " and pilot" * 2)
