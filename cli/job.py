"""From what was configured to what the launcher is asked to do."""

from __future__ import annotations

import os
import socket
import zoneinfo
from collections.abc import Mapping
from pathlib import Path

from ..daemon.launcher import Job
from .now import read_now
from .stores import Setup

_LOCALTIME = Path("/etc/localtime")


def make_job(setup: Setup, *, if_due: bool = False, dry_run: bool = False, accept_loss: str = "") -> Job:
    """Given a store's setup and what was asked for, return the job; clock, host and environment are read here."""
    return Job(
        store=setup.memory,
        sources=setup.sessions,
        now=read_now(os.environ),
        host=socket.gethostname(),
        environment=os.environ,
        repository=str(setup.repository or ""),
        idle_seconds=setup.idle.total_seconds(),
        zone=local_zone(os.environ),
        gates=setup.policy,
        curator=setup.curator,
        if_due=if_due,
        dry_run=dry_run,
        accept_loss=accept_loss,
    )


def local_zone(environment: Mapping[str, str], localtime: Path = _LOCALTIME) -> str:
    """Given the environment, return the IANA name of this host's time zone, ``UTC`` where it cannot be told."""
    names = [environment.get("TZ", "").removeprefix(":")]
    parts = localtime.resolve().parts
    if "zoneinfo" in parts:
        names.append("/".join(parts[parts.index("zoneinfo") + 1 :]))
    for name in names:
        if name and _is_zone(name):
            return name
    return "UTC"


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
