"""Reads the tables of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def sections(name: str) -> Iterator[tuple[str, str]]:
    """Given a file of this folder, yield (kind, text): kinds begin with "== ", their texts are separated by "--"."""
    for section in (HERE / name).read_text(encoding="utf-8").split("\n== ")[1:]:
        kind, _, body = section.partition("\n")
        for one in body.split("\n--\n"):
            yield kind, one.strip("\n")


def rows(name: str) -> list[list[str]]:
    """Given a file of tab-separated values, return its rows without the heading."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]
