"""Runs a command and is asked before each of its system calls that changes a file.

strace can inject a signal or an error at a call, but it counts for each thread and each kind of call by itself, so that
"the N-th call of the run" cannot be said to it where a run is five processes with threads. This does the same with what
the kernel offers beside ptrace: a seccomp filter that every process of the run inherits holds each call in question
until the supervisor has answered (``seccomp_unotify(2)``). So there is one count for the whole run, the order is the
order in which the calls are made, and the answer is exact: the call is made, it returns an error without being made, or
the process is killed before it is made. Nothing of dreamd knows of it. ``test_supervisor.py`` holds the count against
that of strace.

As a program, ``supervisor.py SOCKET COMMAND…``, this is the parent of a run: it puts the filter on, hands the
supervisor the means to listen, and ends when all processes of the run have ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import platform
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: the calls that change a file or force it to disk: the number on x86-64, and what the arguments are: a path (p), the
#: descriptor of a folder and a path in it (dp), a file's descriptor (f), anything else (.)
CALLS = {
    "write": (1, "f"),
    "open": (2, "p"),
    "pwrite64": (18, "f"),
    "writev": (20, "f"),
    "sendfile": (40, "f"),
    "fsync": (74, "f"),
    "fdatasync": (75, "f"),
    "truncate": (76, "p"),
    "ftruncate": (77, "f"),
    "rename": (82, "pp"),
    "mkdir": (83, "p"),
    "rmdir": (84, "p"),
    "creat": (85, "p"),
    "link": (86, "pp"),
    "unlink": (87, "p"),
    "symlink": (88, ".p"),
    "chmod": (90, "p"),
    "fchmod": (91, "f"),
    "chown": (92, "p"),
    "fchown": (93, "f"),
    "utime": (132, "p"),
    "utimes": (235, "p"),
    "openat": (257, "dp"),
    "mkdirat": (258, "dp"),
    "fchownat": (260, "dp"),
    "unlinkat": (263, "dp"),
    "renameat": (264, "dpdp"),
    "linkat": (265, "dpdp"),
    "symlinkat": (266, ".dp"),
    "fchmodat": (268, "dp"),
    "sync_file_range": (277, "f"),
    "utimensat": (280, "dp"),
    "fallocate": (285, "f"),
    "pwritev": (296, "f"),
    "renameat2": (316, "dpdp"),
    "copy_file_range": (326, "..f"),
    "pwritev2": (328, "f"),
    "openat2": (437, "dp"),
    "fchmodat2": (452, "dp"),
}
_NAMES = {number: (name, arguments) for name, (number, arguments) in CALLS.items()}
#: which argument of an open holds its flags; an open for reading changes nothing and is not even asked about
_FLAGS_OF_OPEN = {"open": 1, "openat": 2}
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

#: from <linux/audit.h>, <linux/seccomp.h>, <linux/prctl.h>, <linux/filter.h>, and the ioctls made of them
_X86_64 = 0xC000003E
_SECCOMP, _SET_MODE_FILTER, _NEW_LISTENER, _WAIT_KILLABLE = 317, 1, 1 << 3, 1 << 5
_NOTIFY, _ALLOW = 0x7FC00000, 0x7FFF0000
_NO_NEW_PRIVS, _CHILD_SUBREAPER = 38, 36
_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTIFICATION, _RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_CONTINUE = 1
_PATIENCE_MS = 120_000


@dataclass(frozen=True)
class Call:
    """A call that is about to be made: the how many-th of the run, its name, what it names, and whose it is."""

    number: int
    name: str
    paths: tuple[Path, ...]
    process: int
    role: str

    def __str__(self) -> str:
        return f"call {self.number}, {self.name} of {', '.join(map(str, self.paths))} by {self.role}"


@dataclass(frozen=True)
class Ended:
    """How a run ended, and the calls that it asked to make."""

    code: int
    out: str
    err: str
    calls: tuple[Call, ...]

    @property
    def says_error(self) -> bool:
        """Tell whether it says what went wrong, be it after how far it was, which a slow run tells first."""
        return any(line.startswith("error: ") for line in self.err.splitlines())


class Run:
    """What an answer may do to the run that it is about."""

    def __init__(self, parent: int) -> None:
        self._parent = parent

    def processes(self) -> list[int]:
        """Return the processes of the run, those that started others first."""
        return list(_descendants(self._parent))

    def signal(self, sign: signal.Signals, process: int | None = None) -> None:
        """Send a signal to one process of the run, by default to every one."""
        for it in [process] if process else self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(it, sign)


#: tells whether a call that names this path counts
Concerns = Callable[[Path], bool]
#: an answer's word for a call whose process it has killed
KILLED = -1
#: asked before each call: None lets it be made, a number is the error that it returns without being made
Answer = Callable[[Call, Run], int | None]


def why_not() -> str:
    """Return why nothing can be supervised on this machine; empty where it can."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return (
            f"the supervisor knows the calls of Linux on x86-64, and this is {platform.system()} {platform.machine()}"
        )
    try:
        supervise(["true"], {}, Path("/"), lambda _path: False, lambda _call, _run: None)
    except OSError as error:
        return f"this system lets no process answer for another (seccomp): {error}"
    return ""


def supervise(
    command: Sequence[str | Path], environment: Mapping[str, str], folder: Path, concerns: Concerns, answer: Answer
) -> Ended:
    """Given a command, run it in ``folder`` and ask ``answer`` before each call on a path that ``concerns`` us.

    Return when all of its processes have ended.
    """
    ours, theirs = socket.socketpair()
    arguments = [sys.executable, "-I", "-S", __file__, str(theirs.fileno()), *map(str, command)]
    with ours, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with (
            theirs,
            subprocess.Popen(
                arguments,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                pass_fds=[theirs.fileno()],
            ) as parent,
        ):
            theirs.close()
            _, listeners, _, _ = socket.recv_fds(ours, 1, 1)
            if not listeners:
                parent.wait()
                err.seek(0)
                raise OSError(err.read().decode(errors="replace").strip().rpartition("\n")[2])
            try:
                calls = tuple(_listen(listeners[0], parent, concerns, answer))
            finally:
                os.close(listeners[0])
                Run(parent.pid).signal(signal.SIGKILL)
        out.seek(0)
        err.seek(0)
        return Ended(parent.returncode, out.read().decode(), err.read().decode(), calls)


def _listen(listener: int, parent: subprocess.Popen[bytes], concerns: Concerns, answer: Answer) -> Iterator[Call]:
    poll, run, number = select.poll(), Run(parent.pid), 0
    poll.register(listener, select.POLLIN)
    while events := poll.poll(_PATIENCE_MS):
        if not any(event & select.POLLIN for _, event in events):
            parent.wait()  # nobody is left who could ask
            return
        notification = bytearray(_NOTIFICATION.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, notification)
        except FileNotFoundError:  # it was killed meanwhile
            continue
        identity, thread, _, call, _, _, *arguments = _NOTIFICATION.unpack(notification)
        error = None
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # likewise
            name, paths = _told(thread, call, arguments)
            if any(map(concerns, paths)):
                number += 1
                process = _process_of(thread)
                asked = Call(number, name, paths, process, _role(process))
                error = answer(asked, run)
                yield asked
        # Who is killed gets no answer: it could come first, and let the call be made.
        if error != KILLED:
            with contextlib.suppress(FileNotFoundError):
                fcntl.ioctl(listener, _SEND, _RESPONSE.pack(identity, 0, -(error or 0), 0 if error else _CONTINUE))
    raise TimeoutError(f"the run made no call for {_PATIENCE_MS // 1000} s")


def _told(thread: int, call: int, arguments: Sequence[int]) -> tuple[str, tuple[Path, ...]]:
    """Given a thread and its call, return the call's name and the whole paths of what it names."""
    name, kinds = _NAMES[call]
    paths = []
    folder = Path()
    for kind, value in zip(kinds, arguments, strict=False):
        if kind == "f":
            paths.append(Path(f"/proc/{thread}/fd/{_signed(value)}").readlink())
        elif kind == "d":
            at = "cwd" if _signed(value) < 0 else f"fd/{_signed(value)}"
            folder = Path(f"/proc/{thread}/{at}").readlink()
        elif kind == "p":
            start = folder if "d" in kinds else Path(f"/proc/{thread}/cwd").readlink()
            paths.append(start / _text(thread, value) if value else folder)
    return name, tuple(paths)


def _signed(value: int) -> int:
    return (value & 0xFFFFFFFF) - ((value & 0x80000000) << 1)


def _text(thread: int, address: int) -> str:
    memory = os.open(f"/proc/{thread}/mem", os.O_RDONLY)
    try:
        data = os.pread(memory, 4096 - address % 4096, address)
        if b"\0" not in data:
            data += os.pread(memory, 4096, address + len(data))
    finally:
        os.close(memory)
    return os.fsdecode(data.partition(b"\0")[0])


def _process_of(thread: int) -> int:
    status = Path(f"/proc/{thread}/status").read_text()
    return int(status.partition("\nTgid:")[2].split()[0])


def _role(process: int) -> str:
    """Given a process, return what it is: the role that it was started in, or ``launcher``."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        if b"dreamd.daemon.child" in words:
            return words[words.index(b"dreamd.daemon.child") + 1].decode()
    return "launcher"


def _descendants(process: int) -> Iterator[int]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _descendants(int(child))


def _filter() -> bytes:
    """Return the filter as BPF: a call of the table is asked about, an open only if it is not for reading."""
    code = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, _X86_64), (_RETURN, 0, 0, _ALLOW), (_LOAD, 0, 0, 0)]
    for name, (number, _) in CALLS.items():
        if name in _FLAGS_OF_OPEN:
            code += [
                (_JUMP_EQUAL, 0, 4, number),
                (_LOAD, 0, 0, 16 + 8 * _FLAGS_OF_OPEN[name]),
                (_JUMP_SET, 0, 1, _CHANGING),
                (_RETURN, 0, 0, _NOTIFY),
                (_RETURN, 0, 0, _ALLOW),
            ]
        else:
            code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _NOTIFY)]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _main(descriptor: int, command: Sequence[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    # Whose parent dies becomes ours, so that none of them is missed.
    libc.prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if not child:
        _become(libc, descriptor, command)
    os.close(descriptor)
    code = 1
    with contextlib.suppress(ChildProcessError):
        while True:
            process, status = os.wait()
            if process == child:
                code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _become(libc: ctypes.CDLL, descriptor: int, command: Sequence[str]) -> None:
    code = _filter()
    text = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    listener = libc.syscall(_SECCOMP, _SET_MODE_FILTER, _NEW_LISTENER | _WAIT_KILLABLE, program)
    if listener < 0:
        os.write(2, os.strerror(ctypes.get_errno()).encode())
        os._exit(1)
    with socket.socket(fileno=descriptor) as channel:
        socket.send_fds(channel, [b"."], [listener])
    os.execvp(command[0], list(command))  # noqa: S606 - the very command that is supervised


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2:])
