"""The configuration: one schema that validates it, and from which the example file and the reference page are made.

Which file counts and how it is read says ``config_file``. Only entry points import either: pydantic takes a tenth of a
second to load.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from .gates.duration import parse_duration, spell_duration

PREFIX = "DREAMD_"


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
        description="Completed sessions that must wait before a dream is worth its work. One counts in which somebody "
        "asked and an agent worked; a dream reads the others as well.",
        json_schema_extra={"unit": "sessions", "zero": "dream also when nothing is new"},
    )
    quiet: Duration = Field(
        default=timedelta(),
        description="Time for which nobody may have worked here before a dream begins. A dream waits no longer than 2h "
        "for it.",
        json_schema_extra={"unit": "span of time (30m, 24h, 7d)", "zero": "dream also while somebody works"},
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
        description="Time between two looks at all logs while the service watches them (dreamd run), at least 1s. "
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
    budget_tokens: int = Field(
        default=0,
        ge=0,
        description="Tokens that the dreams of 24 hours may use of a model, those of other hosts included. Rules use "
        "none.",
        json_schema_extra={"unit": "tokens", "zero": "no limit"},
    )


class ServiceConfig(_Section):
    """The resident service (dreamd run)."""

    metrics: Annotated[Folder | None, BeforeValidator(lambda value: None if value == "none" else value)] = Field(
        default=None,
        description="File that is kept up to date for Prometheus, in its text format, or none: where the textfile "
        "collector of its node exporter looks, /var/lib/prometheus/node-exporter/dreamd.prom say.",
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
    service: ServiceConfig = ServiceConfig()
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
    for name, described in model.model_fields.items():
        yield f"{prefix}{name}"
        section, star = section_of(described.annotation)
        if section:
            yield from keys(section, f"{prefix}{name}.{star}")


def section_of(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Given a field's type, return the section it holds and ``*.`` where it holds several by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    if get_origin(annotation) is dict:
        return section_of(get_args(annotation)[1])[0], "*."
    return None, ""
