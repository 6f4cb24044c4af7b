"""``dreamd remember``: something worth keeping, at once."""

from __future__ import annotations

import os
import sys

import click

from ..errors import MountError, UsageError
from .output import plural, say, say_json, talk
from .verb import Options, Verb

#: longest input that is read, in bytes: a statement has 300 characters
_INPUT_LIMIT = 64 * 1024


@click.command(cls=Verb, example="dreamd remember 'the test database listens on port 5433'")
@click.argument("text", nargs=-1, metavar="[TEXT]")
@click.option(
    "--kind",
    type=click.Choice(["semantic", "procedural", "episodic"]),
    default="semantic",
    show_default=True,
    help="A fact or decision, how something is done here, or what was tried.",
)
@click.pass_obj
def command(options: Options, text: tuple[str, ...], kind: str) -> None:
    """Remember a statement, and print its id.

    It is one statement of at most 300 characters that somebody understands who knows nothing else. Without TEXT, or
    with -, it is read from standard input. Recall finds it at once; the next dream consolidates it.

    What a person types at a terminal has that person's trust; what comes by a pipe, or from a command that an agent
    runs, has an agent's. A secret in it is replaced before it is stored.
    """
    from ..daemon.now import read_now
    from ..memory.files import open_store
    from ..memory.inbox import remember
    from ..memory.records import Kind
    from ..sessions.speaker import speaker_of
    from .person import typed_by_person
    from .stores import locate

    store, _ = open_store(locate(options))
    said = _given() if text in {(), ("-",)} else " ".join(text)
    speaker = speaker_of(os.environ, typed=typed_by_person(os.environ))
    try:
        done = remember(store, said, Kind(kind), read_now(os.environ), speaker)
    except OSError as error:
        raise MountError.at(str(store.root), error) from error
    item, replaced = done.item, sum(done.replaced.values())
    if options.json:
        told = {name: getattr(item, name) for name in ("id", "text", "kind", "trust", "time", "person", "host")}
        origin = {"agent": item.agent or None, "session": item.session or None}
        say_json({**told, **origin, "replaced": done.replaced})
        return
    say(item.id)
    if replaced:
        talk(f"replaced {plural(replaced, 'secret')} in it: {item.text}")


def _given() -> str:
    """Return what stands on standard input."""
    if sys.stdin is None:
        raise UsageError("standard input", "it is closed", "say what to remember: dreamd remember TEXT")
    if sys.stdin.isatty():
        talk("what is to be remembered? End it with Ctrl-D on a line of its own")
    data = sys.stdin.buffer.read(_INPUT_LIMIT + 1)
    if len(data) > _INPUT_LIMIT:
        raise UsageError("standard input", f"it has more than {_INPUT_LIMIT:,} bytes, and a memory 300 characters")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UsageError("standard input", "it is no UTF-8") from None
