"""What is kept of a tool call and of its result: what judging needs, in a few hundred characters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from ...language.commit_message import messages
from .decode import decode_any

CALL_LIMIT = 500
#: and of one that commits: its message says what was done and why. Few do, so this costs nothing
MESSAGE_LIMIT = 2000
ERROR_LIMIT = 500

#: what names the object of a call, the most telling first
_OBJECTS = (
    *("command", "cmd", "file_path", "absolute_path", "path", "notebook_path", "pattern", "url", "query", "dir_path"),
    *("description", "skill"),
)
#: a search says what it looks for before where
_PATTERN_FIRST = frozenset({"Grep", "Glob"})
_SEARCHED = ("pattern", *_OBJECTS)

#: what else a call was given, such as the content of a file, is passed over without being built
_ABOUT = msgspec.json.Decoder(msgspec.defstruct("About", [(name, Any, None) for name in _OBJECTS]))

# What a line of output looks like that says what went wrong. Anchored or bounded, so that it is linear.
_ERROR_LINE = re.compile(
    r"^\s{0,8}(?:\[[^\]\n]{1,40}\]\s)?"
    r"(?:error|fatal|panic|fail(?:ed|ure)?|--- FAIL|✗|✕|E  |Traceback|[A-Z]\w{1,40}(?:Error|Exception))\b"
    r"|:\d{1,6}(?::\d{1,6})?: .{0,200}(?:error|undefined|cannot|\([a-z]{3,20}\)$)"
    r"|\berror(?:\[\w{1,10}\])?: |\bcommand not found\b|\bNo such file or directory\b|\bpermission denied\b",
    re.IGNORECASE,
)
#: from the end, where a build or a test run says how it went
_LINES_LOOKED_AT = 400
_LINE_LOOKED_AT = 400
#: how much of its end is looked at where a command counts as a success, and the words that are looked for there
_END = 600
_MAY_TELL = (b"rror", b"FAIL", b"fail", b"panic", b"not found", b"No such file", b"denied", b"undefined", b"atal")
#: words without which no line of an output is one of errors: looking for them is quick
_TELLING = (
    "rror",
    "fail",
    "FAIL",
    "panic",
    "not found",
    "No such",
    "denied",
    "undefined",
    "atal",
    "cannot",
    "xception",
    "Traceback",
    "E  ",
    "✗",
    "✕",
    ")",
)


def call_about(tool: str, arguments: msgspec.Raw) -> str:
    """Given a tool's name and its arguments as JSON, return what the call is about, bounded."""
    try:
        known = _ABOUT.decode(arguments)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        known = decode_any(arguments)
        values = map(known.get, _order(tool)) if isinstance(known, dict) else iter(())
        return next((value for value in values if isinstance(value, str) and value), "").strip()[:CALL_LIMIT]
    for name in _order(tool):
        value = getattr(known, name)
        if isinstance(value, str) and value:
            return bounded(value)
    return ""


def bounded(command: str) -> str:
    """Given what a call is about, return as much of it as is kept."""
    command = command.strip()
    return command[: MESSAGE_LIMIT if len(command) > CALL_LIMIT and messages(command) else CALL_LIMIT]


#: length of what links a result to its call
LINK = 8


def link(call: str) -> str:
    """Given the log's id of a tool call, return a shorter one: it only links a result to its call."""
    return f"{zlib.crc32(call.encode('utf-8', 'replace')):0{LINK}x}" if call else ""


def hidden_errors(output: str) -> str:
    """Given the output of a command that counts as a success, return the lines at its end that tell of errors.

    A pipe hides the failure of all but its last command. None where ``may_hide_errors`` says so of the output as it
    stands in a log, so that it makes no difference whether it was asked.
    """
    if not may_hide_errors(msgspec.json.encode(output[-_END:])[1:-1]):
        return ""
    lines = output[-_END:].split("\n")
    return "\n".join(line.strip() for line in lines if _ERROR_LINE.search(line))[:ERROR_LIMIT]


def may_hide_errors(output: bytes | bytearray) -> bool:
    """Given an output as it stands in a log, tell quickly whether its end has a word that lines of errors have."""
    end = output[-_END:]
    return any(word in end for word in _MAY_TELL)


def error_lines(output: str) -> str:
    """Given what a failed call printed, return the lines that say what went wrong, at most ``ERROR_LIMIT`` characters.

    All of a short output; of a long one its first line and those that look like errors, else its beginning.
    """
    output = output.strip()
    if len(output) <= ERROR_LIMIT:
        return output
    lines = [line[:_LINE_LOOKED_AT] for line in output.rsplit("\n", _LINES_LOOKED_AT)[-_LINES_LOOKED_AT:]]
    picked = [line.strip() for line in lines if _may_tell(line) and _ERROR_LINE.search(line)]
    first = output[:_LINE_LOOKED_AT].partition("\n")[0].strip()
    shown = [first, *picked] if picked else [line.strip() for line in output[:ERROR_LIMIT].split("\n")]
    return "\n".join(dict.fromkeys(shown))[:ERROR_LIMIT].strip()


def _may_tell(line: str) -> bool:
    return any(word in line for word in _TELLING)


def _order(tool: str) -> tuple[str, ...]:
    return _SEARCHED if tool in _PATTERN_FIRST else _OBJECTS


def strings_in(content: msgspec.Raw) -> list[str]:
    """Given any JSON, return the strings in it that are not keys."""
    try:
        return list(_strings(decode_any(content)))
    except RecursionError:
        return []


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)
