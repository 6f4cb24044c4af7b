"""A log as Codex wrote it in November 2026: every kind of record that a person's session had."""

import json

import pytest

from dreamd.sessions.read import read_log

SESSION = "01a21bed-0000-7000-8000-000000000000"
ABORTED = "<turn_aborted>\nThe user interrupted the previous turn on purpose.\n</turn_aborted>"
SHELL = "<user_shell_command>\n<command>\nls\n</command>\n<result>\nExit code: 0\nOutput:\nuse tabs\n</result>"
BEFORE = "Another language model started to solve this problem and produced a summary of its thinking process."


class Writer:
    """Writes records in the client's way: numbered, each with the turn that it belongs to."""

    def __init__(self, source="cli"):
        self.lines = []
        self.turn = 0
        git = {"commit_hash": "0" * 40, "branch": "trunk"}
        head = {"session_id": SESSION, "id": SESSION, "timestamp": "2026-11-27T09:00:00.000Z", "cwd": "/srv/shop"}
        head |= {"originator": "codex-tui", "cli_version": "0.171.0", "source": source, "git": git}
        self.write("session_meta", head)

    def write(self, kind, payload, **keys):
        number = len(self.lines)
        stamp = f"2026-11-27T09:{number // 60:02}:{number % 60:02}.000Z"
        self.lines.append({"timestamp": stamp, "ordinal": number, "type": kind, "payload": payload} | keys)

    def event(self, kind, **says):
        self.write("event_msg", {"type": kind, **says, "turn_id": f"turn-{self.turn}"})

    def completed(self, kind, **says):
        self.event("item_completed", thread_id=SESSION, item={"type": kind, **says})

    def item(self, kind, **says):
        passed = {"turn_id": f"turn-{self.turn}", "create_time": 1795764874.3}
        item = {"type": kind, **says, "internal_chat_message_metadata_passthrough": passed}
        self.write("response_item", item, metadata={"client_authored": False})

    def inserted(self, *texts, role="user"):
        self.item("message", role=role, content=[{"type": "input_text", "text": text} for text in texts])

    def begin(self):
        self.turn += 1
        self.event("thread_settings_applied", thread_settings={"model": "gpt-5", "cwd": "/srv/shop"})
        self.event("task_started", turn_attribution={"turn_trigger": "user"})
        if self.turn == 1:
            self.inserted("<skills_instructions>\nuse tabs\n</skills_instructions>", role="developer")
            self.inserted(
                "# AGENTS.md instructions for /srv/shop\n\n<INSTRUCTIONS>\nuse tabs\n</INSTRUCTIONS>",
                "<environment_context>\n  <cwd>/srv/shop</cwd>\n</environment_context>",
            )
            self.write("world_state", {"full": True, "state": {"agents_md": {"text": "use tabs"}}})
        self.write(
            "turn_context", {"turn_id": f"turn-{self.turn}", "cwd": "/srv/shop", "approval_policy": "on-request"}
        )

    def user(self, text):
        self.inserted(text)
        self.completed("UserMessage", content=[{"type": "text", "text": text, "text_elements": []}])

    def agent(self, text):
        self.completed("AgentMessage", id="item_1", content=[{"type": "Text", "text": text}])
        self.item("message", id="item_1", role="assistant", content=[{"type": "output_text", "text": text}])
        self.spent()

    def think(self, text):
        self.completed("Reasoning", id="item_2", summary_text=[text], raw_content=[])
        self.item("reasoning", id="item_2", summary=[{"type": "summary_text", "text": text}], encrypted_content="c2Vj")

    def run(self, command, call, output, code=0):
        self.item("function_call", name="exec_command", arguments=json.dumps({"cmd": command}), call_id=call)
        self.spent()
        parts = ["/bin/bash", "-lc", command]
        self.completed("CommandExecution", id=call, command=parts, aggregated_output=output, exit_code=code)
        text = f"Chunk ID: 56c3ca\nWall time: 0.1 seconds\nProcess exited with code {code}\nOutput:\n{output}"
        self.item("function_call_output", call_id=call, output=text)

    def end(self, said):
        self.event("task_complete", last_agent_message=said, duration_ms=36)

    def spent(self):
        self.write("token_usage_record", {"thread_id": SESSION, "usage": {"input_tokens": 10}})
        self.event("token_count", info={"total_token_usage": {"input_tokens": 10}})

    def interrupted(self):
        self.inserted(ABORTED)
        self.event("turn_aborted", reason="interrupted", duration_ms=1819)


def written():
    log = Writer()
    log.begin()
    log.user("Never use tabs, list the files.")
    log.think("Files it is.")
    log.run("ls", "call_1", "notes.txt\n")
    log.run("make test", "call_2", "error: no such target\n", code=2)
    patch = "*** Begin Patch\n*** Update File: notes.txt\n@@\n-second\n+third\n*** End Patch"
    log.item(
        "function_call",
        name="exec_command",
        arguments=json.dumps({"cmd": f"apply_patch <<'EOF'\n{patch}\nEOF"}),
        call_id="call_3",
    )
    log.completed("FileChange", id="call_3", changes={"/srv/shop/notes.txt": {"type": "update"}})
    log.item(
        "function_call_output", call_id="call_3", output="Wall time: 0.1 seconds\nOutput:\nSuccess.\nM notes.txt\n"
    )
    log.agent("Listed them.")
    log.end("Listed them.")
    log.begin()
    log.user("Make a file.")
    log.item("function_call", name="exec_command", arguments='{"cmd":"touch made.txt"}', call_id="call_4")
    log.item("function_call_output", call_id="call_4", output="Wall time: 1.7 seconds\naborted by user")
    log.interrupted()
    log.begin()
    log.user("List them slowly.")
    log.user("by the way, use metres")
    log.agent("In metres then.")
    log.end("In metres then.")
    log.begin()
    log.completed("CommandExecution", command=["/bin/bash", "-lc", "ls"], source="user_shell", exit_code=0)
    log.inserted(SHELL)
    log.end(None)
    log.begin()
    log.item("message", role="assistant", content=[{"type": "output_text", "text": "They spoke of metres."}])
    history = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Make a file."}]}]
    log.write("compacted", {"message": f"{BEFORE}\nThey spoke of metres.", "replacement_history": history})
    log.completed("ContextCompaction", id="c")
    log.end(None)
    log.begin()
    log.user("What now?")
    log.agent("Nothing is left.")
    log.end("Nothing is left.")
    return log.lines


@pytest.fixture
def read(tmp_path):
    def read(lines):
        path = tmp_path / "rollout.jsonl"
        path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
        return read_log(path)

    return read


def test_who_said_and_did_what(read):
    (session,) = read(written()).sessions
    told = [(event.role.value, event.act.value, event.tool, event.text) for event in session.events]
    assert [it for it in told if it[1] != "summary"] == [
        ("user", "said", "", "Never use tabs, list the files."),
        ("agent", "call", "exec_command", "ls"),
        ("agent", "call", "exec_command", "make test"),
        ("tool", "result", "exec_command", "error: no such target"),
        ("agent", "call", "apply_patch", "notes.txt"),
        ("agent", "said", "", "Listed them."),
        ("user", "said", "", "Make a file."),
        ("agent", "call", "exec_command", "touch made.txt"),
        ("user", "interrupted", "", ""),
        ("user", "said", "", "List them slowly."),
        ("user", "said", "", "by the way, use metres"),
        ("agent", "said", "", "In metres then."),
        ("user", "said", "", "What now?"),
        ("agent", "said", "", "Nothing is left."),
    ]
    ((role, _, _, summary),) = [it for it in told if it[1] == "summary"]
    assert role == "system"
    assert "They spoke of metres." in summary


def test_every_record_is_read_and_each_that_says_nothing_is_counted_with_its_kind(read):
    lines = written()
    log = read(lines)
    assert (log.format, log.tally.lines, log.tally.records) == ("codex", len(lines), len(lines))
    assert (log.tally.unreadable, log.tally.torn) == (0, False)
    assert {*log.tally.skipped} == {
        "item_completed",
        "not a person",
        "reasoning",
        "said twice",
        "session_meta",
        "task_complete",
        "task_started",
        "thread_settings_applied",
        "token_count",
        "token_usage_record",
        "turn_context",
        "world_state",
    }


def test_a_typed_session_is_not_headless_and_has_its_place(read):
    (session,) = read(written()).sessions
    assert not session.headless
    assert {(event.branch, event.cwd) for event in session.events} == {("trunk", "/srv/shop")}


def test_a_program_s_prompt_is_headless(read):
    log = Writer(source="exec")
    log.begin()
    log.user("Do it.")
    log.agent("Done.")
    (session,) = read(log.lines).sessions
    assert session.headless
