"""The scene, made once for a process of the tests, and the count of points that were tried."""

from __future__ import annotations

import contextlib
import functools
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from .scene import DREAMD, Expected, Scene, expect, make_scene
from .supervisor import why_not
from .synced import Traced, read_trace, trace

TRACED = {
    "init": ("--config", "config.yaml", "init", "new", "--sessions", "logs"),
    "collect": ("collect", "--sessions", "logs"),
    "remember": ("remember", "the sorter is oiled on mondays"),
    "dream": ("dream", "--sessions", "logs"),
}


@pytest.fixture(scope="session")
def _supervised() -> None:
    if reason := why_not():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory, _supervised: None) -> Scene:
    """Return the scene. For copying only."""
    return make_scene(tmp_path_factory.mktemp("scene") / "home")


@pytest.fixture(scope="session")
def expected(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Expected:
    """Return what the scene's run leaves when nothing disturbs it."""
    return expect(scene.copy(tmp_path_factory.mktemp("expected") / "home"))


@pytest.fixture(scope="session")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Scene, list[Traced]]]:
    """Return what gives for a verb the scene in which it was run, and its system calls."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace")

    @functools.cache
    def run(verb: str) -> tuple[Scene, list[Traced]]:
        scene = make_scene(tmp_path_factory.mktemp(verb) / "home")
        output = scene.home.parent / "trace"
        command = trace([DREAMD, *TRACED[verb]], strace, output)
        subprocess.run(command, env=scene.environment, cwd=scene.home, check=True, stdout=subprocess.DEVNULL)
        return scene, read_trace(output.read_text().splitlines())

    return run


@pytest.fixture
def copies(scene: Scene, tmp_path: Path) -> Iterator[Callable[[], Scene]]:
    """Return what gives fresh copies of the scene; only the last one is kept."""
    home = tmp_path / "home"

    def copy() -> Scene:
        shutil.rmtree(home, ignore_errors=True)
        return scene.copy(home)

    yield copy
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def tried(
    record_property: Callable[[str, object], None],
) -> Iterator[Callable[[str, str], AbstractContextManager[None]]]:
    """Return what tries a point and goes on: given what is tried and where, it counts it and keeps what fails."""
    counts: Counter[str] = Counter()
    failures: list[str] = []

    @contextlib.contextmanager
    def point(what: str, where: str) -> Iterator[None]:
        counts[what] += 1
        try:
            yield
        except AssertionError as error:
            failures.append(f"{what}, {where}: {error}")

    yield point
    for what, points in counts.items():
        record_property(f"tried: {what}", points)
    if failures:
        pytest.fail("\n\n".join([f"{len(failures)} points fail", *failures]), pytrace=False)
