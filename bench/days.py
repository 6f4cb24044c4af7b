"""A team's logs dreamed as the days passed: every run that the gates allow, and what it did to the memory.

The logs of a folder of homes are played from their first record to their last. A copy of each grows as its records'
times come, cut at the record, and ``dreamd dream --if-due`` is asked by the real command with that time as now: each
hour in which something was written or a session became idle, and when a gate opens by itself. The store is new.

A row is one run: sessions read, memories that count after it; then of the entry that it committed how many were added,
joined by another session's evidence, superseded, and retired otherwise; then how many drafts distil proposed and merge
joined or settled on the way, most of which the entry need not name; how many conflicts are open; what MEMORY.md shows.

    python bench/days.py HOMES --keep FOLDER
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

HOUR = timedelta(hours=1)
DREAMD = Path(sys.executable).parent / "dreamd"
#: exit code of a run that is not due
NOT_DUE = 3
_COLUMNS = (
    ("day", 16),
    ("sessions", 8),
    ("active", 6),
    ("new", 5),
    ("joined", 6),
    ("superseded", 10),
    ("retired", 7),
    ("drafts", 6),
    ("merges", 6),
    ("conflicts", 9),
    ("shown", 5),
    ("lines", 5),
    ("bytes", 6),
)


@dataclass
class Log:
    """A log and its copy: ``coming`` has the lines that are not written yet, with the time from which each exists."""

    copy: Path
    coming: list[tuple[datetime, bytes]]

    def write_until(self, now: datetime) -> bool:
        """Given the time, write the lines that exist by then; tell whether there were any."""
        count = sum(1 for _ in self._due(now))
        if count:
            self.copy.parent.mkdir(parents=True, exist_ok=True)
            with self.copy.open("ab") as file:
                file.writelines(line for _, line in self.coming[:count])
            del self.coming[:count]
        return bool(count)

    def _due(self, now: datetime) -> Iterator[None]:
        for time, _ in self.coming:
            if time > now:
                return
            yield None


def read_log(path: Path, copy: Path) -> Log:
    """Given a log and where its copy is to be, return it with the time of each line.

    A line exists once every record up to it has happened; one without a time, with the next that has one.
    """
    lines = path.read_bytes().splitlines(keepends=True)
    times = [_time_of(line) for line in lines]
    known = [time for time in times if time] or [datetime.fromtimestamp(path.stat().st_mtime, UTC)]
    following, backwards = known[-1], []
    for time in reversed(times):
        following = time or following
        backwards.append(following)
    return Log(copy, list(zip(accumulate(reversed(backwards), max), lines, strict=True)))


def _time_of(line: bytes) -> datetime | None:
    try:
        record, _ = json.JSONDecoder().raw_decode(line.decode("utf-8", "replace"))
        return datetime.fromisoformat(record.get("timestamp") or record.get("time"))
    except (ValueError, AttributeError, TypeError):
        return None


class Team:
    """The store of a team, a home of its own for the command, and the logs as far as they are written."""

    def __init__(self, homes: Path, folder: Path) -> None:
        """Given a folder of homes and one to work in, set up a store that collects from the copies."""
        self.logs = [
            read_log(path, folder / "homes" / path.relative_to(homes)) for path in sorted(homes.rglob("*.jsonl"))
        ]
        self.store, self.home = folder / "memory", folder / "home"
        self.home.mkdir()
        for name in sorted({path.relative_to(homes).parts[0] for path in homes.rglob("*.jsonl")}):
            (folder / "homes" / name).mkdir(parents=True)
        self._call(None, "init", str(self.store), "--sessions", f"{folder}/homes/**/*.jsonl")

    @property
    def first(self) -> datetime:
        """When the first record was written."""
        return min(log.coming[0][0] for log in self.logs if log.coming)

    @property
    def last(self) -> datetime:
        """When the last record is written."""
        return max(log.coming[-1][0] for log in self.logs if log.coming)

    def write_until(self, now: datetime) -> bool:
        """Given the time, let the logs grow; tell whether any did."""
        return sum(log.write_until(now) for log in self.logs) > 0

    def dream_if_due(self, now: datetime) -> dict[str, Any]:
        """Given the time, have the command dream if the gates are open, and return what it says."""
        return self._call(now, "dream", "--if-due")

    def row(self, now: datetime, said: dict[str, Any]) -> list[str]:
        """Given the time of a run and what it said, return the table's row."""
        changes, text = Counter(said["changes"]), (self.store / "MEMORY.md").read_bytes()
        counted = [
            said["sessions"],
            said["published"]["active"],
            *(changes[op] for op in ("add", "merge", "supersede", "retire")),
            *(said["phases"][phase] for phase in ("distil", "merge")),
            len(self._call(now, "conflicts")["conflicts"]),
            said["published"]["shown"],
            text.count(b"\n"),
            len(text),
        ]
        return [f"{now:%a %d %b %H:%M}", *map(str, counted)]

    def _call(self, now: datetime | None, *words: str) -> dict[str, Any]:
        environment = {
            "HOME": str(self.home),
            "PATH": os.environ.get("PATH", os.defpath),
            "TZ": "UTC",
            **({"DREAMD_NOW": now.isoformat()} if now else {}),
        }
        done = subprocess.run(
            [DREAMD, "--json", *words], env=environment, capture_output=True, text=True, check=False, cwd=self.home
        )
        if done.returncode not in {0, NOT_DUE}:
            sys.exit(f"dreamd {' '.join(words)} at {now}: {done.stderr}")
        said: dict[str, Any] = json.loads(done.stdout)
        return said


def play(team: Team) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Given a team, let the days pass and yield each run that was due with its time."""
    now, opens = team.first.replace(minute=0, second=0, microsecond=0), None
    end, quiet = team.last + timedelta(days=1), 0
    while now < end:
        now += HOUR
        # A session is idle half an hour after its last record, so the hour after a quiet one has to be asked too.
        quiet = 0 if team.write_until(now) else quiet + 1
        if quiet > 1 and not (opens and opens <= now):
            continue
        said = team.dream_if_due(now)
        opens = said["gates"]["opens"] and datetime.fromisoformat(said["gates"]["opens"])
        if said["outcome"] == "committed":
            yield now, said


def main() -> None:
    """Play the days and print a row for each run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", type=Path, help="folder of homes; every *.jsonl below it is a log")
    parser.add_argument("--keep", type=Path, default=None, help="an empty folder in which all stays that was made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        team = Team(options.homes.absolute(), folder.absolute())
        print("  ".join(f"{name:>{width}}" for name, width in _COLUMNS), flush=True)
        for now, said in play(team):
            cells = zip(team.row(now, said), _COLUMNS, strict=True)
            print("  ".join(f"{cell:>{width}}" for cell, (_, width) in cells), flush=True)


if __name__ == "__main__":
    main()
