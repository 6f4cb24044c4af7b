"""How the launcher talks with the processes that it starts: one request in, progress and one reply out.

A child is a fresh interpreter with nothing but its three standard descriptors. It reads its request from standard
input to the end, and answers in JSON Lines on standard output: any number of ``progress`` messages, then one ``reply``
or one ``failure``. What a child says is size-limited and schema-checked; anything else ends it. Its session id is its
own, so that it can be ended together with everything it started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

import msgspec

from .. import errors
from ..errors import DreamdError, UnreachableError, WorkerError
from ..memory.files import open_store
from ..sessions.agents import AGENTS

#: a plan of 100,000 memories is about 60 MB; what is larger is no plan
REPLY_LIMIT = 256 * 1024 * 1024
#: how much of a child's last words a person is shown, in bytes
_LAST_WORDS = 4000
_GRACE_SECONDS = 5.0
#: what a child needs of the environment: where programs, homes and time zones are, and how to find this package
_ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV"),
    *(agent.variable for agent in AGENTS if agent.variable),
)

Role = Literal["collector", "launcher", "worker", "publisher"]
OnProgress = Callable[[str, int, int], None]
#: gets a process when it has started
OnStart = Callable[[subprocess.Popen[bytes]], None]
Reply = TypeVar("Reply")


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far a child is: ``done`` of ``total`` in a named step; a total of 0 is not known."""

    step: str
    done: int
    total: int


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """A child's DreamdError, taken across the pipe."""

    error: str
    subject: str
    detail: str
    hint: str


class Answer(msgspec.Struct, frozen=True, tag="reply"):
    """A child's result."""

    body: msgspec.Raw


_Message = Progress | Failure | Answer


def call(
    role: Role,
    request: msgspec.Struct,
    reply_type: type[Reply],
    on_progress: OnProgress,
    environment: Mapping[str, str],
    on_start: OnStart = lambda _: None,
) -> Reply:
    """Given a role and its request, run the process and return its reply.

    Raises the child's own DreamdError, or WorkerError where it died, lied or said too much. The child and all that it
    started are gone when this returns, however it returns.
    """
    package = __package__.rpartition(".")[0]
    # -P: the current directory is not searched for modules; -B: nothing is written beside them.
    command = [sys.executable, "-P", "-B", "-m", f"{package}.daemon.{role}"]
    return converse(role, command, request, reply_type, on_progress, environment, on_start)


def converse(
    name: str,
    command: Sequence[str],
    request: msgspec.Struct,
    reply_type: type[Reply],
    on_progress: OnProgress,
    environment: Mapping[str, str],
    on_start: OnStart = lambda _: None,
) -> Reply:
    """Given a command that speaks the protocol, run it and return its reply; raises as ``call`` does."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        close_fds=True,
        start_new_session=True,
        env={name: environment[name] for name in _ENVIRONMENT if name in environment},
    )
    try:
        on_start(child)
        last_words = _LastWords(child.stderr)
        threading.Thread(target=_clear, args=(child,), daemon=True).start()
        with contextlib.suppress(BrokenPipeError):
            _stream(child.stdin).write(msgspec.json.encode(request, enc_hook=str))
            _stream(child.stdin).close()
        answer = _listen(name, _stream(child.stdout), on_progress)
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        raise WorkerError(name, "it answered and did not end") from None
    finally:
        _end(child)
    said = last_words.collect()
    if answer is None:
        last_line = said.rpartition("\n")[2]
        raise WorkerError(name, f"it ended with {_ending(child.returncode)}: {last_line}".rstrip(": "), output=said)
    if isinstance(answer, Failure):
        raise _revive(answer)
    try:
        return msgspec.json.decode(answer.body, type=reply_type, dec_hook=_path)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WorkerError(name, f"its reply is malformed: {error}") from error


def serve(request_type: Any, handle: Callable[[Any, OnProgress], msgspec.Struct]) -> None:
    """Given a request's type and what handles it, be a child: answer one request and end."""
    # Standard output belongs to the protocol. Whatever else prints, a library say, goes to standard error.
    channel = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the launcher decides when a run is interrupted

    def send(message: _Message) -> None:
        channel.write(msgspec.json.encode(message) + b"\n")

    request = msgspec.json.decode(sys.stdin.buffer.read(), type=request_type, dec_hook=_path)
    try:
        reply = handle(request, lambda step, done, total: send(Progress(step, done, total)))
        send(Answer(msgspec.Raw(msgspec.json.encode(reply, enc_hook=str))))
    except DreamdError as error:
        send(_failure(error))
    except OSError as error:
        gone = _gone(error, request)
        if gone is None:
            raise
        send(_failure(gone))


def _gone(error: OSError, request: Any) -> DreamdError | None:
    """Return what an error means where the store that was asked for is not there any more, else None."""
    if isinstance(error, FileNotFoundError) and (root := getattr(request, "store", "")):
        try:
            open_store(Path(root))
        except DreamdError as now:
            return now
    return UnreachableError.of(error)


def _path(kind: type, text: Any) -> Path:
    """Read a path, which crosses the pipe as text; nothing else does."""
    if kind is not Path:
        raise NotImplementedError(kind)
    return Path(text)


def _failure(error: DreamdError) -> Failure:
    return Failure(type(error).__name__, error.subject, error.detail, error.hint)


def _listen(name: str, stream: IO[bytes], on_progress: OnProgress) -> Answer | Failure | None:
    decoder: msgspec.json.Decoder[_Message] = msgspec.json.Decoder(_Message)
    while line := stream.readline(REPLY_LIMIT):
        if not line.endswith(b"\n"):
            raise WorkerError(name, "it said more than it may, or stopped in the middle of a message")
        try:
            message = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WorkerError(name, f"it said something malformed: {error}") from error
        if not isinstance(message, Progress):
            return message
        on_progress(message.step, message.done, message.total)
    return None


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
