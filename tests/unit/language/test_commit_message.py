"""Where the message stands in a command that commits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.commit_message import messages


def words(command):
    return [command[start:end].strip() for start, end in messages(command)]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ('git commit -m "Sort depots by country"', ["Sort depots by country"]),
        (
            "git add -A && git commit -am 'Sort depots' -m 'The report needs it.'",
            ["Sort depots", "The report needs it."],
        ),
        ('git -C web -c user.name=x commit --message="Sort depots"', ["Sort depots"]),
        (
            "git commit -m \"$(cat <<'EOF'\nSort depots\n\nThe report needs it.\nEOF\n)\"",
            ["Sort depots\n\nThe report needs it."],
        ),
        ("git commit -F - <<END\nSort depots\nEND\necho done", ["Sort depots"]),
        ('git commit -m "Keep \\"Oslo\\" apart" && git push', ['Keep \\"Oslo\\" apart']),
    ],
)
def test_a_message_is_found_however_it_is_given(command, said):
    assert words(command) == said


@pytest.mark.parametrize(
    "command",
    [
        "git commit --amend --no-edit",
        "git log --grep commit -m 'x'",
        "git commit && echo -m 'not a message'",
        "git status; cat <<EOF\ncommit\nEOF",
        "gitk commit -m 'x'",
        "echo commit -m 'x'",
        'git commit -m "$(cat message.txt)"',
    ],
)
def test_what_is_no_message_is_not_taken_for_one(command):
    assert words(command) == []


def test_trailers_and_what_a_program_adds_are_left_out():
    told = "git commit -m 'Sort depots.\n\nGenerated with a tool\n\nCo-Authored-By: Someone <s@example.test>'"
    assert words(told) == ["Sort depots."]


def test_of_a_message_that_was_cut_off_only_whole_sentences_are_taken():
    assert words("git commit -m 'Sort depots.\n\nThe report needs it. It was ne") == [
        "Sort depots.\n\nThe report needs it."
    ]
    assert words("git commit -m 'Sort dep") == []


@given(st.text())
def test_any_text_at_all_is_read(text):
    for command in (text, f"git commit -m {text}", f"git commit -m '{text}", f"git commit -F - <<EOF\n{text}"):
        for start, end in messages(command):
            assert 0 <= start < end <= len(command)
