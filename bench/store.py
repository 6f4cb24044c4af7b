"""How a store's size tells on what is done with it: a run that changes some fifty memories, and the verbs that read.

Stores of several sizes are made (``made.py``), each committed generation by generation through the ledger, with the
transcripts that their evidence names. Every command is measured as a process of its own, the best and the median of
several rounds, in seconds and in those of a processor, which tell more where others use the machine. The reference,
measured in the same run, is what no reader of the whole ledger can be quicker than: reading all of its bytes once and
decoding every line. *merge* is that phase alone, in this process, for each number of new memories that is asked for.

    python bench/store.py --sizes 1000,10000,100000 --rounds 3
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from made import Team, sessions_of  # type: ignore[import-not-found]  # beside this program

from dreamd.curators.rules import RulesCurator
from dreamd.daemon.remembering import recalled
from dreamd.memory.atomic import sync_folder
from dreamd.memory.changes import Add, State
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header, decode
from dreamd.memory.files import Store, create_store, open_store
from dreamd.memory.grounds import Ground, write_grounds
from dreamd.memory.ledger import commit, head, load, read_entry, read_headers
from dreamd.phases.dream import Dream
from dreamd.phases.merge import step as merge
from dreamd.sessions.events import Act, Event, Role
from dreamd.sessions.parts import PartHeader, key_of, pack_keys, write_part

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
#: memories a generation adds; a store of 100,000 has 1,000 generations
A_GENERATION = 100
#: sessions a generation consumed
SESSIONS = 5
#: what is weighed of a statement, about: as many features, with such names
FEATURES = tuple((f"feature_number_{number}", round(1.5 - number / 7, 2)) for number in range(20))
#: what a measured run is given: sessions, and things said in each
NEW_SESSIONS, SAID = 10, 6
_SAMPLE_SECONDS = 0.01


@dataclass
class Measured:
    """What a command cost, round by round: seconds, those of a processor, and MB in the largest process and in all."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    largest: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)

    def row(self, name: str, reference: tuple[float, float]) -> str:
        """Given seconds of the reference, and of a processor, return this as a row of the table."""
        best, worked = min(self.seconds), min(self.processor)
        return (
            f"  {name:12} {best * 1000:9.0f} {statistics.median(self.seconds) * 1000:9.0f} {best / reference[0]:9.2f}"
            f" {worked * 1000:9.0f} {worked / reference[1]:9.2f} {max(self.largest):9.0f} {max(self.together):9.0f}"
        )


def make(root: Path, size: int) -> Store:
    """Given a folder and a number of memories, make a store that holds them."""
    team, store = Team(size, size), create_store(root)
    for generation in range(1, size // A_GENERATION + 1):
        time_then = START + timedelta(hours=2 * generation)
        changes, names = [], []
        sessions = list(sessions_of(generation, SESSIONS))
        for session in sessions:
            memories = [team.memory(session, number, time_then) for number in range(A_GENERATION // SESSIONS)]
            changes += [Add(it.id, "said in a session", memory=it) for it in memories]
            header = PartHeader(
                format=1,
                session=session,
                person="ana",
                agent="generic",
                zone="UTC",
                keys=pack_keys(key_of(it.evidence[0].record) for it in memories),
                flags="u" * len(memories),
                sizes=(1,) * len(memories),
                started=time_then,
                ended=time_then,
                redaction=1,
                source=f"/home/ana/logs/{session}.jsonl",
            )
            events = [
                Event(it.evidence[0].record, Role(it.evidence[0].role), Act.SAID, it.text, time_then) for it in memories
            ]
            names.append(write_part(store.transcripts, header, events, time_then) or "")
        entry = Header(
            generation=generation,
            kind=EntryKind.DREAM,
            now=time_then + timedelta(hours=1),
            run=f"run-{generation}",
            host="alpha",
            curator="rules",
            consumed=Consumed(parts=tuple(names)),
        )
        write_grounds(store, entry.run, tuple(Ground(it.id, it.memory.sessions[0], 0.9, FEATURES) for it in changes))
        commit(store, Entry(entry, tuple(changes)))
    for folder in {path.parent for path in store.transcripts.rglob("*.gz")}:
        sync_folder(folder)
    return store


def decoding(store: Store) -> tuple[float, float]:
    """Given a store, read every entry of its ledger and decode it; return the seconds, and those of a processor."""
    began, worked = time.perf_counter(), time.process_time()
    for path in sorted(store.ledger.iterdir()):
        decode(path.read_bytes())
    return time.perf_counter() - began, time.process_time() - worked


def merging(store: Store, size: int, count: int, into: Measured) -> None:
    """Given a store, merge its memories with so many new ones in this process, and note what that alone costs."""
    state, readings = recalled(store, load(store))
    team, now = Team(size, size), datetime.fromisoformat(_now(store))
    new = [team.memory(f"new-{number // 10}", number % 10, now) for number in range(count)]
    memories = {**state.memories, **{memory.id: memory for memory in new}}
    state = State(memories=memories, generation=state.generation, now=now)
    dream = Dream(now, RulesCurator(), readings=readings, known=memories.keys() - {it.id for it in new})
    readings.rows(state.active())
    began, worked = time.perf_counter(), time.process_time()
    merge(replace(dream, fresh=frozenset(it.id for it in new)), state)
    into.seconds.append(time.perf_counter() - began)
    into.processor.append(time.process_time() - worked)
    into.largest.append(0)
    into.together.append(0)


def measure(
    command: Sequence[str],
    environment: dict[str, str],
    into: Measured,
    accept: Sequence[int] = (0,),
    *,
    starts_others: bool = False,
) -> str:
    """Given a command, run it and note what it cost; return what it said.

    ``starts_others``: its memory is looked at all the time. That makes it slower, by a sixth where it takes a quarter
    of a second, so it is not done to a command that is one process, of which the system tells the most it had.
    """
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    seen = [0.0]
    done = threading.Event()
    sampler = threading.Thread(target=_sample, args=(child.pid, seen, done))
    if starts_others:
        sampler.start()
    said = child.stdout.read() if child.stdout else b""
    _, status, usage = os.wait4(child.pid, 0)
    into.seconds.append(time.perf_counter() - began)
    into.processor.append(usage.ru_utime + usage.ru_stime)
    child.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    if starts_others:
        sampler.join()
    into.largest.append(usage.ru_maxrss / 1024)
    into.together.append(max(seen[0], usage.ru_maxrss / 1024))
    text = said.decode(errors="replace")
    if child.returncode not in accept:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{text}")
    return text


def _sample(pid: int, seen: list[float], done: threading.Event) -> None:
    """Note the most memory, in MB, that a process and all below it had at once; what several share counts once."""
    while not done.wait(_SAMPLE_SECONDS):
        seen[0] = max(seen[0], sum(map(_resident, _family(pid))) / 1e6)


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            tasks = Path(f"/proc/{one}/task")
            found += [int(it) for task in tasks.iterdir() for it in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    """Return the memory of a process in bytes, its part of what it shares with others (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def bench(place: Path, size: int, rounds: int, only: Sequence[str], new: Sequence[int]) -> None:
    """Given a folder, make a store of that size unless it is there, measure, and print the table."""
    root = place / f"store-{size}"
    if not (root / ".dreamd").exists():
        make(root, size)
    store, _ = open_store(root)
    logs = place / f"logs-{size}"
    logs.mkdir(exist_ok=True)
    environment = {**os.environ, "XDG_STATE_HOME": str(place / "state")}
    dreamd = [sys.executable, "-P", "-m", "dreamd", "--store", str(root)]

    def command(*words: str) -> list[str]:
        return [*dreamd, *words]

    reference = min(decoding(store) for _ in range(3))
    first, merges = Measured(), {count: Measured() for count in new}
    dreams, verbs = (
        Measured(),
        {name: Measured() for name in ("log", "show", "why", "recall", "status", "gates", "check")},
    )
    changed = []
    settle = command("dream", "--sessions", str(logs))
    environment["DREAMD_NOW"] = _now(store)
    measure(settle, environment, first, starts_others=True)
    for number in range(rounds):
        shutil.rmtree(logs)
        logs.mkdir()
        generation = head(store) + 1
        team = Team(size, size)
        team.random.seed(generation)
        for session in sessions_of(generation, NEW_SESSIONS):
            team.log(logs / f"{session}.jsonl", session, SAID, datetime.fromisoformat(_now(store)))
        environment["DREAMD_NOW"] = _now(store, hours=2)
        if not only or "dream" in only:
            measure(settle, environment, dreams, starts_others=True)
            changed.append(len(read_entry(store, head(store)).changes))
        middle = head(store) // 2
        some = read_entry(store, middle).changes[0].id
        asked = {
            "log": ("log",),
            "show": ("show", str(max(1, middle))),
            "why": ("why", some),
            "recall": ("recall", "how large may a batch be before the importer rejects it"),
            "status": ("status",),
            "gates": ("gates",),
            "check": ("check",),
        }
        for name, words in asked.items():
            if (not only or name in only) and (name != "check" or not number):
                measure(command(*words), environment, verbs[name], accept=(0, 1, 3))
    for count, merged in merges.items() if not only or "merge" in only else ():
        for _ in range(rounds):
            merging(store, size, count, merged)
    entries = sum(path.stat().st_size for path in store.ledger.iterdir())
    print(f"{size:,} memories, {head(store):,} generations, {entries / 1e6:.1f} MB of ledger; changes: {changed}")
    report({"first": first, "dream": dreams, **{f"merge {it}": merges[it] for it in new}, **verbs}, reference)


def report(rows: Mapping[str, Measured], reference: tuple[float, float]) -> None:
    """Given what was measured by name, and the reference, print the table."""
    heads = ("best ms", "median", "ratio", "processor", "ratio", "MB", "MB in all")
    print(f"  {'':12} {' '.join(f'{it:>9}' for it in heads)}")
    print(f"  {'decoding':12} {reference[0] * 1000:9.0f} {'':9} {1:9.2f} {reference[1] * 1000:9.0f} {1:9.2f}")
    for name, measured in rows.items():
        if measured.seconds:
            print(measured.row(name, reference))


def _now(store: Store, hours: int = 1) -> str:
    """Return a time after everything that a store holds, as DREAMD_NOW has it."""
    *_, last = read_headers(store, head(store) - 1)
    return (last.now + timedelta(hours=hours)).isoformat()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of memories, with commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder in which the stores are kept for another time")
    parser.add_argument("--only", default="", help="measure these, with commas: dream, merge, log, show, why, …")
    parser.add_argument("--new", default="50,500,2000", help="numbers of new memories that merge is given, with commas")
    options = parser.parse_args()
    only = [name for name in options.only.split(",") if name]
    with tempfile.TemporaryDirectory() as place:
        for size in map(int, options.sizes.split(",")):
            bench(options.keep or Path(place), size, options.rounds, only, [*map(int, options.new.split(","))])


if __name__ == "__main__":
    main()
