"""``dreamd diff``: what lies between two generations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from ..errors import NotFoundError
from .output import local, say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..memory.changes import State
    from ..memory.diff import Difference
    from ..memory.files import Store
    from ..memory.records import Memory

_LABEL = 9
#: headings under which ids are enough: most of these memories stand under another one too
_SHORT = ("shown", "hidden")
_MOST_IN_LINE = 8


@click.command(cls=Verb, example="dreamd diff 3 7")
@click.argument("older", required=False, metavar="[A")
@click.argument("newer", required=False, metavar="[B]]")
@click.pass_obj
def command(options: Options, older: str | None, newer: str | None) -> None:
    """Print what differs between generations A and B.

    Without B it is the newest generation, without A the one before. Each may be a date instead of a number, a day
    (2026-11-20, its end on this machine) or a time (2026-11-20T18:40:00Z), and means the generation of then. Generation
    0 is the empty store.
    """
    from ..memory.diff import diff
    from ..memory.files import open_store
    from ..memory.ledger import head, load
    from .outgoing import redacted
    from .stores import locate, tell_of_missing

    store, _ = open_store(locate(options))
    last = head(store)
    tell_of_missing(store, last)
    after = _generation(store, newer, last) if newer else last
    before = _generation(store, older, last) if older else max(0, last - 1)
    old, new = load(store, before), load(store, after)
    difference = redacted(diff(old, new))
    if options.json:
        say_json({"from": _end(old), "to": _end(new)} | plain(difference))
    else:
        _print(difference, old, new)


def _generation(store: Store, typed: str, last: int) -> int:
    from ..memory.ledger import read_headers
    from ..memory.moments import generation_at
    from .when import read_time
    from .zone import local_zone

    if not typed.isdecimal():
        return generation_at(read_headers(store), read_time(typed, local_zone(os.environ)))
    if int(typed) > last:
        raise NotFoundError(typed, f"the newest generation is {last}", "'dreamd log' lists them")
    return int(typed)


def _end(state: State) -> dict[str, Any]:
    return {"generation": state.generation, "time": state.now}


def plain(difference: Difference) -> dict[str, Any]:
    """Given a difference, return it as lists by what happened; each item has what is particular to it."""
    return {
        "added": [_named(it) | {"kind": it.kind, "topic": it.topic} for it in difference.added],
        "retired": [_named(it) | _ending(it) for it in difference.retired],
        "merged": [_named(it) | {"into": it.retired.by if it.retired else ""} for it in difference.merged],
        "restored": [_named(it) for it in difference.restored],
        "reworded": [_named(pair.now) | {"was": pair.was.text} for pair in difference.reworded],
        "moved": [_named(pair.now) | {"was": pair.was.topic, "topic": pair.now.topic} for pair in difference.moved],
        "pinned": [_named(it) for it in difference.pinned],
        "unpinned": [_named(it) for it in difference.unpinned],
        "altered": [_named(it.memory) | {"fields": it.fields} for it in difference.altered],
        "passed": [_named(it) | _ending(it) for it in difference.passed],
        "shown": [_named(it) for it in difference.shown],
        "hidden": [_named(it) for it in difference.hidden],
    }


def _named(memory: Memory) -> dict[str, Any]:
    return {"id": memory.id, "text": memory.text}


def _ending(memory: Memory) -> dict[str, Any]:
    """Return why a memory is retired; nothing where the newer state does not know it."""
    ended = memory.retired
    return {"reason": ended.reason, "detail": ended.detail, "by": ended.by} if ended else dict.fromkeys(_ENDING)


_ENDING = ("reason", "detail", "by")


def _print(difference: Difference, old: State, new: State) -> None:
    say(f"from generation {old.generation} ({local(old.now)}) to {new.generation} ({local(new.now)})")
    told = plain(difference)
    for name, items in told.items():
        if name in _SHORT:
            for some in _batched([item["id"] for item in items]):
                say(f"{name:<{_LABEL}}  {', '.join(some)}")
            continue
        for item in items:
            say(f"{name:<{_LABEL}}  {item['id']}  {item['text']}")
            if name in _REMARK:
                say(f"{'':<{_LABEL}}  {_REMARK[name](item)}")
    if not any(told.values()):
        say("nothing differs")


def _batched(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _MOST_IN_LINE):
        yield names[start : start + _MOST_IN_LINE]


def _why(item: dict[str, Any]) -> str:
    return f"{item['reason']}: {item['detail']}" if item["reason"] else "not known there"


_REMARK: dict[str, Callable[[dict[str, Any]], str]] = {
    "retired": _why,
    "passed": _why,
    "merged": lambda item: f"into {item['into']}",
    "reworded": lambda item: f"was: {item['was']}",
    "moved": lambda item: f"from topic {item['was']} to {item['topic']}",
    "altered": lambda item: f"in {', '.join(item['fields'])}",
}
