"""Who types: the name of the account, and whether it is a person at a terminal or a program on its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from ..sessions.accounts import account
from ..sessions.agents import working_in


def person() -> str:
    """Return the name of the account that this process runs as, or its number where it has no name."""
    return account(os.geteuid())


def typed_by_person(environment: Mapping[str, str]) -> bool:
    """Given the environment, tell whether a person typed the command: at a terminal, and not through an agent.

    Agents set variables of their own in the commands that they run, also where they give them a terminal. It is no
    proof, and need not be: whoever can write into the store can write anything. It keeps an agent's words from being
    taken for a person's by accident (invariant 7).
    """
    by_agent, _ = working_in(environment)
    return not by_agent and sys.stdin is not None and sys.stdin.isatty()
