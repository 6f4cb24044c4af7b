"""One module a log format, found by content."""

from __future__ import annotations

from pathlib import Path

from .aider import Aider
from .base import Format
from .claude_code import ClaudeCode
from .codex import Codex
from .gemini import Gemini
from .generic import Generic
from .markdown import Markdown
from .specstory import SpecStory

#: in the order of asking: the one with the most particular signs first
FORMATS: tuple[Format, ...] = (Generic(), Codex(), Gemini(), ClaudeCode(), SpecStory(), Aider(), Markdown())

#: bytes of a file that are looked at to know its format
HEAD = 64 * 1024
_SHORT_HEAD = 2 * 1024


def detect(head: bytes, path: Path) -> Format | None:
    """Given the first bytes of a file and its path, return its format, or None."""
    # Nearly every log shows in its first lines what it is, and to search all of the head takes thirty times as long.
    short = head[:_SHORT_HEAD]
    looked_at = (short, head) if len(head) > len(short) else (short,)
    return next((known for data in looked_at for known in FORMATS if known.sniff(data, path)), None)
