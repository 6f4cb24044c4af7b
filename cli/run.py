"""``dreamd run``: the resident service."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from .verb import Options, Verb


@click.command(cls=Verb, example="dreamd run", takes=("config", "store"))
@click.argument("stores", nargs=-1, metavar="[STORE]...")
@click.pass_obj
def command(options: Options, *, stores: tuple[str, ...]) -> NoReturn:
    """Keep stores: collect what is finished, dream when due.

    All stores that are configured, or those that are named. It stays in the foreground and writes what happens to
    standard error, or to systemd's journal. SIGTERM ends it, SIGHUP reads the configuration anew (a bad one is refused
    and the old one kept), SIGUSR1 dreams at once whatever the gates say. 'dreamd status' says how a store is.
    """
    named = [options.store or os.environ.get("DREAMD_STORE", ""), *stores]
    config = options.config or ""
    package = __package__.rpartition(".")[0]
    arguments = [config, *(name for name in named if name)]
    # In place of this process: the service needs none of what a command line does, and stays for months.
    os.execv(sys.executable, [sys.executable, "-P", "-B", "-m", f"{package}.daemon.service", *arguments])  # noqa: S606 - our own interpreter
