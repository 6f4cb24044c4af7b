"""What the service tells systemd: that it is ready, how it is, and that it is alive (sd_notify(3)).

One datagram to the socket that systemd names in the environment; where it names none, nothing is told.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"


def notify(environment: Mapping[str, str], *states: str) -> None:
    """Given the environment and what to tell (``READY=1``, ``STATUS=…``), tell it; nobody waits for an answer."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if address[0] == "@":  # an abstract socket
        address = f"\0{address[1:]}"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
        to.sendto("\n".join(states).encode(), address)


def reloading() -> str:
    """Return what tells that the configuration is read anew: systemd wants the time with it."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}"


def watchdog_seconds(environment: Mapping[str, str]) -> float | None:
    """Given the environment, return after how many seconds of silence systemd ends us, None where it does not."""
    microseconds = environment.get("WATCHDOG_USEC", "")
    if not microseconds.isdigit() or environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    return int(microseconds) / 1e6 or None
