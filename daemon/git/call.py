"""Running git to read a repository that may be hostile: nothing that its configuration names is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from ..cage.confine import die_with

_SECONDS = 60
#: a repository's own configuration may name programs to run; none of them is wanted for reading
_HARMLESS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external="),
    *("-c", "log.showSignature=false"),
)


def git(folder: Path, *arguments: str, unset: Sequence[str] = ()) -> str:
    """Given a folder and arguments, run git and return what it printed, or nothing where it failed.

    Every fact that it is asked for is optional. ``unset`` are settings by which it would run programs.
    """
    return git_bytes(folder, *arguments, unset=unset).decode(errors="replace")


def git_bytes(folder: Path, *arguments: str, unset: Sequence[str] = (), given: bytes = b"") -> bytes:
    """Given a folder, arguments and what git reads from its input, return what it printed, or nothing."""
    try:
        done = subprocess.run(
            ["git", *_HARMLESS, "-C", str(folder), *arguments],  # noqa: S607 - git lies where the system has it
            capture_output=True,
            env=_environment(unset),
            input=given,
            timeout=_SECONDS,
            check=False,
            preexec_fn=partial(die_with, os.getpid()),  # two system calls, and no lock is taken
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def why_not(folder: Path) -> str:
    """Given a folder in which git finds no commit, return what git says to that in one line, if anything."""
    try:
        done = subprocess.run(
            ["git", *_HARMLESS, "-C", str(folder), "rev-parse", "--verify", "HEAD"],  # noqa: S607 - as above
            capture_output=True,
            env=_environment(()),
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
            preexec_fn=partial(die_with, os.getpid()),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return done.stderr.decode(errors="replace").strip().partition("\n")[0][:200]


def git_lines(folder: Path, *arguments: str, most: int) -> Iterator[bytes]:
    """Given a folder, arguments and the most bytes to read, yield what git prints, line by line, without its ends.

    What comes after so many bytes is not read, however long git would go on.
    """
    try:
        running = subprocess.Popen(
            ["git", *_HARMLESS, "-C", str(folder), *arguments],  # noqa: S607 - as above
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(()),
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 - two system calls, and no lock is taken
        )
    except OSError:
        return
    # Where it is not read to the end, closing the pipe ends git: it may not be ours to send signals.
    with running:
        yield from _at_most(running.stdout or (), most)


def blobs(folder: Path, names: Iterable[str], most: int) -> dict[str, str]:
    """Given names of blobs as git told them and the most bytes of one, return the texts of those that are not larger.

    They are handed over by git's input, never as its arguments.
    """
    asked = list(dict.fromkeys(names))
    out = git_bytes(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in asked).encode())
    found: dict[str, str] = {}
    position = 0
    for name in asked:
        end = out.find(b"\n", position)
        header = out[position:end].split()
        if end < 0 or header[-1:] == [b"missing"] or not header or not header[-1].isdigit():
            position = end + 1 if end >= 0 else len(out)
            continue
        size = int(header[-1])
        if size <= most:
            found[name] = out[end + 1 : end + 1 + size].decode(errors="replace")
        position = end + 1 + size + 1
    return found


def _at_most(stream: IO[bytes] | Iterable[bytes], most: int) -> Iterator[bytes]:
    left = most
    for line in stream:
        left -= len(line)
        if left < 0:
            return
        yield line.rstrip(b"\n")


def _environment(unset: Sequence[str]) -> dict[str, str]:
    # Naming the folder as safe is right here: nothing of its configuration is run.
    settings = [("safe.directory", "*"), *((name, "false" if name.endswith(".required") else "") for name in unset)]
    environment: dict[str, str] = {
        "PATH": os.defpath,
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (name, value) in enumerate(settings):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return environment
