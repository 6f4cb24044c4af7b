"""From the lines of a Codex log to records, one line after the other."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from ...language.redact import redact
from ...language.visible import visible
from ..events import Act, Event, Role
from .base import Record
from .calls import CALL_LIMIT, error_lines, link
from .codex_calls import Call, call_of, command_of, outcome_of
from .codex_lines import Item, Line, moment_of, texts_of
from .codex_speech import hear, said
from .codex_twins import HELD, Message, Twins
from .decode import decode_any
from .tally import Tally
from .times import time_of

#: a summary is context for the curator, never evidence: its beginning is enough
SUMMARY_LIMIT = 2000
#: the sentence with which the client hands a summary on
_HANDED_ON = "Another language model started to solve this problem"

#: where a person types; any other source (``exec``, ``mcp``, one that is not known) is a program's
_PERSONS = frozenset({"cli", "vscode"})
_PROGRAM = re.compile(r"exec|sdk|mcp", re.IGNORECASE)
#: sources of the threads that agents and the client start for themselves
_NOBODYS = frozenset({"subagent", "guardian_review", "memory_consolidation"})

_CALLS = frozenset({"function_call", "custom_tool_call", "local_shell_call", "web_search_call"})
_OUTPUTS = frozenset({"function_call_output", "custom_tool_call_output"})
_SAYERS = {"user_message": Role.USER, "agent_message": Role.AGENT}
_SAID_ITEMS = {"UserMessage": Role.USER, "AgentMessage": Role.AGENT, "Plan": Role.AGENT}
_TURN_BEGINS = frozenset({"task_started", "turn_started"})
_TURN_EDGES = _TURN_BEGINS | {"task_complete", "turn_complete"}
#: a fork copies lines with the time of the copying; the begin of a turn is otherwise written as it happens
_LATE = timedelta(minutes=1)

_CWD = re.compile(r"<cwd>([^<>\n]{1,1000})</cwd>")


class Reading:
    """One reading of a log: what is known of the session so far, and what waits.

    Its size is bounded but for ``counts``, a number for each record of a turn, in old logs of the session.
    """

    def __init__(self, tally: Tally) -> None:
        """Given where to count what is passed over, know nothing yet."""
        self.tally = tally
        self.nobodys = False
        self.session = ""
        self.scope = ""
        self.headless = False
        self.branch = ""
        self.cwd = ""
        self.version = ""
        self.written: datetime | None = None
        self.copied: datetime | None = None  # when the turn began that a fork copied
        self.begun = False
        self.twins = Twins()
        self.calls: dict[str, Call] = {}
        self.counts: Counter[str] = Counter()

    @property
    def time(self) -> datetime | None:
        """When that happened which the last line tells of."""
        return self.copied or self.written

    def take(self, line: Line) -> Iterator[Record]:
        """Given the next line, return the records that are known to be records now."""
        self.tally.alive = line.timestamp or self.tally.alive
        item = line.payload
        if item is None:
            yield from self._bare(line)
            return
        self.written = time_of(line.timestamp)
        if line.type == "session_meta":
            self._head(item)
            return
        self.begun = True
        if line.type == "response_item":
            yield from self._item(item)
        elif line.type == "event_msg":
            yield from self._event(item)
        elif line.type == "compacted":
            yield from self._compacted(item)
        else:
            if line.type == "turn_context":
                self.cwd = item.cwd or self.cwd
                self._turn(item.turn_id)
            self._pass_over(line.type)

    def end(self) -> Iterator[Record]:
        """At the end of the log, return what waits and needs no event; the rest is for a later look."""
        if Role.AGENT not in self.twins.told:
            yield from self._go_on(Role.AGENT)

    def _bare(self, line: Line) -> Iterator[Record]:
        if line.type:
            yield from self._item(line, bare=True)
        elif line.id and line.timestamp and not self.session:
            self._head(line)
            self.written = time_of(line.timestamp)  # the only time in such a log
        else:
            self._pass_over(line.record_type or "")

    def _pass_over(self, kind: str) -> None:
        self.tally.skip(kind[:40] or "without type")

    def _head(self, head: Item) -> None:
        """The first head names the session; those after it are of the sessions it was forked from, the oldest last."""
        self._pass_over("session_meta")
        if not self.session:
            source, thread = decode_any(head.source), decode_any(head.thread_source)
            threads = {it for it in (source, thread) if isinstance(it, str)}
            self.nobodys = bool(threads & _NOBODYS) or (isinstance(source, dict) and not source.keys() <= {"custom"})
            program = bool(source) and not (isinstance(source, str) and source in _PERSONS)
            self.headless = program or bool(_PROGRAM.search(head.originator or ""))
            self.session = head.id or ""
            self.branch = (head.git and head.git.branch) or ""
            self.cwd = head.cwd or ""
            self.version = head.cli_version or ""
        if not self.begun:
            self.scope = head.id or self.scope

    def _turn(self, turn: str | None) -> None:
        if turn and turn != self.scope:
            self.scope = turn
            self.counts.clear()

    def _item(self, item: Item, *, bare: bool = False) -> Iterator[Record]:
        if item.type == "message":
            yield from self._message(item, bare=bare)
        elif item.type in _CALLS:
            yield from self._go_on()
            yield self._call(item)
        elif item.type in _OUTPUTS:
            yield from self._go_on()
            yield self._outcome(item)
        else:
            self._pass_over(item.type)

    def _message(self, item: Item, *, bare: bool) -> Iterator[Record]:
        texts = texts_of(item.content)
        if item.role == "assistant":
            yield from self._go_on(Role.USER)
            for part in (part for text in texts for part in said(text)):
                yield from self._once(Message(Role.AGENT, part, self.time), bare=bare)
            return
        if item.role != "user":
            yield self._context(texts)
            return
        speeches = [hear(text, confirmed=False) for text in texts]
        inserted = [speech.inserted for speech in speeches if speech.inserted]
        if inserted:
            yield self._context(inserted)
        words = "\n".join(speech.words for speech in speeches if speech.words)
        if words:
            yield from self._once(Message(Role.USER, words, self.time), bare=bare)

    def _once(self, message: Message, *, bare: bool) -> Iterator[Record]:
        if bare:
            yield self._said(message)
        elif not self.twins.item(message):
            self._pass_over("said twice")
        elif self.twins.full:
            yield from self._go_on()

    def _event(self, event: Item) -> Iterator[Record]:
        completed = event.item if event.type == "item_completed" else None
        if completed and completed.type in _SAID_ITEMS:
            texts = [completed.text] if completed.text else texts_of(completed.content)
            yield from self._told(_SAID_ITEMS[completed.type], texts)
        elif event.type in _SAYERS and decode_any(event.kind) in (None, "plain"):
            yield from self._told(_SAYERS[event.type], texts_of(event.message))
        elif event.type == "turn_aborted" and decode_any(event.reason) in (None, "interrupted"):
            yield from self._go_on()
            yield self._record(Role.USER, Act.INTERRUPTED, "")
        else:
            if event.type in _TURN_EDGES:
                yield from self._go_on()
                self.twins.turn_over()
                self._turn(event.turn_id)
            if event.type in _TURN_BEGINS:
                began = moment_of(event.started_at)
                self.copied = began if began and self.written and self.written - began > _LATE else None
            self._pass_over(event.type)

    def _told(self, role: Role, texts: list[str]) -> Iterator[Record]:
        if role is Role.USER:
            parts = [words] if (words := hear("".join(texts), confirmed=True).words) else []
        else:
            yield from self._go_on(Role.USER)
            parts = [part for text in texts for part in said(text)]
        for part in parts:
            message = Message(role, part, self.time)
            item = self.twins.event(message)
            if item:
                self._pass_over("said twice")
                message.time = item.time
            yield self._said(message)

    def _go_on(self, role: Role | None = None) -> Iterator[Record]:
        for message in self.twins.go_on(role):
            yield self._context([message.text]) if message.inserted else self._said(message)

    def _compacted(self, item: Item) -> Iterator[Record]:
        text = "".join(texts_of(item.message))
        self.twins.forget(Role.AGENT, text)  # the agent wrote the summary just before, and no event repeats it
        yield from self._go_on()
        if text.startswith(_HANDED_ON):
            text = text.partition("\n")[2]
        if text.strip():
            yield self._record(Role.SYSTEM, Act.SUMMARY, text.strip()[:SUMMARY_LIMIT])
        else:
            self._pass_over("compacted")

    def _call(self, item: Item) -> Record:
        action = decode_any(item.action)
        action = action if isinstance(action, dict) else {}
        if item.type == "local_shell_call":
            call = command_of("local_shell", action.get("command"))
        elif item.type == "web_search_call":
            query = action.get("query") or action.get("url")
            call = Call("web_search", query[:CALL_LIMIT] if isinstance(query, str) else "", ())
        else:
            free = item.type == "custom_tool_call"
            handed = decode_any(item.input if free else item.arguments)
            # The client's own tools have no namespace: another's must not pass for one of them.
            tool = f"{item.namespace}.{item.name or ''}" if item.namespace else item.name or ""
            call = call_of(tool, handed if isinstance(handed, str) else "", free=free)
        name = item.call_id or item.id or ""
        self.calls[name] = call._replace(typed=())
        if len(self.calls) > HELD:
            del self.calls[next(iter(self.calls))]
        event = self._record(Role.AGENT, Act.CALL, call.text, name, tool=call.tool)
        return msgspec.structs.replace(event, typed=call.typed)

    def _outcome(self, item: Item) -> Record:
        name = item.call_id or ""
        call = self.calls.pop(name, Call("", "", ()))
        outcome = outcome_of(item.output, call)
        if outcome.rejected:
            return self._record(Role.USER, Act.INTERRUPTED, "", name, tool=call.tool)
        if outcome.answers:
            return self._record(Role.USER, Act.SAID, "\n".join(outcome.answers), name, tool=call.tool)
        heard = (outcome.output,)
        if outcome.ok:
            return Record(self.session, "", self.time, (), heard=heard)
        record = self._record(Role.TOOL, Act.RESULT, error_lines(outcome.output), name, tool=call.tool, ok=False)
        return msgspec.structs.replace(record, heard=heard)

    def _said(self, message: Message) -> Record:
        return self._record(message.role, Act.SAID, message.text, time=message.time)

    def _context(self, texts: list[str]) -> Record:
        self._pass_over("not a person")
        for text in texts:
            if not self.cwd and text.startswith("<environment_context>") and (found := _CWD.search(text)):
                self.cwd = found[1]
        return Record(self.session, "", self.time, (), heard=tuple(texts))

    def _record(
        self,
        role: Role,
        act: Act,
        text: str,
        call: str = "",
        *,
        tool: str = "",
        ok: bool | None = None,
        time: datetime | None = None,
    ) -> Record:
        # A call is known by its id, a text by its redacted form: nothing is hashed before (invariant 8).
        content = f"{self.scope}\0{role}\0{act}\0{call or redact(visible(text)).text}"
        digest = hashlib.blake2b(content.encode("utf-8", "replace"), digest_size=10).hexdigest()
        self.counts[digest] += 1
        identity = digest if self.counts[digest] == 1 else f"{digest}-{self.counts[digest]}"
        time = time or self.time
        event = Event(identity, role, act, text, time, tool, link(call), ok, self.branch, self.cwd)
        asked = role is Role.USER and act is Act.SAID
        return Record(
            session=self.session,
            key=identity,
            time=time,
            events=(event,),
            asked=asked,
            worked=role is Role.AGENT,
            version=self.version,
            headless=asked and self.headless,
        )
