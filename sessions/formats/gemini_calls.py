"""The parts of Gemini CLI's messages: texts, and tool calls with what came of them."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from ..echo import Heard
from .calls import call_about, strings_in
from .choices import worded
from .decode import decode_any, decode_one
from .gemini_speech import feedback

_NULL = msgspec.Raw(b"null")

_FINISHED = frozenset({"success", "error", "cancelled"})
_SHELL = "run_shell_command"
_ASKS = "ask_user"
_PLAN = "exit_plan_mode"
_PLAN_REJECTED = "Plan rejected."

_UNTRUSTED = ("<untrusted_context>", "</untrusted_context>")
_EXIT = re.compile(r"^Exit Code: (-?\d{1,9})$", re.MULTILINE)
_NEAR_THE_END = 400  # characters; the exit code stands after the output
_NO_ERROR = re.compile(r"^(?:Error|Stderr): \((?:none|empty)\)$", re.MULTILINE)


class _Call(msgspec.Struct):
    id: str = ""
    name: str = ""
    args: msgspec.Raw = _NULL
    result: msgspec.Raw = _NULL
    status: str = ""
    timestamp: str | None = None


_CALL = msgspec.json.Decoder(_Call)


class Call(NamedTuple):
    """A call that is over: what was called, what the agent wrote into it, and what came of it.

    ``words`` is what a person said to it, None where nobody was asked or said no; empty where a person stopped it
    without a word. ``refused`` tells that they did not want it.
    """

    id: str
    tool: str
    text: str
    typed: tuple[Heard, ...]
    time: str | None
    output: str
    ok: bool
    words: str | None = None
    refused: bool = False


def texts_in(content: msgspec.Raw) -> list[str]:
    """Given the content of a message (a text, a part, or a list of them), return its texts without thoughts."""
    value = decode_any(content)
    parts = value if isinstance(value, list) else [value]
    texts = [part.get("text") if isinstance(part, dict) and not part.get("thought") else part for part in parts]
    return [text for text in texts if isinstance(text, str) and text.strip()]


def call_in(raw: msgspec.Raw) -> Call | None:
    """Given a tool call as the log has it, return it; None where it is not over or has another shape."""
    call = decode_one(raw, _CALL)
    if call is None or call.status not in _FINISHED:
        return None
    text = call_about(call.name, call.args)
    output, ok = _outcome(call)
    words, refused = _words(call, output)
    return Call(call.id, call.name, text, tuple(strings_in(call.args)), call.timestamp, output, ok, words, refused)


def _outcome(call: _Call) -> tuple[str, bool]:
    value = decode_any(call.result)
    texts: list[str] = []
    for part in value if isinstance(value, list) else [value]:
        answer = part.get("functionResponse") if isinstance(part, dict) else None
        response = answer.get("response") if isinstance(answer, dict) else None
        said = response.values() if isinstance(response, dict) else [part.get("text")] if isinstance(part, dict) else []
        texts += [text for text in said if isinstance(text, str)]
    output = "\n".join(texts).removeprefix(_UNTRUSTED[0]).removesuffix(_UNTRUSTED[1])
    ok = call.status == "success"
    if call.name == _SHELL:
        output = _NO_ERROR.sub("", output)
        codes = _EXIT.findall(output, max(0, len(output) - _NEAR_THE_END))
        ok = ok and (not codes or int(codes[-1]) == 0)
    return output, ok


def _words(call: _Call, output: str) -> tuple[str | None, bool]:
    """Given a call and its output, return what a person said to it and whether they refused it.

    Only the client's own tools answer with a person's words; any other could imitate them (invariant 7).
    """
    if call.status == "cancelled":
        return "", True
    if call.name == _PLAN and output.startswith(_PLAN_REJECTED):
        return feedback(output), True
    if call.name == _ASKS and call.status == "success":
        answered, asked = decode_any(output), decode_any(call.args)
        answers = answered.get("answers") if isinstance(answered, dict) else None
        given = [it for it in answers.values() if isinstance(it, str)] if isinstance(answers, dict) else []
        words = worded(given, asked.get("questions") if isinstance(asked, dict) else None)
        return "\n".join(words) or None, False
    return None, False
