"""What is on or off as long as nobody says otherwise is one statement, however it is put."""

from datetime import timedelta

import pytest

from dreamd.curators.draft import Relation
from dreamd.curators.rules.relating.defaults import default_of
from dreamd.curators.rules.relating.relations import judge
from dreamd.memory.records import Trust
from dreamd.testing import NOON, make_memory


def said(text, *, days=0, trust=Trust.AGENT, branch="tides"):
    time = NOON + timedelta(days=days)
    return make_memory(text, trust=trust, learned=time, last_seen=time, branch=branch)


@pytest.mark.parametrize(
    ("text", "on", "was"),
    [
        ("Reports are enabled by default.", True, None),
        ("By default, reports are off.", False, None),
        ("Reports are enabled by default (when `reports` is `nil` or `true`)", True, None),
        ("Reports should now be off by default instead of on.", False, True),
        ("The reports are switched on as default.", True, None),
        ("The default for reports is now off.", False, None),
        ("Have the reports enable by default. And disable when the user explicitly asks for it.", True, None),
        ("Reports have been off by default.", False, None),
        ("`nil` (unset) reports setting defaulted to enabled; now it defaults to disabled.", False, True),
        ("Reports defaulted to enabled; now to disabled.", False, True),
        ("Reports used to default to true, but are now disabled by default.", False, True),
        ("An unset reports setting now means disabled.", False, None),
        ("Change it so that if reports are not configured, reports are disabled by default.", False, None),
    ],
)
def test_a_default_is_read_however_it_is_put(text, on, was):
    found = default_of(text)
    assert (found.of, found.on, found.was) == (("report",), on, was)


@pytest.mark.parametrize(
    "text",
    [
        "Reports are enabled by default in the harbour's office.",
        "Reports are enabled by default, but not for guests.",
        "Reports are enabled.",
        "The default of the port is 8080.",
        "By default the ferry leaves at eight.",
        "Reports were off by default.",
        "Reports will be off by default after the release.",
        "Reports are off by default unless a pilot asks for them.",
        "Reports are off by default (harbour office).",
        "Reports are off by default of the old board.",
        "Option B: reports are off by default instead of on.",
        "In `board.go`, reports are on by default.",
        "`harbour board` should enable reports by default.",
        "A missing report means off.",
    ],
)
def test_what_is_so_for_some_only_is_no_default(text):
    assert default_of(text) is None


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Reports are enabled by default.", "Reports are disabled by default instead of enabled."),
        ("Reports default to true.", "Reports defaulted to on; now they default to off."),
        ("Reports are on by default, since few ask for them.", "An unset reports option now counts as false."),
    ],
)
def test_a_later_default_ends_the_earlier_one(older, newer):
    assert judge(said(older), said(newer, days=1)).relation is Relation.SUPERSEDES


def test_it_ends_nothing_where_it_is_not_later_or_of_another_line_of_work():
    older, newer = "Reports are on by default.", "By default, reports are off."
    assert judge(said(older), said(newer)).relation is Relation.CONTRADICTS
    assert judge(said(older), said(newer, days=1, branch="board")).relation is Relation.CONTRADICTS


def test_whoever_tells_of_the_change_knows_of_the_other_line():
    older, newer = "Reports are on by default.", "Reports are now off by default instead of on."
    assert judge(said(older), said(newer, days=1, branch="board")).relation is Relation.SUPERSEDES
    assert judge(said(older, trust=Trust.USER), said(newer, days=1, branch="board")).relation is Relation.CONTRADICTS


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Reports are on by default.", "`harbour board` should disable reports by default."),
        ("Guests get reports by default, and reports are on by default.", "Warnings are off by default."),
        ("Reports are on by default.", "Reports of guests are off by default."),
        ("Strict reports are on by default.", "Reports strict are off by default."),
        ("Nil reports are on by default.", "Reports are off by default instead of on."),
        ("Option reports are on by default.", "Value reports are off by default."),
        ("Reports are on by default; the board has a switch for them.", "Reports are off by default instead of on."),
    ],
)
def test_another_default_leaves_alone_what_is_of_another_thing_or_says_more(older, newer):
    assert judge(said(older), said(newer, days=1)).relation is Relation.UNRELATED


def test_the_same_default_twice_is_one():
    older = "Previously, `nil` (unconfigured) reports setting defaulted to enabled; now it defaults to disabled."
    newer = "Change the reports so that if reports are not configured (nil), reports are disabled by default."
    assert judge(said(older), said(newer)).relation is Relation.SAME
    more = f"{newer[:-1]}; the board has a switch for them."
    assert judge(said(older), said(more)).relation is Relation.UNRELATED
