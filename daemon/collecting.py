"""Collecting into a store, whoever dreams meanwhile.

Collecting needs no lease. A part's name is made of what it holds and the part is created by a link, so two hosts that
read the same logs write the same parts, and a run reads those that are there. One process of a host at a time, only so
that the same logs are not read twice.
"""

from __future__ import annotations

from pathlib import Path

from ..errors import RoleError
from ..memory.files import Store, open_store
from ..memory.purged import unfinished_purge
from .job import Job
from .lock import hold, hold_collecting
from .looked import keep_look
from .messages import OnProgress
from .pipe import OnStart, call
from .places import state_dir
from .requests import Collected, CollectReply, CollectRequest, ForwardRequest, PurgeReply

#: how long a person waits for another process of this host that reads the same logs: a backlog of a gigabyte takes a
#: minute or two
PATIENCE_SECONDS = 600.0


def collect(job: Job, on_progress: OnProgress) -> Collected:
    """Given a job, collect what is finished and new, and say what came of it.

    Raises RoleError where this host collects nothing for the store, CollectingError where another process of this host
    did not come to an end, and what the collector raises.
    """
    require_collecting(job)
    store, identity = open_store(job.store)
    return collect_into(store, state_dir(job.environment, identity.store), job, on_progress).collected


def require_collecting(job: Job) -> None:
    """Given a job, raise RoleError where this host collects nothing for the store."""
    if not job.collects:
        raise RoleError(str(job.store), "dream, so other hosts collect", "collect there, or set role to both here")


def forward(store: Store, local: Path, job: Job, on_progress: OnProgress) -> None:
    """Given a store under the lease, finish a purge that was begun: its parts may have to get other names."""
    if unfinished_purge(store):
        request = ForwardRequest(str(store.root), str(local), job.host, job.now)
        call("publisher", request, PurgeReply, on_progress, job)


def collect_into(
    store: Store,
    local: Path,
    job: Job,
    on_progress: OnProgress,
    patience: float = PATIENCE_SECONDS,
    on_start: OnStart = lambda _: None,
) -> CollectReply:
    """Given an open store, this host's folder for it and a job, collect; ``patience`` is how long others may take.

    Raises BusyError while somebody else must finish a purge first.
    """
    if unfinished_purge(store):
        with hold(store, local):
            forward(store, local, job, on_progress)
    on_progress("wait", 0, 0)
    with hold_collecting(store, local, patience):
        request = CollectRequest(
            sources=job.sources,
            store=str(store.root),
            state_dir=str(local),
            idle_seconds=job.idle_seconds,
            now=job.now,
            zone=job.zone,
            repository=job.repository,
            exclude=job.exclude,
        )
        reply = call("collector", request, CollectReply, on_progress, job, on_start=on_start)
    keep_look(local, job.now, reply)
    return reply
