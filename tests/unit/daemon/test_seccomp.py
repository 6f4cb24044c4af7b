"""The filter as the kernel would run it, for both processors that it is known for, whichever this one is."""

import errno
import os
import re
import struct
from pathlib import Path

import pytest

from dreamd.daemon.cage.calls import NUMBERS, reading, running, writing
from dreamd.daemon.cage.seccomp import assemble

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
COLUMNS = {"x86_64": 0, "aarch64": 1}
ALLOWED, KILLED = "allowed", "killed"
PROCESS = 4321
CLONE_OF_A_THREAD, CLONE_OF_A_PROCESS = 0x3D0F00, 0x1200011


def answer(program, number, arguments=(), architecture=0):
    """Run a filter, as ``seccomp(2)`` and ``linux/filter.h`` say what it means; return what it answers."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    code = [struct.unpack_from("=HBBI", program, place) for place in range(0, len(program), 8)]
    place, accumulator = 0, 0
    while True:
        what, if_true, if_false, value = code[place]
        place += 1
        if what == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif what == 0x06:
            return {0x7FFF0000: ALLOWED, 0x80000000: KILLED}.get(value & 0xFFFF0000, value & 0xFFFF)
        else:
            holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[what]
            place += if_true if holds else if_false


@pytest.fixture(params=ARCHITECTURES)
def machine(request):
    return request.param


@pytest.fixture
def ask(machine):
    def asked(calls, name, *arguments):
        number = NUMBERS[name][COLUMNS[machine]]
        if number is None:
            pytest.skip(f"{machine} has no {name}")
        return answer(assemble(calls, machine), number, arguments, ARCHITECTURES[machine])

    return asked


@pytest.mark.parametrize("calls", [reading(PROCESS), writing(), running()], ids=["reading", "writing", "running"])
def test_what_is_listed_without_a_rule_is_allowed_and_nothing_else_exists(machine, calls):
    program = assemble(calls, machine)
    listed = {NUMBERS[name][COLUMNS[machine]]: rule for name, rule in calls.items()}

    for number in range(1000):
        got = answer(program, number, architecture=ARCHITECTURES[machine])
        if number not in listed:
            assert got == errno.ENOSYS
        elif listed[number] is None:
            assert got == ALLOWED


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (os.O_RDONLY, ALLOWED),
        (os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW | 0o10000000, ALLOWED),
        (os.O_WRONLY, errno.EACCES),
        (os.O_RDWR, errno.EACCES),
        (3, errno.EACCES),
        (os.O_RDONLY | os.O_CREAT, errno.EACCES),
        (os.O_RDONLY | os.O_TRUNC, errno.EACCES),
        (0o20200000 | os.O_RDWR, errno.EACCES),
        (os.O_WRONLY | 1 << 40, errno.EACCES),
    ],
)
def test_a_worker_opens_for_reading_only(ask, flags, expected):
    assert ask(reading(PROCESS), "openat", 0, 0, flags) == expected
    assert ask(writing(), "openat", 0, 0, flags) == ALLOWED


def test_a_worker_starts_threads_and_no_processes(ask):
    assert ask(reading(PROCESS), "clone", CLONE_OF_A_THREAD) == ALLOWED
    assert ask(reading(PROCESS), "clone", CLONE_OF_A_PROCESS) == errno.EPERM
    assert ask(writing(), "clone", CLONE_OF_A_PROCESS) == ALLOWED


@pytest.mark.parametrize("flag", [0x10000000, 0x20000000, 0x00020000, 0x40000000, 0x02000000, 0x8000, 0x2000])
def test_nobody_leaves_for_a_namespace_or_another_parent(ask, flag):
    for calls in (writing(), running()):
        assert ask(calls, "clone", CLONE_OF_A_PROCESS | flag) == errno.EPERM


def test_limits_are_asked_for_and_not_set(ask):
    assert ask(running(), "prlimit64", 0, 7, 0, 0x7FFF00000000) == ALLOWED
    assert ask(running(), "prlimit64", 0, 7, 0x7FFF00001000, 0) == errno.EPERM
    assert ask(running(), "prlimit64", 0, 7, 0x7FFF00000000, 0) == errno.EPERM  # its lower half is nothing


def test_a_worker_signals_itself_only(ask):
    assert ask(reading(PROCESS), "tgkill", PROCESS, PROCESS, 6) == ALLOWED
    assert ask(reading(PROCESS), "tgkill", PROCESS + 1, PROCESS + 1, 6) == errno.EPERM


@pytest.mark.parametrize("command", [0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030])
def test_descriptors_are_told_of_and_copied(ask, command):
    assert ask(reading(PROCESS), "fcntl", 0, command) == ALLOWED


@pytest.mark.parametrize("command", [8, 10, 15, 1024, 1026, 1031, 1033])
def test_a_file_is_made_to_signal_nobody(ask, command):
    assert ask(running(), "fcntl", 0, command) == errno.EPERM


def test_another_processor_and_the_32_bit_pointers_of_x86_64_are_ended(machine):
    program = assemble(reading(PROCESS), machine)
    for architecture in {*ARCHITECTURES.values(), 0x40000003} - {ARCHITECTURES[machine]}:
        assert answer(program, 0, architecture=architecture) == KILLED
    if machine == "x86_64":
        assert answer(program, 0x40000000, architecture=ARCHITECTURES[machine]) == KILLED


@pytest.mark.parametrize(
    ("column", "header"),
    [(0, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), (1, "/usr/include/asm-generic/unistd.h")],
)
def test_the_numbers_are_those_of_the_kernel_s_headers(column, header):
    if not Path(header).exists():
        pytest.skip(f"this system has no {header}")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())
    known = {"newfstatat" if name == "fstatat" else name: int(number) for name, number in found}

    assert {name: it[column] for name, it in NUMBERS.items()} == {name: known.get(name) for name in NUMBERS}
