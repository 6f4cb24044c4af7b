"""An agent that reads: MEMORY.md and every link in it, again and again, without any help of ours."""

from __future__ import annotations

import errno
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from .gluster import Host, answer_of

_LINK = re.compile(r"\]\((topics/[^)#]+)\)")
_LINES, _BYTES = 200, 25_000

#: where another client has just replaced a file, its name is stale for about a second
PATIENCE = 3.0
_PAUSE = 0.01

#: what all readers saw, for the summary: what was read how often, and how often a name was stale
COUNTED: Counter[str] = Counter()
#: the longest time for which a name was stale, in seconds
LONGEST = {"stale": 0.0}


class Reader(threading.Thread):
    """Reads through one host's mount until it is told that it is over; ``faults`` are what no reader may see."""

    def __init__(self, host: Host) -> None:
        """Given a host, read through its mount."""
        super().__init__(daemon=True)
        self.faults: list[str] = []
        self.over = threading.Event()
        self._host = host
        self._published = False

    def run(self) -> None:
        """Read until it is over."""
        while not self.over.wait(_PAUSE):
            try:
                self._look()
            except OSError as error:
                self.faults.append(repr(error))

    def _look(self) -> None:
        text = self._read("MEMORY.md")
        if text is None:
            if self._published:
                self.faults.append("MEMORY.md is gone")
            return
        self._published = True
        COUNTED["MEMORY.md"] += 1
        if not text.startswith("# ") or not text.endswith("\n"):
            self.faults.append(f"torn: {text[:80]!r} … {text[-80:]!r}")
        if text.count("\n") >= _LINES or len(text.encode()) > _BYTES:
            self.faults.append("over the cap")
        for link in _LINK.findall(text):
            COUNTED["links"] += 1
            if self._read(link) is None and self._still_links(link):
                self.faults.append(f"{link} is gone")

    def _still_links(self, link: str) -> bool:
        """Tell whether MEMORY.md goes on linking to what is not there: a topic may go after it no longer does."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if link not in (self._read("MEMORY.md") or "") or self._read(link) is not None:
                return False
            time.sleep(_PAUSE)
        return True

    def _read(self, name: str) -> str | None:
        """Return what a file holds, None where it is missing; raises OSError where it is stale for too long."""
        path, began = self._host.seen(name), time.monotonic()
        while True:
            try:
                return path.read_text()
            except FileNotFoundError:
                return None
            except OSError as error:
                lasted = time.monotonic() - began
                if error.errno != errno.ESTALE or lasted > PATIENCE:
                    raise
                COUNTED["stale"] += 1
                LONGEST["stale"] = max(LONGEST["stale"], lasted)
                time.sleep(_PAUSE)


class Asker(threading.Thread):
    """Asks ``dreamd recall`` on one host until it is told that it is over."""

    def __init__(self, host: Host) -> None:
        """Given a host, ask there."""
        super().__init__(daemon=True)
        self.faults: list[str] = []
        self.over = threading.Event()
        self._host = host

    def run(self) -> None:
        """Ask until it is over."""
        while not self.over.is_set():
            try:
                answer = answer_of(self._host.start_dreamd("recall", "how is it deployed"), code=None)
            except AssertionError as error:
                self.faults.append(str(error))
                continue
            COUNTED["recall"] += 1
            if answer.code:
                self.faults.append(answer.err)
            self.over.wait(_PAUSE)


@contextmanager
def reading(*readers: Reader | Asker) -> Iterator[None]:
    """Given readers, let them read meanwhile, and hold that none saw what no reader may see."""
    for reader in readers:
        reader.start()
    try:
        yield
    finally:
        for reader in readers:
            reader.over.set()
        for reader in readers:
            reader.join()
    assert [fault for reader in readers for fault in reader.faults] == []
