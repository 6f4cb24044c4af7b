"""What a person should know of an installation: what was chosen and why, and what only they can do."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

from ..sessions.agents import named_in
from . import account
from .install import Installation
from .needs import is_hidden

_LINGERING = Path("/var/lib/systemd/linger")


def explain(todo: Installation) -> Iterator[str]:
    """Given an installation, yield what was decided in it that somebody may want to know or to decide otherwise."""
    setting = todo.setting
    if not setting.account:
        return
    who = setting.account
    groups = ", ".join(group for group in (who.group, *who.groups) if group)
    yield f"it runs as '{who.name}'{f' with the group {groups}' if groups else ''}, and writes only in the stores"
    for path in setting.code:
        if is_hidden(path):
            yield f"its programs lie in '{path}': it sees that folder, and who owns it decides what the service does"
    for name, store in setting.stores.items():
        for source in store.sessions if store.role != "dream" else ():
            agent = named_in(source)
            if agent and agent[0].folder:
                yield (
                    f"warning: 'stores.{name}.sessions' names {agent[0].name}, whose logs lie in homes; the service "
                    f"has none: let each person 'dreamd service install --user' with role: collect"
                )
    closed = account.shut_out(who, setting.needs).read if account.exists(who.name) and os.geteuid() == 0 else ()
    for path in closed:
        yield f"warning: '{who.name}' cannot read '{path}': let a group of the stores read it, or its owner collect it"


def remains(todo: Installation, *, now: bool) -> Iterator[str]:
    """Given an installation, yield what is left to be done, each as a command or what it takes."""
    manager = todo.manager
    systemctl = " ".join(("systemctl", *manager.options))
    units = " ".join(todo.should.units)
    if not manager.runs:
        who = "your systemd does not" if manager.user else "no systemd"
        yield f"{who} run here: then, '{systemctl} daemon-reload' and '{systemctl} enable --now {units}'"
    elif not now and not todo.running:
        yield f"'{systemctl} start {units}', or this again with --now"
    elif not now and todo.changes:
        yield f"'{systemctl} restart {units}', or this again with --now"
    me = pwd.getpwuid(os.getuid()).pw_name
    if manager.user and not (_LINGERING / me).exists():
        yield f"'loginctl enable-linger {me}', so that it also runs while you are not logged in"
