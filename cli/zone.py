"""The time zone of this host, in which people here mean "yesterday"."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from pathlib import Path

_LOCALTIME = Path("/etc/localtime")


def local_zone(environment: Mapping[str, str], localtime: Path = _LOCALTIME) -> str:
    """Given the environment, return the IANA name of this host's time zone, ``UTC`` where it cannot be told."""
    names = [environment.get("TZ", "").removeprefix(":")]
    parts = localtime.resolve().parts
    if "zoneinfo" in parts:
        names.append("/".join(parts[parts.index("zoneinfo") + 1 :]))
    for name in names:
        if name and _is_zone(name):
            return name
    return "UTC"


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
