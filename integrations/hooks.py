"""Which events of a session an agent tells a hook of, and what may be answered: one table. Loads next to nothing.

What an agent writes to a hook's standard input is one JSON object. Of its keys ``session_id``, ``transcript_path`` and
``hook_event_name`` are read, and at a start ``source``. What a hook prints at a start becomes the model's context as it
stands. After every other event it is left empty, since there the agents take it for orders: Codex wants JSON after
Stop, Claude Code takes it for how to compact. The exit code is always 0: both take 2 for a veto.

Why nothing is done at a stop and before a compaction: docs/decisions/0021-what-hooks-do.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Event(NamedTuple):
    """One event: our word for it, the agents' own, and what is done.

    ``given``: what to read is printed. ``ends``: the session is finished. ``seconds``: how long a store may take.
    """

    name: str
    said: str
    given: bool = False
    ends: bool = False
    seconds: float = 1.0

    @property
    def installed(self) -> bool:
        """Tell whether there is anything to do, and so a reason to be called."""
        return self.given or self.ends


class Agent(NamedTuple):
    """One agent with hooks. ``name`` is that of ``sessions/agents.py``, which knows its folder.

    ``most`` is how long an output may be, counted by ``size``; what is longer is replaced by its beginning. ``still``
    are the sources of a start after which the model has what it was given before. ``user`` and ``project`` are the
    files in the folder that name hooks for all sessions of a person, and for those in one directory on this machine.
    ``trusts`` says what a person has to do before new hooks run, empty where nothing.
    """

    name: str
    most: int
    size: Callable[[str], int]
    still: frozenset[str]
    user: str
    project: str
    trusts: str = ""


def utf16_length(text: str) -> int:
    """Given a text, return its length as JavaScript counts it."""
    return len(text.encode("utf-16-le", "replace")) // 2


def utf8_length(text: str) -> int:
    """Given a text, return its length in bytes."""
    return len(text.encode("utf-8", "replace"))


EVENTS = (
    Event("session-start", "SessionStart", given=True, seconds=3.0),
    # Claude Code kills what takes more than 1.5 seconds then.
    Event("session-end", "SessionEnd", ends=True),
    Event("stop", "Stop"),
    Event("pre-compact", "PreCompact"),
)

AGENTS = (
    Agent(
        name="claude-code",
        most=9_900,  # at 10,001 a preview of 2 kB is shown
        size=utf16_length,
        still=frozenset({"resume"}),
        user="settings.json",
        project="settings.local.json",  # the one that is not shared: the command names paths of this machine
    ),
    Agent(
        name="codex",
        most=9_900,  # 2,500 tokens, and four bytes count as one
        size=utf8_length,
        still=frozenset({"resume", "fork"}),
        user="hooks.json",
        project="hooks.json",
        trusts="Codex runs a new hook once somebody has looked at it: start codex and type /hooks",
    ),
)

_EVENTS = {event.name: event for event in EVENTS}
_AGENTS = {agent.name: agent for agent in AGENTS}


def event_named(name: str) -> Event:
    """Given our word for an event, return it; raises ValueError where there is none."""
    if name not in _EVENTS:
        raise ValueError(f"there is no event '{name}'")
    return _EVENTS[name]


def agent_named(name: str) -> Agent:
    """Given an agent's name, or "" for any, return it, for any the one that takes least.

    Raises ValueError where an agent of that name has no hooks.
    """
    if not name:
        return _AGENTS["codex"]  # a text has at least as many bytes as signs
    if name not in _AGENTS:
        raise ValueError(f"there is no agent '{name}' with hooks")
    return _AGENTS[name]
