"""A backlog of logs in several processes: reading is work for a processor, and one interpreter uses only one.

The processes are forks of this one and answer over a pipe, one line an outcome. They write what they keep themselves,
under names that depend on nothing but the content, so it does not matter who reads what, nor that one of them dies:
what it left undone is done here.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

#: bytes of logs from which a second process is worth its start, and the most processes: others use the machine too
_WORTHWHILE = 8_000_000
_MOST = 4

#: stretches of tasks that are dealt, and bytes of a number in the pipe (which holds 65,536 on Linux)
_STRETCHES = 4000
_NUMBER = 4

Outcome = TypeVar("Outcome", bound=msgspec.Struct)


class Task(msgspec.Struct, frozen=True):
    """One log to read: where it is, how large, and what may not be dealt to different processes."""

    path: str
    size: int
    group: str


class _Failed(msgspec.Struct, frozen=True):
    """The end of a share that failed: an error of the store."""

    number: int
    message: str
    path: str


Work = Callable[[Iterable[Task]], Iterator[Outcome]]


def processes_for(tasks: Sequence[Task]) -> int:
    """Given what is to be read, return in how many processes to read it."""
    if not hasattr(os, "sched_getaffinity") or sum(task.size for task in tasks) < _WORTHWHILE:
        return 1
    return min(_MOST, len(os.sched_getaffinity(0)), len({task.group for task in tasks}))


def in_shares(tasks: Sequence[Task], work: Work[Outcome], kind: type[Outcome], processes: int) -> Iterator[Outcome]:
    """Given tasks, what does some of them, and the type of its outcomes, yield all outcomes as they come.

    Raises the OSError that stopped one of the processes.
    """
    if processes <= 1:
        yield from work(tasks)
        return
    left = {task.path: task for task in tasks}
    queue = _Queue(tasks)
    children: list[_Child[Outcome]] = []
    try:
        children.extend(_Child(queue, work, kind) for _ in range(processes - 1))
        for outcome in _with_others(work(queue.taken()), children):
            left.pop(getattr(outcome, "path", ""), None)
            yield outcome
        yield from work(list(left.values()))  # what a process had taken that was ended
    finally:
        queue.close()
        for child in children:
            child.end()


def _with_others(own: Iterator[Outcome], children: Sequence[_Child[Outcome]]) -> Iterator[Outcome]:
    for outcome in own:
        yield outcome
        for child in children:
            yield from child.outcomes(wait=False)
    for child in children:
        yield from child.outcomes(wait=True)


class _Queue:
    """Tasks that several processes take from, each when it is ready for more; the largest first, groups whole.

    The numbers of the groups lie in a pipe: who reads one has it.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        groups: dict[str, list[Task]] = {}
        for task in tasks:
            groups.setdefault(task.group, []).append(task)
        self._groups = sorted(groups.values(), key=lambda group: (-sum(it.size for it in group), group[0].path))
        self._reading, writing = os.pipe()
        # As many stretches as fit into a pipe, so that nobody has to write while others read.
        stretch = -(-len(self._groups) // _STRETCHES)
        for first in range(0, len(self._groups), stretch):
            os.write(writing, first.to_bytes(_NUMBER) + min(first + stretch, len(self._groups)).to_bytes(_NUMBER))
        os.close(writing)

    def taken(self) -> Iterator[Task]:
        """Yield tasks as long as there are any."""
        while data := os.read(self._reading, 2 * _NUMBER):
            first, last = int.from_bytes(data[:_NUMBER]), int.from_bytes(data[_NUMBER:])
            for group in self._groups[first:last]:
                yield from group

    def close(self) -> None:
        """Let nobody of this process take more."""
        os.close(self._reading)


class _Child(Generic[Outcome]):
    """A process that does a share, seen from the one that started it."""

    def __init__(self, queue: _Queue, work: Work[Outcome], kind: type[Outcome]) -> None:
        self._decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
        self._kind = kind
        self._rest = b""
        self._over = False
        reading, writing = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(reading)
            _be_child(queue, work, writing)
        os.close(writing)
        self._pipe = reading

    def outcomes(self, *, wait: bool) -> Iterator[Outcome]:
        """Yield what has come, all of it to the end where ``wait`` is true."""
        while not self._over and (wait or select.select([self._pipe], [], [], 0)[0]):
            data = os.read(self._pipe, 1 << 16)
            self._over = not data
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                (what, raw), *_ = self._decode(line).items()
                if what == "failed":
                    failed = msgspec.json.decode(raw, type=_Failed)
                    raise OSError(failed.number, failed.message, failed.path)
                yield msgspec.json.decode(raw, type=self._kind)

    def end(self) -> None:
        """End the process, whatever it is doing, and leave nothing of it."""
        os.close(self._pipe)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _be_child(queue: _Queue, work: Work[Outcome], pipe: int) -> None:
    """Do a share, tell of it, and be gone without doing anything that the parent will do."""
    try:
        for outcome in work(queue.taken()):
            _tell(pipe, "done", outcome)
    except OSError as error:
        with suppress(OSError):
            failed = _Failed(error.errno or 0, error.strerror or str(error), str(error.filename or ""))
            _tell(pipe, "failed", failed)
    finally:
        os._exit(0)


def _tell(pipe: int, what: str, value: msgspec.Struct) -> None:
    data = msgspec.json.encode({what: value}) + b"\n"
    while data:
        data = data[os.write(pipe, data) :]


#: told the name of the step, how much is done and how much there is
Progress = Callable[[str, int, int], None]


def task_of(path: Path, size: int) -> Task:
    """Given a log and its size, return the task to read it: logs of one name may hold one session, and go together."""
    return Task(str(path), size, path.stem)
