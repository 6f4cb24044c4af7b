"""What must answer in the time of a bare interpreter, without what reads command lines and configurations.

An installed hook names its event, its agent and its store's directory; ``dreamd context`` may. Everything else goes the
usual way, to the same functions.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

#: of ``dreamd hook``, what people call: it fails like any verb
FOR_PEOPLE = frozenset({"install", "uninstall", "--help", "-h"})


def hook(arguments: Sequence[str]) -> int:
    """Given a command line that begins with ``hook``, answer the agent and return the exit code: always 0."""
    try:
        event, options = arguments[1] if len(arguments) > 1 else "", _options(arguments[2:], ("--store", "--agent"))
        if options is not None and os.sep in options.get("--store", ""):
            reply(event, options.get("--agent", ""), _directory(options["--store"]))
        else:
            from .main import run

            run(list(arguments))
    except Exception as error:  # noqa: BLE001 - whatever it is, the agent must not be stopped by it
        _talk(f"{error}; nothing was done")
    return 0


def reply(event: str, agent: str, store: Path) -> None:
    """Given an event, an agent's name and a store's directory, answer what stands on standard input.

    Raises ValueError, TimeoutError or RuntimeError where nothing can be answered, OSError where nobody reads it.
    """
    from ..daemon.now import read_now
    from ..integrations.answer import answer, given
    from ..integrations.hooks import agent_named, event_named

    asked, by, now = event_named(event), agent_named(agent), read_now(os.environ)
    text = answer(asked, by, store, os.environ, now, given(sys.stdin), _talk)
    put(text)


def context(arguments: Sequence[str]) -> bool:
    """Given a command line that begins with ``context``, print it and return True, or False where that is not so easy.

    Then nothing has been printed, and the usual way says what is wrong.
    """
    options = _options(arguments[1:], ("--store", "--budget"))
    if options is None or os.sep not in options.get("--store", ""):
        return False
    from ..integrations.answer import program
    from ..recall.context import BUDGET, LEAST, context_of, read_memory

    store = _directory(options["--store"])
    try:
        most = int(options.get("--budget", BUDGET))
        text = context_of(read_memory(store), str(store), program(os.environ), most).text if most >= LEAST else ""
    except (OSError, ValueError):
        return False
    if not text:
        return False
    put(text)
    return True


def _options(words: Sequence[str], known: Sequence[str]) -> dict[str, str] | None:
    """Given words, return options with their values, or None where there is anything else."""
    if len(words) % 2 or any(word not in known for word in words[::2]):
        return None
    return dict(zip(words[::2], words[1::2], strict=True))


def _directory(name: str) -> Path:
    return Path(name).expanduser().absolute()


def put(text: str) -> None:
    """Print a text in UTF-8, whatever the locale says: it is for programs."""
    data = text.encode("utf-8", "replace")
    while data:
        data = data[os.write(1, data) :]


def _talk(remark: str) -> None:
    """Say something on standard error, on one line: it may be another program's words."""
    if sys.stderr is not None:
        line = "".join(letter if letter.isprintable() else " " for letter in f"hook: {remark}")
        sys.stderr.write(f"{line}\n")
