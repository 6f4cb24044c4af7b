"""The texts in JSON, as a program sees them."""

from __future__ import annotations

from typing import Any

import msgspec


def texts_in(data: str) -> list[str] | None:
    """Given what may be JSON, return every text in it, names of fields too; None where it is no object or list."""
    if not data.lstrip().startswith(("{", "[")):
        return None
    try:
        waiting: list[Any] = [msgspec.json.decode(data)]
    except (ValueError, RecursionError):
        return None
    found = []
    while waiting:
        it = waiting.pop()
        if isinstance(it, str):
            found.append(it)
        elif isinstance(it, dict):
            waiting += (*it.keys(), *it.values())
        elif isinstance(it, list):
            waiting += it
    return found
