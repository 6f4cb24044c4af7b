"""Aider's history: ``.aider.chat.history.md`` in the repository, one Markdown file for all sessions.

Aider appends each message at once: ``# aider chat started at <local time>`` when it starts, what a person typed as
lines that begin with ``####``, its own and its tools' output as lines that begin with ``>``, and the model's replies as
they are. It ends a person's line and an output in two spaces. Where a session has these, a heading of that level
without them is the model's, and an output without them goes on, unmarked, to the line that has them. A reply is
followed by a report of its tokens: where reports are written, a person's line does not stand inside a reply.

**Sessions.** The only time is that of the start; every record has it. The id is made of that time and of a digest of
what stands under it up to the first prompt (command line, version, model, files of the repository) and of the prompt's
first line. All of that is there before there is a first record and never changes, so the id is the same while the file
grows, in a copy and in a rotated file; and two repositories differ in it even where two sessions began in one second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from ..events import Act, Role
from ..lines import OpenLog
from .aider_prompts import asked_in
from .base import Record
from .calls import CALL_LIMIT, hidden_errors
from .fences import MarkdownLines
from .spoken import Pile, Spoken, Told, digest_of, event, named
from .tally import Tally
from .times import find_time

_HEADER = re.compile(r"# aider chat started at (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\s*$", re.ASCII)
_HEADER_IN_HEAD = re.compile(rb"^# aider chat started at \d{4}-\d{2}-\d{2} ", re.MULTILINE)
_PROMPT_IN_HEAD = re.compile(rb"^#### ", re.MULTILINE)

_PROMPT = "####"
_KEPT = "  "  # how aider ends its lines
_REPORT = "Tokens: "
_THINKING = re.compile(r"<(?P<tag>think(?:ing)?(?:-content-[0-9a-f]{8,64})?)>")
#: what aider did with a reply, as it tells it, and the tool that this is
_DONE = (("Applied edit to ", "edit"), ("Running ", "bash"))
_BY_PROGRAM = re.compile(r"\s(?:--message|--msg|-m|--message-file|-f)(?:[\s=]|$)")

#: lines under a session's header that make its id
_BANNER_LINES = 20


class Aider:
    """The format of aider's histories."""

    name = "aider"
    timed = False

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether it begins as a history, or is named so."""
        if _HEADER_IN_HEAD.match(head.lstrip(b"\xef\xbb\xbf \r\n\t")):
            return True
        marked = _HEADER_IN_HEAD.search(head) or _PROMPT_IN_HEAD.search(head)
        return "aider" in path.name and path.suffix not in {".jsonl", ".ndjson", ".json"} and bool(marked)

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return what people, the model and the tools said, in order."""
        lines = MarkdownLines(log, tally, _may_be_mark)
        return named(_Reading(log.zone, tally, lines).all())


def _may_be_mark(line: str) -> bool:
    return line.startswith((_PROMPT, ">", "# aider chat started at "))


class _Reading:
    """What is known after each line.

    Nobody speaks before the first prompt: what stands there is aider's. After it every line is a person's, an output or
    the model's, as it is marked (``_take``).
    """

    def __init__(self, zone: str, tally: Tally, lines: MarkdownLines) -> None:
        self._zone = zone
        self._tally = tally
        self._lines = lines
        self._begin("")

    def _begin(self, started: str) -> None:
        self._started = started
        self._banner: list[str] = []
        self._told: Told | None = None
        self._voice = ""  # "" before the first prompt
        self._pile = Pile()
        self._blank = 0  # blank lines just before
        self._kept = False  # aider's own line ends are there
        self._reports = False
        self._goes_on = False  # an output of several lines has not ended
        self._thinking = ""  # the tag that ends it

    def all(self) -> Iterator[Spoken]:
        """Return all messages in order."""
        for line, live in self._lines:
            yield from self._take(line, live=live)
        yield from self._flush()

    def _take(self, line: str, *, live: bool) -> Iterator[Spoken]:
        """Given the next line, return the messages that it ends."""
        header = _HEADER.match(line) if live else None
        if header:
            yield from self._flush(ended=True)
            self._begin(header[1])
        elif live and self._is_prompt(line):
            yield from self._take_prompt(line)
        elif live and self._is_output(line):
            yield from self._take_output(line)
        elif self._thinking:
            self._leave_thinking(line)
        elif self._goes_on or (self._voice == "tool" and not self._blank and line.strip()):
            self._goes_on = self._goes_on and not line.endswith(_KEPT)
            yield from self._add(line)
        elif not self._voice:
            if line.strip():
                self._keep_banner(line)
        else:
            yield from self._take_text(line, live=live)
        self._blank = 0 if line.strip() else self._blank + 1

    def _flush(self, *, ended: bool = False) -> Iterator[Spoken]:
        """Return what was last said, if anybody said anything; ``ended``: the session is over."""
        text = self._pile.text()
        if not text or self._told is None:
            return
        self._tally.records += 1
        if self._voice == "user":
            words = asked_in(text)
            if not words:
                self._tally.skip("command or answer to aider")
                return
            message = self._told.tell(words, event(Role.USER, Act.SAID, words), voice="user")
        elif self._voice == "agent":
            message = self._told.tell(text, event(Role.AGENT, Act.SAID, text), voice="agent")
        else:
            errors = hidden_errors(text)
            results = [event(Role.TOOL, Act.RESULT, errors)] if errors else []
            message = self._told.tell(text, *results, voice="tool", heard=(text,))
        yield message._replace(record=msgspec.structs.replace(message.record, ended=ended))

    def _is_prompt(self, line: str) -> bool:
        if not line.startswith(_PROMPT) or line[4:5] not in {" ", ""}:
            return False
        if self._voice == "agent" and self._reports:
            return False
        return line.endswith(_KEPT) or not (self._kept or self._thinking)

    def _is_output(self, line: str) -> bool:
        if not line.startswith(">") or line[1:2] not in {" ", ""}:
            return False
        return not self._thinking or line.endswith(_KEPT)

    def _take_prompt(self, line: str) -> Iterator[Spoken]:
        if self._voice != "user" or self._blank:
            yield from self._flush()
        self._stop_thinking()
        self._goes_on = False
        self._kept = self._kept or line.endswith(_KEPT)
        if self._told is None:
            self._told = self._name_session(line)
        self._voice = "user"
        yield from self._add(line[5:].rstrip())

    def _take_output(self, line: str) -> Iterator[Spoken]:
        self._stop_thinking()
        self._goes_on = self._kept and not line.endswith(_KEPT) and self._voice != "agent"
        self._kept = self._kept or line.endswith(_KEPT)
        said = line[2:].rstrip()
        if not self._voice:
            self._keep_banner(said)
            return
        if self._voice != "tool":
            yield from self._flush()
            self._voice = "tool"
        self._reports = self._reports or said.startswith(_REPORT)
        for sign, tool in _DONE:
            if said.startswith(sign) and self._told:
                about = said.removeprefix(sign)[:CALL_LIMIT]
                yield self._told.tell(said, event(Role.AGENT, Act.CALL, about, tool=tool), voice="call")
        yield from self._add(said)

    def _take_text(self, line: str, *, live: bool) -> Iterator[Spoken]:
        if not line.strip():
            yield from self._add(line)
            return
        # Two replies with nothing between them are written with two blank lines between them.
        if self._voice != "agent" or (live and self._blank > 1):
            yield from self._flush()
            self._voice = "agent"
        thinking = _THINKING.match(line) if live else None
        if thinking:
            yield from self._flush()
            self._tally.skip("thinking")
            self._thinking = f"</{thinking['tag']}>"
            self._lines.raw = True
            self._leave_thinking(line)
        else:
            yield from self._add(line)

    def _add(self, line: str) -> Iterator[Spoken]:
        if self._pile.add(line):
            yield from self._flush()

    def _leave_thinking(self, line: str) -> None:
        if self._thinking in line:
            self._stop_thinking()

    def _stop_thinking(self) -> None:
        self._thinking = ""
        self._lines.raw = False

    def _keep_banner(self, line: str) -> None:
        if len(self._banner) < _BANNER_LINES:
            self._banner.append(line)

    def _name_session(self, prompt: str) -> Told:
        time: datetime | None = find_time(self._started, self._zone)
        stamp = re.sub(r"\D", "", self._started) or "untimed"
        name = f"aider-{stamp}-{digest_of(self._started, *self._banner, prompt[5:])}"
        return Told(name, time=time, headless=any(_BY_PROGRAM.search(line) for line in self._banner[:1]))
