"""An agent's settings with our hooks in them and without: texts in, texts out.

Claude Code's and Codex's files say it alike: ``{"hooks": {EVENT: [{"hooks": [{"type": "command", "command": …}]}]}}``.
A file has one hook of ours an event; others' stay where they are, also beside one of ours.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .hooks import EVENTS, Agent
from .json_text import Node, parse, replaced, with_item, with_member, without

#: how a settings file begins that is not there yet, or is empty
EMPTY = "{}\n"

#: a command line that calls us, whatever it is called by
_OURS = re.compile(rf"(?:^|[\s/'\"])dreamd['\"]?\s+hook\s+(?:{'|'.join(event.name for event in EVENTS)})(?:\s|$)")

#: seconds after which the agent ends a hook, for one whose interpreter does not even start
_TIMEOUT = 10


class _Place(NamedTuple):
    """Where a hook of ours stands: the event, which of its groups, and which of the group's hooks."""

    event: str
    group: int
    hook: int
    command: Node


def commands(agent: Agent, python: Sequence[str], store: Path) -> dict[str, str]:
    """Given an agent, a command that runs a Python which has dreamd, and a store, return the command for each event."""
    return {
        event.said: shlex.join(
            [*python, "-m", "dreamd", "hook", event.name, "--agent", agent.name, "--store", str(store)]
        )
        for event in EVENTS
        if event.installed
    }


def with_hooks(text: str, wanted: dict[str, str]) -> str:
    """Given an agent's settings and the command for each event, return them with these and nothing else changed.

    Raises ValueError where the settings are written so that this cannot be done.
    """
    for event, command in wanted.items():
        text = _with_hook(text if text.strip() else EMPTY, event, command)
    return text


def without_hooks(text: str) -> str:
    """Given an agent's settings, return them without our hooks and what only held them; raises as ``with_hooks``."""
    while place := next(_ours(parse(text)), None):
        root = parse(text)
        hooks = _expect(root.members["hooks"], dict)
        event = _expect(hooks.members[place.event], list)
        group = event.items[place.group].members["hooks"]
        if len(group.items) > 1:
            text = without(text, group, place.hook)
        elif len(event.items) > 1:
            text = without(text, event, place.group)
        elif len(hooks.members) > 1:
            text = without(text, hooks, list(hooks.members).index(place.event))
        else:
            text = without(text, root, list(root.members).index("hooks"))
    return text


def has_hooks(text: str) -> bool:
    """Given an agent's settings, tell whether a hook of ours is in them; raises as ``with_hooks``."""
    return bool(text.strip()) and next(_ours(parse(text)), None) is not None


def _with_hook(text: str, event: str, command: str) -> str:
    root = _expect(parse(text), dict)
    hook = {"type": "command", "command": command, "timeout": _TIMEOUT}
    group = {"hooks": [hook]}
    if (hooks := root.members.get("hooks")) is None:
        return with_member(text, root, "hooks", {event: [group]})
    if (groups := _expect(hooks, dict).members.get(event)) is None:
        return with_member(text, hooks, event, [group])
    mine = next((place for place in _ours(root) if place.event == event), None)
    if mine is None:
        return with_item(text, _expect(groups, list), group)
    return text if mine.command.value == command else replaced(text, mine.command, command)


def _ours(root: Node) -> Iterator[_Place]:
    """Given settings, yield our hooks in them. What is not as it should be holds none."""
    hooks = root.members.get("hooks")
    for event, groups in hooks.members.items() if hooks else ():
        for number, group in enumerate(groups.items):
            inner = group.members.get("hooks")
            for place, hook in enumerate(inner.items if inner else ()):
                command = hook.members.get("command")
                if command and isinstance(command.value, str) and _OURS.search(command.value):
                    yield _Place(event, number, place, command)


def _expect(node: Node, kind: type[Any]) -> Node:
    if not isinstance(node.value, kind):
        wanted = "an object" if kind is dict else "an array"
        raise ValueError(f"{wanted} is expected where {json.dumps(node.value)[:40]} stands")  # noqa: TRY004 - the text is wrong
    return node
