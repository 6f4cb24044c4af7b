"""A run's progress, drawn on standard error where somebody watches a terminal, and nowhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from .output import shows_progress


@contextlib.contextmanager
def watched() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what a run reports to: a step, how much is done, and of how much (0 where that is not known)."""
    if not shows_progress():
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task("", total=None, state="")

        def on_progress(step: str, done: int, total: int) -> None:
            state = f"{done:,} of {total:,}" if total else ""
            drawn.update(task, description=step, completed=done, total=total or None, state=state)

        yield on_progress
