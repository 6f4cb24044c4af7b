"""The collector: reads agents' logs and keeps finished sessions as redacted transcripts. It sees no memory."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path

from ..memory.files import Store, open_store
from ..memory.purged import load_purged, strike
from ..sessions.collect import collect
from ..sessions.ended import marks_to_remove, read_marks, remove_marks
from ..sessions.glance import standing_of
from ..sessions.rewrite import change_part, rewrite_part
from ..sessions.sources import find_logs
from ..sessions.terms import Terms
from .messages import Cage, OnProgress
from .requests import Collected, CollectReply, CollectRequest
from .serving import serve


def handle(request: CollectRequest, progress: OnProgress) -> CollectReply:
    """Given which logs to read, collect what is finished and new, and say what was found and what was skipped."""
    # Where a mount is gone its folder is still there, and what was put into it would count as kept.
    (store, _), local = open_store(Path(request.store)), Path(request.state_dir)
    purged = load_purged(store)
    # Before the logs are looked at: what is left later is for the next look.
    marks = read_marks(local, request.now)
    repository = Path(request.repository) if request.repository else None
    sources = find_logs(request.sources, os.environ, Path.cwd(), repository)
    collected = collect(
        sources.logs,
        store.transcripts,
        local,
        Terms(
            idle=timedelta(seconds=request.idle_seconds),
            now=request.now,
            zone=request.zone,
            exclude=request.exclude,
            purged=purged,
            over=frozenset().union(*marks.values()),
        ),
        progress,
    )
    if collected.parts and load_purged(store) != purged:
        _strike(store, collected.parts)
    remove_marks(local, marks_to_remove(marks, collected.looks, collected.over))
    told = Collected(
        logs=collected.logs,
        unchanged=collected.unchanged,
        new_parts=len(collected.parts),
        waiting=collected.waiting,
        skipped=(*sources.skipped, *collected.skipped),
        bad_lines=collected.bad_lines,
        excluded_logs=collected.excluded_logs,
        excluded_sessions=collected.excluded_sessions,
        found=collected.found,
    )
    return CollectReply(told, standing_of(collected.looks))


def _strike(store: Store, parts: Iterable[str]) -> None:
    """Given new parts, remove from them what was purged while they were written: who purged may have looked before."""
    change = partial(strike, purged=load_purged(store))
    for name in parts:
        part = change_part(store.transcripts, name, change)
        if part is not None:
            rewrite_part(store.transcripts, part)


def main(cage: Cage) -> None:
    """Given what holds this process, be a collector."""
    serve(cage, CollectRequest, handle)
