"""Every call by which a process could change something, reach somebody or become more than it is, made raw.

``attempts`` yields them by name. Each is a function that makes one call (or the few that belong together) as the kernel
knows it, so that nothing but the kernel can refuse it, and returns what the kernel returned; the number of the error is
in ``errno``. Each has a folder of its own in each place, so that none spoils another. They are harmless where they are
not refused: that is how a test sees that they could be made at all.
"""

import ctypes
import errno
import os
import signal
import socket
import struct
from functools import partial
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100

#: on x86-64 and on aarch64; from 424 on the numbers are the same everywhere
NUMBERS = {
    "ptrace": (101, 117),
    "mount": (165, 40),
    "unshare": (272, 97),
    "setns": (308, 268),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "memfd_create": (319, 279),
    "execveat": (322, 281),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "process_vm_writev": (311, 271),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "kcmp": (312, 272),
    "prlimit64": (302, 261),
    "add_key": (248, 217),
    "splice": (275, 76),
    "vmsplice": (278, 75),
    "tee": (276, 77),
    "copy_file_range": (326, 285),
    "renameat2": (316, 276),
    "fallocate": (285, 47),
    "clone": (56, 220),
    "mknodat": (259, 33),
    "chroot": (161, 51),
    "swapon": (167, 224),
    "acct": (163, 89),
    "capset": (126, 91),
    "setxattr": (188, 5),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "utimensat": (280, 88),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "flock": (73, 32),
    "sched_setaffinity": (203, 122),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "pivot_root": (155, 41),
    "io_setup": (206, 0),
    "fanotify_init": (300, 262),
    "seccomp": (317, 277),
    "personality": (135, 92),
}
LATER = {
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
    "open_tree": 428,
    "fsopen": 430,
    "pidfd_open": 434,
    "clone3": 435,
    "openat2": 437,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "memfd_secret": 447,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "file_setattr": 469,
}
COLUMN = 0 if os.uname().machine == "x86_64" else 1
#: what a filter or an access right answers with
REFUSED = {errno.EPERM, errno.EACCES, errno.ENOSYS}
FLAGS = {"append": os.O_WRONLY | os.O_APPEND, "write": os.O_WRONLY, "read and write": os.O_RDWR, "ioctl only": 3}


def call(name, *arguments):
    number = LATER[name] if name in LATER else NUMBERS[name][COLUMN]
    given = [ctypes.c_long(it) if isinstance(it, int) else it for it in arguments]
    return LIBC.syscall(ctypes.c_long(number), *given)


def own(place, name):
    """Return the folder that an attempt has for itself in a place."""
    return Path(place) / name.replace(" ", "-")


def prepare(folders, names):
    """Make for each attempt a folder with a file and an empty folder in each place."""
    for folder in folders.values():
        for name in names:
            it = own(folder, name)
            (it / "folder").mkdir(parents=True)
            (it / "file").write_text("as it was")
            for path in (it, it / "folder", it / "file"):
                path.chmod(0o777)


def on_files():
    """Yield name and what is tried on a file or folder."""
    new, old, folder = (lambda at, leaf=leaf: at + leaf for leaf in (b"/new", b"/file", b"/folder"))
    for name, flags in FLAGS.items():
        yield f"open to {name}", lambda at, flags=flags: LIBC.open(old(at), flags)
    yield "open to create", lambda at: LIBC.open(new(at), os.O_RDONLY | os.O_CREAT, 0o600)
    yield "open to truncate", lambda at: LIBC.open(old(at), os.O_RDONLY | os.O_TRUNC)
    yield "open without a name", lambda at: LIBC.open(at, os.O_RDWR | os.O_TMPFILE, 0o600)
    yield "openat2 to write", lambda at: call("openat2", AT_FDCWD, old(at), struct.pack("3Q", os.O_WRONLY, 0, 0), 24)
    yield "openat2 to read", lambda at: call("openat2", AT_FDCWD, old(at), struct.pack("3Q", os.O_RDONLY, 0, 0), 24)
    yield "creat", lambda at: LIBC.creat(new(at), 0o600)
    yield "truncate", lambda at: LIBC.truncate(old(at), ctypes.c_long(0))
    yield "unlink", lambda at: LIBC.unlink(old(at))
    yield "rmdir", lambda at: LIBC.rmdir(folder(at))
    yield "mkdir", lambda at: LIBC.mkdir(new(at), 0o700)
    yield "rename", lambda at: LIBC.rename(old(at), new(at))
    yield "renameat2", lambda at: call("renameat2", AT_FDCWD, old(at), AT_FDCWD, new(at), 0)
    yield "link", lambda at: LIBC.link(old(at), new(at))
    yield "symlink", lambda at: LIBC.symlink(old(at), new(at))
    yield "mknod", lambda at: call("mknodat", AT_FDCWD, new(at), 0o010600, 0)
    yield "chmod", lambda at: LIBC.chmod(old(at), 0o600)
    yield "fchmod", lambda at: with_open(old(at), lambda it: LIBC.fchmod(it, 0o600))
    yield "fchmodat", lambda at: LIBC.fchmodat(AT_FDCWD, old(at), 0o600, 0)
    yield "fchmodat2", lambda at: call("fchmodat2", AT_FDCWD, old(at), 0o600, 0)
    yield "chown", lambda at: LIBC.chown(old(at), os.getuid(), os.getgid())
    yield "fchown", lambda at: with_open(old(at), lambda it: LIBC.fchown(it, os.getuid(), os.getgid()))
    yield "utime", lambda at: LIBC.utime(old(at), None)
    yield "utimensat", lambda at: call("utimensat", AT_FDCWD, old(at), None, 0)
    yield "setxattr", lambda at: call("setxattr", old(at), b"user.a", b"b", 1, 0)
    yield "fsetxattr", lambda at: with_open(old(at), lambda it: call("fsetxattr", it, b"user.a", b"b", 1, 0))
    yield "setxattrat", lambda at: call("setxattrat", AT_FDCWD, old(at), 0, b"user.a", _xattr(b"b"), 16)
    yield "removexattr", lambda at: call("removexattr", old(at), b"user.none")
    yield "removexattrat", lambda at: call("removexattrat", AT_FDCWD, old(at), 0, b"user.none")
    yield "file_setattr", lambda at: call("file_setattr", AT_FDCWD, old(at), bytes(24), 24, 0)
    yield (
        "flags by ioctl",
        lambda at: with_open(old(at), lambda it: LIBC.ioctl(it, ctypes.c_ulong(0x40086602), bytes(8))),
    )
    yield "flock", lambda at: with_open(old(at), lambda it: call("flock", it, 2))
    yield "lease", lambda at: with_open(old(at), lambda it: LIBC.fcntl(it, 1024, 0))
    yield "signals of a file", lambda at: with_open(old(at), lambda it: LIBC.fcntl(it, 8, os.getppid()))
    yield "open_by_handle_at", _by_handle
    yield "unix socket by path", lambda at: _socket(socket.AF_UNIX, socket.SOCK_STREAM, bind=new(at))
    yield "open_tree", lambda at: call("open_tree", AT_FDCWD, at, 1)


def by_starting_and_speaking():
    """Yield name and what is tried to start something, and to speak to somebody."""
    yield "a program", lambda: LIBC.execv(b"/nonexistent/program", (ctypes.c_char_p * 1)(None))
    yield "execveat", lambda: call("execveat", -1, b"", (ctypes.c_char_p * 1)(None), None, 0x1000)
    yield "memory that runs", lambda: call("memfd_create", b"a", 0)
    yield "secret memory", lambda: call("memfd_secret", 0)
    # not Python's, which asks what runs at a fork
    yield "fork", lambda: _born(LIBC.fork())
    yield "clone", lambda: _born(call("clone", int(signal.SIGCHLD), 0, 0, 0, 0))
    yield "clone3", lambda: _born(call("clone3", bytes(64), 64))
    for family, kind, protocol, name in (
        (socket.AF_INET, socket.SOCK_STREAM, 0, "TCP"),
        (socket.AF_INET, socket.SOCK_DGRAM, 0, "UDP"),
        (socket.AF_INET6, socket.SOCK_STREAM, 0, "TCP over IPv6"),
        (socket.AF_INET, socket.SOCK_STREAM, 262, "MPTCP"),
        (socket.AF_NETLINK, socket.SOCK_RAW, 0, "netlink"),
        (socket.AF_VSOCK, socket.SOCK_STREAM, 0, "vsock"),
        (socket.AF_PACKET, socket.SOCK_RAW, 0, "packets"),
        (socket.AF_ALG, socket.SOCK_SEQPACKET, 0, "the kernel's ciphers"),
    ):
        yield name, lambda it=(family, kind, protocol): LIBC.socket(*it)
    yield "a TCP connection", lambda: _socket(socket.AF_INET, socket.SOCK_STREAM, connect=True)
    yield "MSG_FASTOPEN", _fast_open
    yield "a datagram", lambda: LIBC.sendto(1, b"a", ctypes.c_size_t(1), 0, None, 0)
    yield "an abstract socket", lambda: _socket(socket.AF_UNIX, socket.SOCK_STREAM, bind=b"\0dreamd-cage-test")
    yield "a pair of sockets", lambda: LIBC.socketpair(socket.AF_UNIX, socket.SOCK_STREAM, 0, (ctypes.c_int * 2)())


def on_others():
    """Yield name and what is tried on the process that started this one."""
    parent = os.getppid()
    yield "ptrace", lambda: call("ptrace", 0x4206, parent, 0, 0)
    yield "a signal to the parent", lambda: LIBC.kill(parent, signal.SIGCONT)
    yield "a signal to its thread", lambda: call("tgkill", parent, parent, signal.SIGCONT)
    yield "a signal to everybody of its group", lambda: LIBC.kill(0, 0)
    yield "rt_sigqueueinfo", lambda: call("rt_sigqueueinfo", parent, signal.SIGCONT, struct.pack("iii116x", 18, 0, -1))
    yield "pidfd_open", lambda: call("pidfd_open", parent, 0)
    yield "pidfd_getfd", lambda: call("pidfd_getfd", -1, 0, 0)
    yield "pidfd_send_signal", lambda: call("pidfd_send_signal", -1, 0, None, 0)
    yield "process_vm_writev", lambda: call("process_vm_writev", parent, None, 0, None, 0, 0)
    yield "process_madvise", lambda: call("process_madvise", -1, None, 0, 0, 0)
    yield "kcmp", lambda: call("kcmp", parent, parent, 0, 0, 0)
    yield "limits of the parent", lambda: call("prlimit64", parent, 4, bytes(16), None)
    yield "the parent's processors", lambda: call("sched_setaffinity", parent, 0, None)
    yield "the parent's priority", lambda: call("setpriority", 0, parent, 0)
    yield "the parent's reading", lambda: call("ioprio_set", 1, parent, 0)


def on_the_system():
    """Yield name and what is tried on the system, and on this process itself."""
    yield "its own memory as a file", lambda: LIBC.open(b"/proc/self/mem", os.O_RDWR)
    yield "the parent's memory", lambda: LIBC.open(b"/proc/%d/mem" % os.getppid(), os.O_RDWR)
    yield "its name as a file", lambda: LIBC.open(b"/proc/self/comm", os.O_WRONLY)
    yield "its output by another way", lambda: LIBC.open(b"/proc/self/fd/1", os.O_WRONLY)
    yield "a device", lambda: LIBC.open(b"/dev/null", os.O_RDWR)
    yield "shared memory", lambda: call("shmget", 0, 4096, 0o1600)
    yield "semaphores", lambda: call("semget", 0, 1, 0o1600)
    yield "messages", lambda: call("msgget", 0, 0o1600)
    yield "a queue", lambda: call("mq_open", b"dreamd-cage-test", os.O_RDONLY, 0, None)
    yield "io_uring", lambda: call("io_uring_setup", 1, ctypes.create_string_buffer(120))
    yield "asynchronous I/O", lambda: call("io_setup", 1, ctypes.byref(ctypes.c_ulong(0)))
    yield "mount", lambda: call("mount", b"none", b"/", b"dreamd-none", 0, None)
    yield "fsopen", lambda: call("fsopen", b"dreamd-none", 0)
    yield "mount_setattr", lambda: call("mount_setattr", -1, b"", 0, None, 0)
    yield "unshare", lambda: call("unshare", 0x200)
    yield "setns", lambda: call("setns", -1, 0)
    yield "chroot", lambda: call("chroot", b"/")
    yield "pivot_root", lambda: call("pivot_root", b"/nonexistent", b"/nonexistent")
    yield "swap", lambda: call("swapon", b"/nonexistent", 0)
    yield "accounting", lambda: call("acct", b"/nonexistent")
    yield "a key", lambda: call("add_key", b"user", b"dreamd-cage-test", b"a", 1, -2)
    yield "keyctl", lambda: call("keyctl", 0, -2, 1, 0, 0)
    yield "bpf", lambda: call("bpf", 999, bytes(8), 8)
    yield "userfaultfd", lambda: call("userfaultfd", 1)
    yield "perf", lambda: call("perf_event_open", None, 0, -1, -1, 0)
    yield "fanotify", lambda: call("fanotify_init", 0, 0)
    yield "another filter", lambda: call("seccomp", 1, 0, None)
    yield "another personality", lambda: call("personality", 0)
    yield "another user", lambda: LIBC.setuid(os.getuid())
    yield "other groups", lambda: LIBC.setgid(os.getgid())
    yield "capabilities", lambda: call("capset", struct.pack("Ii", 0x20080522, 0), None)
    yield "being looked into", lambda: LIBC.prctl(4, ctypes.c_ulong(1), 0, 0, 0)
    yield "a limit of its own", lambda: LIBC.setrlimit(4, (ctypes.c_ulong * 2)(0, 0))
    yield "splice", lambda: call("splice", -1, None, -1, None, 1, 0)
    yield "vmsplice", lambda: call("vmsplice", -1, None, 0, 0)
    yield "copy_file_range", lambda: call("copy_file_range", -1, None, -1, None, 1, 0)


def by_descriptor(descriptor):
    """Yield name and what is tried by a descriptor that was open for writing when the process started."""
    yield "write to what was open", lambda: LIBC.write(descriptor, b"a", ctypes.c_size_t(1))
    yield "ftruncate what was open", lambda: LIBC.ftruncate(descriptor, ctypes.c_long(0))
    yield "fallocate what was open", lambda: call("fallocate", descriptor, 0, 0, 1)
    yield "reopen what was open", lambda: LIBC.open(b"/proc/self/fd/%d" % descriptor, os.O_WRONLY)


def attempts(folders, descriptor):
    """Given folders by place and a descriptor, yield the name and the function of every attempt."""
    for name, function in on_files():
        for place, folder in folders.items():
            yield f"{name}, in the {place}", partial(function, os.fsencode(own(folder, name)))
    yield from by_starting_and_speaking()
    yield from on_others()
    yield from on_the_system()
    yield from by_descriptor(descriptor)


def make(folders, descriptor):
    """Given folders by place and a descriptor, make every attempt; return the error's number of each, 0 for none."""
    results = {}
    for name, function in attempts(folders, descriptor):
        ctypes.set_errno(0)
        result = function()
        results[name] = ctypes.get_errno() if result < 0 else 0
    return results


def with_open(path, function):
    descriptor = LIBC.open(path, os.O_RDONLY)
    return function(descriptor) if descriptor >= 0 else -1


def _xattr(value):
    global _KEPT  # noqa: PLW0603 - the structure has its address
    _KEPT = ctypes.create_string_buffer(value)
    return struct.pack("QII", ctypes.addressof(_KEPT), len(value), 0)


def _by_handle(at):
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
    call("name_to_handle_at", AT_FDCWD, at + b"/file", handle, ctypes.byref(ctypes.c_int()), 0)
    folder = LIBC.open(at, os.O_RDONLY)
    return call("open_by_handle_at", folder, handle, os.O_WRONLY)


def _born(child):
    if child == 0:
        LIBC._exit(0)
    return child


def _socket(family, kind, bind=b"", *, connect=False):
    it = LIBC.socket(family, kind, 0)
    if it < 0:
        return -1
    if connect:
        address = struct.pack("=HH4s8x", family, socket.htons(9), bytes((127, 0, 0, 1)))
        return LIBC.connect(it, address, len(address))
    address = struct.pack("=H", family) + bind
    return LIBC.bind(it, address, len(address))


def _fast_open():
    it = LIBC.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if it < 0:
        return -1
    address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(9), bytes((127, 0, 0, 1)))
    return LIBC.sendto(it, b"a", ctypes.c_size_t(1), 0x20000000, address, len(address))
