"""How the launcher talks with the processes that it starts: one request in, progress and one reply out.

A child is a fresh interpreter with nothing but its three standard descriptors, shut into its cage before it reads
(``child``). It gets two lines on standard input, what it will be asked about, if that is known so early, and its
request, and answers in JSON Lines on standard output (``messages``). What a child says is size-limited and
schema-checked, and it may take only so long; anything else ends it. Its session id is its own, so that it can be ended
together with everything it started; and when this process dies, the kernel ends it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Self, TypeVar

import msgspec

from .. import errors
from ..errors import DreamdError, WorkerError
from ..sessions.agents import AGENTS
from .cage.confine import ROLES, Trees
from .job import Job
from .messages import REPLY_LIMIT, Answer, Cage, Failure, Message, OnProgress, Progress, Role, path_of
from .trees import trees_of

#: how much of a child's last words a person is shown, in bytes
_LAST_WORDS = 4000
_GRACE_SECONDS = 5.0
#: a launcher waits for others, each of which has a patience of its own
_A_DAY = 86_400.0
#: what a child needs of the environment: where programs, homes and time zones are, and how to find this package
_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV"),
    *("XDG_STATE_HOME", "STATE_DIRECTORY"),  # where a launcher of the service finds what the service keeps here
    *(agent.variable for agent in AGENTS if agent.variable),
)
#: what decoding raises for what is no message, however deep it is
_MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

#: told what holds a child, before it has read its request
OnCage = Callable[[Cage], None]
#: gets a process when it has started
OnStart = Callable[[subprocess.Popen[bytes]], None]
Reply = TypeVar("Reply")


def call(
    role: Role,
    request: msgspec.Struct,
    reply_type: type[Reply],
    on_progress: OnProgress,
    job: Job,
    on_cage: OnCage = lambda _: None,
    on_start: OnStart = lambda _: None,
) -> Reply:
    """Given a role, its request and the job that it is for, run the process and return its reply.

    Raises the child's own DreamdError, or WorkerError where it died, lied, said too much or took too long. The child
    and all that it started are gone when this returns, however it returns.
    """
    with started(role, request, job, on_start) as child:
        return child.ask(request, reply_type, on_progress, on_cage)


def started(role: Role, request: msgspec.Struct, job: Job, on_start: OnStart = lambda _: None) -> Child:
    """Given a role, a request about the same files as the one that it will get, and the job, start the process.

    It shuts its cage and loads what it needs, and waits then: whoever has something else to do first saves that time.
    """
    environment = _environment(job.environment)
    command = _command(role, job.cage, trees_of(request, environment))
    return Child(role, command, environment, ROLES[role].patience, on_start)


def call_uncaged(
    module: str,
    request: msgspec.Struct,
    reply_type: type[Reply],
    on_progress: OnProgress,
    environment: Mapping[str, str],
    on_start: OnStart = lambda _: None,
) -> Reply:
    """Given a module of the package that reads no hostile text, run it as a process; for the rest as ``call``."""
    command = [sys.executable, "-P", "-B", "-m", f"{_package()}.{module}", str(os.getpid())]
    name = module.rpartition(".")[2]
    return converse(name, command, request, reply_type, on_progress, environment, on_start=on_start, patience=_A_DAY)


def look(role: Role, trees: Trees, environment: Mapping[str, str]) -> Cage:
    """Given a role and what it would be about, return what would hold its process here: one is started to see."""
    command = _command(role, "look", trees)
    try:
        return converse(role, command, Cage(), Cage, lambda *_: None, environment)
    except WorkerError as error:
        return Cage(missing=(f"all: {error}",))


def converse(
    name: str,
    command: Sequence[str],
    request: msgspec.Struct,
    reply_type: type[Reply],
    on_progress: OnProgress,
    environment: Mapping[str, str],
    on_cage: OnCage = lambda _: None,
    on_start: OnStart = lambda _: None,
    patience: float = 3600.0,
) -> Reply:
    """Given a command that speaks the protocol, run it and return its reply; raises as ``call`` does."""
    with Child(name, command, environment, patience, on_start) as child:
        return child.ask(request, reply_type, on_progress, on_cage)


class Child:
    """A process that speaks the protocol. It and all that it started are gone when its context is left."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], patience: float, on_start: OnStart
    ) -> None:
        """Given a command, start it; ``patience`` is how long it may take to answer, in seconds."""
        self._name, self._patience = name, patience
        self._late, self._ended, self._expects = threading.Event(), False, False
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=True,
            start_new_session=True,
            env=_environment(environment),
        )
        self._alarm = threading.Timer(patience, _interrupt, (self._process, self._late))
        self._alarm.daemon = True
        try:
            on_start(self._process)
            self._last_words = _LastWords(self._process.stderr)
            threading.Thread(target=_clear, args=(self._process,), daemon=True).start()
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Self:
        """Return this process, which may be asked once."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whether it was asked or not."""
        self._end()
        self._last_words.collect()

    def expect(self, request: msgspec.Struct) -> None:
        """Given a request much like the one that it will get, have it make ready for that; it answers nothing yet."""
        self._expects = True
        self._say(request)

    def ask(
        self,
        request: msgspec.Struct,
        reply_type: type[Reply],
        on_progress: OnProgress,
        on_cage: OnCage = lambda _: None,
    ) -> Reply:
        """Given a request, return the reply; raises as ``call`` does."""
        process, name = self._process, self._name
        try:
            self._alarm.start()
            if not self._expects:
                self._say(None)
            self._say(request)
            with contextlib.suppress(BrokenPipeError):
                _stream(process.stdin).close()
            answer = _listen(name, _stream(process.stdout), on_progress, on_cage)
            process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            raise WorkerError(name, "it answered and did not end") from None
        finally:
            self._end()
        said = self._last_words.collect()
        if self._late.is_set():
            raise WorkerError(name, f"it took longer than {self._patience:,.0f} s and was ended", output=said)
        if answer is None:
            last = said.rpartition("\n")[2]
            raise WorkerError(name, f"it ended with {_ending(process.returncode)}: {last}".rstrip(": "), output=said)
        if isinstance(answer, Failure):
            raise _revive(answer)
        try:
            return msgspec.json.decode(answer.body, type=reply_type, dec_hook=path_of)
        except _MALFORMED as error:
            raise WorkerError(name, f"its reply is malformed: {error}") from error

    def _say(self, request: msgspec.Struct | None) -> None:
        line = msgspec.json.encode(request, enc_hook=str) if request else b""
        # It may have died; that is seen by its answer.
        with contextlib.suppress(BrokenPipeError):
            _stream(self._process.stdin).write(line + b"\n")
            _stream(self._process.stdin).flush()

    def _end(self) -> None:
        if not self._ended:  # its number may be another's later
            self._ended = True
            self._alarm.cancel()
            _end(self._process)


def _command(role: Role, mode: str, trees: Trees) -> list[str]:
    words = [f"read={path}" for path in trees.read] + [f"write={path}" for path in trees.write]
    # -P: the current directory is not searched for modules; -B: nothing is written beside them.
    return [sys.executable, "-P", "-B", "-m", f"{_package()}.daemon.child", role, mode, str(os.getpid()), *words]


def _package() -> str:
    return __package__.rpartition(".")[0]


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: environment[name] for name in _ENVIRONMENT if name in environment}


def _listen(name: str, stream: IO[bytes], on_progress: OnProgress, on_cage: OnCage) -> Answer | Failure | None:
    decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)
    left = REPLY_LIMIT
    while line := stream.readline(left + 1):
        left -= len(line)
        if left < 0 or not line.endswith(b"\n"):
            raise WorkerError(name, "it said more than it may, or stopped in the middle of a message")
        try:
            message = decoder.decode(line)
        except _MALFORMED as error:
            raise WorkerError(name, f"it said something malformed: {error}") from error
        if isinstance(message, Cage):
            on_cage(message)
        elif isinstance(message, Progress):
            on_progress(message.step, message.done, message.total, message.session)
        else:
            return message
    return None


def _interrupt(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    """End a child that takes too long; what it holds open is closed by that, so whoever listens goes on."""
    if child.returncode is not None:
        return  # its number may be another's by now
    late.set()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _clear(child: subprocess.Popen[bytes]) -> None:
    """When a child has died, end what it started: a grandchild that holds the pipe would keep us listening for ever."""
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            # WNOWAIT leaves it unreaped, so that its number cannot be another group's yet.
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    else:
        child.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child's whole process group, politely first."""
    for sign, patience in ((signal.SIGTERM, _GRACE_SECONDS), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
            break
    for stream in (child.stdin, child.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def _revive(failure: Failure) -> DreamdError:
    kind = getattr(errors, failure.error, DreamdError)
    if not (isinstance(kind, type) and issubclass(kind, DreamdError)):
        kind = DreamdError
    return kind(failure.subject, failure.detail, failure.hint)


def _ending(code: int | None) -> str:
    return f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 - Popen was given PIPE for it
    return stream


class _LastWords:
    """Keeps the end of a child's standard error, read beside the reply so that neither pipe fills up."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = _stream(stream)
        self._tail = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while block := self._stream.read1(_LAST_WORDS):  # type: ignore[attr-defined]  # a pipe is a BufferedReader
            self._tail = (self._tail + block)[-_LAST_WORDS:]

    def collect(self) -> str:
        """Return what was said last; the child has ended."""
        self._thread.join(_GRACE_SECONDS)
        self._stream.close()
        return self._tail.decode(errors="replace").strip()
