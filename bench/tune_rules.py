"""Learn what tells that a person's words hold from here on; measure it on messages that it was not learned from.

usage: python bench/tune_rules.py [--seeds 5] [--write]

The messages stand in tests/unit/curators/laid_down.tsv. The weights (curators/rules/distilling/lasting.py) minimise the
logistic loss plus PULL/2 times their squares. Without --write nothing is changed.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tune_distil import Example, learn  # type: ignore[import-not-found]  # beside this program

from dreamd.curators.rules.distilling import lasting

#: how strongly the learned weights are drawn to nothing
PULL = 3.0
FOLDS = 8
_MESSAGES = Path(__file__).parent.parent / "tests" / "unit" / "curators" / "laid_down.tsv"


@dataclass(frozen=True)
class Message:
    """A message, its signs, and whether what it says holds from here on."""

    text: str
    signs: dict[str, float]
    lasts: bool


def messages() -> list[Message]:
    """Return the labelled messages."""
    rows = [line.split("\t") for line in _MESSAGES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Message(text, lasting.signs(text), label == "lasts") for label, text in rows]


def learned(rows: Sequence[Message]) -> dict[str, float]:
    """Given labelled messages, return what each sign weighs."""
    examples = [Example(row.text, row.signs, row.lasts, 1.0) for row in rows]
    found: dict[str, float] = learn(examples, list(lasting.WEIGHTS), dict.fromkeys(lasting.WEIGHTS, 0.0), PULL)
    return found


def cross_validated(rows: Sequence[Message], seed: int) -> list[tuple[float, bool]]:
    """Given labelled messages, return of each its log odds by weights that had not seen it, and its label."""
    order = list(rows)
    random.Random(seed).shuffle(order)  # noqa: S311 - the same each time
    found: list[tuple[float, bool]] = []
    for number in range(FOLDS):
        weights = learned([row for at, row in enumerate(order) if at % FOLDS != number])
        found += [
            (sum(weights[name] * it for name, it in row.signs.items()), row.lasts) for row in order[number::FOLDS]
        ]
    return found


def write(weights: dict[str, float]) -> None:
    """Given what each sign weighs, write it into the table."""
    table = Path(lasting.__file__)
    text = table.read_text(encoding="utf-8")
    for name, weight in weights.items():
        row = re.compile(rf'(Sign\(\s*"{name}",.*?,\s*)-?\d+\.\d+(,\s*"[^"]*",?\s*\))', re.DOTALL)
        text = row.sub(rf"\g<1>{weight:.2f}\g<2>", text, count=1)
    table.write_text(text, encoding="utf-8")


def main() -> None:
    """Measure, and write where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="how many times to deal the messages into folds")
    parser.add_argument("--write", action="store_true", help="write the weights into the table")
    options = parser.parse_args()
    rows = messages()
    count = {label: sum(row.lasts is label for row in rows) for label in (True, False)}
    print(f"{count[True]} messages of what lasts, {count[False]} of the moment")
    dealt = [cross_validated(rows, seed) for seed in range(options.seeds)]
    for least in (lasting.LASTS, lasting.SURELY):
        shares = [
            [sum(odds >= least and lasts is label for odds, lasts in one) / count[label] for one in dealt]
            for label in (True, False)
        ]
        right, wrong = (sum(it) / len(it) for it in shares)
        print(f"from {least}: {right:.3f} of the first and {wrong:.3f} of the second")
    if options.write:
        write(learned(rows))


if __name__ == "__main__":
    main()
