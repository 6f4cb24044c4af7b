"""What the service is told to do, and what it asks a launcher: plain values that cross a pipe."""

from __future__ import annotations

import msgspec

from ..gates.verdict import Decision
from ..memory.records import Time
from .job import Job
from .requests import Collected


class Order(msgspec.Struct, frozen=True):
    """One store to keep: what is configured for it, with the seconds between two looks at its logs.

    The job's time and environment are filled in by whoever carries it out.
    """

    name: str
    job: Job
    scan: float


class Settings(msgspec.Struct, frozen=True):
    """What is configured for the service. ``faults`` names the stores that cannot be kept as they are configured."""

    orders: tuple[Order, ...]
    faults: dict[str, str] = {}
    file: str = ""
    metrics: str = ""


class SettingsRequest(msgspec.Struct, frozen=True):
    """To the process that reads the configuration: which file and stores were named, and the variables that count."""

    config: str
    stores: tuple[str, ...]
    environment: dict[str, str]


class LaunchRequest(msgspec.Struct, frozen=True):
    """To a launcher: dream if that is due."""

    job: Job


class LaunchReply(msgspec.Struct, frozen=True):
    """From a launcher: how it ended (``Result.outcome``), what the gates said, and what readers see now."""

    outcome: str
    run: str
    decision: Decision
    collected: Collected | None = None
    generation: int = 0
    last_dream: Time | None = None
    new_sessions: int = 0
    shown: int = 0
    active: int = 0
    sessions: int = 0
    counts: dict[str, int] = {}
    notes: tuple[str, ...] = ()
