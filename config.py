"""The configuration: one schema that validates it, and from which the example file and the reference page are made.

The first file found counts and nothing is merged into it but ``DREAMD_…`` variables, so that one look at one file
tells how a machine is set up. Only entry points import this module: pydantic takes a tenth of a second to load.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from .errors import ConfigError
from .gates.duration import parse_duration, spell_duration
from .sessions.agents import named_in

PREFIX = "DREAMD_"

#: variables that are read elsewhere and are no settings
_OTHER_VARIABLES = frozenset({"DREAMD_CONFIG", "DREAMD_STORE", "DREAMD_NOW"})

#: a configuration is a page; whoever points --config at a log by mistake gets an answer and not a full memory
_MOST_BYTES = 1_000_000


def _read_duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) or value == 0:
        return parse_duration(str(value))
    raise ValueError("not a span of time: write it as 30m, 24h or 7d")


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f"nobody's home is known by '{path.parts[0]}'") from None


Duration = Annotated[
    timedelta,
    BeforeValidator(_read_duration),
    PlainSerializer(spell_duration),
    WithJsonSchema({"type": "string"}),
]
Folder = Annotated[Path, AfterValidator(_at_home)]
Pattern = Annotated[str, StringConstraints(min_length=1)]
PlacePattern = Annotated[Pattern, AfterValidator(lambda text: str(_at_home(Path(text))) if text[0] == "~" else text)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExcludeConfig(_Section):
    """What is never collected on this machine. Globs, case as is; * also crosses slashes.

    A log that paths names is not even opened; a session that one of the others names is read here and nothing of it is
    kept. What was collected before it was excluded stays.
    """

    paths: tuple[PlacePattern, ...] = Field(
        default=(),
        description="Logs, or directories with all logs below them. What has no slash is a name anywhere in the path.",
        examples=[["~/private", "scratch*.jsonl"]],
    )
    projects: tuple[PlacePattern, ...] = Field(
        default=(),
        description="Working directories, with all that lies below them: a session that was in one of them at any time "
        "is left out whole. What has no slash is a name anywhere in the path.",
        examples=[["~/clients", "salaries"]],
    )
    people: tuple[Pattern, ...] = Field(
        default=(),
        description="Whose sessions are left out: by the home that holds the log, by the owner of the file, or as the "
        "log names who typed.",
        examples=[["guest", "ext-*"]],
    )
    sessions: tuple[Pattern, ...] = Field(
        default=(),
        description="Sessions by id: the name of the log without its ending, or the id inside.",
        examples=[["0b1c7f6e-*"]],
    )


class StoreConfig(_Section):
    """One project's memory."""

    memory: Folder = Field(
        description="Directory of the memory: on a mount that the whole team shares, or anywhere for one person.",
        examples=["/mnt/team/memory/payments"],
    )
    repository: Folder | None = Field(
        default=None,
        description="Repository in which memories are verified. It is only read. Without it nothing is verified.",
        examples=["/srv/payments"],
    )
    sessions: tuple[str, ...] = Field(
        default=(),
        description="Logs to collect on this machine: agents by name, directories, files or globs. claude-code, codex "
        "and gemini stand for all of their logs, codex:/srv/payments for those that were written in one directory; "
        "aider and specstory for those in the repository. ** also enters hidden directories. Empty collects nothing "
        "here.",
        examples=[["claude-code", "aider", "/mnt/team/logs/payments/**/*.jsonl"]],
    )
    role: Literal["both", "collect", "dream"] = Field(
        default="both",
        description="What this machine does for the memory. collect: it puts its transcripts there and another machine "
        "dreams; dream: it reads no logs; both.",
    )
    exclude: ExcludeConfig = ExcludeConfig()


class GatesConfig(_Section):
    """When to dream."""

    interval: Duration = Field(
        default=timedelta(hours=24),
        description="Least time between two dreams.",
        json_schema_extra={"unit": "span of time (30m, 24h, 7d)", "zero": "dream as soon as the other gates are open"},
    )
    new_sessions: int = Field(
        default=5,
        ge=0,
        description="Completed sessions that must wait before a dream is worth its work.",
        json_schema_extra={"unit": "sessions", "zero": "dream also when nothing is new"},
    )


class SessionsConfig(_Section):
    """When a session counts as completed, and how often that is looked at."""

    idle: Duration = Field(
        default=timedelta(minutes=30),
        description="Age of a session's last record from which it counts as completed.",
        json_schema_extra={"unit": "span of time (30m, 24h, 7d)", "zero": "every session counts as completed at once"},
    )
    scan: Duration = Field(
        default=timedelta(seconds=60),
        ge=timedelta(seconds=1),
        description="Time between two looks at all logs while they are watched (dreamd collect --watch), at least 1s. "
        "Where changes are reported a look may come earlier.",
        json_schema_extra={"unit": "span of time (30m, 24h, 7d)", "zero": "not allowed"},
    )


class RetentionConfig(_Section):
    """How long transcripts are kept. What a memory rests on is kept in any case, and what no dream has read."""

    transcripts: Duration = Field(
        default=timedelta(days=365),
        description="Age of a session from which a dream lets its transcript go.",
        json_schema_extra={"unit": "span of time (30m, 24h, 7d)", "zero": "keep all"},
    )
    transcripts_mb: int = Field(
        default=1000,
        ge=0,
        description="Size of all transcripts from which a dream lets the oldest go.",
        json_schema_extra={"unit": "MB", "zero": "keep all"},
    )


class CuratorConfig(_Section):
    """Who judges what is worth keeping."""

    kind: Literal["rules"] = Field(
        default="rules",
        description="Who judges: rules needs no model, no key and no network.",
    )


class Config(BaseSettings):
    """All of it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    stores: dict[str, StoreConfig] = Field(default={}, description="Memories by name.")
    gates: GatesConfig = GatesConfig()
    sessions: SessionsConfig = SessionsConfig()
    curator: CuratorConfig = CuratorConfig()
    retention: RetentionConfig = RetentionConfig()
    cage: Literal["auto", "require", "best-effort"] = Field(
        default="auto",
        description="What becomes of a dream where this machine cannot shut its processes in: the kernel takes from "
        "them all that they do not need, from the one that reads logs every way to write. require: it is refused; "
        "best-effort: it goes on with what there is, and status says what is missing; auto: the service requires it, a "
        "command that a person calls does what it can.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, strongest first: variables over the file; no .env files, no secrets folders."""
        return env_settings, init_settings


@dataclass(frozen=True)
class Loaded:
    """A valid configuration and the file it came from; None where no file was found."""

    config: Config
    path: Path | None


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
    the nearest known key.
    """
    _refuse_unknown_variables(os.environ)
    content = {} if path is None else _read(path)
    source = str(path) if path else "DREAMD_…"
    try:
        config = Config(**content)
    except ValidationError as error:
        details = [_explain(tuple(fault["loc"]), fault["type"], fault["msg"]) for fault in error.errors()]
        hints = [hint for _, hint in details if hint]
        raise ConfigError(source, "; ".join(text for text, _ in details), hints[0] if hints else "") from None
    except SettingsError as error:
        raise ConfigError("DREAMD_…", str(error)) from None
    base = path.parent.absolute() if path else Path.cwd()
    stores = {name: _absolute(store, base) for name, store in config.stores.items()}
    return Loaded(config.model_copy(update={"stores": stores}), path)


def _absolute(store: StoreConfig, base: Path) -> StoreConfig:
    return store.model_copy(
        update={
            "memory": base / store.memory,
            "repository": base / store.repository if store.repository else None,
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


def nearest(key: str) -> str:
    """Given a dotted key that is unknown, return the nearest known one, empty where none is near."""
    parts = key.split(".")
    known = [pattern.replace("*", parts[1]) if len(parts) > 1 else pattern for pattern in keys()]
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if not close:  # a right name in the wrong place: "interval" for "gates.interval"
        close = [name for name in known if difflib.get_close_matches(parts[-1], [name.rpartition(".")[2]], cutoff=0.8)][
            :1
        ]
    return close[0] if close else ""


def keys(model: type[BaseModel] = Config, prefix: str = "") -> Iterator[str]:
    """Yield every key of the schema, dotted, sections before what they hold; ``*`` stands for a name one may choose."""
    for name, field in model.model_fields.items():
        yield f"{prefix}{name}"
        section, star = section_of(field.annotation)
        if section:
            yield from keys(section, f"{prefix}{name}.{star}")


def section_of(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Given a field's type, return the section it holds and ``*.`` where it holds several by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    if get_origin(annotation) is dict:
        return section_of(get_args(annotation)[1])[0], "*."
    return None, ""


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
