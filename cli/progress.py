"""A run's progress: drawn where somebody watches standard error on a terminal, or told in plain lines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from .output import shows_progress, talk

if TYPE_CHECKING:
    from ..daemon.messages import OnProgress

#: a step that takes longer is told again after so many seconds
_AGAIN_SECONDS = 10.0


@contextlib.contextmanager
def watched(*, lines: bool = False) -> Iterator[OnProgress]:
    """Yield what a run reports to: a step, how much is done, and of how much (0 where that is not known).

    Where nobody watches a terminal, a line is printed when a step lasts, if ``lines`` are wanted.
    """
    if not shows_progress():
        yield _Lines(time.monotonic) if lines else lambda *_: None
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

        def on_progress(step: str, done: int, total: int, _session: str = "", /) -> None:
            state = f"{done:,} of {total:,}" if total else ""
            drawn.update(task, description=step, completed=done, total=total or None, state=state)

        yield on_progress


class _Lines:
    """Says which step is at hand: one that is over in a moment is not worth a line."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told = clock()

    def __call__(self, step: str, done: int, total: int, _session: str = "", /) -> None:
        if self._clock() - self._told >= _AGAIN_SECONDS:
            self._told = self._clock()
            talk(f"{step} {done:,} of {total:,}" if total else step)
