"""``dreamd gates``: whether a dream is due, and if not, why not and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .output import say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..gates.verdict import Decision

NOT_DUE = 3


@click.command(cls=Verb, example="dreamd gates && dreamd dream")
@click.pass_obj
def command(options: Options) -> int:
    """Say whether a dream is due, and if not, why and when.

    What agents have finished since is collected first, so that it counts. The exit code is 0 when a dream is due and
    3 when it is not.
    """
    from ..daemon.launcher import look
    from ..gates.text import render
    from .job import make_job
    from .progress import watched
    from .stores import choose

    job = make_job(choose(options))
    with watched() as on_progress:
        decision = look(job, on_progress)
    if options.json:
        say_json(plain(decision))
    else:
        say(render(decision))
    return 0 if decision.due else NOT_DUE


def plain(decision: Decision) -> dict[str, Any]:
    """Given a decision, return it as the JSON contract has it."""
    return {
        "due": decision.due,
        "opens": decision.opens,
        "verdicts": [
            {
                "name": it.name,
                "open": it.open,
                "saw": it.saw,
                "threshold": it.threshold,
                "opens": it.opens,
                "remark": it.remark,
                "setting": it.setting,
                "override": it.override,
            }
            for it in decision.verdicts
        ],
    }
