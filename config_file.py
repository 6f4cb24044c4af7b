"""The configuration of this machine: which file counts, and what it says together with the ``DREAMD_…`` variables.

The first file found counts and nothing is merged into it but the variables, so that one look at one file tells how a
machine is set up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_settings import SettingsError

from .config import PREFIX, Config, StoreConfig, nearest
from .errors import ConfigError
from .sessions.agents import named_in

#: variables that are read elsewhere and are no settings
_OTHER_VARIABLES = frozenset({"DREAMD_CONFIG", "DREAMD_STORE", "DREAMD_NOW", "DREAMD_GRANTED"})

#: a configuration is a page; whoever points --config at a log by mistake gets an answer and not a full memory
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Loaded:
    """A valid configuration and the file it came from; None where no file was found.

    ``faults`` are the stores that it configures wrongly, each with what is wrong: the others can be used all the same.
    """

    config: Config
    path: Path | None
    faults: dict[str, str] = field(default_factory=dict)


def candidates(environment: Mapping[str, str]) -> list[Path]:
    """Given the environment, return the files that are looked for when none is named, first match first."""
    home = Path(environment.get("HOME") or "~").expanduser()
    base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return [base / "dreamd" / "config.yaml", Path("/etc/dreamd/config.yaml")]


def find(named: str | None, environment: Mapping[str, str]) -> Path | None:
    """Given the path named by an option and the environment, return the file that counts, None where there is none.

    A file that was named, by the option or by ``DREAMD_CONFIG``, is returned whether it exists or not.
    """
    name = named or environment.get("DREAMD_CONFIG")
    if name:
        return Path(name).expanduser()
    return next((path for path in candidates(environment) if path.is_file()), None)


def load(path: Path | None) -> Loaded:
    """Given the file that counts, return the configuration it makes together with the ``DREAMD_…`` variables.

    Relative directories in a file count from the file's own. Raises ConfigError that names the file, the key and
    the nearest known key; where only some of several stores are configured wrongly, the rest is returned.
    """
    _refuse_unknown_variables(os.environ)
    content = {} if path is None else _read(path)
    source = str(path) if path else "DREAMD_…"
    faults: dict[str, str] = {}
    try:
        config = Config(**content)
    except ValidationError as error:
        told = [(tuple(it["loc"]), _explain(tuple(it["loc"]), it["type"], it["msg"])) for it in error.errors()]
        details = [detail for _, detail in told]
        hints = [hint for _, hint in details if hint]
        faults = _by_store(told)
        stores = content.get("stores")
        left = {name: it for name, it in stores.items() if name not in faults} if isinstance(stores, dict) else {}
        if not faults or not left or len(left) + len(faults) != len(stores or ()):
            raise ConfigError(source, "; ".join(text for text, _ in details), hints[0] if hints else "") from None
        config = Config(**{**content, "stores": left})
    except SettingsError as error:
        raise ConfigError("DREAMD_…", str(error)) from None
    base = path.parent.absolute() if path else Path.cwd()
    stores = {name: _absolute(store, base) for name, store in config.stores.items()}
    for name, twin in _twins(stores).items():
        faults[name] = f"stores.{name}.memory: it is that of store '{twin}'; give both stores' sessions to one"
        del stores[name]
    metrics = config.service.metrics
    service = config.service.model_copy(update={"metrics": _plain(base / metrics) if metrics else None})
    return Loaded(config.model_copy(update={"stores": stores, "service": service}), path, faults)


def _twins(stores: Mapping[str, StoreConfig]) -> dict[str, str]:
    """Return the stores whose directory is that of one before them, each with that one: only one could be kept."""
    first: dict[Path, str] = {}
    return {name: first[it.memory] for name, it in stores.items() if first.setdefault(it.memory, name) != name}


def _plain(path: Path) -> Path:
    """Return a path without dots in it: systemd takes no other, and it is written into other programs' settings."""
    return Path(os.path.normpath(path))


def _by_store(told: list[tuple[tuple[int | str, ...], tuple[str, str]]]) -> dict[str, str]:
    """Given faults with their places, return them by the store they are in; nothing if any lies elsewhere."""
    found: dict[str, list[str]] = {}
    for where, (text, hint) in told:
        if len(where) < 2 or where[0] != "stores":  # noqa: PLR2004 - stores, its name
            return {}
        found.setdefault(str(where[1]), []).append(f"{text} ({hint})" if hint else text)
    return {name: "; ".join(texts) for name, texts in found.items()}


def _absolute(store: StoreConfig, base: Path) -> StoreConfig:
    return store.model_copy(
        update={
            "memory": _plain(base / store.memory),
            "repository": _plain(base / store.repository) if store.repository else None,
            "sessions": tuple(_absolute_source(source, base) for source in store.sessions),
            "exclude": store.exclude.model_copy(
                update={
                    "paths": tuple(_absolute_place(place, base) for place in store.exclude.paths),
                    "projects": tuple(_absolute_place(place, base) for place in store.exclude.projects),
                }
            ),
        }
    )


def _absolute_source(source: str, base: Path) -> str:
    if named_in(source):
        name, colon, directory = source.partition(":")
        return f"{name}:{base / _home(directory)}" if colon else name
    pattern = _home(source)
    return str(base / pattern) if "/" in pattern else pattern


def _absolute_place(pattern: str, base: Path) -> str:
    """Given a pattern of places, return it from the file's own directory on; a bare name or a leading * is anywhere."""
    return str(base / pattern) if "/" in pattern and not pattern.startswith("*") else pattern


def _home(pattern: str) -> str:
    return str(Path(pattern).expanduser()) if pattern.startswith("~") else pattern


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(str(path), "there is no such file", "make one with 'dreamd init'") from None
    except OSError as error:
        raise ConfigError(str(path), error.strerror or str(error)) from None
    if len(data) > _MOST_BYTES:
        raise ConfigError(str(path), f"it is larger than {_MOST_BYTES:,} bytes")
    try:
        content = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ConfigError(str(path), f"{where}{getattr(error, 'problem', None) or 'it is not YAML'}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(str(path), "it is not a mapping of keys to values", "see 'dreamd config example'")
    # A key without a value ("gates:") means its defaults, not nothing.
    return {str(key): value for key, value in content.items() if value is not None}


def _explain(where: tuple[int | str, ...], kind: str, message: str) -> tuple[str, str]:
    """Given a fault of the schema, return what it is and the advice."""
    key = ".".join(str(part) for part in where)
    if kind != "extra_forbidden":
        message = message.removeprefix("Value error, ").replace("valid tuple", "list")
        return f"{key}: {message[:1].lower()}{message[1:]}", ""
    near = nearest(key)
    return f"unknown key '{key}'", f"did you mean '{near}'?" if near else "'dreamd config example' shows every key"


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    """Raise ConfigError for a variable that looks like a setting of ours and is none: pydantic passes over it."""
    for variable in sorted(environment):
        if not variable.startswith(PREFIX) or variable in _OTHER_VARIABLES:
            continue
        key = variable.removeprefix(PREFIX).replace("__", ".").lower()
        near = nearest(key)
        if key.split(".")[0] not in Config.model_fields and ("." in key or near):
            advice = f"did you mean '{PREFIX}{near.replace('.', '__').upper()}'?" if near else ""
            raise ConfigError(variable, "no setting has this name", advice)
