"""How dreamd is installed on this machine: the command that starts it, and the folders that it is read from."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from .needs import outermost


def programs() -> tuple[str, ...]:
    """Return the command that starts the dreamd which runs now, with absolute paths."""
    script = Path(sysconfig.get_path("scripts")) / "dreamd"
    return (str(script),) if script.is_file() else (sys.executable, "-P", "-m", __package__.partition(".")[0])


def code() -> tuple[Path, ...]:
    """Return the folders that the interpreter and this package are read from, links followed and not."""
    package = Path(__file__).resolve().parents[1]
    # A virtual environment's python is a link, often over several others, into the installation that it was made with.
    python, links = Path(sys.executable), []
    while python.is_symlink():
        python = python.parent / python.readlink()
        links.append(python.parent.parent)
    found = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_prefix).resolve(), package, *links]
    return tuple(outermost(Path(os.path.normpath(path)) for path in found))
