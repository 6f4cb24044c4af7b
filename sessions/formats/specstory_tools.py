"""What SpecStory keeps of a tool: which one, what the call was about, what came back.

Newer files have an element for each, ``<tool-use data-tool-type="shell" data-tool-name="Bash">`` with a summary and a
body of Markdown. Older ones have a ``<details>`` element, a line such as "Read file: src/main.py", or bare code blocks:
a command and its output, or a difference.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

from .calls import bounded, error_lines, hidden_errors

_OPEN = re.compile(r'<tool-use data-tool-type="([^"\n]{0,60})" data-tool-name="([^"\n]{0,100})"')
_SUMMARY = re.compile(r"<summary>([^\n]{0,2000}?)</summary>")
_NAME = re.compile(r"Tool use: \*\*([^*\n]{1,100})\*\*")
_LINE = re.compile(
    r"(?:Tool use: \*\*[^*\n]{1,100}\*\*\s*)?"
    r"(?:(?P<named>Read|Edit|Write|Delete|Create|Run) (?:file|command|directory): "
    r"|(?P<done>Listed|Searched|Grep|Deleted) (?:directory|codebase|web|for|file:) ?)"
    r"(?P<about>[^\n]{1,2000})$"
)
_PLAIN = {"listed": "list", "searched": "search", "deleted": "delete"}
_TICKS = re.compile(r"`([^`\n]{1,2000})`")
_FENCE = re.compile(r" {0,12}(`{3,}|~{3,})([^`\n]*)$")
_SHELLS = frozenset({"bash", "sh", "shell", "zsh", "fish", "console", "powershell", "pwsh", "cmd", "terminal"})
_FETCHED_RULE = "### Rule: "
#: what the client itself says in a tool's or the agent's place
_BY_CLIENT = ("Could not find file '", "An unknown error occurred")
_CANCELLED = "Cancelled"
_FAILED = ("**Error:**", "*Error*:")


class Tool(NamedTuple):
    """One use of a tool; ``name`` is empty where only what it said is known."""

    name: str = ""
    about: str = ""
    errors: str = ""
    ok: bool | None = None
    heard: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()


class _Block(NamedTuple):
    info: str
    text: str


def tool_in_element(text: str) -> Tool:
    """Given an element with all that is in it, or a further piece of a long one, return the use of a tool."""
    if not text.startswith("<"):
        return Tool(heard=(text,))
    opened = _OPEN.match(text)
    kind, name = opened.groups() if opened else ("", "")
    summary = _SUMMARY.search(text, 0, 4000)
    told = html.unescape(" ".join(summary[1].split())) if summary else ""
    named = _NAME.match(told)
    about = told[named.end() :].strip(" •") if named else told
    name = name or (named[1] if named else _verb(about)) or "details"
    body = text[summary.end() :] if summary else text
    prose, blocks = _parted(body)
    failed = any(line.startswith(_FAILED) for line in prose.split("\n"))
    ok = False if failed else None
    if kind == "write":
        return Tool("edit", bounded(_object(about) or _first_ticks(prose)), ok=ok, typed=(body,))
    commands = [block.text for block in blocks if block.info in _SHELLS]
    output = "\n".join(block.text for block in blocks if block.info not in _SHELLS)
    if kind != "shell" and not commands:
        about = _object(about) or _first_ticks(prose)
        return Tool(name, bounded(about), error_lines(output) if failed else "", ok, (body,))
    command = commands[0] if commands else _first_ticks(prose) or _object(about)
    said = output or _TICKS.sub("", prose, count=1)
    return Tool(name, bounded(command), _errors(said, failed=failed), ok, (said,), (command,))


def tool_in_text(lines: Sequence[tuple[str, bool]]) -> Tool | None:
    """Given lines, each with whether it stands in no code block, return the use of a tool, or None for speech."""
    text = "\n".join(line for line, _ in lines)
    if text.startswith(_FETCHED_RULE):
        return Tool(heard=(text,))
    named = _NAME.match(text)
    only_line = _LINE.match(text)
    if text == _CANCELLED or (text.startswith(_BY_CLIENT) and "\n" not in text):
        return Tool(heard=(text,))
    if named or only_line:
        about = only_line["about"].strip() if only_line else ""
        prose, blocks = _parted(text[named.end() :] if named else "")
        commands = [block.text for block in blocks if block.info in _SHELLS]
        heard = "\n".join(block.text for block in blocks if block.info not in _SHELLS)
        about = about or (commands[0] if commands else _first_ticks(prose) or prose)
        name = named[1] if named else _verb(text)
        return Tool(name, bounded(about), _errors(heard), heard=(heard,), typed=tuple(commands))
    if any(live and line.strip() for line, live in lines):
        return None
    return _bare_blocks(text)


def _bare_blocks(text: str) -> Tool:
    """Given nothing but code blocks, return what they are: a command and its output, differences, or only text."""
    _, blocks = _parted(text)
    if blocks and blocks[0].info in _SHELLS:
        command, heard = blocks[0].text, "\n".join(block.text for block in blocks[1:])
        return Tool("bash", bounded(command), _errors(heard), None, (heard,), (command,))
    if blocks and all(block.info == "diff" for block in blocks):
        return Tool("edit", typed=(text,))
    return Tool(heard=(text,))


def _parted(text: str) -> tuple[str, list[_Block]]:
    """Given Markdown, return what stands outside its code blocks, and the blocks."""
    prose: list[str] = []
    blocks: list[_Block] = []
    inside: list[str] = []
    fence = info = ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if not fence:
            if found:
                fence, info, inside = found[1], found[2].strip().lower(), []
            else:
                prose.append(line)
        elif found and found[1].startswith(fence) and not found[2].strip():
            blocks.append(_Block(info, "\n".join(inside)))
            fence = ""
        else:
            inside.append(line)
    if fence:
        blocks.append(_Block(info, "\n".join(inside)))
    return "\n".join(prose), blocks


def _object(about: str) -> str:
    """Given what a summary says of a call, return what it names: without "Read file:" and the number of results."""
    found = _LINE.match(about)
    return (found["about"] if found else about).partition(" • ")[0]


def _verb(about: str) -> str:
    """Given what a summary says of a call, return what the tool does, in a word; empty where it says it otherwise."""
    found = _LINE.match(about)
    verb = (found["named"] or found["done"]).lower() if found else ""
    return _PLAIN.get(verb, verb)


def _first_ticks(prose: str) -> str:
    found = _TICKS.search(prose)
    return found[1] if found else ""


def _errors(output: str, *, failed: bool = False) -> str:
    return error_lines(output) if failed else hidden_errors(output)
