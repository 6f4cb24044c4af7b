"""What the service costs while it waits, beside two file watchers that do less: memory, wake-ups, processor.

A store and so many logs of finished sessions are made, everything is collected once, and then nothing happens for the
measured time. Each program watches the same folder, one after the other. Memory is what is resident, and the part of it
that is the process's own (USS); a wake-up is when any thread of it was switched in after a tenth of a second in
which none was; processor is user and system time of the process and its threads, without children that
have ended, which are counted apart.

    python bench/idle.py --logs 10000 --minutes 10
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SAMPLE_SECONDS = 0.1
_TICK = os.sysconf("SC_CLK_TCK")


def make_logs(folder: Path, number: int) -> None:
    """Given a folder, write so many logs of sessions that ended an hour ago, fifty to a folder."""
    start = datetime.now(UTC) - timedelta(hours=1)
    for at in range(number):
        place = folder / f"{at // 50:04}"
        place.mkdir(exist_ok=True)
        rows = [("user", "How is the cache warmed?"), ("agent", "By make warm, before the first request.")]
        (place / f"s{at}.jsonl").write_text(
            "".join(
                json.dumps({"session": f"s{at}", "id": str(n), "time": start.isoformat(), "role": role, "text": text})
                + "\n"
                for n, (role, text) in enumerate(rows)
            )
        )


@contextmanager
def running(command: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """Given a command, run it and yield its process number; it is ended afterwards."""
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def switches(pid: int) -> int:
    """Return how often any thread of a process was switched in after it had waited."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def seconds(pid: int) -> tuple[float, float]:
    """Return the processor time of a process, and that of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own, children = (sum(map(int, fields[at : at + 2])) / _TICK for at in (11, 13))
    return own, children


def resident(pid: int) -> tuple[float, float]:
    """Return the resident memory of a process, and its own part of that, in MiB."""
    sizes = {"Rss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in sizes:
            sizes[name] = int(value.split()[0])
    return sizes["Rss"] / 1024, (sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024


def measure(name: str, command: Sequence[str], environment: dict[str, str], settle: float, minutes: float) -> None:
    """Given a command, let it settle, watch it for so many minutes, and print its row."""
    with running(command, environment) as pid:
        time.sleep(settle)
        own, children = seconds(pid)
        began = time.monotonic()
        wakes, before, awake, most = 0, switches(pid), False, 0.0
        while time.monotonic() - began < minutes * 60:
            time.sleep(_SAMPLE_SECONDS)
            now = switches(pid)
            wakes, before, awake = wakes + (now != before and not awake), now, now != before
            most = max(most, resident(pid)[0])
        lasted = (time.monotonic() - began) / 60
        used, used_by_children = (after - then for after, then in zip(seconds(pid), (own, children), strict=True))
        rss, uss = resident(pid)
    print(
        f"  {name:28} {rss:7.1f} {most:7.1f} {uss:7.1f} {wakes / lasted:9.2f} {used:9.2f} {used_by_children:9.2f}"
        f" {100 * (used + used_by_children) / (lasted * 60):8.3f}",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logs", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--settle", type=float, default=60.0, help="seconds until a program has settled")
    parser.add_argument("--only", default="", help="measure these, with commas: dreamd, watchmedo, watchfiles")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        logs = place / "logs"
        logs.mkdir()
        make_logs(logs, options.logs)
        environment = {"PATH": os.environ["PATH"], "HOME": name}
        config = {"stores": {"web": {"memory": f"{name}/memory", "sessions": [f"{logs}/**/*.jsonl"]}}}
        (place / ".config/dreamd").mkdir(parents=True)
        (place / ".config/dreamd/config.yaml").write_text(json.dumps(config))
        dreamd = [sys.executable, "-P", "-m", "dreamd"]
        init = [*dreamd, "--config", f"{name}/other.yaml", "init", f"{name}/memory", "--sessions", f"{logs}"]
        subprocess.run(init, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run([*dreamd, "dream"], env=environment, check=True, stdout=subprocess.DEVNULL)
        programs = {
            "dreamd": ("dreamd run", [*dreamd, "run"]),
            "watchmedo": ("watchmedo log", [sys.executable, "-m", "watchdog.watchmedo", "log", "-R", str(logs)]),
            "watchfiles": ("watchfiles", [sys.executable, "-m", "watchfiles", "true", str(logs)]),
        }
        print(f"{options.logs:,} logs, {options.minutes:g} minutes without events")
        print(f"  {'':28} {'MiB':>7} {'most':>7} {'own':>7} {'wakes/min':>9} {'s':>9} {'s below':>9} {'% cpu':>8}")
        wanted = [it for it in options.only.split(",") if it] or list(programs)
        for it in wanted:
            measure(*programs[it], environment, options.settle, options.minutes)


if __name__ == "__main__":
    main()
