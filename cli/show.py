"""``dreamd show``: one generation, change by change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..errors import NotFoundError
from .log import summary
from .output import local, plural, say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..memory.changes import Change
    from ..memory.records import Memory

_LABEL = 9


@click.command(cls=Verb, example="dreamd show 3")
@click.argument("generation", type=click.IntRange(min=1), metavar="N")
@click.pass_obj
def command(options: Options, generation: int) -> None:
    """Print the changes of generation N, each with its reason."""
    from ..memory.files import open_store
    from ..memory.history import memories_after
    from ..memory.ledger import head, read_entry, read_headers
    from .stores import locate

    store, _ = open_store(locate(options))
    last = head(store)
    if generation > last:
        raise NotFoundError(str(generation), f"the newest generation is {last}", "'dreamd log' lists them")
    entry = read_entry(store, generation)
    rewritten_by = [it.generation for it in read_headers(store, generation) if generation in it.rewrote]
    if options.json:
        changes = plain(entry.changes)
        say_json(summary(entry.header) | {"changes": changes, "rewritten_by": rewritten_by})
        return
    header = entry.header
    origin = f" by {header.run} on {header.host}" if header.run else ""
    say(f"generation {generation}: {header.kind} of {local(header.now)}{origin}")
    items = plural(len(header.consumed.inbox), "remembered statement")
    used = f"{plural(len(header.consumed.parts), 'part')}{f' and {items}' if header.consumed.inbox else ''}"
    say(f"{plural(len(entry.changes), 'change')}, {used} consumed")
    if header.rewrote:
        say(f"rewrote    {', '.join(map(str, header.rewrote))}, so that a purged value is in none of them")
    for number in rewritten_by:
        say(f"rewritten  by the purge of generation {number}: it is not what was committed")
    say_changes(entry.changes, memories_after(store, entry))


def plain(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Given changes, return each as a mapping; the fields depend on its ``op``."""
    import msgspec

    from .outgoing import redacted_all

    it: list[dict[str, Any]] = msgspec.to_builtins(redacted_all(changes))
    return it


def say_changes(changes: tuple[Change, ...], memories: Mapping[str, Memory]) -> None:
    """Given changes and the memories after them, print each with the text that it is about and its reason."""
    from ..memory.changes import effect
    from .outgoing import redacted_all

    # All at once: to look for secrets in one after the other takes many times as long.
    after = redacted_all([memories[change.id] for change in changes if change.id in memories])
    texts = {memory.id: memory.text for memory in after}
    for change in redacted_all(changes):
        say(f"{effect(change):<{_LABEL}}  {change.id}  {texts.get(change.id, '')}".rstrip())
        was = getattr(change, "was", "")
        if was:
            say(f"{'':<{_LABEL}}  was: {was}")
        say(f"{'':<{_LABEL}}  {change.reason}")
