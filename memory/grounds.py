"""Why distil kept a memory: what spoke for and against it, kept beside the report of the run that found it.

Whoever asks later is told what was weighed then, whatever became of the rules and of the transcript. It is for people
and never for the state: where it is missing, nothing but this is unknown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable
from pathlib import Path

import msgspec

from .atomic import make_folder, write_file
from .changes import Add, Change, Merge
from .files import Store
from .reads import read_file

#: more of either is nothing that a curator of ours says
_MOST_FEATURES = 200
_FEATURE = re.compile(r"[a-z][a-z0-9_]{0,49}")


class Ground(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Why a statement of ``session`` became memory ``id``, or joined it. Score and features are as a draft's."""

    id: str
    session: str
    score: float
    features: tuple[tuple[str, float], ...] = ()


def sessions_brought(change: Change) -> tuple[str, ...]:
    """Given a change, return the sessions whose statements are the memory's by it."""
    if isinstance(change, Add):
        return change.memory.sessions
    return change.sessions if isinstance(change, Merge) else ()


def unfounded(grounds: Iterable[Ground], changes: Iterable[Change]) -> Ground | None:
    """Given grounds and the changes of their run, return the first that is not of one of these or cannot be, or None.

    They hold no text of a session, and must not: it would stand where nobody looks for a secret (invariant 8).
    """
    brought: dict[str, set[str]] = {}
    for change in changes:
        brought.setdefault(change.id, set()).update(sessions_brought(change))
    return next((it for it in grounds if not _is_sound(it, brought.get(it.id, ()))), None)


def write_grounds(store: Store, run: str, grounds: tuple[Ground, ...]) -> None:
    """Given a store, a run's id and why it keeps what it is about to commit, keep that."""
    make_folder(store.runs, parents=False)
    write_file(store.grounds(run), msgspec.json.encode(grounds) + b"\n")


def read_grounds(store: Store, runs: Iterable[str], name: str) -> list[Ground]:
    """Given a store, ids of runs and a memory's id, return why they kept it, in order; what cannot be read is none."""
    found: list[Ground] = []
    for run in runs:
        if run != Path(run).name:
            continue  # no run of ours is called so
        try:
            kept = msgspec.json.decode(read_file(store.grounds(run)), type=tuple[Ground, ...])
        except (OSError, ValueError):
            continue
        found += (it for it in kept if it.id == name)
    return found


def _is_sound(ground: Ground, sessions: Container[str]) -> bool:
    return (
        ground.session in sessions
        and math.isfinite(ground.score)
        and len(ground.features) <= _MOST_FEATURES
        and all(_FEATURE.fullmatch(name) and math.isfinite(weight) for name, weight in ground.features)
    )
