"""``dreamd check``: prove that a store is sound, or say what is not."""

from __future__ import annotations

from pathlib import Path

import click

from .output import plural, say, say_json
from .verb import Options, Verb

DAMAGED = 12
_LESS = 1


@click.command(cls=Verb, example="dreamd check")
@click.pass_obj
def command(options: Options) -> int:
    """Check a store: ledger, evidence, published files and index. Nothing is changed.

    The exit code is 0 when all is sound, 12 when something is damaged, and 1 for anything less. The next dream mends
    what is called repairable; what is called "by hand" it leaves as it is, and you must do what the hint says.
    """
    from ..memory.check import check
    from ..memory.files import open_store
    from ..sessions.lost import LostParts
    from ..sessions.parts import damaged_parts
    from ..sessions.transcripts import RecordTexts
    from .stores import locate

    store, _ = open_store(locate(options))
    root = store.transcripts
    outcome = check(store, RecordTexts(root), index_generation, damaged_parts(root), LostParts(root))
    if options.json:
        say_json(outcome)
    else:
        for it in outcome.findings:
            sort = "damage" if it.grave else "by hand" if it.by_hand else "repairable"
            say(f"{sort}: {it.where}: {it.what} (invariant {it.invariant})")
            if it.hint:
                say(f"  hint: {it.hint}")
        away = f", {outcome.unavailable} no longer available" if outcome.unavailable else ""
        said = plural(len(outcome.findings), "finding") if outcome.findings else "sound"
        if outcome.unchecked:
            away += f", {outcome.unchecked} imported and not checked here"
        evidence = plural(outcome.evidence, "piece of evidence", "pieces of evidence")
        memories = plural(outcome.memories, "memory", "memories")
        say(f"generation {outcome.generation}, {memories}, {evidence}{away}: {said}")
        if outcome.rewritten:
            say(f"  rewritten by a purge, and so not what was committed: {', '.join(map(str, outcome.rewritten))}")
    if any(it.grave for it in outcome.findings):
        return DAMAGED
    return _LESS if outcome.findings else 0


def index_generation(path: Path) -> int | None:
    """Given the path of an index, return the generation that it was built from, None where it cannot be read."""
    import duckdb

    from ..recall.search import connect

    try:
        with connect(path) as connection:
            row = connection.execute("SELECT generation FROM meta").fetchall()
    except duckdb.Error:
        return None
    return int(row[0][0]) if row else None
