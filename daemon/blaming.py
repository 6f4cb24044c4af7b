"""Which session a dead worker was reading, so that a bad one is set aside and the others go on (invariant 15)."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

from ..errors import WorkerError
from ..memory.failed import blame
from ..memory.files import Store
from ..memory.ledger import positions
from ..sessions.transcripts import list_parts
from .ahead import Ahead
from .job import Job
from .messages import OnProgress
from .pipe import OnCage
from .requests import Work, WorkRequest


def work_blaming(
    store: Store, job: Job, name: str, request: WorkRequest, on_progress: OnProgress, ahead: Ahead, on_cage: OnCage
) -> Work:
    """Given a run and its request, have a worker make the plan; its death is blamed on the session that it was reading.

    Raises as ``pipe.call`` does.
    """
    at_hand = _AtHand(on_progress)
    try:
        return ahead.call("worker", request, Work, at_hand, on_cage)
    except WorkerError:
        if at_hand.began and not job.dry_run:
            _blame(store, name, at_hand.session, request.set_aside)
        raise


class _AtHand:
    """Passes progress on, and knows which session a worker is reading."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self.began = False
        self.session = ""

    def __call__(self, step: str, done: int, total: int, session: str = "", /) -> None:
        """Given how far a worker is, remember which session it reads, and pass it on."""
        self.began, self.session = True, session
        self._on_progress(step, done, total, session)


def _blame(store: Store, name: str, session: str, aside: Collection[str]) -> None:
    """Given a run whose worker died and the session that it was reading, remember that; at none, all may be why.

    ``aside`` are the sessions that it was not to read. What a worker says of sessions that are not new counts for none.
    """
    consumed = positions(store).parts
    read = {it.session for it in list_parts(store.transcripts) if it.name not in consumed}.difference(aside)
    with contextlib.suppress(OSError):
        blame(store, name, {session} & read or read)


def said_aside(session: str) -> str:
    """Given a session that is set aside, say so, and what to do."""
    return f"session {session} is set aside, since two runs failed on it; 'dreamd dream --retry' tries it again"
