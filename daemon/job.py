"""What there is to do for one store, gathered by an entry point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from ..gates.verdict import Policy
from ..sessions.exclude import NOTHING_EXCLUDED, Exclude
from ..sessions.retention import KEEP_ALL, Retention
from .cage.confine import Mode

#: what a host does for a store
Role = Literal["both", "collect", "dream"]


@dataclass(frozen=True)
class Job:
    """All that collecting and a run need to know."""

    store: Path
    sources: tuple[str, ...]
    now: datetime
    host: str
    environment: Mapping[str, str]
    repository: str = ""
    idle_seconds: float = 1800.0
    zone: str = "UTC"
    gates: Policy = field(default_factory=Policy)
    curator: str = "rules"
    if_due: bool = False
    dry_run: bool = False
    explain: bool = False  # a dry run tells what was nearly done, too
    retry: bool = False  # sessions too that are set aside (``memory.failed``)
    accept_loss: str = ""  # id of the refused run whose plan a person takes
    role: Role = "both"
    exclude: Exclude = NOTHING_EXCLUDED
    retention: Retention = KEEP_ALL
    cage: Mode = "best-effort"

    @property
    def collects(self) -> bool:
        """Tell whether this host collects logs for the store."""
        return self.role != "dream"

    @property
    def dreams(self) -> bool:
        """Tell whether this host dreams for the store."""
        return self.role != "collect"
