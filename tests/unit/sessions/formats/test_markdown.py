"""The Markdown convention: its reader and its page say the same."""

import re
from pathlib import Path

import pytest

from dreamd.sessions.events import Act, Role
from dreamd.sessions.formats import detect
from dreamd.sessions.formats.markdown import Markdown, mark_in
from dreamd.sessions.formats.tally import Tally
from dreamd.sessions.lines import OpenLog
from dreamd.sessions.load import load_log

ROOT = Path(__file__).parents[4]
(PAGE,) = re.findall(r"````markdown\n(.*?)````", (ROOT / "docs/formats.md").read_text(), re.DOTALL)
LOG = Path("runs/one.md")


def read(text, zone="Europe/Berlin"):
    tally = Tally()
    return list(Markdown().read(OpenLog.of(text.encode(), zone), tally)), tally


def said(text):
    return [(event.role.value, event.text) for record in read(text)[0] for event in record.events]


def is_log(text, path=LOG):
    found = detect(text.encode(), path)
    return found is not None and found.name == "markdown"


def test_the_page_s_example_is_read_whole(tmp_path):
    log = tmp_path / "any name.md"
    log.write_text(PAGE)
    (transcript,) = load_log(log)
    assert [(event.role, event.act) for event in transcript.events] == [
        (Role.USER, Act.SAID),
        (Role.AGENT, Act.SAID),
        (Role.TOOL, Act.RESULT),
        (Role.AGENT, Act.SAID),
    ]
    assert transcript.agent == "markdown"
    assert transcript.events[0].text == "Deploy only from the release branch, never from main."
    assert transcript.events[2].ok is False
    assert "## User" in transcript.events[3].text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("## User", Role.USER),
        ("# Human:", Role.USER),
        ("###### ASSISTANT", Role.AGENT),
        ("## Agent (2026-03-02 09:14)", Role.AGENT),
        ("## User — 2026-03-02T09:14:05Z", Role.USER),
        ("**User:**", Role.USER),
        ("**AI**", Role.AGENT),
        ("**User**: words", Role.USER),
        ("**Assistant (2026-03-02 09:14):** words", Role.AGENT),
        ("**Assistant** (2026-03-02 09:14:05+01:00)", Role.AGENT),
        ("### Tool output", Role.TOOL),
        ("## System", Role.SYSTEM),
    ],
)
def test_marks_of_speakers(line, role):
    assert mark_in(line).role is role


@pytest.mark.parametrize(
    "line",
    [
        "## User guide",
        "## Users",
        "**User** is a table",
        "User: hi",
        "> ## User",
        " ## User",
        "##User",
        "**Username:** x",
    ],
)
def test_lines_that_name_nobody(line):
    assert mark_in(line) is None


@pytest.mark.parametrize("style", ["## {}", "**{}:**", "**{}**", "### {}:", "## {} (2026-03-02 09:14)"])
def test_who_speaks_stands_above_what_is_said(style):
    text = f"{style}\n\nUse tabs.\n\nAlways.\n\n---\n\n{style}\nUnderstood.\n".format("User", "Assistant")
    assert is_log(text)
    assert said(text) == [("user", "Use tabs.\n\nAlways."), ("agent", "Understood.")]


def test_what_is_said_may_follow_on_the_line():
    assert said("**User:** Use tabs.\n**Assistant:** Understood.\nDone.\n") == [
        ("user", "Use tabs."),
        ("agent", "Understood.\nDone."),
    ]


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("## {}", "### User\n\nhas a name"),
        ("## {}", "**User:** has a name"),
        ("**{}:**", "## User\n\nhas a name"),
        ("**{}:**", "**User:** has a name"),
        ("## {} (2026-03-02 09:14)", "## User\n\nhas a name"),
        ("## {}", "```\n## User\n```"),
    ],
)
def test_a_mark_that_is_written_otherwise_than_the_first_is_text(style, text):
    whole = f"{style}\n\nHi.\n\n{style}\n\nThe model:\n\n{text}\n".format("User", "Assistant")
    assert said(whole) == [("user", "Hi."), ("agent", f"The model:\n\n{text}")]


def test_a_tool_s_mark_may_stand_deeper_and_without_a_time():
    text = "## User (2026-03-02 09:14)\n\nHi.\n\n## Agent (2026-03-02 09:15)\n\nSo.\n\n### Tool\n\nerror: no\nmore\n"
    records, _ = read(text)
    assert said(text)[2] == ("tool", "error: no")
    assert records[2].heard == ("error: no\nmore",)
    assert [f"{record.time:%H:%M}" for record in records] == ["08:14", "08:15", "08:15"]


def test_what_a_system_says_is_context_and_heard():
    records, _ = read("## System\n\nBe strict.\n\n## User\n\nHi.\n")
    assert records[0].events[0].act is Act.SUMMARY
    assert (records[0].heard, records[0].asked, records[0].worked) == (("Be strict.",), False, False)


@pytest.mark.parametrize(
    ("title", "time"),
    [
        ("# Run of 2026-03-02 09:14", "2026-03-02 08:14:00+00:00"),
        ("# Run\n\nStarted: 2026-03-02T09:14:00Z", "2026-03-02 09:14:00+00:00"),
        ("# Run of 2026-03-02", "2026-03-01 23:00:00+00:00"),
        ("# Run", "None"),
    ],
)
def test_without_times_every_record_has_the_title_s(title, time):
    records, _ = read(f"{title}\n\n## User\n\nHi.\n\n## Agent\n\nYes.\n")
    assert {str(record.time) for record in records} == {time}


def test_a_session_is_known_by_title_and_first_message():
    one = "# Run 1\n\n## User\n\nHi.\n\n## Agent\n\nYes.\n"
    assert read(one)[0][0].session == read(one + "\n## User\n\nMore.\n")[0][0].session
    assert read(one)[0][0].session != read(one.replace("Run 1", "Run 2"))[0][0].session
    assert read(one)[0][0].session != read(one.replace("Hi.", "Ho."))[0][0].session


@pytest.mark.parametrize(
    "text",
    [
        "# A page\n\nWith prose, but nobody speaks.\n",
        "# Notes\n\n## User\n\nOnly one speaks.\n",
        "# Manual\n\n```\n## User\n\nHi.\n\n## Assistant\n\nYes.\n```\n",
        "# Manual\n" + "\nProse.\n" * 20 + "\n## User\n\n## Assistant\n",
        "## User\n\nHi.\n\n## Assistant\n\nYes.\n\0",
        "",
    ],
)
def test_a_page_that_shows_no_speakers_is_no_log(text):
    assert not is_log(text)


def test_only_markdown_by_name_is_looked_at():
    text = "## User\n\nHi.\n\n## Assistant\n\nYes.\n"
    assert is_log(text, Path("a.markdown"))
    assert not is_log(text, Path("a.txt"))


def test_no_page_of_this_project_is_taken_for_a_log():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if detect(page.read_bytes()[:65536], page)] == []
