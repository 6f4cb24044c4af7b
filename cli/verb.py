"""What all verbs share: the options that choose a store, and the command class that carries them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click


@dataclass
class Options:
    """What was said about the configuration, the store and the form of the output, before the verb or after it."""

    config: str | None = None
    store: str | None = None
    json: bool = False


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    if value and parameter.name:
        setattr(context.ensure_object(Options), parameter.name, value)


def _config() -> click.Option:
    return click.Option(
        ["--config"], metavar="FILE", expose_value=False, callback=_keep, help="Configuration file to use."
    )


def _store() -> click.Option:
    return click.Option(
        ["--store"], metavar="STORE", expose_value=False, callback=_keep, help="Store to use: a name or a directory."
    )


def _json() -> click.Option:
    return click.Option(["--json"], is_flag=True, expose_value=False, callback=_keep, help="Print JSON.")


_SHARED = {"config": _config, "store": _store, "json": _json}


def shared(*names: str) -> list[click.Parameter]:
    """Given names of shared options, return them; their values are found in the context's ``Options``."""
    return [_SHARED[name]() for name in names]


class Verb(click.Command):
    """A verb: ``takes`` names the shared options it understands, ``example`` is a line somebody could type."""

    def __init__(
        self, name: str | None, *, example: str, takes: tuple[str, ...] = ("config", "store", "json"), **rest: Any
    ) -> None:
        """Given a name, what click wants and our two additions, make the command."""
        super().__init__(name, epilog=f"Example: {example}", **rest)
        self.params.extend(shared(*takes))
        self.example = example
