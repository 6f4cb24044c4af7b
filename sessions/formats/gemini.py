"""Gemini CLI's logs: ``<home>/.gemini/tmp/<project>/chats/session-<time>-<id>``, with ``.json`` or ``.jsonl``.

Older releases keep one JSON object with all messages of a session and rewrite it whole. Newer ones append lines: a
head, messages, and updates; a message comes again when its tool calls are done, and an update may repeat all messages.
So nothing is known by its place: what a message says and each finished call in it are records of their own, known by
the message's id and the call's.

After a compression, and after a call that was refused, the client records its messages anew with new ids: the
session's context, the summary if there is one, and messages that were there before.

The log does not tell whether somebody typed at all: a prompt that was given to a program looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ...errors import LogError
from ..echo import Heard
from ..events import Act, Event, Role
from ..lines import Line, OpenLog, is_blank
from .base import Record
from .calls import error_lines, link
from .decode import decode_lines, decode_one
from .gemini_calls import Call, call_in, texts_in
from .gemini_speech import CONTEXT, folder_in, hear
from .tally import Tally
from .times import time_of

#: largest file that is read where it is one JSON object, in bytes: it is held in memory
FILE_LIMIT = 64 * 1024 * 1024
#: a summary is context for the curator, never evidence: its beginning is enough
SUMMARY_LIMIT = 2000

_NULL = msgspec.Raw(b"null")


class _Message(msgspec.Struct):
    id: str = ""
    timestamp: str | None = None
    type: str = ""
    content: msgspec.Raw = _NULL
    displayContent: msgspec.Raw = _NULL  # noqa: N815 - the log's own key
    toolCalls: list[msgspec.Raw] | None = None  # noqa: N815 - the log's own key


class _Update(msgspec.Struct):
    messages: list[msgspec.Raw] | None = None


class _Line(_Message):
    sessionId: str = ""  # noqa: N815 - the log's own key
    kind: str | None = None
    messages: list[msgspec.Raw] | None = None
    update: _Update | None = msgspec.field(name="$set", default=None)
    rewind: Any = msgspec.field(name="$rewindTo", default=None)


_LINE = msgspec.json.Decoder(_Line)
_MESSAGE = msgspec.json.Decoder(_Message)

_KEYS = tuple(re.compile(rb'"%s"\s*:' % key) for key in (b"sessionId", b"projectHash"))

_CANCELLED = frozenset({"Request cancelled.", "User cancelled the request."})
#: what the client says in the agent's place when it was handed a summary
_ACKNOWLEDGED = "Got it. Thanks for the additional context!"


class Gemini:
    """The format of Gemini CLI's session logs."""

    name = "gemini"
    timed = True

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether it names a session and its project's hash."""
        begins = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
        return path.suffix in {".json", ".jsonl"} and begins and all(key.search(head) for key in _KEYS)

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return the records in which somebody said or did something.

        Raises LogError where it is one JSON object and too large.
        """
        reading = _Reading(tally)
        for line in decode_lines(_lines(log), _LINE, tally):
            if line.kind == "subagent":
                tally.skip("sub-agent")
                return
            yield from reading.take(line)


def _lines(log: OpenLog) -> Iterable[Line]:
    """Given an open log, return its lines where each is a JSON object, else all of it as one line."""
    first = next((span.line() for span in log.spans() if not is_blank(span)), None)
    if first is None or first.too_long or first.data.rstrip().endswith(b"}"):
        return log.lines()
    whole = log.whole(FILE_LIMIT)
    if whole is None:
        raise LogError(detail=f"is one JSON object of more than {FILE_LIMIT // 1024**2} MB")
    return [Line(1, whole, complete=whole.rstrip().endswith(b"}"))]


class _Reading:
    """One reading of a log: what is known of the session so far, and the ids and texts that were seen."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.session = ""
        self.cwd = ""
        self.seen: set[str] = set()
        self.texts: set[int] = set()  # hashes of what was said, for this reading only
        self.repeats = False  # the client began to record its messages anew, and nothing new came since

    def take(self, line: _Line) -> Iterator[Record]:
        self.session = line.sessionId or self.session
        if line.id:
            yield from self._message(line)
        elif line.rewind is not None:
            self.tally.skip("rewind")
        elif line.messages is None and line.update is None:
            self.tally.skip("head")
        for raw in line.messages or (line.update and line.update.messages) or ():
            self.tally.records += 1
            message = decode_one(raw, _MESSAGE)
            if message is None:
                self.tally.skip("unexpected shape")
            else:
                yield from self._message(message)

    def _message(self, message: _Message) -> Iterator[Record]:
        self.tally.alive = message.timestamp or self.tally.alive
        if message.type == "user":
            yield from self._user(message)
        elif message.type == "gemini":
            yield from self._agent(message)
        elif message.type == "info" and "".join(texts_in(message.content)).strip() in _CANCELLED:
            yield from self._once(message, Role.USER, Act.INTERRUPTED, "")
        else:
            self.tally.skip(message.type[:40] or "without type")

    def _user(self, message: _Message) -> Iterator[Record]:
        texts = texts_in(message.content)
        if not texts:
            self.tally.skip("tool result")  # it stands in the agent's message too
            return
        speech = hear(texts, texts_in(message.displayContent))
        self.cwd = self.cwd or folder_in(speech.inserted)
        if speech.inserted:
            yield Record(self.session, "", None, (), heard=(speech.inserted,))
            self.repeats = self.repeats or speech.inserted.lstrip().startswith(CONTEXT)
        if speech.summary:
            self.repeats = True
            yield from self._once(message, Role.SYSTEM, Act.SUMMARY, speech.summary[:SUMMARY_LIMIT])
        if speech.words:
            yield from self._said(message, Role.USER, speech.words)
        elif not speech.summary:
            self.tally.skip("not a person")

    def _agent(self, message: _Message) -> Iterator[Record]:
        text = "".join(texts_in(message.content)).strip()
        if text and text != _ACKNOWLEDGED:
            yield from self._said(message, Role.AGENT, text)
        elif not message.toolCalls:
            self.tally.skip("thoughts")
        for raw in message.toolCalls or ():
            call = call_in(raw)
            if call is None:
                self.tally.skip("unfinished call")
            else:
                yield from self._call(message, call)

    def _call(self, message: _Message, call: Call) -> Iterator[Record]:
        if message.id and f"{message.id} {call.id} {Act.CALL}" in self.seen:
            return
        yield from self._once(message, Role.AGENT, Act.CALL, call.text, call, typed=call.typed)
        if call.words is not None:
            act = Act.SAID if not call.refused else Act.REJECTED if call.words else Act.INTERRUPTED
            yield from self._once(message, Role.USER, act, call.words, call)
        elif call.ok:
            yield Record(self.session, "", None, (), heard=(call.output,))
        else:
            text, heard = error_lines(call.output), (call.output,)
            yield from self._once(message, Role.TOOL, Act.RESULT, text, call, ok=False, heard=heard)

    def _said(self, message: _Message, role: Role, text: str) -> Iterator[Record]:
        """Given what somebody said, return its record; nothing where it only comes again."""
        if message.id in self.seen:
            return
        mark = hash((role, text))
        if self.repeats and mark in self.texts:
            self.tally.skip("said twice")
            return
        self.repeats = self.repeats and role is not Role.USER
        self.texts.add(mark)
        yield from self._once(message, role, Act.SAID, text)

    def _once(
        self,
        message: _Message,
        role: Role,
        act: Act,
        text: str,
        call: Call | None = None,
        *,
        ok: bool | None = None,
        heard: tuple[str, ...] = (),
        typed: tuple[Heard, ...] = (),
    ) -> Iterator[Record]:
        key = f"{message.id} {call.id} {act}" if message.id and call else message.id
        if key in self.seen:
            return
        if key:
            self.seen.add(key)
        time = time_of((call and call.time) or message.timestamp)
        tool, name = (call.tool, link(call.id)) if call else ("", "")
        words = role is Role.USER and bool(text)
        yield Record(
            session=self.session,
            key=key,
            time=time,
            events=(Event(message.id, role, act, text, time, tool, name, ok, cwd=self.cwd),),
            heard=heard,
            typed=typed,
            asked=words,
            worked=role is Role.AGENT,
        )
