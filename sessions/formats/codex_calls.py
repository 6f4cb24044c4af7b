"""Tool calls and their outcomes as Codex writes them.

Commands are lists or lines, patches name their files inside their text, and an outcome is a text in one of several
envelopes that grew over the releases; the exit code stands in the envelope.
"""

from __future__ import annotations

import re
import shlex
from typing import Any, NamedTuple

import msgspec

from ..echo import Heard
from .calls import CALL_LIMIT, bounded, call_about
from .choices import worded
from .decode import decode_any

#: the client's own tools, which run commands and change files. Any other could imitate the words in which the client
#: tells of a rejection.
_OWN_TOOLS = frozenset(
    {"shell", "container.exec", "local_shell", "shell_command", "exec_command", "unified_exec", "apply_patch"}
)
_ASKS = "request_user_input"

_PATCH = "*** Begin Patch"
_PATCHED = re.compile(r"^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.{1,500})$", re.MULTILINE)
_SHELL_FLAGS = frozenset({"-c", "-lc"})

# The envelope stands before the output, so what a command prints cannot forge it.
_EXIT = re.compile(
    r"(?:Chunk ID: .{1,40}\n)?(?:Wall time: .{1,40}\n)?(?:Process exited with code|Exit code:) (-?\d{1,9})\n"
)
_RUNNING = re.compile(r"(?:Chunk ID: .{1,40}\n)?Wall time: .{1,40}\n")
_OUTPUT = "Output:\n"
_ENVELOPE = 400  # characters; what stands before the output is shorter
_FAILED = re.compile(
    r"unsupported (?:custom tool )?call|exec_command failed|patch rejected|apply_patch (?:verification )?failed|"
    r"failed to |execution error|command timed out|aborted|tool call (?:error|failed)|err(?:or)?:|sandbox error",
    re.IGNORECASE,
)
_REJECTED = re.compile(
    r"(?:exec command |patch )?rejected by user\.?|"
    r'exec_command failed(?: for `.{0,2000}`)?: CreateProcess \{ message: "Rejected\(\\"rejected by user\\"\)" \}',
    re.DOTALL,
)


class Call(NamedTuple):
    """What an agent called: the tool, what the call is about, what the agent wrote into it; arguments of a question."""

    tool: str
    text: str
    typed: tuple[Heard, ...]
    arguments: Any = None


class Outcome(NamedTuple):
    """What came of a call: the output, whether it worked, whether a person rejected it, what a person answered."""

    output: str
    ok: bool
    rejected: bool = False
    answers: tuple[str, ...] = ()


def call_of(tool: str, text: str, *, free: bool) -> Call:
    """Given a tool's name and what it was handed (JSON, or ``free`` text), return what was called."""
    if free:
        return _patch(text) if tool == "apply_patch" else Call(tool, text.strip()[:CALL_LIMIT], (text,))
    arguments = decode_any(text)
    if not isinstance(arguments, dict):
        return Call(tool, "", ())
    patch = arguments.get("input", arguments.get("patch"))
    if tool == "apply_patch" and isinstance(patch, str):
        return _patch(patch)
    command = arguments.get("command", arguments.get("cmd"))
    if isinstance(command, list):
        return command_of(tool, command)
    if isinstance(command, str):
        return _line(tool, command)
    data = text.encode("utf-8", "replace")
    return Call(tool, call_about(tool, msgspec.Raw(data)), (data,), arguments if tool == _ASKS else None)


def command_of(tool: str, command: Any) -> Call:
    """Given a tool's name and a command as a list, return what was called: the line that a shell was handed."""
    words = [word for word in command if isinstance(word, str)] if isinstance(command, list) else []
    if words[:1] == ["apply_patch"] and len(words) > 1:
        return _patch(words[1])
    is_shell = len(words) > 2 and words[1] in _SHELL_FLAGS  # noqa: PLR2004 - shell, flag, line
    return _line(tool, words[2] if is_shell else shlex.join(words))


def outcome_of(output: msgspec.Raw, call: Call) -> Outcome:
    """Given a call's output as the log has it and the call, return what came of it."""
    text, ok = _opened(decode_any(output))
    if call.tool == _ASKS:
        return Outcome("", ok=True, answers=_answers(text, call.arguments))
    if call.tool in _OWN_TOOLS and _REJECTED.fullmatch(text.strip()):
        return Outcome("", ok=False, rejected=True)
    exit_code = _EXIT.match(text)
    if exit_code or _RUNNING.match(text):
        head, mark, body = text.partition(_OUTPUT)
        text = body if mark and len(head) < _ENVELOPE else text
        return Outcome(text, ok=exit_code is None or int(exit_code[1]) == 0)
    return Outcome(text, ok=_FAILED.match(text) is None if ok is None else ok)


def _opened(value: Any) -> tuple[str, bool | None]:
    """Given a decoded output, return its text, and whether the call worked where the envelope says so."""
    if isinstance(value, str) and value.startswith('{"'):
        inner = decode_any(value)
        value = inner if isinstance(inner, dict) and {"output", "content"} & inner.keys() else value
    if not isinstance(value, dict):
        return _text_of(value), None
    text = _text_of(value.get("output", value.get("content")))
    metadata = value.get("metadata")
    code = metadata.get("exit_code") if isinstance(metadata, dict) else None
    if isinstance(code, int):
        return text, code == 0
    said = value.get("success", not value["isError"] if isinstance(value.get("isError"), bool) else None)
    return text, said if isinstance(said, bool) else None


def _text_of(value: Any) -> str:
    if isinstance(value, list):
        texts = [part.get("text") for part in value if isinstance(part, dict)]
        return "\n".join(text for text in texts if isinstance(text, str))
    return value if isinstance(value, str) else ""


def _answers(text: str, arguments: Any) -> tuple[str, ...]:
    answered = decode_any(text)
    answers = answered.get("answers") if isinstance(answered, dict) else None
    if not isinstance(answers, dict) or not isinstance(arguments, dict):
        return ()
    lists = [one.get("answers") for one in answers.values() if isinstance(one, dict)]
    given = [answer for some in lists if isinstance(some, list) for answer in some if isinstance(answer, str)]
    return worded(given, arguments.get("questions"))


def _patch(patch: str) -> Call:
    files = ", ".join(dict.fromkeys(_PATCHED.findall(patch)))
    return Call("apply_patch", files[:CALL_LIMIT], (patch,))


def _line(tool: str, line: str) -> Call:
    if line.lstrip().startswith("apply_patch") and _PATCH in line:
        return _patch(line)
    return Call(tool, bounded(line), (line,))
