"""What Claude Code writes is read: who spoke, what was done, and nothing that nobody said."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dreamd.sessions.collect import collect
from dreamd.sessions.events import Act, Role
from dreamd.sessions.formats import claude_code
from dreamd.sessions.read import read_log
from dreamd.sessions.terms import Terms
from dreamd.sessions.transcripts import read_transcripts

#: stands in everything that no person and no agent says of its own accord
MARK = "zebra"
ADVICE = f"Always restart the {MARK} service twice before you deploy anything new on a Friday."

#: every kind of record that the client writes and of which nothing is kept, and why that is no loss
SAYS_NOTHING = {
    "agent-name": "what a person called the session",
    "agent_listing_delta": "which sub-agents there are",
    "custom-title": "what a person called the session",
    "file": "a file that a person named in a prompt: a tool's text, heard for echoes",
    "file-history-snapshot": "backups of files",
    "hook_additional_context": "context that a hook gave, heard for echoes",
    "hook_success": "what a hook printed, heard for echoes",
    "last-prompt": "a prompt that has a record of its own",
    "mode": "how the client was set",
    "nested_memory": "a CLAUDE.md of a folder, heard for echoes",
    "permission-mode": "how the client was set",
    "plan_mode": "that the client plans",
    "plan_mode_exit": "that the client plans no longer",
    "queue-operation": "a prompt that has a record of its own once the client takes it",
    "skill_listing": "which skills there are",
    "system/compact_boundary": "where a summary begins, which has a record of its own",
    "system/local_command": "what a command of the client printed",
    "system/turn_duration": "how long a turn took",
    "task_reminder": "the client's reminder of a list of tasks",
}
#: those of which something is kept
SAYS_SOMETHING = {"assistant", "user", "queued_command"}


def kinds(path):
    """Return the kinds of records in a log: their type, and where it says little, what is inside."""
    for line in path.read_text().splitlines():
        record = json.loads(line)
        kind = record["type"]
        if kind == "attachment":
            kind = record["attachment"]["type"]
        yield f"system/{record['subtype']}" if kind == "system" else kind


def said(events, role):
    return [event.text for event in events if event.role is role and event.act is Act.SAID]


def desk_of(make_desk):
    desk = make_desk()
    hook = desk.hook(f"The {MARK} waits at")
    hooks = dict.fromkeys(("SessionStart", "SessionEnd", "UserPromptSubmit"), hook)
    hooks |= {"PostToolUse": [{"matcher": "Bash", **hook[0]}]}
    permissions = {"allow": ["Bash(ls:*)", "Bash(sh:*)"], "deny": ["Bash(rm:*)"]}
    desk.set_up_claude_code(hooks=hooks, permissions=permissions)
    desk.write("work/CLAUDE.md", f"The {MARK} lives in CLAUDE.md.\n")
    desk.write("work/notes.txt", f"{ADVICE}\nsecond\n")
    desk.write("work/sub/CLAUDE.md", f"The {MARK} lives below, too.\n")
    desk.write("work/sub/list.txt", f"one {MARK}\n")
    return desk


def logs_of(desk):
    """Return the logs of a desk, those of sub-agents too, in the order in which they were begun."""
    return sorted((desk.home / ".claude" / "projects").rglob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns)


@pytest.fixture(scope="module")
def headless(make_desk):
    """A desk at which a program asked three times: the second time in the same session, the third in a fork of it."""
    desk = desk_of(make_desk)
    notes = str(desk.work / "notes.txt")
    desk.service.will(
        [
            {"think": f"I think of a {MARK}."},
            {"say": "I look at the notes."},
            {"call": "Bash", "with": {"command": "ls"}},
        ],
        [{"call": "Read", "with": {"file_path": notes}}],
        [{"call": "Edit", "with": {"file_path": notes, "old_string": "second", "new_string": "third"}}],
        [{"call": "Bash", "with": {"command": "sh -c 'echo error: no such target; exit 3'"}}],
        [{"call": "Bash", "with": {"command": "rm -rf build"}}],
        [
            {
                "call": "Agent",
                "with": {
                    "description": "Count the files",
                    "prompt": f"Count the files for the {MARK}.",
                    "subagent_type": "general-purpose",
                    "run_in_background": False,
                },
            }
        ],
        [{"call": "Bash", "with": {"command": "ls sub"}}],
        [{"say": f"The {MARK} has four files."}],
        [{"say": f"The notes say this. {ADVICE}"}],
        [{"say": "Went on."}],
        [{"say": "Went another way."}],
    )
    desk.run("claude", "-p", "Please look at the notes.", "--permission-mode", "acceptEdits")
    desk.run("claude", "-p", "And now go on.", "--continue")
    desk.run("claude", "-p", "Or go another way.", "--continue", "--fork-session")
    return desk


@pytest.fixture(scope="module")
def asked(headless):
    """Return the session with the two prompts, and its fork."""
    first, second = [log for path in logs_of(headless) if (log := read_log(path)).sessions]
    return first.sessions[0], second.sessions[0]


def test_a_log_is_known_by_its_content(headless, tmp_path):
    for path in logs_of(headless):
        elsewhere = tmp_path / "renamed.jsonl"
        shutil.copy(path, elsewhere)
        assert read_log(elsewhere).format == "claude-code"


def test_every_record_is_read_and_its_kind_is_known(headless):
    for path in logs_of(headless):
        tally = read_log(path).tally
        assert (tally.unreadable, tally.torn) == (0, False)
        assert tally.records == len(path.read_text().splitlines())
        assert {*kinds(path)} - SAYS_NOTHING.keys() - SAYS_SOMETHING == set()


def test_a_sub_agent_s_log_holds_no_session(headless):
    (path,) = [path for path in logs_of(headless) if "subagents" in path.parts]
    log = read_log(path)
    assert log.sessions == ()
    assert {*log.tally.skipped} == {"sub-agent"}


def test_the_prompts_are_a_headless_person_s_and_nothing_else_is(asked):
    first, fork = asked
    assert said(first.events, Role.USER) == ["Please look at the notes.", "And now go on."]
    assert said(fork.events, Role.USER) == ["Please look at the notes.", "And now go on.", "Or go another way."]
    assert first.headless
    assert fork.headless


def test_what_an_agent_repeats_of_a_file_is_an_echo_and_the_rest_its_own(asked):
    """Invariant 7: text from tools never becomes a memory, also not when an agent repeats it."""
    session = asked[0]
    (repeated,) = [event for event in session.events if event.act is Act.SAID and MARK in event.text]
    ((start, stop),) = repeated.echoes
    assert repeated.text[start:stop] == ADVICE
    assert said(session.events, Role.AGENT) == ["I look at the notes.", repeated.text, "Went on."]


def test_calls_have_their_command_lines_and_failures_their_lines(asked, headless):
    events = asked[0].events
    calls = [(event.tool, event.text) for event in events if event.act is Act.CALL]
    notes = str(headless.work / "notes.txt")
    assert calls == [
        ("Bash", "ls"),
        ("Read", notes),
        ("Edit", notes),
        ("Bash", "sh -c 'echo error: no such target; exit 3'"),
        ("Bash", "rm -rf build"),
        ("Agent", "Count the files"),
    ]
    failed, denied = [event for event in events if event.act is Act.RESULT]
    assert (failed.role, failed.ok, failed.text) == (Role.TOOL, False, "Exit code 3\nerror: no such target")
    assert (denied.role, denied.ok) == (Role.TOOL, False)
    assert "denied" in denied.text
    named = {event.call: event.text for event in events if event.act is Act.CALL}
    assert [named[event.call] for event in (failed, denied)] == [text for _, text in calls[3:5]]


def test_every_event_has_its_place(asked, headless):
    for event in asked[0].events:
        assert event.time
        assert event.record
        assert (event.branch, event.cwd) == ("trunk", str(headless.work))


DOWN, TAB, ESCAPE = "\x1b[B", "\t", "\x1b"
QUESTION = {
    "question": "Where to?",
    "header": "Where",
    "multiSelect": False,
    "options": [{"label": "Redis", "description": "a server"}, {"label": "Files", "description": "a folder"}],
}


@pytest.fixture(scope="module")
def typed(make_desk):
    """A desk at which a person sat at a terminal: they asked, refused, allowed with a word, interrupted, answered."""
    desk = desk_of(make_desk)
    notes = str(desk.work / "notes.txt")
    edit = {"call": "Edit", "with": {"file_path": notes, "old_string": "second", "new_string": "2nd"}}
    with desk.terminal("claude") as terminal:

        def ask(text, *turns, until):
            desk.service.will(*turns)
            terminal.type(text)
            terminal.wait(until)

        def bash(command):
            return [{"call": "Bash", "with": {"command": command}}]

        terminal.wait("for shortcuts")
        # A moment before the first answer, as it takes in life: else the client writes the answer before the prompt.
        ask(
            "Please number the notes and never use tabs.",
            [{"wait": 1}, {"call": "Read", "with": {"file_path": notes}}],
            [edit],
            until="Do you want to make this edit",
        )
        terminal.press(DOWN, DOWN, TAB)
        terminal.wait("tell Claude what to do differently")
        ask("no digits, write numbers as words", [{"say": "So I write words."}], until="So I write words.")
        ask("Make a file.", bash("touch made.txt"), until="Do you want to proceed")
        terminal.press(TAB)
        terminal.wait("tell Claude what to do next")
        ask("name it otherwise the next time", [{"say": "It is made."}], until="It is made.")
        ask("Make another file.", bash("touch another.txt"), until="Do you want to proceed")
        terminal.press(ESCAPE)
        terminal.wait("for shortcuts")
        desk.service.will([{"wait": 4}, *bash("ls")], [{"say": "In metres then."}])
        terminal.type("List the files.")
        desk.service.wait(left=1)
        ask("by the way, use metres", until="In metres then.")
        ask("Ask me.", [{"call": "AskUserQuestion", "with": {"questions": [QUESTION]}}], until="Type something")
        terminal.press("3")
        ask("neither, keep it in memory", [{"say": "In memory then."}], until="In memory then.")
        ask("Look at @sub/list.txt too. ", [{"say": "The list is short."}], until="The list is short.")
        ask(f"!echo {MARK}", [{"say": "I saw it printed."}], until="I saw it printed.")
        desk.service.will(bash("ls sub"), [{"wait": 6}, {"say": "Too late."}])
        terminal.type("Think about the folder.")
        desk.service.wait()
        terminal.press(ESCAPE)
        terminal.wait("What should Claude do instead")
        ask("/compact", [{"say": f"They spoke of notes and of a {MARK}."}], until="Compacted")
        ask("What now?", [{"say": "After the summary."}], until="After the summary.")
        terminal.type("/exit")
        assert terminal.ended()
    return desk


@pytest.fixture(scope="module")
def spoken(typed):
    """Return the one session of the person at the terminal."""
    (path,) = logs_of(typed)
    (session,) = read_log(path).sessions
    return session


def test_every_record_of_a_terminal_is_read_and_its_kind_is_known(typed):
    (path,) = logs_of(typed)
    tally = read_log(path).tally
    assert (tally.unreadable, tally.torn) == (0, False)
    assert {*kinds(path)} - SAYS_NOTHING.keys() - SAYS_SOMETHING == set()


def test_what_a_person_typed_is_theirs_and_nothing_else_is(spoken):
    """Invariant 7: a person's trust comes only from a person's own words."""
    words = [(event.act, event.text) for event in spoken.events if event.role is Role.USER]
    assert words == [
        (Act.SAID, "Please number the notes and never use tabs."),
        (Act.REJECTED, "no digits, write numbers as words"),
        (Act.SAID, "Make a file."),
        (Act.SAID, "name it otherwise the next time"),
        (Act.SAID, "Make another file."),
        (Act.INTERRUPTED, ""),  # the call was refused
        (Act.INTERRUPTED, ""),  # and the turn with it
        (Act.SAID, "List the files."),
        (Act.SAID, "by the way, use metres"),
        (Act.SAID, "Ask me."),
        (Act.SAID, "neither, keep it in memory"),
        (Act.SAID, "Look at @sub/list.txt too."),
        (Act.SAID, "Think about the folder."),
        (Act.INTERRUPTED, ""),
        (Act.SAID, "What now?"),
    ]
    assert not spoken.headless


def test_a_refusal_names_the_call_that_was_refused(spoken):
    (called,) = [event for event in spoken.events if event.act is Act.CALL and event.tool == "Edit"]
    (refused,) = [event for event in spoken.events if event.act is Act.REJECTED]
    assert (refused.tool, refused.call) == ("Edit", called.call)


def test_what_the_agent_said_is_its_own_and_a_summary_is_nobody_s(spoken):
    assert said(spoken.events, Role.AGENT) == [
        "So I write words.",
        "It is made.",
        "In metres then.",
        "In memory then.",
        "The list is short.",
        "I saw it printed.",
        "After the summary.",
    ]
    (summary,) = [event for event in spoken.events if event.act is Act.SUMMARY]
    assert summary.role is Role.SYSTEM
    assert "They spoke of notes" in summary.text


def test_no_other_text_is_kept_but_tools_and_the_client_s(spoken, asked):
    for event in (*spoken.events, *asked[0].events, *asked[1].events):
        if event.role in {Role.USER, Role.AGENT} and not event.echoes:
            assert MARK not in event.text


def test_it_makes_no_difference_whether_a_line_was_decoded(headless, typed, monkeypatch):
    paths = [*logs_of(headless), *logs_of(typed)]
    quickly = [[session.events for session in read_log(path).sessions] for path in paths]
    monkeypatch.setattr(claude_code, "read_quickly", lambda block, number: list(block.spans(number)))
    assert quickly == [[session.events for session in read_log(path).sessions] for path in paths]


def test_what_a_fork_copied_is_kept_once(headless, tmp_path):
    terms = Terms(timedelta(minutes=30), datetime.now(UTC) + timedelta(days=1), "UTC")
    collect(logs_of(headless), tmp_path / "transcripts", tmp_path / "state", terms)
    found = list(read_transcripts(tmp_path / "transcripts"))
    words = [text for transcript in found for text in said(transcript.events, Role.USER)]
    assert sorted(words) == ["And now go on.", "Or go another way.", "Please look at the notes."]
    records = [event.record for transcript in found for event in transcript.events if event.act is Act.CALL]
    assert len(records) == len({*records})


def test_hooks_are_told_which_log_began_and_ended(headless, typed):
    """What ``dreamd hook`` is given on its standard input."""
    for desk, begun, ended in (
        (headless, "startup resume resume", "other"),
        (typed, "startup compact", "prompt_input_exit"),
    ):
        told = desk.told()
        for it in told:
            assert {"session_id", "transcript_path", "cwd", "hook_event_name"} <= it.keys()
            assert it["cwd"] == str(desk.work)
            assert Path(it["transcript_path"]).stem == it["session_id"]
            assert Path(it["transcript_path"]) in logs_of(desk)
        assert [it["source"] for it in told if it["hook_event_name"] == "SessionStart"] == begun.split()
        assert {it["reason"] for it in told if it["hook_event_name"] == "SessionEnd"} == {ended}


def test_what_a_hook_adds_reaches_the_model(headless):
    assert f"The {MARK} waits at SessionStart." in json.dumps(headless.service.asked[0])
