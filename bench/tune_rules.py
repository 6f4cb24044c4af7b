"""Learn what tells that a person's words hold from here on; measure it on messages that it was not learned from.

usage: python bench/tune_rules.py [--seeds 5] [--write]

The messages stand in tests/unit/curators/laid_down.tsv. The weights (curators/rules/distilling/lasting.py) minimise the
logistic loss plus PULL/2 times their squares. Without --write nothing is changed.
"""

from __future__ import annotations

from pathlib import Path

from learned import Row, run  # type: ignore[import-not-found]  # beside this program

from dreamd.curators.rules.distilling import lasting

#: how strongly the learned weights are drawn to nothing
PULL = 3.0
_MESSAGES = Path(__file__).parent.parent / "tests" / "unit" / "curators" / "laid_down.tsv"


def messages() -> list[Row]:
    """Return the labelled messages: whether what each says holds from here on."""
    rows = [line.split("\t") for line in _MESSAGES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Row(lasting.signs(text), label == "lasts", text) for label, text in rows]


if __name__ == "__main__":
    weights = dict.fromkeys(lasting.WEIGHTS, 0.0)
    run(__doc__ or "", Path(lasting.__file__), messages(), weights, PULL, (lasting.LASTS, lasting.SURELY))
