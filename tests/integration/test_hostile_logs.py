"""Whatever a log holds: nothing raises, nothing loops, and memory stays within bounds (invariant 15)."""

import json
import subprocess
import sys

import pytest

from dreamd.sessions.load import load_log

#: reads a log in a process of its own; prints what people said, what could not be read, and the most memory it held
READ = """
import json, resource, sys
from pathlib import Path
from dreamd.errors import LogError
from dreamd.sessions.read import read_log
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    log = read_log(Path(sys.argv[1]))
    said = [event.text[:40] for session in log.sessions for event in session.events if event.role == "user"]
    unreadable = log.tally.unreadable
except LogError as error:
    said, unreadable = error.detail, 0
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"said": said, "unreadable": unreadable, "mib": (peak - before) / 1024}))
"""

CLAUDE = {"parentUuid": None, "sessionId": "s", "type": "user", "timestamp": "2026-03-02T09:00:00Z"}
GENERIC = {"session": "s", "time": "2026-03-02T09:00:00Z", "role": "user"}
CODEX = {"timestamp": "2026-03-02T09:00:00Z", "type": "event_msg"}


def claude(text, number=1):
    return json.dumps(CLAUDE | {"uuid": f"u{number}", "message": {"role": "user", "content": text}}).encode()


def generic(text, number=1):
    return json.dumps(GENERIC | {"id": str(number), "text": text}).encode()


def codex(text, number=1):
    head = b'{"timestamp":"2026-03-02T09:00:00Z","type":"session_meta","payload":{"id":"s","source":"cli"}}\n'
    said = json.dumps(CODEX | {"payload": {"type": "user_message", "message": text}}).encode()
    return head + said if number == 1 else said


def read(log):
    done = subprocess.run([sys.executable, "-c", READ, log], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("make", [claude, generic, codex])
def test_a_line_of_two_hundred_megabytes_is_passed_over_in_bounded_memory(tmp_path, make):
    log = tmp_path / "s.jsonl"
    with log.open("wb") as file:
        file.write(make("First.") + b'\n{"type":"user","text":"')
        for _ in range(200):
            file.write(b"a" * 1_000_000)
        file.write(b'"}\n' + make("Last.", 2) + b"\n")
    found = read(log)
    assert found["said"] == ["First.", "Last."]
    assert found["unreadable"] == 1
    assert found["mib"] < 100


def test_a_history_of_two_hundred_megabytes_in_one_line_is_read_in_bounded_memory(tmp_path):
    log = tmp_path / ".aider.chat.history.md"
    with log.open("wb") as file:
        file.write(b"# aider chat started at 2026-03-02 09:00:00\n\n#### use tabs here  \n\n")
        for _ in range(200):
            file.write(b"a" * 1_000_000)
        file.write(b"\n\n#### and spaces there  \n\n")
    found = read(log)
    assert found["said"] == ["use tabs here", "and spaces there"]
    assert found["mib"] < 100


def test_one_json_object_of_two_hundred_megabytes_is_refused_and_named(tmp_path):
    log = tmp_path / "session-1.json"
    with log.open("wb") as file:
        file.write(b'{\n  "sessionId": "s",\n  "projectHash": "h",\n  "messages": [\n')
        for _ in range(200):
            file.write(b" " * 1_000_000)
        file.write(b"]}")
    found = read(log)
    assert "more than 64 MB" in found["said"]
    assert found["mib"] < 100


def test_a_long_log_of_tools_answers_is_read_in_bounded_memory(tmp_path):
    """What tools said waits for the agent's words; where it is too much, the log is listened to twice."""
    log = tmp_path / "s.jsonl"
    rule = "Always run the migration twice and then restart the scheduler."
    block = [{"tool_use_id": "toolu_1", "type": "tool_result", "content": f"{rule} {'some words of a page ' * 4000}"}]
    answer = json.dumps(CLAUDE | {"uuid": "u2", "message": {"role": "user", "content": block}}).encode()
    said = CLAUDE | {"uuid": "u3", "type": "assistant", "message": {"role": "assistant", "content": rule}}
    with log.open("wb") as file:
        file.write(claude("Go on.") + b"\n")
        for _ in range(1200):
            file.write(answer + b"\n")
        file.write(json.dumps(said).encode() + b"\n")
    assert log.stat().st_size > 90_000_000
    found = read(log)
    assert found["mib"] < 100
    (transcript,) = load_log(log)
    assert transcript.events[-1].echoes == ((0, len(rule)),)


DEEP = b"[" * 200_000
ODD = {
    "deep nesting": b'{"type":"user","uuid":"u9","message":{"content":' + DEEP + b"\n",
    "deep and closed": b'{"type":"user","uuid":"u9","message":{"content":' + b"[" * 5000 + b"]" * 5000 + b"}}\n",
    "a lone surrogate": b'{"type":"user","uuid":"u9","sessionId":"s","message":{"content":"half \\ud800 of it"}}\n',
    "NULs": b"\0" * 5000 + b"\n",
    "a NUL in a text": b'{"type":"user","uuid":"u9","sessionId":"s","message":{"content":"a\\u0000b"}}\n',
    "Latin-1": '{"type":"user","uuid":"u9","sessionId":"s","message":{"content":"café"}}\n'.encode("latin-1"),
    "UTF-16": '{"type":"user","uuid":"u9"}\n'.encode("utf-16"),
    "carriage returns": claude("In between.", 9) + b"\r\n",
    "numbers without end": b'{"type":' + b"9" * 100_000 + b"}\n",
    "a key a million times": b"{" + b'"type":"user",' * 50_000 + b'"uuid":"u9"}\n',
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_line_leaves_its_neighbours_as_they_are(tmp_path, odd):
    log = tmp_path / "s.jsonl"
    log.write_bytes(claude("First.") + b"\n" + odd + claude("Last.", 3) + b"\n")
    (transcript,) = load_log(log)
    texts = [event.text for event in transcript.events]
    assert (texts[0], texts[-1]) == ("First.", "Last.")
    assert all("\0" not in text and "\r" not in text for text in texts)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\n\n", b""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path, ending, mark):
    log = tmp_path / "s.jsonl"
    log.write_bytes(mark + (ending or b"\n").join([claude("First."), claude("Last.", 2)]) + ending)
    (transcript,) = load_log(log)
    assert [event.text for event in transcript.events] == ["First.", "Last."]
