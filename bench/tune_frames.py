"""Learn the weights by which a value replaces another in one frame; measure them on pairs they were not learned from.

usage: python bench/tune_frames.py [--seeds 5] [--write]

The pairs stand in tests/unit/curators: frames.tsv, and of the other tables what is put alike but for one value. The
weights (curators/rules/relating/framed.py) minimise the logistic loss plus PULL/2 times the squared distance to the
expected ones. Pairs of one older or newer statement are dealt into the same fold. Without --write nothing is changed.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tune_distil import Example, learn  # type: ignore[import-not-found]  # beside this program

from dreamd.curators.rules.relating import framed

#: how strongly the learned weights are drawn to the expected ones
PULL = 1.0
FOLDS = 6
_TABLES = Path(__file__).parent.parent / "tests" / "unit" / "curators"
_LABELS = {"replaces": True, "supersedes": True, "both": False, "unrelated": False}


@dataclass(frozen=True)
class Pair:
    """Two statements that differ in one value, the signs of their frame, and whether that of the newer one replaces."""

    older: str
    newer: str
    signs: frozenset[str]
    replaces: bool


def pairs() -> Iterator[Pair]:
    """Yield the labelled pairs that have a frame."""
    for table in ("frames", "pairs", "relations", "rephrasings", "everyday"):
        for line in (_TABLES / f"{table}.tsv").read_text(encoding="utf-8").splitlines():
            label, older, newer, *who = [*line.split("\t"), "", ""][:4]
            frame = framed.framed(older, newer) if label in _LABELS and not any(who) else None
            if frame is not None:
                yield Pair(older, newer, framed.signs(frame), _LABELS[label])


def learned(rows: Sequence[Pair]) -> dict[str, float]:
    """Given labelled pairs, return what each sign weighs."""
    examples = [Example(row.older, dict.fromkeys(row.signs, 1.0), row.replaces, 1.0) for row in rows]
    expected = {row.name: row.expected for row in framed.TABLE}
    found: dict[str, float] = learn(examples, list(expected), expected, PULL)
    return found


def cross_validated(rows: Sequence[Pair], seed: int) -> list[tuple[float, bool]]:
    """Given labelled pairs, return of each its log odds by weights that had not seen its statements, and its label."""
    heads = {statement: row.older for row in rows for statement in (row.newer, row.older)}
    groups = sorted({heads[row.older] for row in rows})
    random.Random(seed).shuffle(groups)  # noqa: S311 - the same each time
    fold = {group: number % FOLDS for number, group in enumerate(groups)}
    found: list[tuple[float, bool]] = []
    for number in range(FOLDS):
        weights = learned([row for row in rows if fold[heads[row.older]] != number])
        unseen = [row for row in rows if fold[heads[row.older]] == number]
        found += [(sum(weights[name] for name in row.signs), row.replaces) for row in unseen]
    return found


def write(weights: dict[str, float]) -> None:
    """Given what each sign weighs, write it into the table."""
    table = Path(framed.__file__)
    text = table.read_text(encoding="utf-8")
    for name, weight in weights.items():
        text = re.sub(rf'(Sign\("{name}", -?[\d.]+), -?[\d.]+,', rf"\1, {weight:.2f},", text)
    table.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure, and write where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="how many times to deal the pairs into folds")
    parser.add_argument("--write", action="store_true", help="write the weights into the table")
    options = parser.parse_args()
    rows = list(pairs())
    count = {label: sum(row.replaces is label for row in rows) for label in (True, False)}
    print(f"{count[True]} values that replace another, {count[False]} that do not")
    for least in (framed.DOUBTFUL, framed.REPLACED):
        dealt = [cross_validated(rows, seed) for seed in range(options.seeds)]
        shares = [
            [sum(odds >= least and found is label for odds, found in one) / count[label] for one in dealt]
            for label in (True, False)
        ]
        right, wrong = (sum(it) / len(it) for it in shares)
        print(f"from {least}: {right:.3f} of the first and {wrong:.3f} of the second")
    if options.write:
        write(learned(rows))


if __name__ == "__main__":
    main()
