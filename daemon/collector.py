"""The collector: reads agents' logs and keeps finished sessions as redacted transcripts. It sees no memory."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from ..sessions.collect import collect
from ..sessions.ended import marks_to_remove, read_marks, remove_marks
from ..sessions.sources import find_logs
from ..sessions.terms import Terms
from .pipe import OnProgress, serve
from .requests import Collected, CollectRequest


def handle(request: CollectRequest, progress: OnProgress) -> Collected:
    """Given which logs to read, collect what is finished and new, and say what was found and what was skipped."""
    local = Path(request.state_dir)
    # Before the logs are looked at: what is left later is for the next look.
    marks = read_marks(local, request.now)
    repository = Path(request.repository) if request.repository else None
    sources = find_logs(request.sources, os.environ, Path.cwd(), repository)
    collected = collect(
        sources.logs,
        Path(request.transcripts),
        local,
        Terms(
            idle=timedelta(seconds=request.idle_seconds),
            now=request.now,
            zone=request.zone,
            exclude=request.exclude,
            purged=request.purged,
            over=frozenset().union(*marks.values()),
        ),
        progress,
    )
    remove_marks(local, marks_to_remove(marks, collected.looks, collected.over))
    return Collected(
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


def main() -> None:
    """Be a collector process."""
    serve(CollectRequest, handle)


if __name__ == "__main__":
    main()
