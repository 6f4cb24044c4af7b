"""Many processes at one store at once: what was written is there once, and what is read is whole.

Half of them dream, on several hosts and over logs that arrive meanwhile. The others remember, write into MEMORY.md
by hand, ask, and read what is published as agents do.
"""

import itertools
import re
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dreamd.memory.ledger import head, load
from dreamd.memory.markdown import CAP_BYTES, CAP_LINES
from dreamd.sessions.transcripts import list_parts

from .scene import ITEM, write_log

DREAMERS, REMEMBERERS, EDITORS, ASKERS, READERS = 8, 3, 2, 1, 2
BUSY = 11
_LINK = re.compile(r"\]\((topics/[a-z0-9-]+\.md)\)")
_SHOWN = re.compile(r"^<!-- dreamd generation \d+, [-0-9]+: (\d+) of \d+ memories shown -->$", re.MULTILINE)
_BY_HAND = re.compile(r"^- Dock \d+ is kept by crew \d+\n", re.MULTILINE)
_LINE = re.compile(r" \^[0-9a-z]{8}$", re.MULTILINE)


class Crowd:
    """Everybody who is at the store, each in a thread, until the time is over; what they wrote and what went wrong."""

    def __init__(self, scene, seconds):
        self.scene = scene
        self.over = threading.Event()
        self.editing = threading.Lock()  # two editors that overwrite each other's file lose lines without our help
        self.numbers = itertools.count(1)
        self.written, self.remembered, self.wrong, self.done = [], {}, [], Counter()
        works = [self.dream] * DREAMERS + [self.remember] * REMEMBERERS
        works += [self.edit] * EDITORS + [self.ask] * ASKERS + [self.read] * READERS
        threads = [threading.Thread(target=self.repeat, args=(work, place)) for place, work in enumerate(works)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.over.set()
        for thread in threads:
            thread.join()

    def repeat(self, work, place):
        while not self.over.is_set():
            try:
                work(place)
            except Exception as error:  # noqa: BLE001 - in a thread nobody else would hear of it
                self.wrong.append(f"{work.__name__}: {error!r}")
                return
            self.done[work.__name__] += 1

    def dream(self, place):
        number = next(self.numbers)
        start = datetime(2026, 3, 6, tzinfo=UTC) + timedelta(minutes=number)
        write_log(self.scene.home / "logs" / f"log-{number}.jsonl", start, f"Never ship parcel {number} on its own.")
        # Two of them share a host, and so its lock and its folder.
        host = replace(self.scene, host=f"host{place // 2}")
        code = host.run("dream", "--sessions", "logs").returncode
        if code not in {0, BUSY}:
            self.wrong.append(f"dream exits with {code}")

    def remember(self, place):
        text = f"Gate {next(self.numbers)} is opened by guard {place}"
        asked = self.scene.run("remember", text)
        if asked.returncode:
            self.wrong.append(f"remember exits with {asked.returncode}: {asked.stderr}")
        else:
            self.remembered[asked.stdout.strip()] = text

    def edit(self, place):
        number = next(self.numbers)
        line = f"Dock {number} is kept by crew {place}"
        path = self.scene.store.memory
        with self.editing:
            if number % 2:
                with path.open("a") as file:
                    file.write(f"- {line}\n")
            else:
                draft = path.with_name("draft")
                draft.write_text(f"{path.read_text()}- {line}\n")
                draft.rename(path)
            self.written.append(line)
        time.sleep(0.2)

    def ask(self, _place):
        asked = self.scene.run("recall", "who keeps the dock")
        if asked.returncode:
            self.wrong.append(f"recall exits with {asked.returncode}: {asked.stderr}")

    def read(self, _place):
        text = self.scene.store.memory.read_text()
        # What was written by hand and nobody has taken in yet is not ours to shorten.
        ours = _BY_HAND.sub("", text)
        if ours.count("\n") > CAP_LINES or len(ours.encode()) > CAP_BYTES:
            self.wrong.append("MEMORY.md is over the cap")
        shown = _SHOWN.search(text)
        if not shown or int(shown[1]) != len(_LINE.findall(text)):
            self.wrong.append(f"MEMORY.md is torn:\n{text}")
        for link in _LINK.findall(text):
            # A topic may go once MEMORY.md has been replaced by one that no longer links to it.
            if not (self.scene.store.root / link).exists() and self.scene.store.memory.read_text() == text:
                self.wrong.append(f"'{link}' does not resolve")
        time.sleep(0.005)


@pytest.mark.parametrize(
    "seconds", [pytest.param(8, marks=pytest.mark.sample), pytest.param(60, marks=pytest.mark.whole)]
)
def test_everything_that_is_written_is_there_once_and_everything_that_is_read_is_whole(
    copies, record_property, seconds
):
    """Prove invariants 1, 2, 4 and 13 under a crowd."""
    scene = copies()
    scene.dream()
    crowd = Crowd(scene, seconds)
    assert sorted(set(crowd.wrong)) == []
    scene.dream()
    store = scene.store
    assert scene.findings() == ()
    parts = [header.name for header in list_parts(store.transcripts)]
    assert len(parts) == len(list((scene.home / "logs").iterdir()))
    assert scene.consumed() == sorted([*parts, ITEM, *crowd.remembered])
    memories = load(store).memories
    assert {name: memories[name].text for name in crowd.remembered} == crowd.remembered
    texts = Counter(memory.text for memory in memories.values())
    said = [*crowd.written, *crowd.remembered.values()]
    assert {text: texts[text] for text in said} == dict.fromkeys(said, 1)
    for work, count in crowd.done.items():
        record_property(f"tried: {work} in a crowd of sixteen", count)
    record_property("tried: commits in a crowd of sixteen", head(store))
