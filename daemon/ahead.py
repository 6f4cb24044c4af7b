"""Processes of a run that are started before they are asked: each takes a while until it knows what it must.

So while one of them works, the next loads its code and reads what the store knew by then. What it is asked in the end
may be about a later generation, and it reads that too.
"""

from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from .cage.confine import Trees
from .job import Job
from .messages import OnProgress, Role
from .pipe import Child, OnCage, call, started
from .trees import trees_of

Reply = TypeVar("Reply")


class Ahead:
    """The processes that were started for a job and not asked yet; they are gone when its context is left."""

    def __init__(self, job: Job) -> None:
        """Given a job, have none at first."""
        self._job = job
        self._held = contextlib.ExitStack()
        self._waiting: dict[Role, tuple[Trees, Child]] = {}
        self._told: set[Role] = set()

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End whatever was started and not asked."""
        self._held.close()

    def start(self, role: Role, request: msgspec.Struct) -> Child:
        """Given a role and a request about the same files as the one to come, have its process load its code."""
        if role not in self._waiting:
            child = self._held.enter_context(started(role, request, self._job))
            self._waiting[role] = self._trees(request), child
        return self._waiting[role][1]

    def expect(self, role: Role, request: msgspec.Struct) -> None:
        """Given a role and a request much like the one to come, have its process make ready for that, once."""
        if role not in self._told:
            self._told.add(role)
            self.start(role, request).expect(request)

    def call(
        self,
        role: Role,
        request: msgspec.Struct,
        reply_type: type[Reply],
        on_progress: OnProgress,
        on_cage: OnCage = lambda _: None,
    ) -> Reply:
        """Given what ``pipe.call`` is given, do as that does, by the process that waits if it may read what it must."""
        trees, child = self._waiting.pop(role, (None, None))
        self._told.discard(role)
        if child is not None:
            with child:
                if trees == self._trees(request):
                    return child.ask(request, reply_type, on_progress, on_cage)
        return call(role, request, reply_type, on_progress, self._job, on_cage)

    def _trees(self, request: msgspec.Struct) -> Trees:
        return trees_of(request, self._job.environment)
