"""Patterns that are compiled when they are first needed: most never are, and a command has no time for all of them."""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Given a pattern from the code (never one from a text: each is kept), return it compiled."""
    return re.compile(pattern)
