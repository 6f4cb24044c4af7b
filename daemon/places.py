"""Where this host keeps what is its own: locks, caches, scratch. All of it may be deleted at any time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..memory.folders import resolved


def state_dir(environment: Mapping[str, str], store: str) -> Path:
    """Given the environment and a store's uuid, return this host's folder for it, without links in its path.

    systemd's STATE_DIRECTORY first, then XDG_STATE_HOME, then ``~/.local/state`` (XDG Base Directory Specification).
    """
    if environment.get("STATE_DIRECTORY"):
        base = Path(environment["STATE_DIRECTORY"].split(":")[0])
    elif environment.get("XDG_STATE_HOME"):
        base = Path(environment["XDG_STATE_HOME"]) / "dreamd"
    else:
        base = Path(environment.get("HOME") or Path.home()) / ".local" / "state" / "dreamd"
    return resolved(base / store)
