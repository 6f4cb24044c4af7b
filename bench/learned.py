"""What the programs share that learn what signs weigh: to measure on rows that were not learned from, and to write."""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tune_distil import Example, learn  # type: ignore[import-not-found]  # beside this program

_FOLDS = 8


@dataclass(frozen=True)
class Row:
    """Something that was labelled: its signs, the label, and the group with which it is dealt into one fold."""

    signs: Mapping[str, float]
    label: bool
    group: str


def run(
    doc: str, table: Path, rows: Sequence[Row], expected: Mapping[str, float], pull: float, least: Sequence[float]
) -> None:
    """Given a program's text, its table, rows, expected weights and their pull, show the shares from log odds on.

    Where it is asked for on the command line, the weights learned from all rows are written into the table.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="how many times to deal the rows into folds")
    parser.add_argument("--write", action="store_true", help="write the weights into the table")
    options = parser.parse_args()

    def weights_of(some: Sequence[Row]) -> dict[str, float]:
        examples = [Example(row.group, row.signs, row.label, 1.0) for row in some]
        found: dict[str, float] = learn(examples, list(expected), expected, pull)
        return found

    count = {label: sum(row.label is label for row in rows) for label in (True, False)}
    print(f"{count[True]} that are so, {count[False]} that are not")
    dealt = [_cross_validated(rows, weights_of, seed) for seed in range(options.seeds)]
    for odds in least:
        right, wrong = (
            sum(found >= odds and it is label for one in dealt for found, it in one) / count[label] / len(dealt)
            for label in (True, False)
        )
        print(f"from {odds}: {right:.3f} of the first and {wrong:.3f} of the second")
    if options.write:
        _write(table, weights_of(rows))


def _cross_validated(
    rows: Sequence[Row], weights_of: Callable[[Sequence[Row]], dict[str, float]], seed: int
) -> list[tuple[float, bool]]:
    """Return of each row its log odds by weights that had not seen its group, and its label."""
    groups = sorted({row.group for row in rows})
    random.Random(seed).shuffle(groups)  # noqa: S311 - the same each time
    fold = {group: number % _FOLDS for number, group in enumerate(groups)}
    found: list[tuple[float, bool]] = []
    for number in range(_FOLDS):
        weights = weights_of([row for row in rows if fold[row.group] != number])
        unseen = [row for row in rows if fold[row.group] == number]
        found += [(sum(weights[name] * it for name, it in row.signs.items()), row.label) for row in unseen]
    return found


def _write(table: Path, weights: Mapping[str, float]) -> None:
    text = table.read_text(encoding="utf-8")
    for name, weight in weights.items():
        # The weight is the number right before the reason.
        row = re.compile(rf'(Sign\(\s*"{name}",.*?)-?\d+\.\d+(,\s*"[^"]*",?\s*\))', re.DOTALL)
        text = row.sub(rf"\g<1>{weight:.2f}\g<2>", text, count=1)
    table.write_text(text, encoding="utf-8")
