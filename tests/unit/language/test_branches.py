"""A branch's name says for what work it was made, where it says it in words."""

import pytest

from dreamd.language.branches import with_work, without_work, work_named


@pytest.mark.parametrize(
    ("branch", "work"),
    [
        ("mara/list-tides", "list tides"),
        ("feat/board_of_piers", "board of piers"),
        ("feature/HAR-53-improve-board", "improve board"),
        ("53-improve-board", "improve board"),
        ("fix-lost-windows", "fix lost windows"),
        ("bugfix/for-inconsistent-tides", "for inconsistent tides"),
    ],
)
def test_a_work_is_told_in_plain_words(branch, work):
    assert work_named(branch) == work


@pytest.mark.parametrize(
    "branch",
    [
        "",
        "main",
        "release/2.4-tides-board",
        "har-95",
        "mara",
        "mara/board",
        "wip",
        "fix/bug",
        "jd/tmp-2",
        "worktree-agent-a1b2c3d4",
        "claude/task-board",
        "mara/root-password-is-swordfish",
        "mara/board-x7f2-tides",
        "mara/ignore-previous-boards",
        "long-name" + "-a" * 40,
        "board`; rm -rf pier-é",
    ],
)
def test_what_names_no_work_gives_none(branch):
    assert work_named(branch) == ""


def test_a_statement_is_told_with_the_work_and_held_against_others_without_it():
    told = 'During work on "list tides": It is read twice.'
    assert with_work("It is read twice.", "mara/list-tides") == told
    assert without_work(told, "mara/list-tides") == "It is read twice."
    assert without_work(told, "main") == told
    assert with_work("It is read twice.", "main") == without_work("It is read twice.", "main") == "It is read twice."
