"""Landlock: a process that gives up all files but some trees, and all it can reach beside files, for good.

Three system calls and no library: their numbers are the same on every processor. What can be given up grew with the
kernel, and each right may only be named to one that knows it (``ABI``); what it does not know stays allowed, which is
for seccomp to refuse. See landlock(7) and ``linux/landlock.h``, whose constants stand here.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterable

from .syscalls import syscall

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1

EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_REMOVE_DIR = 1 << 4
_REMOVE_FILE = 1 << 5
_MAKE_DIR = 1 << 7
_MAKE_REG = 1 << 8
_MAKE_SOCK = 1 << 9
_MAKE_FIFO = 1 << 10
_MAKE_SYM = 1 << 12
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15
#: rights over files by the ABI that brought them: 1 (Linux 5.13) all up to making links, 2 (5.19) moving between
#: folders, 3 (6.2) truncating, 5 (6.10) devices' ioctl
_FILES = ((1, (1 << 13) - 1), (2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV))
#: binding and connecting TCP: 4 (6.7)
_NETWORK = ((4, 0b11),)
#: abstract Unix sockets and signals to those outside: 6 (6.12)
_SCOPES = ((6, 0b11),)
#: what a rule on something that is no folder may name
_OF_A_FILE = EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

READ = _READ_FILE | _READ_DIR
#: Moving one from a folder to another counts as making it: what has a published file's name is set aside, whatever it
#: is. The filter of system calls lets none be made.
_MOVED = _MAKE_SOCK | _MAKE_FIFO | _MAKE_SYM
#: what our own writing needs in a tree: no devices
WRITE = READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MOVED | _REFER | _TRUNCATE
#: the first ABI under which files may be moved from one folder to another
MOVING = 2

Syscall = Callable[..., int]


def abi(call: Syscall = syscall) -> int:
    """Return the kernel's Landlock ABI; raises OSError where there is none that may be used."""
    return call(_CREATE_RULESET, None, 0, _ASK_VERSION)


def restrict(trees: Iterable[tuple[str, int]], call: Syscall = syscall) -> int:
    """Given paths with the rights that are kept in and below them, give up all other rights; return the ABI.

    A path that is not there keeps nothing. Raises OSError where the kernel refuses, and nothing is given up then.
    ``no_new_privs`` must be set.
    """
    known = abi(call)
    files, network, scopes = (_known(table, known) for table in (_FILES, _NETWORK, _SCOPES))
    # The structure grew too: a kernel that knows less of it wants it shorter.
    fields = [files, network, scopes][: 3 if known >= _SCOPES[0][0] else 2 if known >= _NETWORK[0][0] else 1]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = call(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path, rights in trees:
            _keep(ruleset, path, rights & files, call)
        call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return known


def explain(error: OSError) -> str:
    """Given why ``restrict`` failed, return it in words for whoever set the machine up."""
    return {
        errno.ENOSYS: "this kernel has none, or a container hides it",
        errno.EOPNOTSUPP: "it is switched off in this kernel: put landlock into its lsm= parameter",
        errno.EPERM: "a container forbids it: its seccomp profile must allow landlock_create_ruleset",
    }.get(error.errno or 0, (error.strerror or str(error)).lower())


def _known(table: Iterable[tuple[int, int]], known: int) -> int:
    rights = 0
    for since, those in table:
        rights |= those if known >= since else 0
    return rights


def _keep(ruleset: int, path: str, rights: int, call: Syscall) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(place):  # noqa: PTH112 - a descriptor is no Path
            rights &= _OF_A_FILE
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place))
        call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
