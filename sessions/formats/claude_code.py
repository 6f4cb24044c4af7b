"""Claude Code's logs: one JSON record a line in ``<home>/.claude/projects/<slug>/<session>.jsonl``.

Records of type "user" are mostly tool results. What a person typed is what is left when results, the client's own
notes (flags and tags, see ``claude_code_speech``) and summaries are taken away. A tool call that a person rejected
carries their words inside an error result: the richest corrections of all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..echo import Heard
from ..events import Act, Event, Role
from ..lines import OpenLog, Span, is_blank
from .base import Record
from .calls import ERROR_LIMIT, call_about, error_lines, hidden_errors, link, may_hide_errors, strings_in
from .claude_code_quick import Answer, Silent, read_quickly, time_in
from .claude_code_speech import Speech, answers, by_person, hear, queued_prompt, rejection
from .decode import decode_span
from .tally import Tally
from .times import time_of

#: a summary is context for the curator, never evidence: its beginning is enough
SUMMARY_LIMIT = 2000

#: the client's own tools, which answer with nobody else's words. Any other, known or not, could imitate the phrases in
#: which the client tells of a rejection.
_OWN_TOOLS = frozenset(
    {"Bash", "Edit", "ExitPlanMode", "Glob", "Grep", "LS", "MultiEdit", "NotebookEdit", "Read", "TodoWrite", "Write"}
)

_NULL = msgspec.Raw(b"null")


class _Block(msgspec.Struct):
    type: str = ""
    text: str | None = None
    id: str = ""
    name: str = ""
    input: msgspec.Raw = _NULL
    tool_use_id: str = ""
    content: str | list[_Block] | None = None
    is_error: bool | None = None


class _Message(msgspec.Struct):
    content: str | list[_Block] | None = None
    model: str | None = None


class _Line(msgspec.Struct):
    type: str = ""
    uuid: str | None = None
    timestamp: str | None = None
    cwd: Any = None  # where it is no text it is none, and the line is read all the same
    gitBranch: Any = None  # noqa: N815 - the log's own key
    version: str | None = None
    message: _Message | None = None
    attachment: msgspec.Raw = _NULL
    isMeta: bool | None = None  # noqa: N815 - the log's own key
    isSidechain: bool | None = None  # noqa: N815 - the log's own key
    isCompactSummary: bool | None = None  # noqa: N815 - the log's own key
    isVisibleInTranscriptOnly: bool | None = None  # noqa: N815 - the log's own key
    isApiErrorMessage: bool | None = None  # noqa: N815 - the log's own key
    sourceToolUseID: str | None = None  # noqa: N815 - the log's own key
    entrypoint: str | None = None
    promptSource: str | None = None  # noqa: N815 - the log's own key
    origin: Any = None
    toolUseResult: msgspec.Raw = _NULL  # noqa: N815 - the log's own key


_DECODER = msgspec.json.Decoder(_Line)

_SIGN = re.compile(
    rb'"(?:sessionId|parentUuid|leafUuid|isSidechain)"\s*:|"type"\s*:\s*"(?:file-history-snapshot|summary|queue-operation)"'
)


class ClaudeCode:
    """The format of Claude Code's session logs."""

    name = "claude-code"
    timed = True

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether its lines carry this client's keys."""
        begins = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
        return path.suffix == ".jsonl" and begins and bool(_SIGN.search(head))

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return the records in which somebody said or did something."""
        tools: dict[str, str] = {}
        heard: list[Heard] = []  # what tools answered without a record of their own
        silent: Counter[str] = Counter()
        end = b""  # of the last line with a time, where all it says is that the session was alive
        for known in _quickly(log):
            if isinstance(known, Silent):
                silent[known.reason] += 1
                end = known.end or end
                continue
            if isinstance(known, Answer) and _just_worked(tools.get(known.call), known.text):
                tools.pop(known.call, None)
                silent[""] += 1
                heard.append(known.text)
                end = known.end
                continue
            span = known.span if isinstance(known, Answer) else known
            if is_blank(span):
                continue
            tally.lines += 1
            alive = tally.alive
            for line in decode_span(span, _DECODER, tally):
                record = _record(line, tools, tally, heard)
                if record is not None:
                    heard = []
                    yield record
            if tally.alive is not alive:
                end = b""
        tally.alive = time_in(end) or tally.alive
        tally.lines += silent.total()
        tally.records += silent.total()
        tally.skipped.update({reason: count for reason, count in silent.items() if reason})


def _quickly(log: OpenLog) -> Iterator[Span | Answer | Silent]:
    """Given an open log, return of each line what it says, or where it lies when it must be decoded."""
    number = 1
    for block in log.blocks():
        found = read_quickly(block, number)
        number += len(found)
        yield from found


def _just_worked(tool: str | None, text: bytes) -> bool:
    """Given the tool that answered without failing and what it said, tell whether nothing of that is kept.

    The answers to a question are a person's, and a pipe hides the failure of all but its last command.
    """
    return tool != "AskUserQuestion" and not (tool == "Bash" and may_hide_errors(text))


def _record(line: _Line, tools: dict[str, str], tally: Tally, before: list[Heard]) -> Record | None:
    """Given a decoded line, the names of the open tool calls and what tools said before it, return what it says.

    None where it says nothing; that is counted.
    """
    if line.isSidechain:
        return _pass_over(tally, "sub-agent")
    tally.alive = line.timestamp or tally.alive
    if line.type == "assistant":
        return _agent_record(line, tools, tally, before)
    if line.type == "user":
        return _user_record(line, tools, tally, before)
    if line.type == "attachment":
        return _attachment_record(line, tally, before)
    return _pass_over(tally, line.type or "without type")


def _pass_over(tally: Tally, reason: str) -> Record | None:
    tally.skip(reason[:40])
    return None


def _agent_record(line: _Line, tools: dict[str, str], tally: Tally, before: list[Heard]) -> Record | None:
    message = line.message
    if message is None or message.model == "<synthetic>" or line.isApiErrorMessage:
        return _pass_over(tally, "written by the client")
    identity, time, branch, cwd = line.uuid or "", time_of(line.timestamp), _branch(line), _cwd(line)
    events: list[Event] = []
    typed: list[Heard] = []
    for block in [_Block("text", message.content)] if isinstance(message.content, str) else message.content or ():
        if block.type == "text" and block.text and (text := block.text.strip()):
            events.append(Event(identity, Role.AGENT, Act.SAID, text, time, "", "", None, branch, cwd))
        elif block.type == "tool_use":
            name, call = block.name, block.id
            tools[call] = name
            typed.append(bytes(block.input))
            about = call_about(name, block.input)
            events.append(Event(identity, Role.AGENT, Act.CALL, about, time, name, link(call), None, branch, cwd))
    if not events:
        return _pass_over(tally, "thinking")
    return Record(
        "",
        identity,
        time,
        tuple(events),
        (),
        tuple(typed),
        worked=True,
        version=line.version or "",
        before=tuple(before),
    )


def _user_record(line: _Line, tools: dict[str, str], tally: Tally, before: list[Heard]) -> Record | None:
    message = line.message
    if message is None or message.content is None:
        return _pass_over(tally, "empty")
    make = _EventMaker(line, before)
    if line.isCompactSummary:
        make.add(Role.SYSTEM, Act.SUMMARY, _text_of(message.content)[:SUMMARY_LIMIT])
        return make.record(line)
    heard: list[str] = []
    asked = False
    blocks = [_Block(type="text", text=message.content)] if isinstance(message.content, str) else message.content
    for block in blocks:
        if block.type == "tool_result":
            asked = _add_result(make, line, block, tools.pop(block.tool_use_id, ""), heard) or asked
        elif block.type == "text" and block.text:
            speech = _speech(line, block.text)
            heard.append(speech.inserted)
            asked = _add_speech(make, speech) or asked
    if not make.events:
        tally.skip("not a person")
    return make.record(line, heard=tuple(heard), asked=asked)


def _speech(line: _Line, text: str) -> Speech:
    """Given a text in a user's place, return what it is: a person's only where nothing says that none typed it."""
    if line.isMeta or line.isVisibleInTranscriptOnly or line.sourceToolUseID or not by_person(line.origin):
        return Speech(inserted=text)
    speech = hear(text)
    if line.promptSource == "suggestion_accepted":  # worded by the client's model; a person sent it
        return Speech(plan=speech.plan or speech.words, inserted=speech.inserted)
    return speech


def _attachment_record(line: _Line, tally: Tally, before: list[Heard]) -> Record:
    """A prompt that was typed while the agent worked is attached; every other attachment is injected context."""
    make = _EventMaker(line, before)
    prompt = queued_prompt(line.attachment)
    if prompt is not None:
        speech = hear(prompt)
        return make.record(line, heard=(speech.inserted,), asked=_add_speech(make, speech))
    tally.skip("attachment")
    return make.record(line, heard=tuple(strings_in(line.attachment)))


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


def _add_result(make: _EventMaker, line: _Line, block: _Block, tool: str, heard: list[str]) -> bool:
    """Given a tool's result, add its events, or its text to ``heard``; return whether a person's words stood in it."""
    text, call, ok = _text_of(block.content), block.tool_use_id, not block.is_error
    refused = rejection(text) if block.is_error else None
    if refused is not None:
        # Another tool's error could begin with the same words; the client's own mark cannot be imitated.
        if tool not in _OWN_TOOLS and bytes(line.toolUseResult) != b'"User rejected tool use"':
            refused = ""
        make.add(Role.USER, Act.REJECTED if refused else Act.INTERRUPTED, refused, tool=tool, call=call)
        return bool(refused)
    if ok and tool == "AskUserQuestion":
        words = answers(line.toolUseResult)
        for answer in words:
            make.add(Role.USER, Act.SAID, answer, call=call)
        make.add(Role.TOOL, Act.RESULT, text[:ERROR_LIMIT], tool=tool, call=call, ok=ok)
        return bool(words)
    heard.append(text)
    excerpt = error_lines(text) if not ok else hidden_errors(text) if tool == "Bash" else ""
    if excerpt or not ok:
        make.add(Role.TOOL, Act.RESULT, excerpt, tool=tool, call=call, ok=ok)
    return False


class _EventMaker:
    """The events of one line, which share its id, time and place."""

    def __init__(self, line: _Line, before: list[Heard]) -> None:
        self.events: list[Event] = []
        self.id = line.uuid or ""
        self.time = time_of(line.timestamp)
        self.branch = _branch(line)
        self.cwd = _cwd(line)
        self.before = tuple(before)

    def add(self, role: Role, act: Act, text: str, *, tool: str = "", call: str = "", ok: bool | None = None) -> None:
        text = text.strip()
        if act is Act.SAID and not text:
            return
        self.events.append(Event(self.id, role, act, text, self.time, tool, link(call), ok, self.branch, self.cwd))

    def record(
        self,
        line: _Line,
        *,
        heard: tuple[Heard, ...] = (),
        typed: tuple[Heard, ...] = (),
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
            headless=asked and _is_headless(line),
            before=self.before,
        )


def _branch(line: _Line) -> str:
    """Given a line, return its branch; the client writes HEAD where there is none."""
    return line.gitBranch if isinstance(line.gitBranch, str) and line.gitBranch != "HEAD" else ""


def _cwd(line: _Line) -> str:
    return line.cwd if isinstance(line.cwd, str) else ""


def _is_headless(line: _Line) -> bool:
    """Tell whether a program, not a person at a terminal, gave the prompt (``-p`` or one of the client's libraries)."""
    return (line.entrypoint or "").startswith("sdk") or (line.promptSource or "").startswith("sdk")


def _text_of(content: str | list[_Block] | None) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content or () if block.text)
