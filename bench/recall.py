"""How well recall finds what people ask for.

    python bench/recall.py NOTES.jsonl QUESTIONS.jsonl [--lines N]

NOTES holds one JSON object a line; those with "note" become memories and their 0-based line number is what QUESTIONS
("query", "answers": line numbers) refer to. ``--lines`` takes only the first N lines of NOTES. Printed are, for each
channel and for their fusion: recall@5 (share of a question's answers among the first five), MRR (mean of 1 / place of
the first answer) and milliseconds a question, opening the index included.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from dreamd.memory.changes import State
from dreamd.memory.records import Evidence, Kind, Memory, Origin, Trust
from dreamd.recall.index import build
from dreamd.recall.search import CHANNELS, connect, search

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    """Build an index of the notes, ask the questions, print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("notes", type=Path)
    options.add_argument("questions", type=Path)
    options.add_argument("--lines", type=int)
    chosen = options.parse_args()
    notes = [json.loads(line) for line in chosen.notes.read_text().splitlines()[: chosen.lines]]
    questions = [json.loads(line) for line in chosen.questions.read_text().splitlines()]
    memories = {f"{line:08d}": memory(line, row) for line, row in enumerate(notes) if "note" in row}
    with tempfile.TemporaryDirectory() as scratch:
        index = Path(scratch) / "memory.duckdb"
        build(index, State(memories=memories))
        print(f"{len(memories)} memories, {len(questions)} questions")
        print(f"{'channel':12} recall@5    MRR  ms a question")
        with connect(index) as connection:
            for name, channel in CHANNELS.items():
                report(name, questions, partial(channel, connection))
        report("fusion", questions, lambda query: [hit.id for hit in search(index, query, limit=50)])


def memory(line: int, row: dict[str, str]) -> Memory:
    """Given a labelled note and its line, return it as a memory."""
    piece = Evidence(origin=Origin.IMPORTED, record=str(line), quote=row["note"])
    return Memory(
        id=f"{line:08d}",
        kind=Kind(row.get("kind", "semantic")),
        text=row["note"],
        topic="general",
        trust=Trust.AGENT,
        evidence=(piece,),
        learned=NOW,
        last_seen=NOW,
    )


def report(name: str, questions: list[dict[str, object]], ask: Callable[[str], list[str]]) -> None:
    """Given a way to ask, print how well it answered."""
    found = reciprocal = 0.0
    started = time.perf_counter()
    for question in questions:
        answers = {f"{line:08d}" for line in question["answers"]}  # type: ignore[attr-defined]  # a list of numbers
        ranking = ask(str(question["query"]))
        found += len(answers.intersection(ranking[:5])) / len(answers)
        reciprocal += next((1 / place for place, it in enumerate(ranking, start=1) if it in answers), 0.0)
    spent = (time.perf_counter() - started) / len(questions) * 1000
    print(f"{name:12} {found / len(questions):8.3f} {reciprocal / len(questions):6.3f} {spent:14.1f}")


if __name__ == "__main__":
    main()
