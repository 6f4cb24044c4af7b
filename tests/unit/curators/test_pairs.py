"""Pairs of statements, labelled by a reader: shares of what is right, and that nothing is retired wrongly."""

import os
from pathlib import Path

import pytest

from dreamd.curators.draft import Relation
from dreamd.curators.rules.relating.relations import judge

from .test_relations import pair_of

JOINS = {Relation.SAME, Relation.REFINES}
#: a file of the same form with pairs of memories from somebody's own sessions
OWN = os.environ.get("DREAMD_PAIRS", "")


def read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(*line.split("\t"), "")[:4] for line in lines if line and not line.startswith("#")]


def judged(rows):
    return [(label, judge(*pair_of(older, newer, who)).relation, older, newer) for label, older, newer, who in rows]


def share(found, labels, right):
    asked = [relation for label, relation, _older, _newer in found if label in labels]
    return sum(relation in right for relation in asked) / len(asked)


def wrong(found):
    """Return the pairs of which one would be lost although both say something of their own."""
    lost = {*JOINS, Relation.SUPERSEDES}
    return [
        row
        for row in found
        if (row[0] in {"unrelated", "contradicts"} and row[1] in lost)
        or (row[0] in JOINS and row[1] is Relation.SUPERSEDES)
        or (row[0] == "supersedes" and row[1] in JOINS)
    ]


def test_of_written_pairs_duplicates_are_joined_and_the_last_value_wins():
    here = Path(__file__).parent
    found = judged(
        [row for name in ("pairs", "relations", "rephrasings", "everyday") for row in read(here / f"{name}.tsv")]
    )
    assert len(found) >= 1000
    assert wrong(found) == []
    assert share(found, JOINS, JOINS) >= 0.85
    assert share(found, {"supersedes"}, {"supersedes"}) >= 0.95


@pytest.mark.skipif(not OWN, reason="DREAMD_PAIRS names no file with pairs of real memories")
def test_of_real_memories_none_is_retired_wrongly():
    found = judged(read(Path(OWN)))
    assert found
    assert wrong(found) == []
