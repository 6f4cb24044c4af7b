"""The service: keeps all configured stores, waits, and judges nothing.

::

    start ──▶ read settings ──▶ a keeper for each store ──▶ READY ──▶ wait ◀────────────────────────┐
                                                                       │ a keeper's turn: in a thread│
                                                                       │ SIGHUP: settings anew       │
                                                                       │ SIGUSR1: all dream now      │
                                                                       └─────────────────────────────┘
                                                     SIGTERM, SIGINT: end what runs, STOPPING, exit 0

It stays for months, so it reads no log, loads no configuration library and no index: settings are read by a process of
their own, as logs and stores are (``keeper``). A store that cannot be kept is told and tried again; the others go on.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from ..errors import ConfigError, DreamdError
from .clockwork import MOST_SECONDS, Clockwork
from .journal import Journal
from .keeper import Keeper
from .metrics import remove_metrics, write_metrics
from .notify import ALIVE, READY, STOPPING, notify, reloading, watchdog_seconds
from .now import read_now
from .orders import Order, Settings, SettingsRequest
from .pipe import call_uncaged

#: how long what runs may take to end, in seconds: systemd's patience is longer
_STOP_SECONDS = 20.0
#: by how much pauses are longer than configured at most: those of a team's hosts differ, so that they do not walk their
#: file server in step
_STRETCH = 0.2
INTERRUPTED = 130
_STOP = frozenset({signal.SIGTERM, signal.SIGINT})


class Service:
    """All stores that this process keeps."""

    def __init__(self, settings: Callable[[], Settings], environment: Mapping[str, str], journal: Journal) -> None:
        """Given what reads the settings, the environment, and where events are written down."""
        self._read = settings
        self._environment = environment
        self._journal = journal
        self._clockwork = Clockwork()
        self._keepers: dict[Path, Keeper] = {}
        self._settings = Settings(())
        self._fault = ""  # why the metrics cannot be written
        self._measures = False
        self._stretch = random.uniform(1, 1 + _STRETCH)  # noqa: S311 - no secret

    def run(self) -> int:
        """Keep the stores until a signal ends it and return the exit code; raises DreamdError where it cannot start."""
        self._clockwork.listen((*_STOP, signal.SIGHUP, signal.SIGUSR1))
        self._follow(self._read())
        self._clockwork.start()
        notify(self._environment, READY, self._status())
        patience = watchdog_seconds(self._environment)
        most = min(MOST_SECONDS, patience / 2) if patience else MOST_SECONDS
        while not _STOP & (signals := self._clockwork.wait(most)):
            if signal.SIGHUP in signals:
                self._reload()
            if signal.SIGUSR1 in signals:
                for keeper in self._keepers.values():
                    keeper.dream_now()
            self._refuse()
            notify(self._environment, ALIVE, self._status())
        self._stop()
        return INTERRUPTED if signal.SIGINT in signals else 0

    def _refuse(self) -> None:
        """Raise where all that there is to keep is kept by another process: there is nothing to stay for."""
        refused = [keeper.refused for keeper in self._keepers.values()]
        if refused and all(refused) and refused[0]:
            raise refused[0]

    def _reload(self) -> None:
        """Read the settings anew; bad ones are refused whole, and the old ones stay."""
        notify(self._environment, reloading())
        try:
            settings = self._read()
            if settings.faults:
                raise ConfigError(settings.file, "; ".join(settings.faults.values()))
        except DreamdError as error:
            self._journal.warn("refused", f"the configuration was not taken over, the old one stays: {error}")
        else:
            self._follow(settings)
            self._journal.say("reloaded", f"keeps {', '.join(order.name for order in settings.orders) or 'nothing'}")
        notify(self._environment, READY, self._status())

    def _follow(self, settings: Settings) -> None:
        for name, fault in settings.faults.items():
            self._journal.warn("trouble", f"{fault}; it is not kept until the configuration is mended", store=name)
        orders = {order.job.store: order for order in settings.orders}
        for place in self._keepers.keys() - orders.keys():
            gone = self._keepers.pop(place)
            gone.close()
            gone.call_for_last_turn()
        for place, order in orders.items():
            if place in self._keepers:
                self._keepers[place].follow(order)
            else:
                self._keepers[place] = self._keeper(order)
                self._keepers[place].call_for_turn()
        self._settings = settings

    def _keeper(self, order: Order) -> Keeper:
        return Keeper(order, self._journal, self._now, self._due_at, self._stretch)

    def _due_at(self, keeper: Keeper, when: float) -> None:
        self._clockwork.due_at(str(keeper.order.job.store), when, lambda: self._turn(keeper))

    def _turn(self, keeper: Keeper) -> None:
        keeper.take_turn()
        if self._settings.metrics and not keeper.refused:  # who is refused has a service beside it that keeps the file
            stores = {it.order.name: (it.measured, it.trouble) for it in tuple(self._keepers.values())}
            fault = write_metrics(Path(self._settings.metrics), stores)
            if fault and fault != self._fault:
                self._journal.warn("trouble", fault)
            self._fault = fault
            self._measures = self._measures or not fault
        self._clockwork.wakeup()  # what it came to is told at once

    def _now(self) -> datetime:
        return read_now(self._environment)

    def _status(self) -> str:
        """Return one line on how all stores are, as systemctl shows it."""
        keepers = self._keepers.values()
        said = [f"{it.order.name}: {it.doing}" for it in keepers if it.doing]
        said += [f"{it.order.name}: {it.trouble}" for it in keepers if it.trouble]
        said += [f"{name}: {fault}" for name, fault in self._settings.faults.items()]
        opens = min((it.opens for it in keepers if it.opens), default=None)
        rest = f"keeps {len(keepers)} store{'' if len(keepers) == 1 else 's'}"
        next_dream = f"; gates open {opens:%Y-%m-%d %H:%M} UTC at the earliest" if opens else ""
        return f"STATUS={'; '.join([*said, rest])}{next_dream}"

    def _stop(self) -> None:
        notify(self._environment, STOPPING)
        self._clockwork.shutdown(wait=False)
        for keeper in self._keepers.values():
            keeper.close()
        until = time.monotonic() + _STOP_SECONDS
        for keeper in self._keepers.values():
            keeper.wait_closed(max(0.0, until - time.monotonic()))
        if self._measures:
            remove_metrics(Path(self._settings.metrics))


def read_settings(config: str, stores: tuple[str, ...], environment: Mapping[str, str]) -> Settings:
    """Given the file and stores that were named, read the settings in a process of its own.

    Raises ConfigError and its like, as the process that read it did.
    """
    counting = {name: value for name, value in environment.items() if name.startswith(("DREAMD_", "XDG_"))}
    request = SettingsRequest(config, stores, counting)
    return call_uncaged("cli.settings", request, Settings, lambda *_: None, environment)


def main() -> None:
    """Be the service: ``python -m dreamd.daemon.service [CONFIG [STORE...]]``."""
    config, *stores = [*sys.argv[1:], ""][: max(1, len(sys.argv) - 1)]
    journal = Journal(os.environ)
    service = Service(lambda: read_settings(config, tuple(stores), os.environ), os.environ, journal)
    try:
        code = service.run()
    except DreamdError as error:
        journal.say("failed", f"error: {error}")
        if error.hint:
            journal.say("hint", f"hint: {error.hint}")
        code = error.exit_code
    sys.stdout.flush()
    # A thread that waits for a file system which is gone would keep the process for as long as that is gone.
    if threading.active_count() > 1:
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
