"""How the units of an installation are."""

from __future__ import annotations

from dataclasses import dataclass

from .files import installed, units_of
from .manager import Manager


@dataclass(frozen=True)
class UnitState:
    """A unit: whether it is active and enabled, and what the service said last of itself."""

    unit: str
    active: str
    enabled: str
    said: str


def state_of(manager: Manager) -> tuple[UnitState, ...]:
    """Given a manager, return how each unit is that an installation has left with it."""
    return tuple(_ask(manager, unit) for unit in units_of(installed(manager.units)))


def _ask(manager: Manager, unit: str) -> UnitState:
    if not manager.runs:
        return UnitState(unit, "", "", "")
    answer = manager.ask("show", "--property=ActiveState,UnitFileState,StatusText", unit).stdout
    said = dict(line.partition("=")[::2] for line in answer.splitlines())
    return UnitState(unit, said.get("ActiveState", ""), said.get("UnitFileState", ""), said.get("StatusText", ""))
