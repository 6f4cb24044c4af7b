"""What is configured, for the service: read by a process of its own, which holds the libraries that this needs."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from ..config_file import find, load
from ..daemon.cage.confine import die_with
from ..daemon.messages import Cage, OnProgress
from ..daemon.orders import Order, Settings, SettingsRequest
from ..daemon.serving import serve
from ..errors import ConfigError
from ..systemd.needs import fault_of
from .job import make_job
from .stores import pick, setup_of


def settings(request: SettingsRequest, _progress: OnProgress) -> Settings:
    """Given which configuration and stores were named, return what the service is to do.

    Raises ConfigError where nothing can be kept at all, UsageError where a store that was named is not configured.
    """
    os.environ.update(request.environment)
    loaded = load(find(request.config or None, os.environ))
    faults = {name: fault for name, fault in loaded.faults.items() if not request.stores or name in request.stores}
    known = {name: store.memory for name, store in loaded.config.stores.items()}
    named = [pick(name, loaded.config, Path.cwd()) for name in request.stores if name not in faults]
    orders = []
    for name, memory in named or known.items():
        setup = setup_of(name, memory, loaded)
        if fault := fault_of(setup, os.environ):
            faults[name] = fault
            continue
        job = replace(make_job(setup, if_due=True, cage="require"), environment={})
        orders.append(Order(name, job, setup.scan.total_seconds()))
    if not orders and not faults:
        raise ConfigError(str(loaded.path or "-"), "it names no store to keep", "make one with 'dreamd init'")
    metrics = loaded.config.service.metrics
    return Settings(tuple(orders), faults, str(loaded.path or ""), str(metrics or ""))


def main() -> None:
    """Be the process that reads the configuration."""
    die_with(int(sys.argv[1]))
    serve(Cage(), SettingsRequest, settings)


if __name__ == "__main__":
    main()
