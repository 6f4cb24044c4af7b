"""What people ask for by hand, as the launcher does it: the lease where need be, and the publisher for the rest."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from ..errors import BusyError
from ..memory.files import Store, open_store
from ..memory.purged import unfinished_purge
from .collecting import PATIENCE_SECONDS, forward
from .dreaming import dreaming_here, telling
from .job import Job
from .lock import hold, hold_collecting
from .messages import OnProgress
from .pipe import call
from .places import state_dir
from .requests import (
    AdoptRequest,
    Amended,
    BringRequest,
    CorrectRequest,
    PurgeReply,
    PurgeRequest,
    Repaired,
    RepairRequest,
    UndoRequest,
)

#: what is asked for by hand, and what is said of it
ByHand = CorrectRequest | UndoRequest | BringRequest | AdoptRequest
Reply = TypeVar("Reply")


@dataclass(frozen=True)
class Unwanted:
    """What to be rid of: a value or a regular expression, and values that it matches in agents' logs."""

    wanted: str
    is_regex: bool = False
    values: tuple[str, ...] = ()


def purge(job: Job, unwanted: Unwanted, on_progress: OnProgress) -> PurgeReply:
    """Given a job and what to be rid of, purge its store, in a dry run only look; raises DreamdError on failure."""
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    request = PurgeRequest(
        store=str(store.root),
        local=str(local),
        host=job.host,
        now=job.now,
        wanted=unwanted.wanted,
        is_regex=unwanted.is_regex,
        values=unwanted.values,
        dry_run=job.dry_run,
    )
    if job.dry_run:
        return call("publisher", request, PurgeReply, on_progress, job)
    with _alone(store, local), telling(store, dreaming_here("purge", job.now), on_progress) as tell:
        return call("publisher", request, PurgeReply, tell, job)


def repair(job: Job, what: Literal["index", "published", "ledger"], on_progress: OnProgress) -> Repaired:
    """Given a job and the name of what is damaged, mend it; raises DamagedError where that cannot be."""
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    request = RepairRequest(str(store.root), str(local / "scratch"), job.host, job.now, what)
    with _alone(store, local), telling(store, dreaming_here("repair", job.now), on_progress) as tell:
        return call("publisher", request, Repaired, tell, job)


def amend(job: Job, request: CorrectRequest | UndoRequest, on_progress: OnProgress) -> Amended:
    """Given a job and what a person puts right, commit and publish it at once, whoever dreams meanwhile."""
    return by_hand(job, request, Amended, on_progress)


def by_hand(job: Job, request: ByHand, reply_type: type[Reply], on_progress: OnProgress) -> Reply:
    """Given a job and what somebody asks for by hand, have it committed and published; return what came of it.

    A run that goes on loses its base by it and starts again; publishing needs no lease, since whoever is late looks at
    the head again. A dry run holds nothing. Raises BusyError only while somebody else must finish a purge first.
    """
    if job.dry_run:
        return call("publisher", request, reply_type, on_progress, job)
    store, identity = open_store(job.store)
    local = state_dir(job.environment, identity.store)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold(store, local))
        except BusyError:
            if unfinished_purge(store):
                raise
        else:
            forward(store, local, job, on_progress)
        request = msgspec.structs.replace(request, scratch=str(local / "scratch"))
        return call("publisher", request, reply_type, on_progress, job)


@contextlib.contextmanager
def _alone(store: Store, local: Path) -> Iterator[None]:
    """Hold the lease and keep this host's collector from writing; another's asks the table once more at its end."""
    with hold(store, local), hold_collecting(store, local, PATIENCE_SECONDS):
        yield
