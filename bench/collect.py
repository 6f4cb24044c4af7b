"""How fast logs are collected, against the physical reference: reading the bytes and decoding every line with orjson.

Both are done in this process, one after the other, several times; the best of each is compared. Collecting is measured
from the first open to the last fsync, redaction and compression included, into an empty store; then again when nothing
has changed. ``--processes 1`` keeps it to one.

    python bench/collect.py LOGS --rounds 7
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import orjson

from dreamd.sessions.collect import Collected, collect
from dreamd.sessions.terms import Terms


def decode(logs: list[Path]) -> float:
    """Given logs, decode every line of them; return the seconds it took."""
    began = time.perf_counter()
    for log in logs:
        with log.open("rb") as file:
            for line in file:
                try:
                    orjson.loads(line)
                except orjson.JSONDecodeError:  # a line with two records, or a torn one
                    continue
    return time.perf_counter() - began


def keep(logs: list[Path], folder: Path, processes: int | None) -> tuple[float, Collected]:
    """Given logs and a folder for transcripts and cache, collect; return the seconds it took and what came of it."""
    terms = Terms(timedelta(0), datetime.now(UTC), "UTC")
    (folder / "transcripts").mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    collected = collect(logs, folder / "transcripts", folder / "state", terms, processes=processes)
    return time.perf_counter() - began, collected


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path, help="folder that is searched for *.jsonl")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--processes", type=int, default=None, help="default: as many as the collector itself takes")
    options = parser.parse_args()
    logs = sorted(options.logs.rglob("*.jsonl"))
    size = sum(log.stat().st_size for log in logs)
    decoding, collecting, idling = [], [], []
    with tempfile.TemporaryDirectory() as place:
        for number in range(options.rounds):
            folder = Path(place) / str(number)
            decoding.append(decode(logs))
            seconds, collected = keep(logs, folder, options.processes)
            collecting.append(seconds)
            idling.append(min(keep(logs, folder, options.processes)[0] for _ in range(5)))
            kept = sum(part.stat().st_size for part in (folder / "transcripts").rglob("*.gz"))
            shutil.rmtree(folder)
    reference = min(decoding)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"logs          {len(logs)}, {size / 1e6:.1f} MB, {len(collected.parts)} parts of {kept / size:.2%} of that")
    print(f"loops         {'compiled' if find_spec('dreamd.sessions._runs') else 'not compiled'}")
    print(f"orjson        {reference * 1000:7.1f} ms  {size / reference / 1e9:.2f} GB/s")
    for name, values in (("collect", collecting), ("unchanged", idling)):
        best = min(values)
        print(
            f"{name:13} {best * 1000:7.1f} ms  {size / best / 1e9:.2f} GB/s  speed {reference / best:.2f} of orjson's"
        )
    print(
        f"unchanged costs {min(idling) / min(collecting):.2%} of collecting, {min(idling) / reference:.2%} of decoding"
    )
    print(f"peak memory   {peak / 1024:.0f} MiB in the largest process")


if __name__ == "__main__":
    main()
