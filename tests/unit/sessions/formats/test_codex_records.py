"""What a record of a Codex log is known by, in copies and while the log grows; and logs that hold anything."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.language.redact import redact
from dreamd.sessions.formats import detect
from dreamd.sessions.formats.codex import Codex
from dreamd.sessions.formats.tally import Tally
from dreamd.sessions.lines import OpenLog
from dreamd.sessions.load import load_log

NINE = 1772442000  # 2026-03-02T09:00:00Z in seconds
AGENTS = "# AGENTS.md instructions for /home/mara/shop\n\n<INSTRUCTIONS>\nuse tabs\n</INSTRUCTIONS>"
ENVIRONMENT = "<environment_context>\n  <cwd>/home/mara/shop</cwd>\n</environment_context>"


def line(kind, payload):
    return {"timestamp": "2026-03-02T09:00:01.000Z", "type": kind, "payload": payload}


def head(identity="first", **keys):
    return line("session_meta", {"id": identity, "cwd": "/home/mara/shop", "source": "cli"} | keys)


def item(sort, **keys):
    return line("response_item", {"type": sort} | keys)


def event(sort, **keys):
    return line("event_msg", {"type": sort} | keys)


def message(role, *texts):
    return item("message", role=role, content=[{"type": "input_text", "text": text} for text in texts])


def typed(text):
    return [message("user", text), event("user_message", message=text)]


def replied(text):
    return [event("agent_message", message=text), message("assistant", text)]


def typed_now(text):
    content = [{"type": "text", "text": text}]
    return [message("user", text), event("item_completed", item={"type": "UserMessage", "content": content})]


def replied_now(text):
    content = [{"type": "Text", "text": text}]
    return [event("item_completed", item={"type": "AgentMessage", "content": content}), message("assistant", text)]


def call(command):
    return item("function_call", name="shell", arguments=json.dumps({"command": command}), call_id="call_1")


def output(text):
    return item("function_call_output", call_id="call_1", output=text)


def read_raw(lines):
    tally = Tally()
    return list(Codex().read(OpenLog.of(b"".join(line + b"\n" for line in lines)), tally)), tally


def read(*lines):
    return [found for found in read_raw([json.dumps(value).encode() for value in lines])[0] if found.events]


def test_a_fork_has_the_records_that_it_copied():
    """Older releases copy the lines of a fork, with its own head first and the time of the copying."""
    turn = event("task_started", turn_id="t1", started_at=NINE)
    first = [
        head(),
        turn,
        *typed("Use tabs."),
        *replied("Yes."),
        call(["ls"]),
        output("Exit code: 1\nOutput:\nno\n"),
        event("turn_aborted"),
    ]
    late = "2026-03-05T12:00:00.000Z"
    copied = [head("fork", forked_from_id="first"), *[one | {"timestamp": late} for one in first]]
    own = [event("task_started", turn_id="t2", started_at=NINE + 270_000), *typed("Use spaces.")]
    new = [*copied, *[one | {"timestamp": late} for one in own]]
    before = read(*first)
    after = read(*new)
    assert {one.session for one in before} == {"first"}
    assert {one.session for one in after} == {"fork"}
    assert [one.key for one in after[:-1]] == [one.key for one in before]
    assert after[-1].events[0].text == "Use spaces."
    assert {one.time.isoformat() for one in after[:-1]} == {"2026-03-02T09:00:00+00:00"}
    assert after[-1].time.isoformat() == "2026-03-05T12:00:00+00:00"


def test_a_fork_of_a_log_without_turns_has_the_records_that_it_copied():
    first = [head(), *typed("Use tabs."), *replied("Yes.")]
    before = read(*first)
    after = read(head("second"), head("first"), *first, *typed("Use tabs."), *replied("Yes."))
    assert [one.key for one in after[:2]] == [one.key for one in before]
    assert len({one.key for one in after}) == 4


def test_the_same_words_in_another_session_are_another_record():
    one = read(head(), *typed("Go on."))
    other = read(head("another"), *typed("Go on."))
    assert one[0].key != other[0].key


def test_no_record_is_known_by_a_secret():
    """Invariant 8: nothing is hashed before it is redacted, so two secrets with one placeholder are the same words."""
    marks = {}
    for number in range(3000):
        text = f"the password is Tr0ub4dor&{number}"
        other = marks.setdefault(redact(text).text, text)
        if other != text:
            break
    (one,) = read(head(), *typed(text))
    (same,) = read(head(), *typed(other))
    assert other != text
    assert one.key == same.key


LOGS = {
    "older": [
        head(),
        message("user", AGENTS),
        message("user", ENVIRONMENT),
        *typed("Use tabs."),
        *replied("Yes."),
        call(["ls"]),
        output("ok"),
        *typed("Go on."),
        message("user", "an unknown insertion"),
        *replied("Yes."),
        message("assistant", "All in all."),
        line("compacted", {"message": "All in all."}),
    ],
    "current": [
        head(source="exec"),
        event("task_started", turn_id="t1"),
        message("developer", "<skills_instructions>tabs</skills_instructions>"),
        message("user", AGENTS, ENVIRONMENT),
        line("world_state", {"full": True, "state": {}}),
        line("turn_context", {"turn_id": "t1", "cwd": "/srv"}),
        *typed_now("Fix the build."),
        *replied_now("I look."),
        call(["make"]),
        line("token_usage_record", {"usage": {}}),
        event("item_completed", item={"type": "CommandExecution"}),
        output("Process exited with code 0\nOutput:\n"),
        *replied_now("Done."),
        event("task_complete", turn_id="t1"),
        event("task_started", turn_id="t2"),
        *typed_now("Fix the build."),
        event("turn_aborted", turn_id="t2", reason="interrupted"),
    ],
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_that_grows_gives_the_records_of_the_whole(name):
    whole = [(one.key, one.events) for one in read(*LOGS[name])]
    assert len({key for key, _ in whole}) == len(whole) >= 6
    for length in range(len(LOGS[name])):
        part = [(one.key, one.events) for one in read(*LOGS[name][:length])]
        assert part == whole[: len(part)]


def test_it_is_known_by_its_lines_and_not_by_its_name():
    def known(*lines, name="any.jsonl"):
        data = b"".join(json.dumps(one).encode() + b"\n" for one in lines)
        found = detect(data, Path(name))
        return found.name if found else None

    assert known(head()) == "codex"
    assert known(*typed("Hi.")) == "codex"
    assert (
        known(
            {
                "id": "019b2f60-0000-7000-8000-000000000001",
                "timestamp": "2025-06-02T09:00:00.000Z",
                "instructions": None,
            }
        )
        == "codex"
    )
    assert known({"type": "message", "role": "user", "content": []}, {"record_type": "state"}) == "codex"
    assert known({"type": "message", "role": "user", "content": []}) is None
    assert known({"timestamp": "2026", "type": "log", "payload": {"type": "session_meta"}}) is None
    assert known(head(), name="rollout.txt") is None
    assert known({"type": "user", "sessionId": "s", "message": {"content": json.dumps(head())}}) == "claude-code"


def test_a_log_becomes_a_transcript_of_the_person_whose_home_it_is_in(tmp_path):
    log = tmp_path / "mara/.codex/sessions/2026/03/02/rollout-2026-03-02T10-00-00-first.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("".join(json.dumps(one) + "\n" for one in LOGS["older"]))
    (transcript,) = load_log(log)
    assert (transcript.session, transcript.agent, transcript.person) == ("first", "codex", "mara")
    assert not transcript.headless
    log.write_text("".join(json.dumps(one) + "\n" for one in LOGS["current"]))
    assert load_log(log)[0].headless


@settings(deadline=None)
@given(
    st.lists(
        st.binary(max_size=200).map(lambda data: data.replace(b"\n", b""))
        | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
    )
)
def test_no_line_can_stop_the_reading(lines):
    ours = [json.dumps(one).encode() for one in (head(), *typed("Last."))]
    found, _ = read_raw([ours[0], *lines, *ours[1:]])
    assert found[-1].events[0].text == "Last."


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
KEYS = st.sampled_from(
    [
        *("type", "id", "role", "content", "name", "arguments", "input", "action", "call_id", "output", "message"),
        *("kind", "reason", "item", "turn_id", "started_at", "cwd", "git", "source", "thread_source", "originator"),
    ]
)
TYPES = st.sampled_from(
    [
        *("message", "function_call", "custom_tool_call", "local_shell_call", "web_search_call", "user_message"),
        *("function_call_output", "agent_message", "item_completed", "task_started", "turn_aborted", "compacted"),
    ]
)
WRAPPERS = st.sampled_from(["session_meta", "response_item", "event_msg", "turn_context", "compacted", "dream", None])


@settings(deadline=None)
@given(st.lists(st.tuples(WRAPPERS, TYPES, st.dictionaries(KEYS, VALUES)), max_size=4))
def test_no_shape_of_a_record_can_stop_the_reading(shapes):
    lines = [
        {"type": kind} | keys if wrapper is None else line(wrapper, {"type": kind} | keys)
        for wrapper, kind, keys in shapes
    ]
    _, tally = read_raw([json.dumps(one).encode() for one in lines])
    assert tally.records == len(lines) or tally.skipped["sub-agent"]
