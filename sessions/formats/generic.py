"""The generic format: JSON Lines with one utterance a line, for agents that have no reader of their own.

Its keys are described in docs/formats.md and docs/generic-session.schema.json. One file may hold several sessions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ...memory.records import Time
from ..events import Act, Event, Role
from ..lines import OpenLog
from .base import Record
from .calls import error_lines
from .decode import decode_lines
from .tally import Tally
from .times import in_utc

_KEYS = tuple(re.compile(rb'"%s"\s*:' % key) for key in (b"session", b"time", b"role", b"text"))


class _Line(msgspec.Struct):
    session: str | int = ""
    id: str | int | None = None
    time: Time | None = None
    role: str = ""
    text: str = ""
    person: str | None = None
    agent: str | None = None
    branch: str | None = None
    cwd: str | None = None
    ok: bool | None = None
    end: bool | None = None


_DECODER = msgspec.json.Decoder(_Line)
_ROLES = {role.value: role for role in Role}


class Generic:
    """The format of agents that write dreamd's own log format."""

    name = "generic"
    timed = True

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether its first line has the four required keys."""
        first = head.lstrip(b"\xef\xbb\xbf \r\n\t").split(b"\n", 1)[0]
        named = path.suffix in {".jsonl", ".ndjson"}
        return named and first.startswith(b"{") and all(key.search(first) for key in _KEYS)

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return its records; a session in which nobody is named is a headless one."""
        for line in decode_lines(log.lines(), _DECODER, tally):
            role = _ROLES.get(line.role)
            if role is None or not line.session or (line.time is None):
                tally.skip("without session, time or known role")
            elif not line.text.strip() and role is not Role.TOOL and not line.end:
                tally.skip("empty")
            else:
                yield _record(line, role)


def _record(line: _Line, role: Role) -> Record:
    time = in_utc(line.time) if line.time else None
    identity = str(line.id) if line.id not in {None, ""} else _digest(line)
    session = str(line.session)
    text, act = line.text.strip(), Act.SAID
    heard: tuple[str, ...] = ()
    if line.end and not text:
        # It says nothing but that it is over: a result that is not kept.
        role, act = Role.TOOL, Act.RESULT
    elif role is Role.TOOL:
        act = Act.RESULT
        heard = (line.text,)
        text = error_lines(line.text) if line.ok is False else ""
    elif role is Role.SYSTEM:
        act = Act.SUMMARY
        heard = (line.text,)
    event = Event(
        identity,
        role,
        act,
        text,
        time,
        ok=(line.ok is not False) if role is Role.TOOL else None,
        branch=line.branch or "",
        cwd=line.cwd or "",
    )
    return Record(
        session=session,
        key=f"{session}/{identity}",
        time=time,
        events=(event,),
        heard=heard,
        asked=role is Role.USER,
        worked=role is Role.AGENT,
        person=line.person or "",
        agent=line.agent or "",
        ended=line.end is True,
    )


def _digest(line: _Line) -> str:
    """Given a line without an id, return one that the same line has again."""
    content = f"{line.session}\0{line.time}\0{line.role}\0{line.text}"
    return f"line-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
