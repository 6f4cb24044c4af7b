"""A machine made for the tests: Debian with a systemd that boots, in namespaces, with dreamd installed in it.

Its tree is made once by debootstrap and kept in the user's cache folder. What a machine writes goes to memory, over the
tree, so that all begin alike and nothing stays. dreamd and what it needs are installed from this checkout beside the
tree, for the machine's own Python. When this process ends, the kernel ends the machine.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: a user's own may lack the folders of what only root runs
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dreamd-tests"

RELEASE, PYTHON = "bookworm", "3.11"
PACKAGES = ("systemd", "systemd-sysv", "dbus", "libpam-systemd", "libseccomp2", "python3", "git")
#: where dreamd lies in the machine
PREFIX = Path("/opt/dreamd")
#: nspawn's own filter knows Landlock no more than a service's
CALLS = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"

_NUMBERS = count(1)
#: the namespaces of a machine
INSIDE = ("--mount", "--uts", "--ipc", "--net", "--pid", "--")

#: what anything may take, in seconds; the tree is downloaded
PATIENCE, DOWNLOAD = 120.0, 400.0


def what_is_missing() -> str:
    """Return what keeps such a machine from being made here, empty where nothing does."""
    if os.geteuid() != 0:
        return "only root can boot one"
    programs = {
        "debootstrap": "debootstrap",
        "systemd-nspawn": "systemd-container",
        "nsenter": "util-linux",
        "setpriv": "util-linux",
    }
    for program, package in programs.items():
        if not shutil.which(program, path=PATH):
            return f"there is no {program} (Debian, Ubuntu: apt install {package})"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "true"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return f"no namespaces can be made ({tried.stderr.strip()})" if tried.returncode else ""


def make_tree() -> Path:
    """Return the tree of such a machine, made where it is not kept yet."""
    tree = CACHE / f"{RELEASE}-{'-'.join(PACKAGES)}"
    if not tree.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        making = CACHE / f"making-{os.getpid()}"
        _run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", RELEASE, making, patience=DOWNLOAD)
        making.rename(tree)
    return tree


def make_installation(folder: Path) -> None:
    """Given an empty folder, install this checkout in ``prefix`` there, for the machine's Python."""
    source, prefix = folder / "source", folder / "prefix"
    # Not in the checkout: what an earlier build left there would be taken for a part of it.
    kept = shutil.ignore_patterns(".*", "build", "dist", "demo", "*.egg-info", "__pycache__", "tests", "bench")
    shutil.copytree(ROOT, source, ignore=kept)
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, source, patience=DOWNLOAD)
    [wheel] = folder.glob("dreamd-*.whl")
    packages = prefix / f"lib/python{PYTHON}/site-packages"
    for_it = ("--target", packages, "--python-version", PYTHON, "--only-binary=:all:")
    _run(*pip, "install", *for_it, wheel, patience=DOWNLOAD)
    (prefix / "bin").mkdir()
    (prefix / "bin/python").symlink_to("/usr/bin/python3")
    (prefix / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    script = prefix / "bin/dreamd"
    script.write_text(f"#!{PREFIX}/bin/python\nfrom dreamd.__main__ import main\n\nmain()\n")
    script.chmod(0o755)
    _run("chmod", "-R", "a+rX", prefix)


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Machine:
    """One that has booted."""

    def __init__(self, tree: Path, installation: Path, log: Path) -> None:
        """Given the tree and what is installed, boot a machine; what its console says goes to ``log``."""
        command = ["setpriv", "--pdeathsig", "KILL", "systemd-nspawn", "--directory", str(tree), "--volatile=overlay"]
        command += [f"--bind-ro={installation}:{PREFIX}", "--boot", "--register=no", "--keep-unit", "--private-network"]
        command += [
            f"--system-call-filter={CALLS}",
            "--console=pipe",
            f"--machine=dreamd-{os.getpid()}-{next(_NUMBERS)}",
            "--hostname=tern",
        ]
        with log.open("wb") as console:
            self._nspawn = subprocess.Popen(
                command, env={**os.environ, "PATH": PATH}, stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
        self._log = log
        wait_until(lambda: self._first() != 0)
        wait_until(lambda: self.run("systemctl", "is-system-running").out.strip() in {"running", "degraded"})

    def run(
        self, *command: str | Path, user: str = "", code: int | None = None, env: dict[str, str] | None = None
    ) -> Done:
        """Given a command, run it in the machine, as root or another user; ``code`` is what it must exit with."""
        home = f"/home/{user}" if user else "/root"
        settings = {
            "PATH": f"{PREFIX}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            "LANG": "C.UTF-8",
            **(env or {}),
        }
        inner = [*map(str, command)]
        if user:
            number = self.run("id", "-u", user, code=0).out.strip()
            settings["XDG_RUNTIME_DIR"] = f"/run/user/{number}"
            inner = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", *inner]
        entered = ["nsenter", f"--target={self._first()}", *INSIDE]
        entered += ["env", "-i", "-C", "/", *(f"{name}={value}" for name, value in settings.items()), *inner]
        done = subprocess.run(
            entered,
            env={**os.environ, "PATH": PATH},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        if code is not None and done.returncode != code:
            raise AssertionError(f"{shlex.join(inner)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return Done(done.returncode, done.stdout, done.stderr)

    def sh(self, script: str, user: str = "") -> str:
        """Given a script of the shell, run it in the machine and return what it printed; it must succeed."""
        return self.run("sh", "-euc", script, user=user, code=0).out

    def write(self, path: str | Path, text: str, user: str = "") -> None:
        """Given a path in the machine and a content, write it there, as root or another user."""
        place = shlex.quote(str(path))
        self.sh(f'mkdir -p "$(dirname {place})"; printf %s {shlex.quote(text)} >{place}', user)

    def ask(self, unit: str, prop: str, *, user: str = "") -> str:
        """Given a unit and the name of a property, return what systemd says of it."""
        manager = ["--user"] if user else []
        return self.run("systemctl", *manager, "show", "--value", f"--property={prop}", unit, user=user).out.strip()

    def journal(self, unit: str) -> str:
        """Given a unit, return what the journal has of it."""
        return self.run("journalctl", "--no-pager", "--quiet", "--output=cat", f"--unit={unit}").out

    def listing(self, *left_out: str) -> dict[str, str]:
        """Return everything in the machine's file system and a digest of the files in /etc; not what always changes."""
        always = ("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp", "/var/log", "/var/cache", str(PREFIX))  # noqa: S108
        prune = " -o ".join(f"-path {shlex.quote(path)}" for path in (*always, *left_out))
        names = self.sh(rf"find / \( {prune} \) -prune -o -printf '%p\t%M %U %G\n'").splitlines()
        digests = self.sh("find /etc -type f -exec sha256sum {} +").splitlines()
        found = {name: kind for name, _, kind in (line.partition("\t") for line in names)}
        for line in digests:
            digest, _, name = line.partition("  ")
            found[name] = f"{found.get(name, '')} {digest}"
        return found

    def close(self) -> None:
        """End the machine and all that runs in it, in good order if it can."""
        self._nspawn.terminate()
        try:
            self._nspawn.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()

    def _first(self) -> int:
        """Return the number of the machine's first process outside, 0 where there is none yet."""
        if self._nspawn.poll() is not None:
            said = re.sub(r"\x1b\[[0-9;]*m", "", self._log.read_text(errors="replace"))
            raise RuntimeError(f"the machine did not boot:\n{said[-3000:]}")
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        found = [int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() in {"systemd", "init"}]
        return found[0] if found else 0


def wait_until(is_so: Callable[[], bool], patience: float = PATIENCE, what: str = "it") -> None:
    """Given what tells whether something is so, wait until it is; ``patience`` in seconds."""
    until = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come about within {patience:.0f} s")
        time.sleep(0.2)


def _run(*command: str | Path, patience: float = PATIENCE) -> None:
    done = subprocess.run(
        list(map(str, command)),
        env={**os.environ, "PATH": PATH},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"{shlex.join(map(str, command))}: exit {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}"
        )
