"""The two kinds of systemd that a service can belong to, the system's and a user's: where units lie, and how to ask."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ServiceError

_SECONDS = 180.0


@dataclass(frozen=True)
class Manager:
    """One of them. ``runs`` says that it can be asked now: an image may be prepared where no systemd runs."""

    user: bool
    units: Path
    runs: bool

    @property
    def options(self) -> tuple[str, ...]:
        """What its programs are told, so that they mean this one."""
        return ("--user",) if self.user else ()

    def systemctl(self, *arguments: str) -> str:
        """Given what to do, have it done and return what was said; raises ServiceError where it was not."""
        done = self.ask(*arguments)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            mine = " --user" if self.user else ""
            hint = f"see 'systemctl{mine} status {arguments[-1]}' and 'journalctl{mine} -u {arguments[-1]}'"
            raise ServiceError(f"systemctl {' '.join(arguments)}", said[0] if said else f"exit {done.returncode}", hint)
        return done.stdout

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Given what to ask, return the answer, whatever it is."""
        command = ["systemctl", *self.options, "--no-pager", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)


def manager_of(environment: Mapping[str, str], *, user: bool) -> Manager:
    """Given the environment and whether a user's is meant, return it.

    Raises ServiceError where this system has none.
    """
    if not shutil.which("systemctl"):
        raise ServiceError(
            "this system", "it has no systemd", "let cron run 'dreamd dream --if-due', or start 'dreamd run'"
        )
    if user:
        base = Path(environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or "~").expanduser() / ".config")
        runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        return Manager(True, base / "systemd/user", Path(runtime, "systemd/private").exists())
    return Manager(False, Path("/etc/systemd/system"), Path("/run/systemd/system").is_dir())
