"""What is kept of a tool call and of its result: what judging needs, in a few hundred characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

CALL_LIMIT = 500
ERROR_LIMIT = 500

#: what names the object of a call, the most telling first
_OBJECTS = ("command", "cmd", "file_path", "path", "notebook_path", "pattern", "url", "query", "description", "skill")
#: a search says what it looks for before where
_PATTERN_FIRST = frozenset({"Grep", "Glob"})
#: texts that the agent wrote itself: when a tool shows them later they are not news from outside
_WRITTEN = ("command", "content", "new_string", "new_source", "body", "prompt", "plan", "message", "description")
_EDITS = "edits"

_DECODER = msgspec.json.Decoder()

# What a line of output looks like that says what went wrong. Anchored or bounded, so that it is linear.
_ERROR_LINE = re.compile(
    r"^\s{0,8}(?:\[[^\]\n]{1,40}\]\s)?"
    r"(?:error|fatal|panic|fail(?:ed|ure)?|--- FAIL|✗|✕|E  |Traceback|[A-Z]\w{1,40}(?:Error|Exception))\b"
    r"|:\d{1,6}(?::\d{1,6})?: .{0,200}(?:error|undefined|cannot|\([a-z]{3,20}\)$)"
    r"|\berror(?:\[\w{1,10}\])?: |\bcommand not found\b|\bNo such file or directory\b|\bpermission denied\b",
    re.IGNORECASE,
)
_LINES_LOOKED_AT = 4000
_LINE_LOOKED_AT = 400


def call_text(tool: str, arguments: msgspec.Raw) -> tuple[str, list[str]]:
    """Given a tool's name and its arguments as JSON, return what the call is about (bounded) and what it wrote."""
    try:
        decoded = _DECODER.decode(arguments)
        written = _written(decoded) if isinstance(decoded, dict) else []
    except (msgspec.DecodeError, RecursionError):
        return "", []
    named = map(decoded.get, _order(tool)) if isinstance(decoded, dict) else ()
    about = next((value for value in named if isinstance(value, str) and value), "")
    return about.strip()[:CALL_LIMIT], written


def error_lines(output: str, *, failed: bool) -> str:
    """Given a tool's output, return the lines that say what went wrong, at most ``ERROR_LIMIT`` characters.

    A failed call that has no such line gives its first lines. A call that counts as successful gives nothing unless
    it printed errors: a pipe hides the failure of all but its last command.
    """
    output = output.strip()
    if failed and len(output) <= ERROR_LIMIT:
        return output
    lines = [line[:_LINE_LOOKED_AT] for line in output.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]]
    picked = [line.strip() for line in lines if _ERROR_LINE.search(line)]
    if failed:
        picked = [lines[0].strip(), *picked] if picked else [line.strip() for line in lines]
    return "\n".join(dict.fromkeys(picked))[:ERROR_LIMIT].strip()


def _order(tool: str) -> tuple[str, ...]:
    return ("pattern", *_OBJECTS) if tool in _PATTERN_FIRST else _OBJECTS


def _written(arguments: dict[str, Any]) -> list[str]:
    found = [value for value in map(arguments.get, _WRITTEN) if isinstance(value, str)]
    edits = arguments.get(_EDITS)
    return found + [text for edit in edits for text in _strings(edit)] if isinstance(edits, list) else found


def strings_in(content: msgspec.Raw) -> list[str]:
    """Given any JSON, return the strings in it that are not keys."""
    try:
        return list(_strings(_DECODER.decode(content)))
    except (msgspec.DecodeError, RecursionError):
        return []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
