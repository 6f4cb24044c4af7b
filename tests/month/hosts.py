"""The hosts of the simulated team as the test holds them: each with a name, a disk, a mount and a clock of its own."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec

PROGRAM = Path(__file__).with_name("host.py")

#: names the machine, mounts the store where only this host sees it, and becomes the host's program
_START = 'hostname "$0" && mount --bind "$1" "$2" && shift 2 && exec "$@"'
_RIGHTS = [] if os.geteuid() == 0 else ["--map-root-user"]


def own_namespaces(*command):
    return ["unshare", "--uts", "--mount", *_RIGHTS, "sh", "-c", *command]


class Host:
    """A machine of the team. ``skew`` is by how much its clock is ahead; ``timer`` says that it has no service."""

    def __init__(self, name, home, store, policy, *, skew, timer, zone):
        self.name, self.home, self.store, self.skew, self.timer = name, home, store, skew, timer
        self.mount, self.logs = home / "team", home / "logs"
        self.mounted = False
        self.process = None
        for folder in (self.mount, self.logs):
            folder.mkdir(parents=True)
        entry = {"memory": str(self.mount), "sessions": [str(self.logs / "*.jsonl")]}
        config = {"stores": {"team": entry}, "cage": "best-effort", "gates": policy}
        (home / "config.yaml").write_text(json.dumps(config))
        self.environment = {
            "HOME": str(home),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": zone,
            "XDG_STATE_HOME": str(home / "state"),
            "DREAMD_CONFIG": str(home / "config.yaml"),
        }

    def clock(self, time):
        return time + self.skew

    @property
    def runs(self):
        return self.process is not None

    def start(self):
        """Switch it on: the store is mounted, and the service starts."""
        command = own_namespaces(_START, self.name, str(self.store), str(self.mount), sys.executable, str(PROGRAM))
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.home / "err").open("a"),
        )
        self.mounted = True

    def send(self, now, *command):
        self.process.stdin.write(json.dumps({"now": now.isoformat(), "command": command}).encode() + b"\n")
        self.process.stdin.flush()

    def receive(self):
        line = self.process.stdout.readline()
        assert line, f"{self.name} ended: {(self.home / 'err').read_text()}"
        return msgspec.json.decode(line)

    def turn(self, time):
        """Let its service, or its timer, do what it does, and return what came of it."""
        self.begin_turn(time)
        return self.receive()

    def begin_turn(self, time):
        self.send(self.clock(time), *(("--json", "dream", "--if-due") if self.timer else ()))

    def type(self, time, *command, codes=(0,)):
        """Have a person type a command, and return what it printed."""
        self.send(self.clock(time), *command)
        done = self.receive()
        assert done["code"] in codes, f"{self.name}: '{' '.join(command)}': {done}"
        return done["out"]

    def lose_mount(self):
        """Take the store from under it: what remains is an empty folder."""
        self._inside("umount", "--lazy", str(self.mount))
        self.mounted = False

    def mount_again(self):
        self._inside("mount", "--bind", str(self.store), str(self.mount))
        self.mounted = True

    def _inside(self, *command):
        pid = str(self.process.pid)
        user = ["--user", "--preserve-credentials"] if _RIGHTS else []
        subprocess.run(["nsenter", "--target", pid, *user, "--mount", *command], check=True)  # noqa: S607 - of the machine

    def die(self):
        """Cut its power in the middle of whatever it does; returns when nothing of it runs."""
        below = family(self.process.pid)
        self.process.kill()
        self.process.communicate()
        self.process, self.mounted = None, False
        deadline = time.monotonic() + 20
        while any(map(_lives, below)):
            assert time.monotonic() < deadline, f"outlived its host: {[pid for pid in below if _lives(pid)]}"
            time.sleep(0.01)

    def kill_worker(self):
        """Kill the worker of its run as a kernel short of memory does; tell whether there was one in time."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not self.answered():
            for pid, line in family(self.process.pid).items():
                if b"daemon.child\0worker" in line:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        return True
        return False

    def answered(self):
        return bool(select.select([self.process.stdout], [], [], 0)[0])


def family(pid):
    """Return the processes below one, with their command lines."""
    parents, lines = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
                lines[int(entry.name)] = entry.joinpath("cmdline").read_bytes()
    below, new = {}, {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        below |= {child: lines.get(child, b"") for child in new}
    return below


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
