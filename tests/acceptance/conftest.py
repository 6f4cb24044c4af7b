"""What the acceptance tests stand on: the installed command, run as a user runs it, in a home of its own.

Nothing of dreamd is imported here, so that the same tests prove a checkout and an installed wheel.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

#: the command of the environment that runs the tests, not whatever PATH finds first
EXECUTABLE = Path(sys.executable).parent / "dreamd"
EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"

#: the morning after the last of the example sessions
MORNING = "2026-03-13T08:00:00Z"


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Return the values of a JSON Lines output."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class User:
    """Somebody with a home, a store and a configuration that ``init`` wrote."""

    home: Path
    now: str = MORNING
    uid: int | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        return self.home / "memory"

    @property
    def config(self) -> Path:
        return self.home / "config.yaml"

    def at(self, now: str) -> User:
        return replace(self, now=now)

    def dreamd(self, *arguments: str | Path, code: int | None = 0, wrapper: tuple[str, ...] = ()) -> Answer:
        """Given arguments, run the command and return its answer; ``code`` is what it must exit with, if given."""
        environment = {
            "HOME": str(self.home),
            "PATH": f"{EXECUTABLE.parent}{os.pathsep}{os.defpath}",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "DREAMD_NOW": self.now,
            "DREAMD_CONFIG": str(self.config),
            **self.environment,
        }
        done = subprocess.run(
            [*wrapper, str(EXECUTABLE), *map(str, arguments)],
            env=environment,
            cwd=self.home,
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        answer = Answer(done.returncode, done.stdout, done.stderr)
        if code is not None:
            assert answer.code == code, f"exit {answer.code}\n{answer.out}\n{answer.err}"
        assert "Traceback" not in answer.err, answer.err
        return answer

    def init(self, *globs: str | Path) -> User:
        """Make a store that reads these logs."""
        sessions = [part for pattern in globs for part in ("--sessions", str(pattern))]
        self.dreamd("init", self.store, *sessions)
        return self

    def memories(self) -> list[dict[str, Any]]:
        """Return every memory of the store, retired ones too."""
        return self.dreamd("export", "--all").lines()

    def active(self) -> list[dict[str, Any]]:
        return [memory for memory in self.memories() if "retired" not in memory]


def tree(folder: Path) -> dict[str, bytes]:
    """Given a folder, return the content of every file in it by its relative name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="session", autouse=True)
def _installed() -> None:
    if not EXECUTABLE.exists():
        pytest.fail(f"no dreamd beside {sys.executable}: install the package into the environment that runs the tests")


@pytest.fixture(scope="session")
def examples() -> Path:
    return EXAMPLES


@pytest.fixture
def user(tmp_path: Path) -> User:
    home = tmp_path / "home"
    home.mkdir()
    return User(home)


@pytest.fixture(scope="session")
def make_user(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], User]:
    """Return a function that gives users who outlive one test."""

    def make() -> User:
        home = tmp_path_factory.mktemp("user") / "home"
        home.mkdir()
        return User(home)

    return make


@pytest.fixture(scope="session")
def _dreamt_home(make_user: Callable[[], User]) -> tuple[User, Answer]:
    user = make_user().init(EXAMPLES)
    return user, user.dreamd("dream")


@pytest.fixture(scope="session")
def dreamt(_dreamt_home: tuple[User, Answer]) -> User:
    """Return a user whose store has dreamt once on the examples. For reading only."""
    return _dreamt_home[0]


@pytest.fixture(scope="session")
def memories(dreamt: User) -> list[dict[str, Any]]:
    """Return every memory that the first dream on the examples left, retired ones too."""
    return dreamt.memories()


@pytest.fixture(scope="session")
def active(memories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the active ones of them."""
    return [memory for memory in memories if "retired" not in memory]


@pytest.fixture(scope="session")
def first_answer(_dreamt_home: tuple[User, Answer]) -> Answer:
    """Return what the first dream on the examples said."""
    return _dreamt_home[1]


@pytest.fixture
def again(dreamt: User, user: User) -> User:
    """Return a user with a copy of the store that has dreamt once."""
    shutil.copytree(dreamt.home, user.home, dirs_exist_ok=True)
    user.config.write_text(user.config.read_text().replace(str(dreamt.home), str(user.home)))
    return user


@pytest.fixture(scope="session")
def files_of() -> Callable[[Path], dict[str, bytes]]:
    return tree


@pytest.fixture
def plain_user() -> Iterator[User]:
    """Return a user without root's rights, since root can read and write everything."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become somebody else")
    base = Path("/tmp") if Path("/tmp").is_dir() else Path.cwd()  # noqa: S108 - a home that nobody else may enter is no home here
    home = base / f"dreamd-acceptance-{os.getpid()}"
    home.mkdir(mode=0o755)
    nobody = 65534
    os.chown(home, nobody, nobody)
    user = User(home, uid=nobody)
    try:
        if not _can_run(user):
            pytest.skip("another user cannot read the environment that runs the tests")
        yield user
    finally:
        shutil.rmtree(home)


def _can_run(user: User) -> bool:
    try:
        return user.dreamd("--version", code=None).code == 0
    except PermissionError:
        return False
