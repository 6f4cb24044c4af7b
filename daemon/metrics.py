"""What monitoring asks, as a file in the text format of Prometheus, for its node exporter's textfile collector.

The format is that of https://prometheus.io/docs/instrumenting/exposition_formats/. The file is replaced in one step, so
that no reader finds half of it.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .orders import LaunchReply

#: readable for whoever collects it: it names stores and says numbers
_MODE = 0o644

#: name, kind, help
_SERIES = (
    ("dreamd_up", "gauge", "1 where the last turn of the service went well, 0 where status says why not."),
    ("dreamd_generation", "gauge", "Committed generations of the store."),
    ("dreamd_last_dream_timestamp_seconds", "gauge", "When the last dream was committed."),
    ("dreamd_sessions_new", "gauge", "Completed sessions that no dream has read."),
    ("dreamd_gate_open", "gauge", "1 where a gate was open when it was asked last."),
    ("dreamd_memories_active", "gauge", "Memories after the last dream of this service."),
    ("dreamd_memories_shown", "gauge", "Of these, how many MEMORY.md shows."),
    ("dreamd_launches_total", "counter", "What came of asking the gates, since the service started."),
)


@dataclass(frozen=True)
class Measured:
    """What launchers said of a store, and how often they said what."""

    last: LaunchReply | None = None
    committed: LaunchReply | None = None
    outcomes: Mapping[str, int] = field(default_factory=dict)

    def after(self, reply: LaunchReply) -> Measured:
        """Given what a launcher says, return what is known then."""
        outcomes = {**self.outcomes, reply.outcome: self.outcomes.get(reply.outcome, 0) + 1}
        return replace(
            self, last=reply, committed=reply if reply.outcome == "committed" else self.committed, outcomes=outcomes
        )


def write_metrics(path: Path, stores: Mapping[str, tuple[Measured, str]]) -> str:
    """Given a path and what is known of each store with its trouble, write the file; return what went wrong, if any."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        temporary.write_text(render_metrics(stores))
        temporary.chmod(_MODE)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return f"cannot write the metrics '{path}': {error.strerror or error}"
    return ""


def remove_metrics(path: Path) -> None:
    """Given the path of the file, take it away: what a service that has ended said is no news."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def render_metrics(stores: Mapping[str, tuple[Measured, str]]) -> str:
    """Given what is known of each store with its trouble, return the file's text."""
    samples = [
        sample for name, (measured, trouble) in sorted(stores.items()) for sample in _samples(name, measured, trouble)
    ]
    lines = []
    for series, kind, told in _SERIES:
        found = [(labels, value) for name, labels, value in samples if name == series]
        if found:
            lines += [f"# HELP {series} {told}", f"# TYPE {series} {kind}"]
            lines += [f"{series}{{{labels}}} {value:.15g}" for labels, value in found]
    return "".join(f"{line}\n" for line in lines)


def _samples(name: str, measured: Measured, trouble: str) -> list[tuple[str, str, float]]:
    store = f'store="{_escaped(name)}"'
    samples: list[tuple[str, str, float]] = [("dreamd_up", store, 0.0 if trouble else 1.0)]
    if last := measured.last:
        samples += [("dreamd_generation", store, last.generation), ("dreamd_sessions_new", store, last.new_sessions)]
        if last.last_dream:
            samples.append(("dreamd_last_dream_timestamp_seconds", store, last.last_dream.timestamp()))
        gates = ((verdict.name, verdict.open) for verdict in last.decision.verdicts)
        samples += [("dreamd_gate_open", f'{store},gate="{gate}"', float(is_open)) for gate, is_open in gates]
    if committed := measured.committed:
        samples.append(("dreamd_memories_active", store, committed.active))
        samples.append(("dreamd_memories_shown", store, committed.shown))
    for outcome, number in sorted(measured.outcomes.items()):
        samples.append(("dreamd_launches_total", f'{store},outcome="{outcome}"', number))
    return samples


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
