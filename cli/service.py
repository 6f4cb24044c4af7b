"""``dreamd service``: run as a service under systemd, and stop doing so without a trace."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .output import say, say_json, table, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..config import Config
    from ..systemd.dropin import Setting
    from ..systemd.install import Installation

command = click.Group("service", help="Run dreamd as a service of systemd, or stop doing so.")

_user = click.option("--user", is_flag=True, help="Your own service, instead of the system's.")


@command.command(cls=Verb, takes=("config",), example="dreamd service install --user --now")
@_user
@click.option("--now", is_flag=True, help="Start it at once; restart it where something changed.")
@click.option("--timer", is_flag=True, help="No resident process: a timer that asks every hour whether a dream is due.")
@click.option("--store", "names", multiple=True, metavar="STORE", help="Only this store; may be repeated.")
@click.option("--as", "account", default="", metavar="USER", help="Account of the system's service. Default: dreamd.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.pass_obj
def install(
    options: Options, *, user: bool, now: bool, timer: bool, names: tuple[str, ...], account: str, dry_run: bool
) -> None:
    """Write the units, verify them, and have them started with the system.

    Where the service may write, and what it sees of homes, is taken from the configuration. Run it again when a store
    is added or moves; where nothing is to be done it says so.
    """
    from ..systemd.explain import explain, remains
    from ..systemd.files import needs_network, wanted
    from ..systemd.install import carry_out, plan
    from ..systemd.manager import manager_of

    manager = manager_of(os.environ, user=user)
    path, config = _configuration(options, user=user)
    setting = _setting(path, config, names or _named(options), account=_account(account, user=user))
    todo = plan(manager, setting, wanted(setting, timer=timer, model=needs_network(config.curator.kind)))
    if dry_run:
        _show(todo)
    else:
        _require_root(user=user)
        done = False
        for line in carry_out(todo, now=now):
            say(line)
            done = True
        if not done:
            say("nothing has changed")
    for line in explain(todo):
        talk(line)
    for line in remains(todo, now=now):
        say(f"remains    {line}")


@command.command(cls=Verb, takes=("config",), example="dreamd service uninstall --user")
@_user
@click.pass_obj
def uninstall(options: Options, *, user: bool) -> None:
    """Stop the service and remove all that its installation made; stores are not touched.

    What stays is said with the reason.
    """
    from ..errors import DreamdError
    from ..systemd.install import left
    from ..systemd.install import uninstall as take_away
    from ..systemd.manager import manager_of

    manager = manager_of(os.environ, user=user)
    _require_root(user=user)
    done = False
    for line in take_away(manager):
        say(line)
        done = True
    try:
        stores = [store.memory for store in _configuration(options, user=user)[1].stores.values()]
    except DreamdError:  # it may be gone already
        stores = None
    for line in left(manager, stores):
        say(line)
        done = True
    if not done:
        say("nothing is installed")


@command.command(cls=Verb, takes=("json",), example="dreamd service show")
@_user
@click.pass_obj
def show(options: Options, *, user: bool) -> None:
    """Say what is installed as a service, and how it is."""
    from ..systemd.manager import manager_of
    from ..systemd.state import state_of

    units = state_of(manager_of(os.environ, user=user))
    if options.json:
        say_json({"user": user, "units": units})
    elif not units:
        say("nothing is installed; 'dreamd service install' does it")
    else:
        say(table([it.unit, it.active, it.enabled, it.said] for it in units))


def _configuration(options: Options, *, user: bool) -> tuple[Path, Config]:
    """Return the configuration that a service reads: a user's own, or one that is no user's."""
    from ..config_file import find, load
    from ..errors import ConfigError
    from ..systemd.needs import is_hidden

    named = options.config or os.environ.get("DREAMD_CONFIG")
    path = find(named, os.environ) if user or named else Path("/etc/dreamd/config.yaml")
    if path is None:
        raise ConfigError("~/.config/dreamd/config.yaml", "there is none", "make one with 'dreamd init'")
    path = path.absolute()
    if not user and is_hidden(path):
        hint = "put it into /etc/dreamd/config.yaml; --user installs a service of your own"
        raise ConfigError(str(path), "a service of the system does not see homes and temporary folders", hint)
    return path, load(path).config


def _setting(path: Path, config: Config, names: Iterable[str], *, account: str) -> Setting:
    from ..daemon.mounts import is_elsewhere, read_mounts
    from ..errors import ConfigError, UsageError
    from ..systemd import account as accounts
    from ..systemd.dropin import Setting
    from ..systemd.machine import code, programs
    from ..systemd.needs import needs_of

    chosen = tuple(dict.fromkeys(names))
    for name in chosen:
        if name not in config.stores:
            raise UsageError(name, "no store has this name", f"there are {', '.join(config.stores) or 'none'}")
    stores = {name: store for name, store in config.stores.items() if not chosen or name in chosen}
    if not stores:
        raise ConfigError(str(path), "it names no store", "make one with 'dreamd init DIR'")
    environment = {"HOME": accounts.home_of(account)} if account else dict(os.environ)
    metrics = config.service.metrics
    needs = needs_of(stores.values(), environment, metrics)
    return Setting(
        programs=programs(),
        config=path,
        stores=stores,
        account=accounts.account_for(account, needs) if account else None,
        code=code(),
        environment=environment,
        shares=tuple(Path(it.point) for it in read_mounts() if is_elsewhere(it.kind)),
        chosen=chosen,
        metrics=metrics,
        requires_cage=config.cage == "auto",
    )


def _account(named: str, *, user: bool) -> str:
    from ..errors import UsageError
    from ..systemd.account import NAME

    if user and named:
        raise UsageError("--as", "a user's service runs as the user", "leave it out, or leave out --user")
    return "" if user else named or NAME


def _named(options: Options) -> tuple[str, ...]:
    wanted = options.store or os.environ.get("DREAMD_STORE", "")
    return (wanted,) if wanted else ()


def _require_root(*, user: bool) -> None:
    from ..errors import ServiceError

    if not user and os.geteuid() != 0:
        raise ServiceError("the system", "only root may do that", "use sudo, or --user for a service of your own")


def _show(todo: Installation) -> None:
    for name, text in todo.changes.write.items():
        say(f"--- {todo.manager.units / name}")
        say(text.rstrip("\n"))
    for name in todo.changes.remove:
        say(f"--- {todo.manager.units / name} is removed")
    if todo.makes_account and todo.setting.account:
        say(f"--- the account '{todo.setting.account.name}' is made")
    if not (todo.changes or todo.makes_account):
        say("nothing would change")
