"""How long an agent waits for a hook, and for ``dreamd context``: against a bare interpreter in the same run.

Each round calls every command once, in another order, so that whatever else the machine does falls on all of them.

    python bench/hook.py --rounds 40
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dreamd.memory.files import create_store

#: more than a hook may print, so that it is cut
LINES = 150


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        table(measured(Path(folder), rounds))


def measured(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Given a folder and how many rounds, return the milliseconds that each command took."""
    store = create_store(folder / "memory").root
    words = "A statement of some words that is as long as most are. " * 2
    lines = [f"- {words}^{number:08}" for number in range(LINES)]
    (store / "MEMORY.md").write_text("\n".join(["# Memory", "", "## [General](topics/general.md)", "", *lines]) + "\n")
    ours = [sys.executable, "-I", "-m", "dreamd"]
    at = ["--store", str(store)]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "hook session-start": [*ours, "hook", "session-start", "--agent", "claude-code", *at],
        "hook session-end": [*ours, "hook", "session-end", "--agent", "claude-code", *at],
        "hook stop": [*ours, "hook", "stop", "--agent", "claude-code", *at],
        "context": [*ours, "context", *at],
        "context --budget 5000": [*ours, "context", "--budget", "5000", *at],
    }
    message = json.dumps({"session_id": "s", "source": "startup", "transcript_path": "/s.jsonl"}).encode()
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        order = list(commands)
        random.shuffle(order)
        for name in order:
            began = time.perf_counter()
            subprocess.run(commands[name], input=message, env=environment, capture_output=True, check=True)
            if number:  # the first fills the caches
                times[name].append(1000 * (time.perf_counter() - began))
    return times


def table(times: dict[str, list[float]]) -> None:
    """Given the milliseconds of each command, the bare interpreter first, print them and how they compare with it."""
    bare = next(iter(times.values()))
    print(f"{'':24}{'median':>9}{'best':>9}{'over bare':>12}{'best':>9}{'ratio':>8}")
    for name, taken in times.items():
        median, best = statistics.median(taken), min(taken)
        over, ratio = median - statistics.median(bare), median / statistics.median(bare)
        print(f"{name:24}{median:6.1f} ms{best:6.1f} ms{over:+9.1f} ms{best - min(bare):+6.1f} ms{ratio:8.2f}")


if __name__ == "__main__":
    main()
