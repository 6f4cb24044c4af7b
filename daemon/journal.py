"""What the service writes down: an event a line, with fields where systemd's journal takes them.

Where standard error is the journal, an entry goes to it by its own protocol, so that ``journalctl DREAMD_STORE=web``
and ``-o json`` find the fields (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/). Anywhere else it is a line of text. The
event's name stands in both: ``kept``, ``waiting``, ``committed``, ``trouble`` …
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

_SOCKET = Path("/run/systemd/journal/socket")

#: priorities of syslog(3)
_WARNING, _INFO = 4, 6


class Journal:
    """Where events are written down."""

    def __init__(
        self, environment: Mapping[str, str], stream: TextIO = sys.stderr, socket_path: Path = _SOCKET
    ) -> None:
        """Given the environment, find out whether the stream is the journal."""
        self._stream = stream
        self._socket: socket.socket | None = None
        if environment.get("JOURNAL_STREAM", "") == _identity(stream):
            with contextlib.suppress(OSError):
                self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                self._socket.connect(str(socket_path))

    def warn(self, event: str, message: str, *, store: str = "") -> None:
        """Given what ``say`` is given, write down that somebody should see to it."""
        self.say(event, f"warning: {message}", store=store, level=_WARNING)

    def say(self, event: str, message: str, *, store: str = "", level: int = _INFO, **fields: object) -> None:
        """Given an event's name, a line for people, and the store that it is about, write it down with its fields."""
        said = f"{store}: {message}" if store else message
        if self._socket is not None:
            named = {"MESSAGE": said, "PRIORITY": level, "SYSLOG_IDENTIFIER": "dreamd", "DREAMD_EVENT": event}
            named |= {"DREAMD_STORE": store} if store else {}
            named |= {f"DREAMD_{name.upper()}": value for name, value in fields.items()}
            with contextlib.suppress(OSError):
                self._socket.send(b"".join(_field(name, str(value)) for name, value in named.items()))
                return
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            self._stream.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {said}\n")
            self._stream.flush()


def _field(name: str, value: str) -> bytes:
    """Return a field as the journal takes it: with its length, so that no value can begin another field."""
    data = value.encode("utf-8", "replace")
    return name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"


def _identity(stream: TextIO) -> str:
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return "-"
    return f"{status.st_dev}:{status.st_ino}"
