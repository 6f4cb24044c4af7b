"""The README's terminal session: run it for real, and write what was printed.

    python docs/terminal.py [--check]

Every line of it is what the installed command prints on the example logs at a fixed time. ``--check`` writes nothing
and fails when the README says something else; a test does that.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
COMMAND = Path(sys.executable).parent / "dreamd"

#: the morning after the last of the example sessions
NOW = "2026-03-13T08:00:00Z"

#: ID stands for the first word that the command before printed
SESSION = (
    "dreamd dream",
    "head -n 7 memory/MEMORY.md",
    "dreamd recall 'how do I add an index to scan_rows?' --limit 1",
    "dreamd why ID",
    "dreamd dream",
)

_BLOCK = re.compile(r"(<!-- made by docs/terminal.py -->\n```console\n)(?:.*?\n)?(```\n)", re.DOTALL)


def main() -> int:
    """Run the session and write it into the README, or compare; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true")
    chosen = options.parse_args()
    text = README.read_text()
    fresh = _BLOCK.sub(lambda found: found[1] + run() + found[2], text, count=1)
    if chosen.check:
        if fresh != text:
            sys.stderr.write("the README's terminal session is stale: run 'make docs'\n")
        return int(fresh != text)
    README.write_text(fresh)
    return 0


def run() -> str:
    """Run the commands in a home of their own and return the session as a terminal shows it."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name).resolve()
        (home / "examples").symlink_to(ROOT / "examples")
        environment = {
            "HOME": str(home),
            "PATH": os.pathsep.join((str(COMMAND.parent), os.environ.get("PATH", os.defpath))),
            "DREAMD_CONFIG": str(home / "config.yaml"),
            "DREAMD_NOW": NOW,
            "TZ": "UTC",
            "NO_COLOR": "1",
        }
        shell("dreamd init memory --sessions examples/logs", home, environment)
        shown: list[str] = []
        first_word = ""
        for command in SESSION:
            line = command.replace("ID", first_word)
            printed = shell(line, home, environment)
            first_word = (printed.split() or [""])[0]
            shown.append(f"$ {line}\n{printed}")
        return "\n".join(shown).replace(str(home), "/home/ines")


def shell(line: str, home: Path, environment: dict[str, str]) -> str:
    """Given a command line, return what it prints; what it says besides is left to the real terminal."""
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=home, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
