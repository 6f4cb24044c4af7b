"""Who is at work here: which person's account, on which host, by which agent, in which directory and branch."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path

from ..memory.item import Speaker
from .accounts import account
from .agents import working_in

#: a .git file and a HEAD are one line; what is longer is something else
_GIT_FILE_BYTES = 4096
_BRANCH = "ref: refs/heads/"


def speaker_of(environment: Mapping[str, str], *, typed: bool) -> Speaker:
    """Given a process's environment and whether a person types into it, return who speaks by it.

    Where an agent left its sign nobody types, whatever was said: its tools may run in a terminal of its own.
    """
    agent, session = working_in(environment)
    try:
        here = str(Path.cwd())
    except OSError:  # somebody removed it
        here = ""
    return Speaker(
        person=account(os.geteuid()),
        host=socket.gethostname(),
        agent=agent,
        session=session,
        directory=here,
        branch=branch_at(Path(here)) if here else "",
        typed=typed and not agent,
    )


def branch_at(directory: Path) -> str:
    """Given a directory, return the git branch that is checked out there; "" outside of a work tree or without one.

    git is not asked: starting it takes longer than all the rest of remembering.
    """
    for folder in (directory, *directory.parents):
        git = folder / ".git"
        if git.is_file():
            git = folder / _line(git).removeprefix("gitdir:").strip()
        head = _line(git / "HEAD")
        if head:
            return head.removeprefix(_BRANCH) if head.startswith(_BRANCH) else ""
    return ""


def _line(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return ""
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read(_GIT_FILE_BYTES).decode(errors="replace").partition("\n")[0].strip()
        except OSError:
            return ""
