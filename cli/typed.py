"""What is typed at a terminal, as it is meant from any directory."""

from __future__ import annotations

from pathlib import Path


def absolute(pattern: str) -> str:
    """Given a source as it was typed, return it so that it means the same from any directory."""
    return str(Path(pattern).expanduser().absolute()) if "/" in pattern or Path(pattern).exists() else pattern
