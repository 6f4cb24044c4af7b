"""From what was configured to what the launcher is asked to do."""

from __future__ import annotations

import os
import socket

from ..daemon.cage.confine import Mode
from ..daemon.job import Job
from ..daemon.now import read_now
from .stores import Setup
from .zone import local_zone


def make_job(
    setup: Setup,
    *,
    if_due: bool = False,
    dry_run: bool = False,
    explain: bool = False,
    retry: bool = False,
    accept_loss: str = "",
    cage: Mode = "best-effort",
) -> Job:
    """Given a store's setup and what was asked for, return the job; clock, host and environment are read here.

    ``cage`` is what counts where the configuration leaves it to whoever asks.
    """
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
        explain=explain,
        retry=retry,
        accept_loss=accept_loss,
        role=setup.role,
        exclude=setup.exclude,
        retention=setup.retention,
        cage=cage if setup.cage == "auto" else setup.cage,
    )
