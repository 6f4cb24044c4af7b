"""A real systemd (``machine``) with dreamd in it, for all tests of a module the same.

``make systemd-test`` runs this. Where no such machine can be booted, the tests are skipped and say what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from .machine import Machine, make_installation, make_tree, what_is_missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that only who asks for them runs them."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.systemd)


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path, Path]:
    """Return the tree of a machine and what is installed in it, made once for all workers."""
    missing = what_is_missing()
    if missing:
        pytest.skip(f"no systemd can be booted here: {missing}")
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "installation"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            shared.mkdir()
            make_installation(shared)
        return make_tree(), shared / "prefix"


@pytest.fixture(scope="module")
def machine(parts: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Return a machine that has booted, and ends with the tests of the module."""
    booted = Machine(*parts, tmp_path_factory.mktemp("machine") / "console")
    yield booted
    booted.close()
