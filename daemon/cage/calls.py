"""Which system calls a process of ours may make, by what it does; and their numbers.

What is not listed does not exist for it. Lists name what to leave, never what to take away: a list of forbidden calls
is out of date with the next kernel. A call that can do harm by its arguments comes with a rule for them.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Is(Enum):
    """What a rule asks of an argument."""

    WITHOUT = "none of these bits is set"
    WITH = "one of these bits is set"
    ONE_OF = "it is one of these"
    NULL = "it is no pointer"


class Rule(NamedTuple):
    """What must hold for an argument (counted from 0; of numbers the lower 32 bits), else the error is returned."""

    argument: int
    what: Is
    values: tuple[int, ...] = ()
    error: int = errno.EPERM


#: calls by name, each with its rule, or None where it may be made with any arguments
Calls = Mapping[str, Rule | None]

#: flags of an open that can change something; the last is the bit of O_TMPFILE that O_DIRECTORY does not share
_CHANGING = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | 0o20000000
#: CLONE_THREAD; CLONE_NEW… of every kind, CLONE_PARENT and CLONE_PTRACE, by which a process would leave its parent
_THREAD = 0x00010000
_LEAVING = 0x7E020000 | 0x00008000 | 0x00002000
#: commands of fcntl: about descriptors and locks. Not whom to send signals, leases, seals or notification
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
#: requests of ioctl: is it a terminal, how wide; close on exec or not; how much waits. Not a file's flags, nor input
_IOCTL = (0x5401, 0x5413, 0x5450, 0x5451, 0x541B)
#: options of prctl: a thread's name, whether the process may be looked into; and what to die with, for who starts some
_PRCTL = (15, 16, 3)
_DIE_WITH_PARENT = 1

_PLAIN = """
read readv pread64 preadv write writev close close_range lseek dup dup2 dup3
stat lstat fstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents64 getdents getcwd
statfs fstatfs fadvise64
mmap mprotect munmap mremap madvise brk mincore
futex set_robust_list get_robust_list rseq set_tid_address sched_yield membarrier
sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min getcpu
getpid gettid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getresuid getresgid getgroups
uname sysinfo getrusage times getrlimit getpriority
clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time getrandom
select pselect6 poll ppoll pause restart_syscall exit exit_group
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack
"""

#: reading, computing, threads: all that any process of ours needs
_ANY: Calls = dict.fromkeys(_PLAIN.split()) | {
    "fcntl": Rule(1, Is.ONE_OF, _FCNTL),
    "ioctl": Rule(1, Is.ONE_OF, _IOCTL, errno.ENOTTY),
    "prctl": Rule(0, Is.ONE_OF, _PRCTL, errno.EINVAL),
    "prlimit64": Rule(2, Is.NULL),  # limits are asked for and not set
}

_WRITES = """
pwrite64 pwritev ftruncate truncate fallocate fsync fdatasync sync_file_range copy_file_range sendfile
rename renameat renameat2 link linkat unlink unlinkat mkdir mkdirat rmdir
chmod fchmod fchmodat chown fchown fchownat umask flock open openat
"""

_PROCESSES = "fork vfork pipe pipe2 wait4 waitid kill tgkill"


def reading(process: int) -> Calls:
    """Given the number of a process that writes nothing and starts nothing but threads, return its calls."""
    opening = (_CHANGING,)
    return {
        **_ANY,
        "open": Rule(1, Is.WITHOUT, opening, errno.EACCES),
        "openat": Rule(2, Is.WITHOUT, opening, errno.EACCES),
        "clone": Rule(0, Is.WITH, (_THREAD,)),
        "tgkill": Rule(0, Is.ONE_OF, (process,)),
    }


def writing() -> Calls:
    """Return the calls of one that writes and starts processes like itself."""
    calls: dict[str, Rule | None] = {**_ANY, **dict.fromkeys((*_WRITES.split(), *_PROCESSES.split()))}
    dying = Rule(0, Is.ONE_OF, (*_PRCTL, _DIE_WITH_PARENT), errno.EINVAL)
    return {**calls, "clone": Rule(0, Is.WITHOUT, (_LEAVING,)), "prctl": dying}


def running() -> Calls:
    """Return the calls of one that writes and runs programs."""
    return {**writing(), **dict.fromkeys(("execve", "arch_prctl", "chdir", "fchdir", "setitimer", "alarm"))}


#: a call's numbers on x86-64 and on aarch64, where it has one there (``asm/unistd_64.h``, ``asm-generic/unistd.h``)
NUMBERS: Mapping[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "open": (2, None),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "ioctl": (16, 29),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, None),
    "pipe": (22, None),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "mincore": (27, 232),
    "madvise": (28, 233),
    "dup": (32, 23),
    "dup2": (33, None),
    "pause": (34, None),
    "nanosleep": (35, 101),
    "alarm": (37, None),
    "setitimer": (38, 103),
    "getpid": (39, 172),
    "sendfile": (40, 71),
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "exit": (60, 93),
    "wait4": (61, 260),
    "kill": (62, 129),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "flock": (73, 32),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "getdents": (78, None),
    "getcwd": (79, 17),
    "chdir": (80, 49),
    "fchdir": (81, 50),
    "rename": (82, None),
    "mkdir": (83, None),
    "rmdir": (84, None),
    "link": (86, None),
    "unlink": (87, None),
    "readlink": (89, None),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "chown": (92, None),
    "fchown": (93, 55),
    "umask": (95, 166),
    "gettimeofday": (96, 169),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "getpgrp": (111, None),
    "getgroups": (115, 158),
    "getresuid": (118, 148),
    "getresgid": (120, 150),
    "getpgid": (121, 155),
    "getsid": (124, 156),
    "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "getpriority": (140, 141),
    "sched_getparam": (143, 121),
    "sched_getscheduler": (145, 120),
    "sched_get_priority_max": (146, 125),
    "sched_get_priority_min": (147, 126),
    "prctl": (157, 167),
    "arch_prctl": (158, None),
    "gettid": (186, 178),
    "time": (201, None),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "getdents64": (217, 61),
    "set_tid_address": (218, 96),
    "restart_syscall": (219, 128),
    "fadvise64": (221, 223),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "tgkill": (234, 131),
    "waitid": (247, 95),
    "openat": (257, 56),
    "mkdirat": (258, 34),
    "fchownat": (260, 54),
    "newfstatat": (262, 79),
    "unlinkat": (263, 35),
    "renameat": (264, 38),
    "linkat": (265, 37),
    "readlinkat": (267, 78),
    "fchmodat": (268, 53),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "get_robust_list": (274, 100),
    "sync_file_range": (277, 84),
    "fallocate": (285, 47),
    "dup3": (292, 24),
    "pipe2": (293, 59),
    "preadv": (295, 69),
    "pwritev": (296, 70),
    "prlimit64": (302, 261),
    "getcpu": (309, 168),
    "renameat2": (316, 276),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "copy_file_range": (326, 285),
    "statx": (332, 291),
    "rseq": (334, 293),
    "close_range": (436, 436),
    "faccessat2": (439, 439),
}
