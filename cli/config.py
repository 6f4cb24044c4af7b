"""``dreamd config``: what is configured, whether it is sound, and what could be."""

from __future__ import annotations

import os

import click

from .output import say, say_json, talk
from .verb import Options, Verb

command = click.Group("config", help="Show what is configured, check it, or print an example.")


@command.command(cls=Verb, takes=("config", "json"), example="dreamd config show")
@click.pass_obj
def show(options: Options) -> None:
    """Print the configuration in force, defaults and variables included."""
    from ..config_file import find, load

    loaded = load(find(options.config, os.environ))
    values = loaded.config.model_dump(mode="json")
    if options.json:
        say_json({"file": loaded.path, "configuration": values})
        return
    import yaml

    talk(f"# from {loaded.path}" if loaded.path else "# no configuration file: defaults and variables")
    say(yaml.safe_dump(values, sort_keys=False, allow_unicode=True).rstrip())


@command.command(cls=Verb, takes=("config",), example="dreamd config check --config ./dreamd.yaml")
@click.pass_obj
def check(options: Options) -> None:
    """Check the configuration: every key, and whether the directories that it names are there."""
    from ..config_file import find, load
    from ..errors import ConfigError

    loaded = load(find(options.config, os.environ))
    if loaded.faults:
        raise ConfigError(str(loaded.path), "; ".join(loaded.faults.values()))
    wrong = []
    for name, store in loaded.config.stores.items():
        if store.repository and not store.repository.is_dir():
            wrong.append(f"stores.{name}.repository: there is no directory '{store.repository}'")
        if not (store.memory / ".dreamd").is_dir():
            wrong.append(f"stores.{name}.memory: there is no store in '{store.memory}'")
    if wrong:
        raise ConfigError(str(loaded.path or "DREAMD_…"), "; ".join(wrong), "'dreamd init DIR' makes a store")
    talk(f"the configuration in '{loaded.path}' is sound" if loaded.path else "no configuration file; nothing is wrong")


@command.command(cls=Verb, takes=(), example="dreamd config example > ~/.config/dreamd/config.yaml")
def example() -> None:
    """Print an example of every key, with its default."""
    from .reference import example as text

    say(text().rstrip("\n"))


@command.command(cls=Verb, takes=(), hidden=True, example="dreamd config reference > docs/configuration.md")
def reference() -> None:
    """Print the reference page of every key."""
    from .reference import reference as text

    say(text().rstrip("\n"))
