"""What each kind of process may do, in one table, and how it gives up all else before it loads anything.

::

    descriptors ─▶ limits ─▶ no new privileges ─▶ Landlock (which files) ─▶ seccomp (which calls) ─▶ try it

Two layers, because neither is whole: Landlock knows files but lets their modes, owners and times be changed, seccomp
knows calls but not which file they are about. What this kernel lacks is told (``Caged``), and whoever requires a cage
is refused without.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import site
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from ...sessions.accounts import learn_owners
from . import landlock, seccomp
from .calls import Calls, reading, running, writing
from .self_test import surprises
from .syscalls import SET_DUMPABLE, SET_NO_NEW_PRIVS, SET_PDEATHSIG, prctl

Mode = Literal["require", "best-effort"]

_GIB = 1024**3


class Trees(NamedTuple):
    """The files and folders that a process is about, with all below them."""

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()


class Caged(NamedTuple):
    """What holds a process: the layers that are in force, and what is missing, each with the reason."""

    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Allowance(NamedTuple):
    """What a role may: the calls, by the number of its process, and limits in seconds and bytes.

    It has ``seconds`` of a processor and ``patience`` until it must have ended. ``runs`` tells whether it runs programs
    of the system. It may write where its ``Trees`` say so, a ``file`` of at most so much. ``before`` looks up what it
    must know of what it may read before it is shut in.
    """

    calls: Callable[[int], Calls]
    seconds: int
    patience: float
    memory: int
    file: int
    runs: bool = False
    before: Callable[[tuple[str, ...]], None] = lambda _: None

    @property
    def writes(self) -> bool:
        """Tell whether it may write at all."""
        return self.file > 0


#: The limits are several times what 100,000 memories, or a backlog of ten gigabytes, take. Memory counts what can be
#: written to, since DuckDB and BLAS reserve address space for each processor. Processes are not limited: that would
#: count all that a user has.
ROLES = {
    "collector": Allowance(
        lambda _: writing(), before=learn_owners, seconds=14_400, patience=28_800, memory=8 * _GIB, file=4 * _GIB
    ),
    "worker": Allowance(reading, seconds=3_600, patience=7_200, memory=8 * _GIB, file=0),
    "publisher": Allowance(
        lambda _: running(), seconds=3_600, patience=7_200, memory=8 * _GIB, file=4 * _GIB, runs=True
    ),
}

#: where systems keep programs, libraries and time zones
_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"),
    *("/nix/store", "/gnu/store", "/home/linuxbrew/.linuxbrew"),
)
#: what an interpreter, DuckDB, numpy, the C library and git look up
_LOOKED_UP = (
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"),
    *("/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies"),
    *("/etc/gitconfig", "/etc/gitattributes", "/var/lib/sss/mc", "/dev/null", "/dev/zero", "/dev/urandom"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/filesystems", "/proc/sys/vm/overcommit_memory"),
    *("/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm/transparent_hugepage"),
)
_NULL = "/dev/null"
_MOST_DESCRIPTORS = 65_536


def confine(role: Allowance, trees: Trees) -> Caged:
    """Given what this process may do and where, give up all else for good; return what that came to.

    Nothing that is missing stops it: whoever needs it whole looks at what is returned.
    """
    role.before(trees.read)
    _close_all()
    layers, missing = _limit(role)
    # Nobody of the same user looks into it or takes it over; and it leaves no core behind.
    _try(prctl, SET_DUMPABLE, 0)
    _try(prctl, SET_NO_NEW_PRIVS, 1)
    if sys.platform != "linux":
        missing += [f"{layer}: this is {sys.platform}, and it is Linux's" for layer in ("landlock", "seccomp")]
        return Caged(tuple(layers), tuple(missing))
    try:
        if role.writes and landlock.abi() < landlock.MOVING:
            missing.append("landlock, for who writes: this kernel's (abi 1) lets no file be moved; Linux 5.19 does")
        else:
            layers.append(f"landlock (abi {landlock.restrict(_rights(role, trees))})")
    except OSError as error:
        missing.append(f"landlock: {landlock.explain(error)}")
    try:
        seccomp.limit(role.calls(os.getpid()))
        layers.append("seccomp")
    except OSError as error:
        missing.append(f"seccomp: {seccomp.explain(error)}")
    return Caged(tuple(layers), tuple(missing))


def die_with(parent: int) -> None:
    """Given the number of the process that started this one, end as soon as it does, or at once where it has ended.

    The kernel means the thread that started it; who starts a process of ours waits for it in that thread.
    """
    _try(prctl, SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def take_along() -> None:
    """Let whatever this process forks from here on end with it."""
    os.register_at_fork(after_in_child=partial(die_with, os.getpid()))


def test(caged: Caged, role: Allowance, trees: Trees) -> Caged:
    """Given what holds this process, let it try what it must not be able to do, and return what holds it really."""
    everything = "/" in {*trees.read, *trees.write, *sys.path}  # somebody's logs are looked for in all there is
    got_through = tuple(
        f"{layer}: it does not refuse {what}"
        for layer, what in surprises(writes=role.writes, reads_all=everything)
        if any(it.startswith(layer) for it in caged.layers)
    )
    broken = {it.partition(":")[0] for it in got_through}
    held = tuple(it for it in caged.layers if it.partition(" ")[0] not in broken)
    return Caged(held, caged.missing + got_through)


def _close_all() -> None:
    """Close what was handed down besides the three standard descriptors: an open file needs no leave any more.

    The launcher lets nothing be handed down. This is for whoever else starts such a process.
    """
    os.closerange(3, _MOST_DESCRIPTORS)


def _limit(role: Allowance) -> tuple[list[str], list[str]]:
    """Set the limits of a role; return them as a layer, and what could not be set."""
    missing = []
    for name, what, most in (
        ("core", resource.RLIMIT_CORE, 0),
        ("processor", resource.RLIMIT_CPU, role.seconds),
        ("memory", resource.RLIMIT_DATA, role.memory),
        ("file size", resource.RLIMIT_FSIZE, role.file),
    ):
        try:
            _, hard = resource.getrlimit(what)
            bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (bound, bound))
        except (OSError, ValueError) as error:
            missing.append(f"limits: {name}: {error}")
    return [] if missing else ["limits"], missing


def _rights(role: Allowance, trees: Trees) -> Iterator[tuple[str, int]]:
    run = landlock.EXECUTE if role.runs else 0
    yield from ((path, landlock.READ | run) for path in _SYSTEM)
    yield from ((path, landlock.READ) for path in (*_LOOKED_UP, *_interpreters_own(), *trees.read))
    if role.writes:
        yield from ((path, landlock.WRITE) for path in (_NULL, *trees.write))


def _interpreters_own() -> set[str]:
    """Return where this interpreter and its modules lie; the package too, which may be installed as a link to it."""
    package = str(Path(__file__).absolute().parents[2])
    prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *site.PREFIXES}
    return {package, *prefixes, *filter(None, sys.path)}


def _try(function: Callable[..., None], *arguments: object) -> None:
    with contextlib.suppress(OSError):
        function(*arguments)
