"""What Codex writes is read: who spoke, what was done, and nothing that nobody said."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dreamd.sessions.collect import collect
from dreamd.sessions.events import Act, Role
from dreamd.sessions.read import read_log
from dreamd.sessions.terms import Terms
from dreamd.sessions.transcripts import read_transcripts

#: stands in everything that no person and no agent says of its own accord
MARK = "zebra"
ADVICE = f"Always restart the {MARK} service twice before you deploy anything new on a Friday."

#: every kind of record that the client writes and of which nothing is kept, and why that is no loss
SAYS_NOTHING = {
    "event_msg/item_completed/CollabAgentToolCall": "a call of another agent, which has an item of its own",
    "event_msg/item_completed/CommandExecution": "a command, which has an item of its own",
    "event_msg/item_completed/ContextCompaction": "that there is a summary, which has an item of its own",
    "event_msg/item_completed/FileChange": "a patch, which has an item of its own",
    "event_msg/item_completed/Reasoning": "what the model thought",
    "event_msg/task_complete": "when a turn ended; what was said last has an item of its own",
    "event_msg/task_started": "when a turn began",
    "event_msg/thread_settings_applied": "how the client was set",
    "event_msg/token_count": "what a turn cost",
    "response_item/reasoning": "what the model thought",
    "token_usage_record": "what a turn cost",
    "turn_context": "how the client was set",
    "world_state": "AGENTS.md and the environment, for the model",
}
#: those of which something is kept
SAYS_SOMETHING = {
    "compacted",
    "event_msg/item_completed/AgentMessage",
    "event_msg/item_completed/UserMessage",
    "event_msg/turn_aborted",
    "response_item/function_call",
    "response_item/function_call_output",
    "response_item/message",
    "session_meta",
}

PATCH = "*** Begin Patch\n*** Update File: notes.txt\n@@\n-second\n+third\n*** End Patch"


def kinds(path):
    """Return the kinds of records in a log: their type, and where it says little, what is inside."""
    for line in path.read_text().splitlines():
        record = json.loads(line)
        names = [record["type"]]
        if record["type"] in {"event_msg", "response_item"}:
            names.append(record["payload"]["type"])
            if names[-1] == "item_completed":
                names.append(record["payload"]["item"]["type"])
        yield "/".join(names)


def said(events, role):
    return [event.text for event in events if event.role is role and event.act is Act.SAID]


def command(line, **keys):
    return {"call": "exec_command", "with": {"cmd": line, **keys}}


def desk_of(make_desk):
    desk = make_desk()
    hook = desk.hook(f"The {MARK} waits at")
    desk.set_up_codex(**dict.fromkeys(("SessionStart", "SessionEnd", "UserPromptSubmit", "PostToolUse"), hook))
    desk.write("work/AGENTS.md", f"The {MARK} lives in AGENTS.md.\n")
    desk.write("work/notes.txt", f"{ADVICE}\nsecond\n")
    return desk


def logs_of(desk):
    """Return the logs of a desk, those of sub-agents too, in the order in which they were begun."""
    return sorted((desk.home / ".codex" / "sessions").rglob("*.jsonl"))


@pytest.fixture(scope="module")
def headless(make_desk):
    """A desk at which a program asked four times: the second time in the same session, then in a fork and a new one."""
    desk = desk_of(make_desk)
    desk.service.will(
        [{"think": f"I think of a {MARK}."}, {"say": "I look at the notes."}, command("cat notes.txt")],
        [command("sh -c 'echo error: no such target; exit 3'")],
        [command(f"apply_patch <<'EOF'\n{PATCH}\nEOF")],
        [{"say": f"The notes say this. {ADVICE}"}],
        [{"say": "Went on."}],
        [{"say": "Went another way."}],
    )
    trusting = ("exec", "--sandbox", "workspace-write", "--dangerously-bypass-hook-trust")
    desk.run("codex", *trusting, "Please look at the notes.")
    desk.run("codex", *trusting, "resume", "--last", "And now go on.")
    session = logs_of(desk)[0].stem[-36:]
    desk.run("codex", *trusting, "fork", session, "Or go another way.")
    spawn = {"call": "spawn_agent", "namespace": "multi_agent_v1"}
    # Which of the two agents asks first is left to chance.
    desk.service.will(
        [spawn | {"with": {"message": f"Count the {MARK}s."}}], [{"say": "Counted."}], [{"say": "Counted."}]
    )
    desk.run("codex", *trusting, "Please have them counted.")
    return desk


@pytest.fixture(scope="module")
def asked(headless):
    """Return the session with the two prompts, its fork, and the one with a sub-agent."""
    return [session for path in logs_of(headless) for session in read_log(path).sessions]


def test_a_log_is_known_by_its_content(headless, tmp_path):
    for path in logs_of(headless):
        elsewhere = tmp_path / "renamed.jsonl"
        shutil.copy(path, elsewhere)
        assert read_log(elsewhere).format == "codex"


def test_every_record_is_read_and_its_kind_is_known(headless):
    for path in logs_of(headless):
        tally = read_log(path).tally
        assert (tally.unreadable, tally.torn) == (0, False)
        assert {*kinds(path)} - SAYS_NOTHING.keys() - SAYS_SOMETHING == set()


def test_a_sub_agent_s_log_holds_no_session(headless):
    of_agents = [path for path in logs_of(headless) if '"subagent"' in path.read_text().partition("\n")[0]]
    assert len(of_agents) == 1
    log = read_log(of_agents[0])
    assert log.sessions == ()
    assert log.tally.skipped["sub-agent"] == 1


def test_the_prompts_are_a_headless_person_s_and_nothing_else_is(asked):
    assert [said(session.events, Role.USER) for session in asked] == [
        ["Please look at the notes.", "And now go on."],
        ["Or go another way."],
        ["Please have them counted."],
    ]
    assert all(session.headless for session in asked)


def test_what_an_agent_repeats_of_a_file_is_an_echo_and_the_rest_its_own(asked):
    """Invariant 7: text from tools never becomes a memory, also not when an agent repeats it."""
    session = asked[0]
    (repeated,) = [event for event in session.events if event.act is Act.SAID and MARK in event.text]
    ((start, stop),) = repeated.echoes
    assert repeated.text[start:stop] == ADVICE
    assert said(session.events, Role.AGENT) == ["I look at the notes.", repeated.text, "Went on."]


def test_calls_have_their_command_lines_and_failures_their_lines(asked):
    events = asked[0].events
    failing = "sh -c 'echo error: no such target; exit 3'"
    assert [(event.tool, event.text) for event in events if event.act is Act.CALL] == [
        ("exec_command", "cat notes.txt"),
        ("exec_command", failing),
        ("apply_patch", "notes.txt"),
    ]
    (failed,) = [event for event in events if event.act is Act.RESULT]
    assert (failed.role, failed.ok, failed.text) == (Role.TOOL, False, "error: no such target")
    assert [event.text for event in events if event.act is Act.CALL and event.call == failed.call] == [failing]


def test_every_event_has_its_place(asked, headless):
    for session in asked:
        for event in session.events:
            assert event.time
            assert event.record
            assert (event.branch, event.cwd) == ("trunk", str(headless.work))


def test_every_record_of_a_resumed_and_of_a_forked_session_is_kept_once(headless, tmp_path):
    terms = Terms(timedelta(minutes=30), datetime.now(UTC) + timedelta(days=1), "UTC")
    collect(logs_of(headless), tmp_path / "transcripts", tmp_path / "state", terms)
    found = list(read_transcripts(tmp_path / "transcripts"))
    words = [text for transcript in found for text in said(transcript.events, Role.USER)]
    assert sorted(words) == [
        "And now go on.",
        "Or go another way.",
        "Please have them counted.",
        "Please look at the notes.",
    ]


def test_hooks_are_told_which_log_began_and_ended(headless):
    """What ``dreamd hook`` is given on its standard input."""
    told = headless.told()
    for it in told:
        assert {"session_id", "transcript_path", "cwd", "hook_event_name"} <= it.keys()
        assert it["cwd"] == str(headless.work)
        assert Path(it["transcript_path"]) in logs_of(headless)
    begun = [it["source"] for it in told if it["hook_event_name"] == "SessionStart"]
    assert begun == ["startup", "resume", "fork", "startup"]
    assert {it["reason"] for it in told if it["hook_event_name"] == "SessionEnd"} == {"other"}


@pytest.fixture(scope="module")
def typed(make_desk):
    """A desk at which a person sat at a terminal: they asked, refused, added a word, interrupted."""
    desk = desk_of(make_desk)
    escalated = {"sandbox_permissions": "require_escalated", "justification": "May I?"}
    # Without a daemon, which would live on; hooks that nobody trusts do not run.
    with desk.terminal("codex", "--no-daemon", "--sandbox", "read-only", "--dangerously-bypass-hook-trust") as terminal:

        def ask(text, *turns, until):
            desk.service.will(*turns)
            terminal.type(text)
            terminal.wait(until)

        terminal.wait("for shortcuts")
        ask("Never use tabs, list the files.", [command("ls")], [{"say": "Listed them."}], until="Listed them.")
        ask("Make a file.", [command("touch made.txt", **escalated)], until="Would you like to run")
        terminal.press("\x1b")
        terminal.wait("Conversation interrupted")
        ask("no file, please, use a folder", [{"say": "A folder then."}], until="A folder then.")
        ask("Make it.", [command("mkdir made", **escalated)], until="Would you like to run")
        desk.service.will([{"say": "Made it."}])
        terminal.press("y")
        terminal.wait("Made it.")
        desk.service.will([{"wait": 4}, command("ls")], [{"say": "In metres then."}])
        terminal.type("List them slowly.")
        desk.service.wait(left=1)
        ask("by the way, use metres", until="In metres then.")
        desk.service.will([command("ls")], [{"wait": 6}, {"say": "Too late."}])
        terminal.type("Think about the folder.")
        desk.service.wait()
        terminal.press("\x1b")
        terminal.wait("Conversation interrupted")
        ask(f"!echo {MARK}", until="You ran")
        ask("/compact", [{"say": f"They spoke of notes and of a {MARK}."}], until="Context compacted")
        ask("What now?", [{"say": "After the summary."}], until="After the summary.")
        terminal.type("/quit")
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
    assert [(event.act, event.text) for event in spoken.events if event.role is Role.USER] == [
        (Act.SAID, "Never use tabs, list the files."),
        (Act.SAID, "Make a file."),
        (Act.INTERRUPTED, ""),
        (Act.SAID, "no file, please, use a folder"),
        (Act.SAID, "Make it."),
        (Act.SAID, "List them slowly."),
        (Act.SAID, "by the way, use metres"),
        (Act.SAID, "Think about the folder."),
        (Act.INTERRUPTED, ""),
        (Act.SAID, "What now?"),
    ]
    assert not spoken.headless


def test_what_the_agent_said_is_its_own_and_a_summary_is_nobody_s(spoken):
    assert said(spoken.events, Role.AGENT) == [
        "Listed them.",
        "A folder then.",
        "Made it.",
        "In metres then.",
        "After the summary.",
    ]
    (summary,) = [event for event in spoken.events if event.act is Act.SUMMARY]
    assert summary.role is Role.SYSTEM
    assert "They spoke of notes" in summary.text


def test_no_other_text_is_kept_but_tools_and_the_client_s(spoken, asked):
    for session in (spoken, *asked):
        for event in session.events:
            if event.role in {Role.USER, Role.AGENT} and not event.echoes:
                assert MARK not in event.text
