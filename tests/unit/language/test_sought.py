"""What a person wants to be rid of is found in every form, and what is no value is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.errors import PurgeError
from dreamd.language.purged import Purged, purged_row
from dreamd.language.redact import redact
from dreamd.language.sought import forms_of, seek

VALUE = 'Tr0ub<4d"or'


@pytest.mark.parametrize(
    "text",
    [
        f"the value is {VALUE}, really",
        f"in JSON: {json.dumps(VALUE)}",
        "in a URL: https://ops:Tr0ub%3C4d%22or@example.org",
        'in Markdown: - use Tr0ub\\<4d"or (2026-03-10)',
        'in lower case: tr0ub<4d"or',
        "packed: VHIwdWI8NGQib3I=",
        "with its line end: VHIwdWI8NGQib3IK",
    ],
)
def test_a_value_is_found_in_each_form_in_which_it_can_stand(text):
    assert len(list(seek(VALUE, is_regex=False).values(text))) == 1


def test_every_occurrence_counts_and_what_is_found_inside_a_word_is_the_word():
    values = list(seek("hunter2x", is_regex=False).values("hunter2x myhunter2xyz, HUNTER2X hunter2x"))
    assert values == ["hunter2x", "myhunter2xyz", "hunter2x"]


def test_a_value_of_several_lines_is_found_on_one_line_too():
    assert "first line second line" in forms_of("first line\n  second line")


def test_an_expression_finds_each_thing_that_it_matches():
    sought = seek(r"acme_[0-9a-f]{8}", is_regex=True)
    assert list(sought.values("acme_0123abcd acme_ffffffff acme_none")) == ["acme_0123abcd", "acme_ffffffff"]
    assert sought.forms == ()


@settings(deadline=None)  # a busy machine is no error
@given(st.text(min_size=6, max_size=40))
def test_whatever_is_found_is_found_again_by_its_digest(value):
    """The table finds what the search found, so that a purge can be finished by whoever has the table only."""
    try:
        sought = seek(value, is_regex=False)
    except PurgeError:
        return
    for text in (f"a {value} b", f"x{value}y", value, json.dumps(value)):
        found = [it for it in sought.values(text) if it]
        table = Purged(b"key", tuple(purged_row(it, b"key") for it in {*found, *sought.forms}))
        assert list(sought.values(redact(text, table).text)) == []


@pytest.mark.parametrize("value", ["", "short", "  pad  ", "\u200b" * 9])
def test_a_value_that_is_too_short_is_refused(value):
    with pytest.raises(PurgeError, match="shorter than 6"):
        seek(value, is_regex=False)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("x*", "matches nothing at all"),
        ("|secretive", "matches nothing at all"),
        ("(unclosed", "no regular expression"),
        (".{6,}", "placeholders"),
        (r"\[secret:[a-z-]+:[0-9a-f]{4}\]", "placeholders"),
        ("secret", "placeholders"),
    ],
)
def test_an_expression_that_is_none_or_matches_what_is_ours_is_refused(expression, reason):
    with pytest.raises(PurgeError, match=reason) as caught:
        seek(expression, is_regex=True)
    assert expression not in str(caught.value)


def test_a_match_that_is_too_short_is_refused_when_it_is_met():
    with pytest.raises(PurgeError, match="less than 6"):
        list(seek("pin[0-9]", is_regex=True).values("pin7"))


def test_a_placeholder_is_left_alone():
    assert list(seek("github-token", is_regex=False).values("[secret:github-token:1f3a]")) == []


def test_what_is_masked_can_be_shown():
    assert seek("hunter2x", is_regex=False).masked("/logs/hunter2x.jsonl") == "/logs/[secret].jsonl"
