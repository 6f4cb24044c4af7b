"""How a unit file is written: quoting, lists and names of instances (systemd.syntax(7), systemd.unit(5))."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..errors import ServiceError

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.")


def quote(text: str) -> str:
    """Given a word, return it so that systemd takes it as it is, in a list or as a whole.

    Raises ServiceError for what no line of a unit file can hold.
    """
    if not text.isprintable():
        raise ServiceError(text, "its name has a character that no unit file can hold")
    plain = text.replace("%", "%%")
    if plain and not set(plain) & set("\"'\\ ;"):
        return plain
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def command(words: Iterable[str]) -> str:
    """Given a command's words, return them as ``ExecStart=`` has them: there a dollar would stand for a variable."""
    return " ".join(quote(word).replace("$", "$$") for word in words)


def paths(folders: Iterable[Path], *, optional: bool = False) -> str:
    """Given folders, return them as a list; ``optional`` ones may be missing when the service starts.

    Raises ServiceError for a path with a colon, which separates source and destination in some of these lists.
    """
    words = []
    for folder in folders:
        if ":" in str(folder):
            raise ServiceError(str(folder), "a colon in a path is one that systemd does not take in this place")
        words.append(quote(f"-{folder}" if optional else str(folder)))
    return " ".join(words)


def escape(text: str) -> str:
    """Given a text, return it as the part of a unit's name that stands for it (as systemd-escape(1) does)."""
    escaped = "".join(_escape(letter) for letter in text)
    return f"\\x2e{escaped[1:]}" if escaped.startswith(".") else escaped


def mount_unit(point: Path) -> str:
    """Given a mount point, return the name of its unit."""
    return f"{escape(str(point).strip('/')) or '-'}.mount"


def _escape(letter: str) -> str:
    if letter == "/":
        return "-"
    if letter in _PLAIN:
        return letter
    return "".join(f"\\x{byte:02x}" for byte in letter.encode())


def section(name: str, lines: Iterable[str]) -> str:
    """Given a section's name and its lines, return it; empty where there are no lines."""
    body = "".join(f"{line}\n" for line in lines)
    return f"[{name}]\n{body}" if body else ""
