"""Messages that a Codex log has twice, as an item and as an event, brought together with a bounded memory.

An agent's event comes before its item, a person's after it. What an event says was said. What an item says waits::

    item comes first   waits ──event──▶ said          event comes first   said ──item──▶ nothing more
                         └──the agent goes on──▶ ``go_on`` decides
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from ..events import Role

#: messages held of either sort; real logs have a few at a time
HELD = 64


class Message(msgspec.Struct):
    """What one party said, and whether it turned out to be the client's own text in that party's place."""

    role: Role
    text: str
    time: datetime | None
    inserted: bool = False


class Twins:
    """The messages that stand in the log in one of their two forms so far."""

    def __init__(self) -> None:
        self.told: set[Role] = set()  # who spoke in events so far
        self._items: list[Message] = []
        self._events: dict[tuple[Role, str], int] = {}

    def item(self, message: Message) -> bool:
        """Given what an item says, hold it; return False where its event has come before."""
        key = _key(message.role, message.text)
        if self._events.get(key):
            self._events[key] -= 1
            return False
        self._items.append(message)
        return True

    @property
    def full(self) -> bool:
        """Whether too many items wait."""
        return len(self._items) > HELD

    def event(self, message: Message) -> Message | None:
        """Given what an event says, return the item that waited for it, if one did."""
        self.told.add(message.role)
        key = _key(message.role, message.text)
        for place, item in enumerate(self._items):
            if item.role is message.role and _key(item.role, item.text) == key:
                return self._items.pop(place)
        self._events[key] = self._events.pop(key, 0) + 1
        if len(self._events) > HELD:
            del self._events[next(iter(self._events))]
        return None

    def go_on(self, role: Role | None = None) -> list[Message]:
        """The agent goes on: return the messages (of one role, else all) that waited until now.

        In a log that has events of what people typed, what has none was typed by nobody.
        """
        over = [item for item in self._items if role in {None, item.role}]
        self._items = [item for item in self._items if role not in {None, item.role}]
        for item in over:
            item.inserted = item.role is Role.USER and Role.USER in self.told
        return over

    def turn_over(self) -> None:
        """At the end of a turn: forget the events whose items did not come."""
        self._events.clear()

    def forget(self, role: Role, within: str) -> None:
        """Given a role and a text, forget the messages of that role which wait and stand in the text."""
        whole = "".join(within.split())
        self._items = [it for it in self._items if it.role is not role or _key(it.role, it.text)[1] not in whole]


def _key(role: Role, text: str) -> tuple[Role, str]:
    """The two forms of a message differ in the white space where its parts are joined."""
    return role, "".join(text.split())
