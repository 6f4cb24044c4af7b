"""``dreamd unlock``: a lease whose holder is gone."""

from __future__ import annotations

import click

from ..errors import HeldError
from .output import say, say_json, talk
from .verb import Options, Verb

#: longer than its holder waits between two touches
_WATCH_SECONDS = 20


@click.command(cls=Verb, example="dreamd unlock")
@click.option("--force", is_flag=True, help="Take the lease away even if its holder may be alive.")
@click.pass_obj
def command(options: Options, *, force: bool) -> None:
    """Take away the lease of a run that died.

    You hardly ever need it: a run that died on this host frees the store at once, and one that died on another host
    after a minute in which nobody touched the lease. A holder that runs here keeps it; one on another host
    is watched for 20 seconds first.

    The lease only keeps two hosts from doing the same work. Taking it from one that is alive harms nothing: whoever
    commits second loses its base and starts again.
    """
    from ..daemon.lease import died_here, read_lease, runs_here, set_aside, stands_still
    from ..memory.files import open_store
    from .stores import locate

    store, _ = open_store(locate(options))
    lease = read_lease(store)
    if lease is None:
        _tell(options, "", "nothing to unlock: nobody is dreaming")
        return
    who = f"host {lease.host}, pid {lease.pid}"
    if not force and not died_here(lease):
        if runs_here(lease):
            raise HeldError(str(store.root), f"{who} is dreaming", f"end it with 'kill {lease.pid}', or use --force")
        talk(f"watching the lease of {who} for {_WATCH_SECONDS} seconds")
        if not stands_still(store, lease, _WATCH_SECONDS):
            hint = "it is touched, so its holder is alive: wait for it, or use --force"
            raise HeldError(str(store.root), f"{who} is dreaming", hint)
    set_aside(store, lease)
    _tell(options, who, f"unlocked   the lease of {who} is gone; the next run takes it")


def _tell(options: Options, who: str, text: str) -> None:
    if options.json:
        say_json({"unlocked": who or None})
    else:
        say(text)
