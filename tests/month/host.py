"""One host of the simulated team, in namespaces of its own: it does what its standard input says, at the time it says.

A line without a command is a turn of the service's keeper, with real collector and launcher processes below it; a
line with one is a person, or a timer, who types it. Nothing here knows what the gates ought to say.
"""

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from dreamd.daemon.journal import Journal
from dreamd.daemon.keeper import Keeper
from dreamd.daemon.launcher import ask
from dreamd.daemon.places import state_dir
from dreamd.daemon.service import read_settings
from dreamd.errors import DreamdError
from dreamd.memory.files import open_store

DREAMD = Path(sys.executable).parent / "dreamd"


class Order(msgspec.Struct):
    now: datetime
    command: tuple[str, ...] = ()


class Host:
    """A host as it is after it was started."""

    def __init__(self):
        self.now = datetime.now(UTC)
        self.said = io.StringIO()
        order = read_settings("", (), os.environ).orders[0]
        self.keeper = Keeper(order, Journal({}, self.said), lambda: self.now, lambda *_: None)

    def obey(self, order):
        self.now = order.now
        if order.command:
            return self.typed(order)
        before = self.keeper.measured.last
        self.keeper.take_turn()
        last = self.keeper.measured.last
        launched = last if last is not before else None
        waits = [line for line in self.said.getvalue().splitlines() if "not due: " in line]
        told = {"waits": waits[-1] if waits else "", "trouble": self.keeper.trouble}
        return {**told, "launched": launched, "gates": self.gates()}

    def typed(self, order):
        environment = {**os.environ, "DREAMD_NOW": order.now.isoformat()}
        command = [DREAMD, *order.command]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        return {"code": done.returncode, "out": done.stdout, "err": done.stderr, "gates": self.gates()}

    def gates(self):
        """Return what the gates say here and now, None where there is no store to ask about."""
        job = self.keeper.order.job
        try:
            store, identity = open_store(job.store)
            return ask(store, state_dir(os.environ, identity.store), replace(job, now=self.now))
        except (DreamdError, OSError):
            return None


if __name__ == "__main__":
    host = Host()
    for line in sys.stdin:
        reply = host.obey(msgspec.json.decode(line, type=Order))
        sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
        sys.stdout.buffer.flush()
