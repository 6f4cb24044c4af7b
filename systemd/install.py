"""An installation, carried out: verified before anything is written, and nothing done twice.

::

    setting ─▶ wanted files ─▶ held against what is there ─▶ account ─▶ let in? ─▶ verify ─▶ write ─▶ enable, start
                                        │
                                        └─ a dry run ends here
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ServiceError
from . import account
from .dropin import Account, Setting
from .files import Changes, Wanted, changes, installed, remove, starts, units_of, verify, write
from .manager import Manager
from .needs import Needs


@dataclass(frozen=True)
class Installation:
    """What is to be installed, and what that changes here."""

    manager: Manager
    setting: Setting
    should: Wanted
    changes: Changes
    makes_account: bool
    running: tuple[str, ...]


def plan(manager: Manager, setting: Setting, should: Wanted) -> Installation:
    """Given what should be, look at what is there and return what has to be done; nothing is changed."""
    makes = bool(setting.account and setting.account.name == account.NAME and not account.exists(account.NAME))
    if setting.account and not makes and not account.exists(setting.account.name):
        raise ServiceError(setting.account.name, "there is no such account", "make it, or leave out --as")
    running = tuple(unit for unit in should.units if _is_active(manager, unit))
    return Installation(manager, setting, should, changes(installed(manager.units), should), makes, running)


def carry_out(todo: Installation, *, now: bool) -> Iterator[str]:
    """Given what has to be done, do it, and start the service ``now`` if wanted; yield what was done, as it is done.

    Raises ServiceError; before the account has access and the units are verified nothing is left behind.
    """
    manager = todo.manager
    if todo.makes_account:
        account.make()
    try:
        remarks = _require_fit(todo)
    except ServiceError:
        if todo.makes_account:
            account.remove()
        raise
    if todo.makes_account:
        yield f"made       the account '{account.NAME}'"
    yield from (f"remarked   {line}" for line in remarks.splitlines() if todo.changes)
    if manager.runs:
        for unit in todo.changes.stop:
            manager.systemctl("disable", "--now", unit)
            yield f"stopped    {unit}"
    for name in (*todo.changes.remove, *starts(manager.units, todo.changes.stop)):
        remove(manager.units, name)
        yield f"removed    {manager.units / name}"
    for name, text in todo.changes.write.items():
        write(manager.units, name, text)
        yield f"wrote      {manager.units / name}"
    if manager.runs:
        yield from _start(todo, now=now)


def _require_fit(todo: Installation) -> str:
    """Raise ServiceError where it could not run; return what systemd remarks on the units."""
    if todo.setting.account:
        _require_access(todo.setting.account, todo.setting.needs, todo.setting.config)
    remarks, fit = verify(todo.manager, todo.should)
    if not fit:
        raise ServiceError("the units", remarks)
    return remarks


def _require_access(who: Account, needs: Needs, config: Path) -> None:
    closed = account.shut_out(who, Needs(needs.write, (config,)))
    if closed.read:
        hint = f"no secret stands in it: 'chmod a+r {config}'"
        raise ServiceError(who.name, f"it cannot read '{config}'", hint)
    if closed.write:
        folders = ", ".join(f"'{path}'" for path in closed.write)
        hint = "give all of it to a group that may write: chgrp -R GROUP, chmod -R g+rwX, and chmod g+s for its folders"
        raise ServiceError(who.name, f"it cannot write in {folders}", hint)


def _start(todo: Installation, *, now: bool) -> Iterator[str]:
    manager = todo.manager
    if todo.changes:
        manager.systemctl("daemon-reload")
    for unit in todo.should.units:
        if manager.ask("is-enabled", unit).stdout.strip() != "enabled":
            manager.systemctl("enable", unit)
            yield f"enabled    {unit}"
        if not now:
            continue
        if unit not in todo.running:
            manager.systemctl("start", unit)
            yield f"started    {unit}"
        elif todo.changes:
            manager.systemctl("restart", unit)
            yield f"restarted  {unit}"


def uninstall(manager: Manager) -> Iterator[str]:
    """Given a manager, take away all that installations have left with it; yield what was done, as it is done.

    What stays is told by ``left``.
    """
    there = installed(manager.units)
    units = units_of(there)
    if manager.runs:
        for unit in units:
            if manager.ask("disable", "--now", unit).returncode == 0:
                yield f"stopped    {unit}"
            for it in {unit, unit.replace(".timer", ".service")}:
                manager.ask("stop", it)
                manager.ask("clean", "--what=state", it)  # the folder of state, and when a timer last ran
    for name in (*sorted(there), *starts(manager.units, units)):
        remove(manager.units, name)
        yield f"removed    {manager.units / name}"
    if manager.runs and there:
        manager.systemctl("daemon-reload")
        manager.ask("reset-failed", *units)
    if manager.user:
        for folder in (manager.units, manager.units.parent):
            with contextlib.suppress(OSError):  # others have units too
                folder.rmdir()
        return
    if Path(account.HOME).is_dir() and there:
        shutil.rmtree(account.HOME)
        yield f"removed    {account.HOME}"


def left(manager: Manager, stores: Iterable[Path] | None) -> Iterator[str]:
    """Given a manager after an uninstallation and the stores (None: not known), remove the account if it owns nothing.

    Yield what was removed, and what stays with the reason: a number that is given to another account later must not
    own what is in a store.
    """
    for path in sorted(manager.units.glob("dreamd*.d/*")):
        yield f"left       {path}: you wrote it"
    if manager.user:
        return
    if not account.is_ours(account.NAME):
        return
    owned = account.owns_anything(account.NAME, stores or ())
    why = f"'{owned}' is its own" if owned else "its stores are not known" if stores is None else ""
    if why:
        yield f"left       the account '{account.NAME}': {why}; 'userdel {account.NAME}' removes it"
    else:
        account.remove()
        yield f"removed    the account '{account.NAME}'"


def _is_active(manager: Manager, unit: str) -> bool:
    return manager.runs and manager.ask("is-active", unit).stdout.strip() in {"active", "reloading"}
