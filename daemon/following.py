"""Following a run of another process, perhaps of another host, until it is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ..memory.files import open_store
from .job import Job
from .lock import holder
from .messages import OnProgress
from .places import state_dir

_PAUSE_SECONDS = 1.0


def follow(job: Job, on_progress: OnProgress, pause: Callable[[float], None] = time.sleep) -> None:
    """Given a job for a store in which somebody dreams, report how far they are until nobody does.

    A run whose host has died holds the store for a minute after it was seen to stand still (``lease``).
    """
    store, identity = open_store(job.store)
    local: Path = state_dir(job.environment, identity.store)
    pause(_PAUSE_SECONDS)
    while found := holder(store, local):
        on_progress(f"{found.host}: {found.phase or 'dreams'}", found.done, found.total)
        pause(_PAUSE_SECONDS)
