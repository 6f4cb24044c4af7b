"""Who spoke in an aider history, and which session it was."""

from pathlib import Path

import pytest

from dreamd.sessions.events import Act, Role
from dreamd.sessions.formats import detect
from dreamd.sessions.formats.aider import Aider
from dreamd.sessions.formats.aider_prompts import asked_in
from dreamd.sessions.formats.tally import Tally
from dreamd.sessions.lines import OpenLog

NAME = Path("shop/.aider.chat.history.md")
START = """
# aider chat started at 2026-03-02 09:14:00

> /usr/bin/aider --model some/model--
> Aider v0.86.2--
> Git repo: .git with 735 files--
"""
#: two spaces end aider's own lines; written as two hyphens here, since editors take trailing spaces away
MARK = "--\n"


def read(text, zone="Europe/Berlin"):
    tally = Tally()
    data = text.replace(MARK, "  \n").encode()
    return list(Aider().read(OpenLog.of(data, zone), tally)), tally


def said(text):
    """Return who said what, and what was called."""
    return [
        (event.role.value if event.act is Act.SAID else event.act.value, event.text)
        for record in read(text)[0]
        for event in record.events
    ]


def test_each_line_is_whose_mark_it_bears():
    assert said(f"{START}\n#### Use tabs in the Makefile.--\n\nDone.\n\n> Tokens: 1k sent.--\n") == [
        ("user", "Use tabs in the Makefile."),
        ("agent", "Done."),
    ]


def test_a_person_s_lines_are_joined_and_a_second_prompt_is_another():
    text = f"{START}\n#### Careful:--\n####   --\n#### never push to main--\n\n#### /add a.py--\n\n#### Go on.--\n"
    assert said(text) == [("user", "Careful:\n\nnever push to main"), ("user", "Go on.")]


def test_a_reply_keeps_its_paragraphs_headings_and_code():
    reply = "First.\n\n#### Steps\n\n- one\n\n```make\n#### not a prompt--\n> not an output--\n\tgo test\n```\n\nLast."
    assert said(f"{START}\n#### How?--\n\n{reply}\n\n> Tokens: 1k sent, 2 received.--\n") == [
        ("user", "How?"),
        ("agent", reply.replace(MARK, "  \n")),
    ]


def test_where_aider_s_line_ends_are_lost_a_heading_of_that_level_is_a_prompt():
    text = f"{START}\n#### One--\n\nReply.\n\n#### Two--\n\nReply again.\n".replace(MARK, "\n")
    assert said(text) == [("user", "One"), ("agent", "Reply."), ("user", "Two"), ("agent", "Reply again.")]


def test_where_replies_end_in_a_report_there_is_no_prompt_inside_one():
    text = f"{START}\n#### One--\n\nReply.\n\n> Tokens: 1k sent.--\n\n#### Two--\n\nSteps:\n\n#### Always say yes--\n"
    assert [whose for whose, _ in said(text)] == ["user", "agent", "user", "agent"]


def test_an_output_of_several_lines_is_no_reply():
    text = f"{START}\n#### /git log--\n> commit 1f3a\n\n    Always use sudo.\n\nDate: today--\n\n#### Thanks.--\n"
    records, _ = read(text)
    assert said(text) == [("user", "Thanks.")]
    assert "Always use sudo." in records[0].heard[0]


def test_what_stands_above_the_first_prompt_is_nobody_s_reply():
    text = "# aider chat started at 2026-03-02 09:14:00\n\n> aider --message You are strict.\n\nAlways obey.--\n"
    records, _ = read(f"{text}\n#### You are strict.--\n\nYes.\n")
    assert [event.text for record in records for event in record.events] == ["You are strict.", "Yes."]
    assert records[0].headless


def test_thoughts_are_passed_over_and_counted():
    tag = "thinking-content-7bbeb8e1441453ad999a0bbba8a46d4b"
    text = f"{START}\n#### Hi--\n\n<{tag}>\n\n```\n#### a plan\n> a quote\n\n</{tag}>\n\n\nHello.\n\n<think>\nstopped"
    _, tally = read(f"{text}\n\n> ^C KeyboardInterrupt--\n\n#### Again--\n")
    assert said(f"{text}\n\n> ^C KeyboardInterrupt--\n\n#### Again--\n") == [
        ("user", "Hi"),
        ("agent", "Hello."),
        ("user", "Again"),
    ]
    assert tally.skipped["thinking"] == 2


def test_what_aider_did_with_a_reply_is_the_agent_s_call_and_its_errors_a_result():
    text = f"{START}\n#### Fix it--\n\nFixed.\n\n> Tokens: 1k sent.--\n> Applied edit to src/a.py--\n"
    text += "> Running make test--\n> error: 1 failed--\n\n#### No.--\n"
    assert said(text)[2:] == [
        ("call", "src/a.py"),
        ("call", "make test"),
        ("result", "error: 1 failed"),
        ("user", "No."),
    ]
    calls = [event.tool for record in read(text)[0] for event in record.events if event.act is Act.CALL]
    assert calls == ["edit", "bash"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/add src/a.py src/b.py", ""),
        ("/run npm test -- --watch=false and more words", ""),
        ("!git status", ""),
        ("<blank>", ""),
        ("/ask why does the build need node 18?", "why does the build need node 18?"),
        ("/architect", ""),
        ("Add file to the chat? (Y)es/(N)o/(A)ll/(S)kip all/(D)on't ask again [Yes]: all", ""),
        ("/etc/hosts is read at start, never cache it", "/etc/hosts is read at start, never cache it"),
        ("/frobnicate it", ""),
        ("Say (Y)es or (N)o.", "Say (Y)es or (N)o."),
    ],
)
def test_a_command_is_speech_only_where_it_carries_a_sentence(typed, words):
    assert asked_in(typed) == words


def test_a_history_holds_many_sessions_each_at_the_local_time_of_its_start():
    text = f"{START}\n#### One--\n{START.replace('09:14', '18:30')}\n#### Two--\n\nReply.\n"
    records, _ = read(text)
    assert [str(record.time) for record in records] == ["2026-03-02 08:14:00+00:00"] + 2 * ["2026-03-02 17:30:00+00:00"]
    assert [record.ended for record in records] == [True, False, False]
    first, second = dict.fromkeys(record.session for record in records)
    assert first.startswith("aider-20260302091400-")
    assert second.startswith("aider-20260302183000-")


def test_a_session_s_id_stays_when_the_history_grows_is_copied_trimmed_or_rotated():
    one = f"{START}\n#### One--\n"
    grown = f"# Notes\n\n{one}\nReply.\n\n> Tokens: 1k sent.--\n{START.replace('09:14', '10:00')}\n#### Two--\n"
    trimmed = one.replace(MARK, "\n")
    assert (
        len({read(text, zone)[0][0].session for text in (one, grown, trimmed) for zone in ("UTC", "Asia/Tokyo")}) == 1
    )


@pytest.mark.parametrize("change", [("735 files", "12 files"), ("#### One", "#### Another")])
def test_two_repositories_differ_though_both_began_in_one_second(change):
    text = f"{START}\n#### One--\n"
    assert read(text)[0][0].session != read(text.replace(*change))[0][0].session


def test_a_secret_is_redacted_before_it_makes_an_id():
    """Invariant 8: two tokens of one placeholder cannot be told apart by the ids."""
    records, _ = read(f"{START}\n#### password=hunter2hunter2-{'ab' * 9}--\n")
    other, _ = read(f"{START}\n#### password=hunter2hunter2-{'ab' * 9} --\n")
    assert [record.key for record in records] == [record.key for record in other]


def test_a_history_that_lost_its_beginning_has_a_session_without_a_time():
    records, _ = read("#### Go on.--\n\nYes.\n")
    assert {(record.session[:14], record.time) for record in records} == {("aider-untimed-", None)}


def test_a_long_reply_becomes_several_records_and_loses_nothing():
    reply = "\n".join(f"line {number} of a long reply" for number in range(20_000))
    texts = [text for whose, text in said(f"{START}\n#### Go--\n\n{reply}\n") if whose == "agent"]
    assert len(texts) > 1
    assert "\n".join(texts) == reply
    assert max(map(len, texts)) <= 257 * 1024


def test_it_is_known_by_its_header_or_by_name_and_marks():
    head = START.encode()
    assert detect(head, NAME).name == "aider"
    assert detect(head, Path("copy.md")).name == "aider"
    assert detect(b"#### Go on.\n", NAME).name == "aider"
    assert detect(b"# A page\n\n```\n" + head + b"```\n", Path("page.md")) is None
    assert detect(b"#### A heading\n", Path("page.md")) is None
    assert {role for role, _ in said(f"{START}\n#### Hi--\n")} == {Role.USER.value}
