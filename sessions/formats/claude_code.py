"""Claude Code's logs: one JSON record a line in ``<home>/.claude/projects/<slug>/<session>.jsonl``.

Records of type "user" are mostly tool results. What a person typed is what is left when results, the client's own
notes (flags and tags, see ``claude_code_speech``) and summaries are taken away. A tool call that a person rejected
carries their words inside an error result: the richest corrections of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from ..events import Act, Event, Role
from ..lines import Line
from .base import Record
from .calls import ERROR_LIMIT, call_text, error_lines
from .claude_code_speech import Speech, answers, hear, rejection
from .decode import decode_lines
from .tally import Tally

#: a summary is context for the curator, never evidence: its beginning is enough
SUMMARY_LIMIT = 2000

#: the words of tools that a person did not start; such a tool could imitate the client's own phrases
_FOREIGN_TOOLS = ("mcp__", "WebFetch", "WebSearch")

_PICTURE_OR_LESS = msgspec.Raw(b"null")


class _Block(msgspec.Struct):
    type: str = ""
    text: str | None = None
    id: str = ""
    name: str = ""
    input: msgspec.Raw = _PICTURE_OR_LESS
    tool_use_id: str = ""
    content: str | list[_Block] | None = None
    is_error: bool | None = None


class _Message(msgspec.Struct):
    content: str | list[_Block] | None = None
    model: str | None = None


class _Attachment(msgspec.Struct):
    type: str = ""
    prompt: str | list[_Block] | None = None
    commandMode: str | None = None  # noqa: N815 - the log's own key


class _Line(msgspec.Struct):
    type: str = ""
    uuid: str | None = None
    timestamp: str | None = None
    cwd: str | None = None
    gitBranch: str | None = None  # noqa: N815 - the log's own key
    message: _Message | None = None
    attachment: _Attachment | None = None
    isMeta: bool | None = None  # noqa: N815 - the log's own key
    isSidechain: bool | None = None  # noqa: N815 - the log's own key
    isCompactSummary: bool | None = None  # noqa: N815 - the log's own key
    isVisibleInTranscriptOnly: bool | None = None  # noqa: N815 - the log's own key
    isApiErrorMessage: bool | None = None  # noqa: N815 - the log's own key
    sourceToolUseID: str | None = None  # noqa: N815 - the log's own key
    entrypoint: str | None = None
    promptSource: str | None = None  # noqa: N815 - the log's own key
    toolUseResult: msgspec.Raw = _PICTURE_OR_LESS  # noqa: N815 - the log's own key


_DECODER = msgspec.json.Decoder(_Line)

# A record's own type is found without decoding when only plain values stand before it: then there is no second
# opening brace. Inside a string the quotes would be escaped.
_PROGRESS = b'"type":"progress"'
_SNAPSHOT = b'{"type":"file-history-snapshot"'

_SIGN = re.compile(
    rb'"(?:sessionId|parentUuid|leafUuid|isSidechain)"\s*:|"type"\s*:\s*"(?:file-history-snapshot|summary|queue-operation)"'
)


class ClaudeCode:
    """The format of Claude Code's session logs."""

    name = "claude-code"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether its lines carry this client's keys."""
        return path.suffix == ".jsonl" and head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and bool(_SIGN.search(head))

    def read(self, lines: Iterable[Line], tally: Tally) -> Iterator[Record]:
        """Given a log's lines, return the records in which somebody said or did something."""
        tools: dict[str, str] = {}
        for line in decode_lines(_worth_decoding(lines, tally), _DECODER, tally):
            record = _record(line, tools, tally)
            if record is not None:
                yield record


def _worth_decoding(lines: Iterable[Line], tally: Tally) -> Iterator[Line]:
    for line in lines:
        data = line.data
        place = data.find(_PROGRESS, 0, 1000)
        if data.startswith(_SNAPSHOT) or (place > 0 and data.count(b"{", 0, place) == 1):
            if data.endswith(b"}"):
                tally.lines += 1
                tally.records += 1
                tally.skip("progress" if place > 0 else "file-history-snapshot")
                continue
        yield line


def _record(line: _Line, tools: dict[str, str], tally: Tally) -> Record | None:
    """Given one decoded line and the names of the open tool calls, return what it says, or None and count why."""
    if line.isSidechain:
        return _pass_over(tally, "sub-agent")
    if line.type == "assistant":
        return _agent_record(line, tools, tally)
    if line.type == "user":
        return _user_record(line, tools, tally)
    if line.type == "attachment" and line.attachment is not None:
        return _attachment_record(line, line.attachment, tally)
    return _pass_over(tally, line.type or "without type")


def _pass_over(tally: Tally, reason: str) -> None:
    tally.skip(reason[:40])


def _agent_record(line: _Line, tools: dict[str, str], tally: Tally) -> Record | None:
    message = line.message
    if message is None or message.model == "<synthetic>" or line.isApiErrorMessage:
        return _pass_over(tally, "written by the client")
    make = _EventMaker(line)
    typed: list[str] = []
    if isinstance(message.content, str):
        make.add(Role.AGENT, Act.SAID, message.content)
    else:
        for block in message.content or ():
            if block.type == "text" and block.text:
                make.add(Role.AGENT, Act.SAID, block.text)
            elif block.type == "tool_use":
                tools[block.id] = block.name
                text, written = call_text(block.name, block.input)
                typed.extend(written)
                make.add(Role.AGENT, Act.CALL, text, tool=block.name, call=block.id)
    if not make.events:
        return _pass_over(tally, "thinking")
    return make.record(line, typed=tuple(typed), worked=True)


def _user_record(line: _Line, tools: dict[str, str], tally: Tally) -> Record | None:
    message = line.message
    if message is None or message.content is None:
        return _pass_over(tally, "empty")
    make = _EventMaker(line)
    if line.isCompactSummary:
        make.add(Role.SYSTEM, Act.SUMMARY, _text_of(message.content)[:SUMMARY_LIMIT])
        return make.record(line)
    heard: list[str] = []
    person = not (line.isMeta or line.isVisibleInTranscriptOnly or line.sourceToolUseID)
    asked = False
    blocks = [_Block(type="text", text=message.content)] if isinstance(message.content, str) else message.content
    for block in blocks:
        if block.type == "tool_result":
            heard.append(_text_of(block.content))
            asked = _add_result(make, line, block, heard[-1], tools.pop(block.tool_use_id, "")) or asked
        elif block.type == "text" and block.text and person:
            asked = _add_speech(make, hear(block.text)) or asked
    if not make.events:
        return _pass_over(tally, "not a person")
    return make.record(line, heard=tuple(heard), asked=asked)


def _attachment_record(line: _Line, attachment: _Attachment, tally: Tally) -> Record | None:
    """A prompt that was typed while the agent worked is attached; every other attachment is injected context."""
    if attachment.type != "queued_command" or attachment.commandMode not in {None, "prompt"}:
        return _pass_over(tally, "attachment")
    make = _EventMaker(line)
    if not _add_speech(make, hear(_text_of(attachment.prompt))):
        return _pass_over(tally, "not a person")
    return make.record(line, asked=True)


def _add_speech(make: _EventMaker, speech: Speech) -> bool:
    """Given what a typed text turned out to be, add its events and return whether a person asked something."""
    if speech.interrupted:
        make.add(Role.USER, Act.INTERRUPTED, "")
    if speech.summary:
        make.add(Role.SYSTEM, Act.SUMMARY, speech.summary[:SUMMARY_LIMIT])
    if speech.plan:
        make.add(Role.AGENT, Act.SAID, speech.plan)
    if speech.words:
        make.add(Role.USER, Act.SAID, speech.words)
    return bool(speech.words or speech.plan)


def _add_result(make: _EventMaker, line: _Line, block: _Block, text: str, tool: str) -> bool:
    """Given a tool's result, add its events and return whether a person's words stood in it."""
    call = block.tool_use_id
    ok = not block.is_error
    if block.is_error:
        refused = rejection(text)
        if refused is not None:
            # A foreign tool's error could begin with the same words; the client's own mark cannot be imitated.
            if tool.startswith(_FOREIGN_TOOLS) and bytes(line.toolUseResult) != b'"User rejected tool use"':
                refused = ""
            act = Act.REJECTED if refused else Act.INTERRUPTED
            make.add(Role.USER, act, refused, tool=tool, call=call)
            return bool(refused)
    words: tuple[str, ...] = ()
    if ok and tool == "AskUserQuestion":
        words = answers(line.toolUseResult)
        for answer in words:
            make.add(Role.USER, Act.SAID, answer, call=call)
        excerpt = text[:ERROR_LIMIT]
    elif ok and tool != "Bash":
        excerpt = ""
    else:
        excerpt = error_lines(text, failed=not ok)
    make.add(Role.TOOL, Act.RESULT, excerpt, tool=tool, call=call, ok=ok)
    return bool(words)


class _EventMaker:
    """The events of one line, which share its id, time and place."""

    def __init__(self, line: _Line) -> None:
        self.events: list[Event] = []
        self.id = line.uuid or ""
        self.time = _time(line.timestamp)
        self.branch = line.gitBranch or ""
        self.cwd = line.cwd or ""

    def add(self, role: Role, act: Act, text: str, *, tool: str = "", call: str = "", ok: bool | None = None) -> None:
        text = text.strip()
        if act is Act.SAID and not text:
            return
        self.events.append(
            Event(self.id, role, act, text, self.time, tool, call, ok, branch=self.branch, cwd=self.cwd)
        )

    def record(
        self,
        line: _Line,
        *,
        heard: tuple[str, ...] = (),
        typed: tuple[str, ...] = (),
        asked: bool = False,
        worked: bool = False,
    ) -> Record:
        return Record(
            session="",
            key=self.id,
            time=self.time,
            events=tuple(self.events),
            heard=heard,
            typed=typed,
            asked=asked,
            worked=worked,
            agent=ClaudeCode.name,
            headless=asked and _is_headless(line),
        )


def _time(stamp: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _is_headless(line: _Line) -> bool:
    """Tell whether a program, not a person at a terminal, gave the prompt (``-p`` or one of the client's libraries)."""
    return (line.entrypoint or "").startswith("sdk") or (line.promptSource or "").startswith("sdk")


def _text_of(content: str | list[_Block] | None) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content or () if block.text)
