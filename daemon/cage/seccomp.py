"""seccomp: a process that gives up all system calls but those of a list (``calls``), for good, and all it starts too.

A filter is a program for a small machine that the kernel runs before each call (seccomp(2), ``linux/filter.h``). Ours
is assembled here: a library for it is not on every machine, and knows only the calls that were known when it was made
(docs/decisions/0019).

::

    made for another processor, or in another way of calling? ─▶ killed
    in the list? ─▶ no rule, or its rule holds ─▶ allowed
        │                └─▶ else: the rule's error
        └─▶ else: ENOSYS, as on a kernel without it, so that libraries try the older call that they know
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from .calls import NUMBERS, Calls, Is, Rule
from .syscalls import syscall

#: the processors whose numbers are known: their column in NUMBERS, the architecture in ``linux/audit.h``, and the
#: number of seccomp(2) itself
_PROCESSORS = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
#: from here on calls of x86-64 are those of its 32-bit pointer form, with other arguments
_X32 = 0x40000000

_SET_MODE_FILTER = 1
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
#: where things lie in ``struct seccomp_data``
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_Instruction = tuple[int, int, int, int]


def limit(calls: Calls) -> None:
    """Given calls, give up all others; raises OSError where the kernel refuses. ``no_new_privs`` must be set."""
    machine = os.uname().machine if sys.platform == "linux" else ""
    if machine not in _PROCESSORS or sys.maxsize < 1 << 32:
        raise OSError(errno.ENOTSUP, f"the numbers of system calls are not known for {os.uname().machine}")
    code = assemble(calls, machine)
    text = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(text)))
    syscall(_PROCESSORS[machine][2], _SET_MODE_FILTER, 0, program)


def explain(error: OSError) -> str:
    """Given why ``limit`` failed, return it in words for whoever set the machine up."""
    return {
        errno.ENOSYS: "this kernel has none, or a container hides it",
        errno.EINVAL: "this kernel was built without filters",
        errno.EACCES: "the kernel allows it only without new privileges, and those could not be given up",
        errno.EPERM: "a container forbids it",
    }.get(error.errno or 0, error.strerror or str(error))


def assemble(calls: Calls, machine: str) -> bytes:
    """Given calls and a processor, return the filter."""
    column, architecture, _ = _PROCESSORS[machine]
    code: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for name, rule in calls.items():
        number = NUMBERS[name][column]
        if number is not None:
            body = _body(rule)
            code += [(_EQUAL, 0, len(body), number), *body]
    code.append((_RETURN, 0, 0, _ERROR | errno.ENOSYS))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _body(rule: Rule | None) -> list[_Instruction]:
    """Given what must hold for a call, return the instructions that end in an answer to it."""
    allow, refuse = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERROR | (rule.error if rule else 0))
    if rule is None:
        return [allow]
    load = (_LOAD, 0, 0, _ARGUMENTS + 8 * rule.argument)
    if rule.what is Is.WITHOUT:
        return [load, (_ANY_BIT, 0, 1, rule.values[0]), refuse, allow]
    if rule.what is Is.WITH:
        return [load, (_ANY_BIT, 0, 1, rule.values[0]), allow, refuse]
    if rule.what is Is.NULL:
        upper = (_LOAD, 0, 0, load[3] + 4)
        return [load, (_EQUAL, 0, 3, 0), upper, (_EQUAL, 0, 1, 0), allow, refuse]
    count = len(rule.values)
    tests = [(_EQUAL, count - place, 0, value) for place, value in enumerate(rule.values)]
    return [load, *tests, refuse, allow]
