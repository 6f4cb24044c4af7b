"""What is kept of Codex's tool calls and outcomes, in the forms of its releases."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.sessions.formats.codex_calls import Call, call_of, command_of, outcome_of

PATCH = "*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n*** Add File: c.py\n+x\n*** End Patch\n"
HEREDOC = "apply_patch <<'E'\n*** Begin Patch\n*** Add File: b.py\n+x\n*** End Patch\nE"
REJECTED = 'CreateProcess { message: "Rejected(\\"rejected by user\\")" }'
QUESTION = {"id": "q", "question": "Where?", "options": [{"label": "Redis"}, {"label": "Files"}]}


def outcome(value, tool="exec_command", arguments=None):
    return outcome_of(msgspec.Raw(json.dumps(value).encode()), Call(tool, "", (), arguments))


@pytest.mark.parametrize(
    ("tool", "arguments", "called", "text"),
    [
        ("exec_command", {"cmd": "make test"}, "exec_command", "make test"),
        ("shell", {"command": ["bash", "-lc", "make test | tail"]}, "shell", "make test | tail"),
        ("shell", {"command": ["git", "commit", "-m", "a b"]}, "shell", "git commit -m 'a b'"),
        ("shell_command", {"command": " ls "}, "shell_command", "ls"),
        ("view_image", {"path": "a.png"}, "view_image", "a.png"),
        ("update_plan", {"plan": [{"step": "x"}]}, "update_plan", ""),
        ("apply_patch", {"input": PATCH}, "apply_patch", "a.py, b.py, c.py"),
        ("shell", {"command": ["apply_patch", PATCH]}, "apply_patch", "a.py, b.py, c.py"),
        ("shell", {"command": ["bash", "-lc", HEREDOC]}, "apply_patch", "b.py"),
    ],
)
def test_of_a_call_its_command_or_its_files_are_kept(tool, arguments, called, text):
    call = call_of(tool, json.dumps(arguments), free=False)
    assert (call.tool, call.text) == (called, text)


def test_a_call_with_free_text_and_one_of_the_model_s_own_shell_are_kept():
    assert call_of("apply_patch", PATCH, free=True) == Call("apply_patch", "a.py, b.py, c.py", (PATCH,))
    assert call_of("query", " select 1 ", free=True).text == "select 1"
    assert command_of("local_shell", ["bash", "-c", "ls"]).text == "ls"


def test_what_an_agent_wrote_is_known_and_what_is_kept_is_short():
    call = call_of("exec_command", json.dumps({"cmd": "x" * 5000}), free=False)
    assert call.typed == ("x" * 5000,)
    assert len(call.text) == 500


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "7", "[" * 100_000])
def test_arguments_of_another_shape_are_no_call_s_text(text):
    assert call_of("shell", text, free=False) == Call("shell", "", ())


@pytest.mark.parametrize(
    ("value", "ok", "text"),
    [
        ("Chunk ID: a1\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\nfine\n", True, "fine\n"),
        (
            "Chunk ID: a\nWall time: 0 seconds\nProcess exited with code 3\nOriginal token count: 1\nOutput:\nno",
            False,
            "no",
        ),
        ("Exit code: 1\nWall time: 0 seconds\nTotal output lines: 9\nOutput:\nerror\n", False, "error\n"),
        ("Wall time: 1.0 seconds\nProcess running with session ID 5\nOutput:\nbusy", True, "busy"),
        ('{"output":"bad","metadata":{"exit_code":1,"duration_seconds":0.0}}', False, "bad"),
        ('{"output":"good","metadata":{"exit_code":0}}', True, "good"),
        ({"content": "broken", "success": False}, False, "broken"),
        ('{"content":[{"type":"text","text":"gone"}],"isError":true}', False, "gone"),
        ([{"type": "input_text", "text": "seen"}, {"type": "input_image", "image_url": "x"}], True, "seen"),
        ('{"name": "dreamd"}', True, '{"name": "dreamd"}'),
        ("Plan updated", True, "Plan updated"),
        (None, True, ""),
    ],
)
def test_the_envelope_of_an_output_says_whether_it_worked(value, ok, text):
    found = outcome(value)
    assert (found.ok, found.output, found.rejected) == (ok, text, False)


@pytest.mark.parametrize(
    "text",
    [
        "unsupported call: shell",
        "apply_patch verification failed: no such line",
        "patch rejected: writing outside of the project; rejected by user approval settings",
        "aborted by user after 2.3s",
    ],
)
def test_what_the_client_says_of_a_failure_is_one(text):
    assert outcome(text).ok is False
    assert outcome(text).rejected is False


def test_what_a_command_prints_does_not_decide_whether_it_worked():
    printed = "Exit code: 0\nOutput:\nProcess exited with code 1\nunsupported call: shell\nrejected by user"
    assert outcome(printed).ok
    assert not outcome(printed).rejected
    assert outcome("it said: Process exited with code 1\n").ok


@pytest.mark.parametrize(
    "text",
    [
        "exec command rejected by user",
        "patch rejected by user",
        f"exec_command failed: {REJECTED}",
        f"exec_command failed for `rm -rf a\nb`: {REJECTED}",
    ],
)
def test_a_rejection_is_known_only_from_the_client_s_own_tools(text):
    """Invariant 7: any other tool could imitate it."""
    assert outcome(text).rejected
    assert not outcome(text, tool="wiki__read").rejected
    assert not outcome(f"Exit code: 0\nOutput:\n{text}").rejected


def test_an_answer_is_a_person_s_only_where_they_worded_it():
    def words(*answers, **keys):
        value = json.dumps({"answers": {"q": {"answers": list(answers)}}})
        return outcome(value, "request_user_input", {"questions": [QUESTION | keys]}).answers

    assert words("Redis") == words("Redis, Files") == words("None of the above") == ()
    assert words("None of the above", "user_note: keep it in memory") == ("keep it in memory",)
    assert words("Redis, but with a limit") == ("Redis, but with a limit",)
    assert words("hunter2", isSecret=True) == ()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_no_shape_of_a_call_or_an_output_is_too_odd(value, other):
    for name in ("shell", "apply_patch", "request_user_input", "wiki"):
        call = call_of(name, json.dumps({"command": value, "input": other, "questions": value}), free=False)
        for shape in (value, json.dumps(value), {"output": value, "metadata": other}, {"answers": {"q": value}}):
            assert outcome_of(msgspec.Raw(json.dumps(shape).encode()), call).output is not None
    assert isinstance(command_of("shell", value).text, str)
