"""``dreamd hook``: what agents call when something happens in a session, and how they come to call it."""

from __future__ import annotations

import click

from ..integrations.hooks import AGENTS, EVENTS, Event
from .verb import Options, Verb

command = click.Group("hook", help="Answer an agent's hooks, or put them into its settings.")

_AGENT = click.Choice([agent.name for agent in AGENTS])

_SAYS = {
    "session-start": "Print what an agent should read at a session's start.",
    "session-end": "Have the session that ended collected at once.",
    "stop": "Do nothing: an answer ends no session.",
    "pre-compact": "Do nothing: a compaction takes nothing from the log.",
}
_ALL = """

    What the agent says is read from standard input. The exit code is 0 whatever is wrong, which is told in a line on
    standard error: a hook must not disturb the agent. With a directory for --store no configuration is read.
    """


def _answering(event: Event) -> click.Command:
    @click.command(
        event.name,
        cls=Verb,
        takes=("config", "store"),
        help=_SAYS[event.name] + _ALL,
        example=f"dreamd hook {event.name} --store /mnt/team/memory/payments <event.json",
    )
    @click.option("--agent", type=_AGENT, help="Whose hook it is, for how much it may print.")
    @click.pass_obj
    def answering(options: Options, agent: str | None) -> None:
        from .quick import reply
        from .stores import locate

        reply(event.name, agent or "", locate(options))

    return answering


for _event in EVENTS:
    command.add_command(_answering(_event))
