"""Real processes of each role, started as the launcher does it, that do what a test says once their cage is shut."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CALLS = {
    "x86_64": {"seccomp": 317, "prctl": 157, "prlimit64": 302},
    "aarch64": {"seccomp": 277, "prctl": 167, "prlimit64": 261},
}.get(os.uname().machine, {})
CALLS |= {"landlock_create_ruleset": 444, "landlock_restrict_self": 446}

#: loaded by every interpreter that has its folder on the path: a role's module is what the test wrote
STAND_IN = """
import importlib.util, os, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        file = os.path.join(os.path.dirname(__file__), name.rpartition(".")[2] + "_stand_in.py")
        if name.startswith("dreamd.daemon.") and os.path.exists(file):
            return importlib.util.spec_from_file_location(name, file)

# another system, as far as Python can tell
if os.environ.get("SYSTEM"):
    sys.platform = os.environ["SYSTEM"]
    del os.O_PATH
if os.environ.get("MACHINE"):
    uname = list(os.uname())
    os.uname = lambda: os.uname_result((*uname[:4], os.environ["MACHINE"]))
if "dreamd.daemon.child" in sys.orig_argv:
    sys.meta_path.insert(0, Finder())
"""


def without(**errors: int) -> list[str]:
    """Return what to put before a command so that it runs where these calls return these errors."""
    return [sys.executable, str(HERE / "without.py"), json.dumps({CALLS[name]: it for name, it in errors.items()})]


@dataclass(frozen=True)
class Roles:
    """A folder with stand-ins for roles, by which their processes are started."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        path = os.pathsep.join((str(self.folder), str(HERE)))
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": path}

    def stand_in(self, role: str, body: str) -> None:
        """Let a role be this: the body of a function that is given ``cage``."""
        lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
        (self.folder / f"{role}_stand_in.py").write_text(f"def main(cage):\n{lines}")

    def command(self, role: str, mode: str, read: Iterable[Path], write: Iterable[Path]) -> list[str]:
        words = [*(f"read={it}" for it in read), *(f"write={it}" for it in write)]
        start = [sys.executable, "-P", "-B", "-m", "dreamd.daemon.child"]
        return [*start, role, mode, str(os.getpid()), *words]

    def run(
        self,
        role: str,
        body: str,
        read: Iterable[Path] = (),
        write: Iterable[Path] = (),
        mode: str = "best-effort",
        before: Iterable[str] = (),
        descriptors: tuple[int, ...] = (),
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a process of a role that does what ``body`` says; ``before`` goes before its command."""
        self.stand_in(role, body)
        return subprocess.run(
            [*before, *self.command(role, mode, read, write)],
            env=self.environment | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=descriptors,
            timeout=120,
            check=False,
        )


def make_roles(root: Path) -> Roles:
    """Return roles whose stand-ins lie below a folder."""
    folder = root / "stand-ins"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(STAND_IN)
    return Roles(folder)


@pytest.fixture
def roles(tmp_path: Path) -> Roles:
    return make_roles(tmp_path)


@pytest.fixture
def holds(roles: Roles) -> Callable[..., list[str]]:
    """Return what tells the layers that hold a worker here."""

    def layers(*before: str) -> list[str]:
        done = roles.run("worker", "print(*cage.layers, sep='\\n')", before=before)
        return done.stdout.splitlines()

    return layers


@pytest.fixture(autouse=True)
def _linux() -> None:
    if sys.platform != "linux" or not CALLS.get("seccomp"):
        pytest.skip(f"these cages are Linux's, on x86-64 and aarch64; this is {sys.platform} on {os.uname().machine}")


def needs(program: str) -> str:
    """Return the path of a program; skips the test where there is none."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"this test needs {program} (util-linux)")
    return found
