"""A published file that somebody edited, as it was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .changes import State
from .files import topic_named
from .records import Memory
from .topic import GENERAL
from .written import has_conflict

MEMORY = "MEMORY.md"


@dataclass(frozen=True)
class Edited:
    """A file that somebody changed: the name that it has or had in the store, its text, and what it came from.

    ``base`` is what was published under that name in the generation that it declares (empty where it declares none, or
    several), and ``states`` are the store's states in the generations that it declares. ``gone`` means that the file
    was deleted.
    """

    name: str
    text: str
    base: str = ""
    states: tuple[State, ...] = field(default=(), repr=False, compare=False)
    gone: bool = False

    @cached_property
    def has_conflict(self) -> bool:
        """Whether a merge left its markers there."""
        return has_conflict(self.text)

    @property
    def topic(self) -> str:
        """The topic whose file it is, or would be; empty for MEMORY.md."""
        return topic_of(self.name)

    def is_of(self, memory: Memory) -> bool:
        """Given a memory, tell whether its line may have been published here."""
        return self.name in {MEMORY, f"topics/{memory.topic}.md"}

    def versions(self, memory: Memory) -> list[Memory]:
        """Given a memory, return what it was in the generations that the file declares."""
        return [state.memories[memory.id] for state in self.states if memory.id in state.memories]


def topic_of(name: str) -> str:
    """Given a published file's name, return the topic whose file it is, or would be; empty for MEMORY.md."""
    return "" if name == MEMORY else topic_named(name.removeprefix("topics/").rpartition(".")[0]) or GENERAL
