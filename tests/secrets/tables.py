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


def shapes() -> list[tuple[str, str, str, str]]:
    """Return (kind, where, name, shape) of each line of ``shapes.tsv``."""
    lines = (HERE / "shapes.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(kind, where, name, shape) for kind, where, name, shape in rows[1:]]
