"""Processes of a run that are started before they are asked: each takes a while until it knows what it must.

So while one of them works, the next loads its code and reads what the store knew by then. What it is asked in the end
may be about a later generation, and it reads that too.
"""

from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Self, TypeVar

import msgspec

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
        self._waiting: dict[Role, tuple[msgspec.Struct, Child]] = {}

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End whatever was started and not asked."""
        self._held.close()

    def expect(self, role: Role, request: msgspec.Struct) -> None:
        """Given a role and a request much like the one to come, start its process and have it make ready."""
        if role not in self._waiting:
            child = self._held.enter_context(started(role, request, self._job))
            self._waiting[role] = request, child
            child.expect(request)

    def call(
        self,
        role: Role,
        request: msgspec.Struct,
        reply_type: type[Reply],
        on_progress: OnProgress,
        on_cage: OnCage = lambda _: None,
    ) -> Reply:
        """Given what ``pipe.call`` is given, do as that does, by the process that waits if it may read what it must."""
        expected, child = self._waiting.pop(role, (None, None))
        if expected is not None and child is not None:
            environment = self._job.environment
            with child:
                if trees_of(expected, environment) == trees_of(request, environment):
                    return child.ask(request, reply_type, on_progress, on_cage)
        return call(role, request, reply_type, on_progress, self._job, on_cage)
