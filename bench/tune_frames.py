"""Learn the weights by which a value replaces another in one frame; measure them on pairs they were not learned from.

usage: python bench/tune_frames.py [--seeds 5] [--write]

The pairs stand in tests/unit/curators: frames.tsv, and of the other tables what is put alike but for one value. The
weights (curators/rules/relating/framed.py) minimise the logistic loss plus PULL/2 times the squared distance to the
expected ones. Pairs of one older or newer statement are dealt into the same fold. Without --write nothing is changed.
"""

from __future__ import annotations

from pathlib import Path

from learned import Row, run  # type: ignore[import-not-found]  # beside this program

from dreamd.curators.rules.relating import framed

#: how strongly the learned weights are drawn to the expected ones
PULL = 1.0
_TABLES = Path(__file__).parent.parent / "tests" / "unit" / "curators"
_LABELS = {"replaces": True, "supersedes": True, "both": False, "unrelated": False}


def pairs() -> list[Row]:
    """Return the labelled pairs that have a frame: whether the newer value replaces the older."""
    found: list[Row] = []
    group_of: dict[str, str] = {}
    for table in ("frames", "pairs", "relations", "rephrasings", "everyday"):
        for line in (_TABLES / f"{table}.tsv").read_text(encoding="utf-8").splitlines():
            label, older, newer, *who = [*line.split("\t"), "", ""][:4]
            frame = framed.framed(older, newer) if label in _LABELS and not any(who) else None
            if frame is not None:
                group = group_of.setdefault(newer, group_of.setdefault(older, older))
                found.append(Row(dict.fromkeys(framed.signs(frame), 1.0), _LABELS[label], group))
    return found


if __name__ == "__main__":
    expected = {row.name: row.expected for row in framed.TABLE}
    run(__doc__ or "", Path(framed.__file__), pairs(), expected, PULL, (framed.DOUBTFUL, framed.REPLACED))
