"""What agents left behind: logs of finished sessions in which people gave rules, each a memory of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from .machine import Machine

#: a rule about each of these is a memory of its own; each word is no other's stem
THINGS = ("anchor", "barley", "cobalt", "dahlia", "ember", "falcon", "garnet", "harbor", "indigo", "juniper", "kestrel")


def rule(thing: str) -> str:
    """Given a thing, return what a person said about it, and what is remembered of that."""
    return f"Never deploy {thing} by hand. {thing.capitalize()} is always deployed by the script tools/{thing}.sh."


def generic(thing: str) -> str:
    """Given a thing, return the log of a session about it in the generic format."""
    rows = [
        {
            "session": thing,
            "id": f"{thing}-{number}",
            "time": f"2026-03-09T09:0{number}:00Z",
            "role": role,
            "text": text,
        }
        for number, (role, text) in enumerate(_said(thing))
    ]
    return _lines(rows)


def claude_code(thing: str) -> str:
    """Given a thing, return the log of a session about it as Claude Code writes it."""
    rows = []
    for number, (role, text) in enumerate(_said(thing)):
        row = {
            "type": "user" if role == "user" else "assistant",
            "uuid": f"{thing}-{number}",
            "sessionId": thing,
            "timestamp": f"2026-03-09T09:0{number}:00.000Z",
            "cwd": "/srv/web",
            "gitBranch": "main",
            "version": "2.1.0",
            "userType": "external",
            "isSidechain": False,
            "parentUuid": f"{thing}-{number - 1}" if number else None,
        }
        content = text if role == "user" else [{"type": "text", "text": text}]
        rows.append({**row, "message": {"role": row["type"], "content": content}})
    return _lines(rows)


def write_generic(machine: Machine, folder: Path | str, things: Iterable[str]) -> None:
    """Given a folder in the machine and things, write a log about each there, readable by all."""
    for thing in things:
        machine.write(Path(folder, f"{thing}.jsonl"), generic(thing))
    machine.sh(f"chmod -R a+rX {folder}")


def _said(thing: str) -> list[tuple[str, str]]:
    return [
        ("user", f"please look at {thing}"),
        ("agent", f"I have changed {thing} and deployed it."),
        ("user", f"no, {rule(thing).lower()}"),
        ("agent", "Understood."),
    ]


def _lines(rows: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)
