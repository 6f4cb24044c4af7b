"""Whose account a log belongs to: only that person's words in it have a person's trust (invariant 7)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from .accounts import account
from .agents import AGENTS

#: folders that agents make in a home; the folder above them is the home
_AGENT_FOLDERS = frozenset({".config", ".copilot", *(agent.folder for agent in AGENTS if agent.folder)})


def person_of(path: Path, owner: int) -> str:
    """Given a log's path and the user id of its owner, return the name of the person it belongs to.

    The name of the home that holds it, else the account's, else the number of an account that this host does not know.
    """
    parts = path.absolute().parts
    for home, folder in pairwise(parts):
        if folder in _AGENT_FOLDERS and home != "/":
            return home
    return account(owner)
