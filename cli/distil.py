"""``dreamd distil``: what would be kept from some logs, and why. It needs no store and writes nothing."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import DreamdError
from .output import plural, say, say_json, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..curators.draft import Draft

_WIDTH = 100
#: the strongest reasons are enough to judge a line by
_MOST_FEATURES = 4


@click.command(cls=Verb, takes=("json",), example="dreamd distil ~/.claude/projects/*/*.jsonl")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LOG...")
@click.pass_obj
def command(options: Options, logs: tuple[Path, ...]) -> int:
    """Show what would be kept from session logs, and why.

    Each line is a draft: what one session taught, before it is compared with what the store knows. A log that cannot
    be read is named and passed over; the exit code is 1 only if none could be read.
    """
    from ..curators.rules import RulesCurator
    from ..sessions.load import load_log
    from .zone import local_zone

    curator, zone = RulesCurator(), local_zone(os.environ)
    read = sessions = kept = 0
    for log in logs:
        try:
            transcripts = load_log(log, zone)
        except (DreamdError, OSError) as error:
            talk(f"skipped: {_reason(log, error)}")
            continue
        read += 1
        for transcript in transcripts:
            drafts = curator.distil(transcript)
            sessions += 1
            kept += len(drafts)
            for draft in drafts:
                _show(draft, as_json=options.json)
    talk(f"{plural(kept, 'draft')} from {plural(sessions, 'session')} in {plural(read, 'log')} of {len(logs)}")
    return 0 if read else 1


def _reason(log: Path, error: DreamdError | OSError) -> str:
    return f"cannot read the log '{log}': {error.strerror}" if isinstance(error, OSError) else str(error)


def _show(draft: Draft, *, as_json: bool) -> None:
    if as_json:
        say_json(_plain(draft))
        return
    first = draft.evidence[0]
    says = " ".join(first.quote.split())
    features = sorted(draft.features, key=lambda feature: -abs(feature[1]))[:_MOST_FEATURES]
    why = ", ".join(f"{name} {weight:+.2f}" for name, weight in features)
    say(f"{draft.score:.2f} {draft.kind:<10} {draft.text}")
    say(f'     {draft.session}, {draft.trust}: "{textwrap.shorten(says, _WIDTH, placeholder=" …")}"')
    if why:
        say(f"     {why}")


def _plain(draft: Draft) -> dict[str, Any]:
    """Return a draft with every field present, which its own encoding would leave out where it is empty."""
    plain = {name: getattr(draft, name) for name in draft.__struct_fields__ if name not in {"evidence", "about"}}
    return plain | {
        "features": dict(draft.features),
        "about": _fields(draft.about),
        "evidence": [_fields(piece) for piece in draft.evidence],
    }


def _fields(struct: Any) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}
