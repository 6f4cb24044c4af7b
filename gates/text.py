"""A decision as text for people."""

from __future__ import annotations

from datetime import tzinfo

from .verdict import Decision, Verdict

#: column widths that hold every usual verdict, so that the lines stand the same from day to day
_NAME, _MEASURE, _REMARK = 8, 15, 22
_GAP = "   "


def render(decision: Decision, zone: tzinfo | None = None) -> str:
    """Given a decision and the zone to tell times in (None: the machine's), return its lines.

    When it is not due only the closed gates are shown, when it is due all that have something to hold against.
    """
    head = "due: " if decision.due else "not due: "
    shown = tuple(it for it in decision.verdicts if it.threshold) if decision.due else decision.closed
    rows = [_cells(verdict, zone) for verdict in shown]
    widths = [max([least, *(len(row[n]) for row in rows)]) for n, least in enumerate((_NAME, _MEASURE, _REMARK))]
    lines = []
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append(f"{head if number == 0 else ' ' * len(head)}{_GAP.join([*cells, row[3]])}".rstrip())
    if not decision.due:
        lines.append(_advice(decision))
    return "\n".join(lines)


def _cells(verdict: Verdict, zone: tzinfo | None) -> tuple[str, str, str, str]:
    remarks = [verdict.remark] if verdict.remark else []
    if verdict.opens is not None:
        remarks.insert(0, f"opens {verdict.opens.astimezone(zone):%Y-%m-%d %H:%M}")
    if verdict.open:
        remarks.insert(0, "open")
    setting = f"({verdict.setting})" if verdict.setting else ""
    return verdict.name, f"{verdict.saw}{verdict.relation}{verdict.threshold}", "; ".join(remarks), setting


def _advice(decision: Decision) -> str:
    overrides = [verdict.override for verdict in decision.closed]
    if all(overrides):
        return f"use '{overrides[0]}' to run anyway"
    return "wait until that run has ended; 'dreamd status' shows it"
