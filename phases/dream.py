"""What every phase is handed and what it gives back. Plain values: no clock, no disk, no environment."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from ..curators.draft import Curator, Nearly
from ..language.manifests import Service
from ..memory.census import Census
from ..memory.changes import Change, State
from ..memory.grounds import Ground
from ..memory.records import Memory
from ..sessions.events import Transcript
from .readings import Readings


@dataclass(frozen=True)
class Repository:
    """What git says of the project, gathered before the run; paths are relative to its root.

    ``deleted`` maps a path that history knows and HEAD does not have to the commit that removed it; ``renamed`` maps
    an old path to its present one; so do ``gone_names`` and ``renamed_names`` for names that stood in its code, and
    ``gone_offers`` and ``renamed_offers`` for what its manifests offered (``language.manifests``). ``gone_branches``
    were merged and deleted. ``has_symbol`` looks in the working tree and is handed in by the worker: a name that
    history took out of one place may stand in another. ``instructions`` is the text of the files that agents read by
    themselves (CLAUDE.md, AGENTS.md).
    """

    head: str
    clean: bool
    files: frozenset[str]
    deleted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    merged_branches: frozenset[str] = frozenset()
    branches: frozenset[str] = frozenset()
    gone_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    renamed_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    offers: frozenset[str] = frozenset()
    gone_offers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    renamed_offers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    gone_branches: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    services: tuple[Service, ...] = ()
    instructions: str = ""
    has_symbol: Callable[[str], bool] = lambda _name: True


class Progress(Protocol):
    """Told how far a phase is: ``done`` of ``total``, and the session that it is about to read, where it reads one."""

    def __call__(self, phase: str, done: int, total: int, session: str = "", /) -> None:
        """Given how far it is, pass it on."""


@dataclass(frozen=True)
class Policy:
    """The numbers that the configuration may change."""

    cap_lines: int = 199  # fewer than 200
    cap_bytes: int = 25_000


@dataclass(frozen=True)
class Dream:
    """One run's input: what is new, what to judge by, and the time that counts as now.

    ``readings`` know what was read in texts before. The rest is filled in by the run. ``known``: the memories at its
    base, whose ids people have seen. ``fresh``: ids that were added or reworded and that merge has yet to compare.
    ``altered``: ids of memories that are not what they were when the phase was asked last (None: it was not yet).
    """

    now: datetime
    curator: Curator
    transcripts: tuple[Transcript, ...] = ()
    inbox: tuple[Memory, ...] = ()  # remembered items, already records
    repository: Repository | None = None
    policy: Policy = Policy()
    progress: Progress = lambda _phase, _done, _total, _session="": None
    readings: Readings = field(default_factory=Readings)
    known: Container[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    altered: frozenset[str] | None = None
    explain: bool = False  # somebody wants to know what was nearly done


@dataclass(frozen=True)
class Outcome:
    """What a phase proposes. ``shown`` is reindex's choice for MEMORY.md and None elsewhere.

    ``notes`` tell a person what was nearly done and why not; ``nearly`` tells it one by one, where it is asked for.
    ``grounds`` tell why distil kept what it did.
    """

    changes: tuple[Change, ...] = ()
    shown: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    nearly: tuple[Nearly, ...] = ()
    grounds: tuple[Ground, ...] = ()


def unseen(dream: Dream, state: State) -> Census:
    """Given a phase's input, return the active memories that are not as it saw them last, oldest first.

    For a phase that judges each memory by itself: what it had nothing to say about, it has nothing to say about now.
    """
    active, altered = state.census, dream.altered
    return active if altered is None else active.take(active.are_in(altered).nonzero()[0])


Step = Callable[[Dream, State], Outcome]


def outcome(changes: Iterable[Change], notes: Iterable[str] = ()) -> Outcome:
    """Given changes in order, return the outcome that holds them."""
    return Outcome(changes=tuple(changes), notes=tuple(notes))
