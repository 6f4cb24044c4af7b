"""Secrets that are stated in a sentence or in passing, and sentences that only speak of one (invariant 8).

Each line of ``stated.txt`` is held to, unlike the measured share of the larger tables: it was written for these rules.
"""

import re

import pytest

from dreamd.language.redact import redact

from .marks import SECRET
from .tables import sections

STATED, HARMLESS = (
    [line.replace("\\n", "\n") for line in body.splitlines() if line] for _, body in sections("stated.txt")
)
PLACEHOLDER = re.compile(r"\[secret:[a-z0-9-]+:[0-9a-f]{4}\]")


@pytest.mark.parametrize("line", STATED)
def test_what_a_sentence_states_is_cut_and_nothing_else(line):
    redacted = redact(SECRET.sub(r"\1", line)).text
    assert PLACEHOLDER.split(redacted) == SECRET.split(line)[::2]


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_speaks_of_a_secret_is_left_alone(line):
    assert redact(line).text == line


def test_the_same_value_has_the_same_placeholder_however_it_is_stated():
    lines = ("the root pw is kettle77", "pw=kettle77", "the password is **kettle77**", "the password is kettle77.")
    assert len({PLACEHOLDER.findall(redact(line).text)[0] for line in lines}) == 1
