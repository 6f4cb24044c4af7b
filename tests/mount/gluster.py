"""A shared file system made for the tests: a Gluster volume, and hosts that mount it.

Everything lies in namespaces: one set for the server (network, processes, mounts), within it one for each host (host
name, processes, mounts). The first process of a set waits for the end of its standard input, which this process holds;
when it ends, the kernel ends all that runs in its set and takes away mounts, network and processes. So nothing is left
behind, also when the tests are killed, and no Gluster that this machine runs for itself is touched.

    this process ──stdin──▶ server: glusterd, brick in memory ◀──10.99.0.1── host: its own client, mounted at ``share``
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

EXECUTABLE = Path(sys.executable).parent / "dreamd"
#: a user's own may lack the folders of what only root runs
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
ADDRESS = "10.99.0.1"
VOLUME = "team"

#: what a fresh volume needs to come up, and a client to find a server that came back, in seconds
PATIENCE = 60.0

#: Gluster refuses loopback addresses. Its folders are hidden under empty ones, so that a server of this machine's own
#: and this one do not see each other; the brick lies in memory, so that the disk's pace is not measured.
SERVER = f"""
set -e
ip link set lo up
ip link add team0 type veth peer name team1
ip addr add {ADDRESS}/24 dev team0
ip link set team0 up
ip link set team1 up
mount -t tmpfs tmpfs "$1"
mkdir "$1/brick" "$1/lib" "$1/log"
mkdir -p /var/lib/glusterd /var/log/glusterfs
mount --bind "$1/lib" /var/lib/glusterd
mount --bind "$1/log" /var/log/glusterfs
mount -t tmpfs tmpfs /run
mkdir /run/gluster
glusterd
until gluster --mode=script volume info >/dev/null 2>&1; do sleep 0.05; done
gluster --mode=script volume create {VOLUME} {ADDRESS}:"$1/brick" force
gluster --mode=script volume start {VOLUME}
"""

#: what is mounted lies over an empty folder of the host's own, so that what is written there is found
HOST = """
hostname "$1"
mount -t tmpfs tmpfs "$2"
"""

#: waits for the end of the standard input, and buries the dead meanwhile: to Gluster a zombie is a brick that runs
WAIT = """
echo ready >&3
exec 4<&0
cat <&4 >/dev/null &
wait $!
"""


def what_is_missing() -> str:
    """Return what keeps such a volume from being made here, empty where nothing does."""
    if os.geteuid() != 0:
        return "only root can make namespaces and mounts"
    programs = {
        "glusterd": "glusterfs-server",
        "glusterfs": "glusterfs-client",
        "ip": "iproute2",
        "unshare": "util-linux",
        "nsenter": "util-linux",
    }
    for program, package in programs.items():
        if not shutil.which(program, path=PATH):
            return f"there is no {program} (Debian, Ubuntu: apt install {package})"
    if not Path("/dev/fuse").exists():
        return "there is no /dev/fuse"
    for what, option in {"network": "--net", "mount": "--mount", "process": "--pid", "host name": "--uts"}.items():
        tried = _try("unshare", option, "--fork", "true")
        if tried:
            return f"no {what} namespace can be made ({tried})"
    with contextlib.suppress(OSError), open("/dev/fuse", "rb"):  # noqa: PTH123 - only whether it opens
        return ""
    return "/dev/fuse cannot be opened"


@dataclass
class Space:
    """A set of namespaces, as long as it lasts: ``pid`` is the number of its first process outside."""

    process: subprocess.Popen[bytes]
    pid: int

    def enter(self, *command: str | Path) -> list[str]:
        """Given a command, return the one that runs it inside."""
        return ["nsenter", f"--target={self.pid}", "--all", "--", *map(str, command)]

    def run(self, *command: str) -> str:
        """Given a command, run it inside and return what it said."""
        done = subprocess.run(
            self.enter(*command),
            env={**os.environ, "PATH": PATH},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def outside(self, path: Path) -> Path:
        """Given a path inside, return one that leads to it from outside."""
        return Path(f"/proc/{self.pid}/root{path}")

    def end(self) -> None:
        """End the first process, and with it all that runs inside, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        if self.process.stdin:
            self.process.stdin.close()


def make_space(log: Path, script: str, *arguments: str, within: Space | None, new: Sequence[str]) -> Space:
    """Given what the first process of a new set is to do before it waits, start it and return the set once it waits."""
    inner = ["unshare", *new, "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    inner += ["sh", "-c", f"exec 3>&1 1>&2\n{script}\n{WAIT}", "sh", *arguments]
    command = within.enter(*inner) if within else inner
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, "PATH": PATH},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
        )
    assert process.stdout is not None
    with process.stdout as told:
        ready = told.readline() == b"ready\n"
    if not ready:
        process.kill()
        process.wait()
        raise RuntimeError(f"cannot make the shared mount:\n{log.read_text(errors='replace')[-4000:]}")
    return Space(process, _first(process.pid))


@dataclass
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass
class Host:
    """A machine that mounts the volume: a name, processes, mounts, a home and local state of its own."""

    name: str
    space: Space
    home: Path
    share: Path
    store: Path = Path()
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def logs(self) -> Path:
        """The folder of the logs of this host's agents, on its own disk."""
        return self.home / "logs"

    def seen(self, *parts: str) -> Path:
        """Given a path in the store, return one that leads this process there through this host's mount."""
        return self.space.outside(self.store.joinpath(*parts))

    def start(self, *command: str | Path, **more: Any) -> subprocess.Popen[str]:
        """Given a command, start it on this host."""
        environment = {
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "DREAMD_CONFIG": str(self.home / "config.yaml"),
        }
        settings = [f"{name}={value}" for name, value in environment.items()]
        process = subprocess.Popen(
            self.space.enter("env", "-i", "-C", str(self.home), *settings, *command),
            text=True,
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
        )
        self.started.append(process)
        return process

    def start_dreamd(self, *arguments: str | Path, **more: Any) -> subprocess.Popen[str]:
        """Given arguments, start the installed command on this host."""
        return self.start(EXECUTABLE, *arguments, **more)

    def end(self, process: subprocess.Popen[str]) -> None:
        """Given a started command, ask it to end, and wait for that."""
        for pid in children(process.pid):  # the first one only enters the host and waits
            os.kill(pid, signal.SIGTERM)
        process.wait(PATIENCE)

    def dreamd(self, *arguments: str | Path, code: int | None = 0) -> Answer:
        """Given arguments, run the installed command on this host; ``code`` is what it must exit with, if given."""
        return answer_of(self.start_dreamd(*arguments), code)

    def python(self, script: str, *arguments: str | Path) -> subprocess.Popen[str]:
        """Given a script, start it on this host with the Python that runs the tests."""
        return self.start(sys.executable, "-P", "-B", "-c", script, *arguments)

    def close(self) -> None:
        """End the host and all that runs on it."""
        for process in self.started:
            # What is left of a test that failed may be stopped, and would never bury its dead: then no host could end.
            process.kill()
        self.space.end()
        for process in self.started:
            process.wait(PATIENCE)

    def mount(self) -> None:
        """Mount the volume with a client of this host's own."""
        self.space.run("mount", "-t", "glusterfs", f"{ADDRESS}:/{VOLUME}", str(self.share))

    def kill_client(self) -> None:
        """Kill the program that serves the mount here, as happens when memory runs out."""
        self.space.run("sh", "-c", "kill -KILL $(ps -C glusterfs -o pid=)")

    def unmount(self) -> None:
        """Take the volume away, also from those who have files open in it."""
        self.space.run("umount", "--lazy", str(self.share))


def answer_of(process: subprocess.Popen[str], code: int | None = 0, patience: float = 120) -> Answer:
    """Given a started command, wait for its end and return its answer; ``code`` is what it must exit with, if given."""
    out, err = process.communicate(timeout=patience)
    assert "Traceback" not in err, err
    assert code is None or process.returncode == code, f"exit {process.returncode}\n{out}\n{err}"
    return Answer(process.returncode, out, err)


class Share:
    """A volume, and the hosts that mount it."""

    def __init__(self, folder: Path) -> None:
        """Given an empty folder, make the volume; everything ends with ``close``, at the latest with this process."""
        self.folder = folder
        self.log = folder / "log"
        self.spaces: list[Space] = []
        server = folder / "server"
        server.mkdir()
        (folder / "share").mkdir()
        self.server = self._keep(make_space(self.log, SERVER, str(server), within=None, new=["--net"]))

    def host(self, name: str, home: Path) -> Host:
        """Given a name and the folder of its home, return a new host of that name, which has mounted the volume."""
        home.mkdir()
        space = self._keep(
            make_space(self.log, HOST, name, str(self.folder / "share"), within=self.server, new=["--uts"])
        )
        host = Host(name, space, home, self.folder / "share")
        host.mount()
        return host

    def kill_brick(self, sign: Literal["KILL", "STOP", "CONT"] = "KILL") -> None:
        """Send the process that serves the files a signal."""
        self.server.run("sh", "-c", f"kill -{sign} $(cat /run/gluster/vols/{VOLUME}/*.pid)")

    def start_brick(self, *hosts: Host) -> None:
        """Start what was killed, and wait until these hosts see it again."""
        self.server.run("gluster", "--mode=script", "volume", "start", VOLUME, "force")
        self.wait_for(*hosts)

    def wait_for(self, *hosts: Host) -> None:
        """Given hosts, wait until the volume answers them."""
        for host in hosts:
            wait_until(partial(_answers, host))

    def brick(self, path: Path) -> Path:
        """Given a path in the volume, return one to the server's own file: it tells without the caches of a client."""
        place = self.folder / "server" / "brick" / path.relative_to(self.folder / "share")
        return self.server.outside(place)

    def set(self, option: str, value: str) -> None:
        """Given an option of the volume and a value, set it."""
        self.server.run("gluster", "--mode=script", "volume", "set", VOLUME, option, value)

    def close(self) -> None:
        """End everything."""
        for space in reversed(self.spaces):
            space.end()

    def _keep(self, space: Space) -> Space:
        self.spaces.append(space)
        return space


def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE, pause: float = 0.05) -> None:
    """Given what tells whether something is so, wait until it is; how long, and how often it is asked, in seconds."""
    until = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < until, f"it did not come about within {patience} s"
        time.sleep(pause)


def wait_for_change(path: Path) -> Callable[[], None]:
    """Given a file or folder, return what waits until it is another than now: what is there for a moment is not missed.

    A folder is another one where a name in it has come or gone.
    """
    before = _stamp(path)
    return lambda: wait_until(lambda: _stamp(path) != before, pause=0.001)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _answers(host: Host) -> bool:
    try:
        os.listdir(host.space.outside(host.share))  # noqa: PTH208 - only whether it can be done
    except OSError:
        return False
    return True


def _try(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()


def _first(pid: int) -> int:
    """Given what makes a set of namespaces, return the process that is the first one in it."""
    while _numbers(pid)[-1] != 1:
        [pid] = children(pid)
    return pid


def _numbers(pid: int) -> list[int]:
    """Return a process's numbers, the outermost namespace's first (proc_pid_status(5))."""
    [line] = [it for it in Path(f"/proc/{pid}/status").read_text().splitlines() if it.startswith("NSpid:")]
    return [int(number) for number in line.split()[1:]]


def children(pid: int) -> list[int]:
    """Given a process, return what it has started and what still runs of that."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> Iterator[int]:
    """Given a process, yield it and all that it has started."""
    yield pid
    with contextlib.suppress(OSError):
        for child in children(pid):
            yield from descendants(child)
