"""What the gates ought to say, reckoned anew from the bytes of a store: the reference that dreamd is held against.

It shares no code with what it judges. What a session is worth to the gate is known from who wrote it (``sessions``),
not from what the collector made of it.
"""

import gzip
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    open: bool
    opens: datetime | None = None


@dataclass(frozen=True)
class State:
    """A store at a moment: its entries' headers and numbers of changes, its parts, the runs in the order they ended."""

    entries: tuple[dict[str, Any], ...] = ()
    parts: dict[str, str] = field(default_factory=dict)  # name to session
    runs: tuple[dict[str, Any], ...] = ()
    lease: str = ""  # the host that signed it
    aside: frozenset[str] = frozenset()  # sessions on which two runs failed

    @property
    def dreams(self):
        return [it for it in self.entries if it["kind"] == "dream"]

    @property
    def consumed(self):
        return [part for it in self.entries for part in it.get("consumed", {}).get("parts", ())]

    def fresh(self):
        """Return the sessions that have something which no entry has consumed, and are not set aside."""
        return {self.parts[name] for name in self.parts.keys() - set(self.consumed)} - self.aside


class Reader:
    """Reads a store again and again; what never changes is read once."""

    def __init__(self, store):
        self._inner = store / ".dreamd"
        self._entries, self._parts, self._runs = {}, {}, {}

    def read(self):
        entries = sorted((self._inner / "ledger").glob("[0-9]*.jsonl"))
        for path in entries:
            if path not in self._entries:
                first, *rest = path.read_text().splitlines()
                self._entries[path] = {**json.loads(first), "changes": [json.loads(line) for line in rest[:-1]]}
        for path in (self._inner / "transcripts").rglob("[!.]*.jsonl.gz"):
            name = str(path.relative_to(self._inner / "transcripts"))
            if name not in self._parts:
                with gzip.open(path) as file:
                    self._parts[name] = json.loads(file.readline())["session"]
        # In the order in which they were found: their names and times are by clocks that do not agree.
        new = [path for path in (self._inner / "runs").glob("[!.]*.json") if path not in self._runs]
        self._runs |= {path: json.loads(path.read_text()) for path in sorted(new, key=lambda it: it.stat().st_mtime_ns)}
        lease = self._inner / "lease"
        fields = lease.read_text().splitlines() if lease.exists() else []
        signed = next(
            (line.removeprefix("host=") for line in fields if line.startswith("host=")), "?" if fields else ""
        )
        numbers = [it["generation"] for it in (self._entries[path] for path in entries)]
        assert numbers == list(range(1, len(numbers) + 1)), f"the ledger has a gap: {numbers}"  # invariant 1
        runs = tuple(self._runs.values())
        return State(tuple(self._entries[path] for path in entries), dict(self._parts), runs, signed, self._aside(runs))

    def _aside(self, runs):
        failed = self._inner / "failed"
        blamed = json.loads(failed.read_text())["sessions"] if failed.exists() else {}
        for session in blamed:
            outcomes = {it["outcome"] for it in runs if it["run"] in blamed[session]}
            assert outcomes == {"failed"}, f"{session} is blamed for {outcomes}"
        return frozenset(session for session, names in blamed.items() if len(set(names)) > 1)


@dataclass(frozen=True)
class Terms:
    """The thresholds, and the sessions in which somebody asked and an agent worked."""

    interval: timedelta
    new_sessions: int
    counting: frozenset[str]


def verdicts(state, terms, now):
    """Given a store, what holds for all hosts and the clock of one, return what each gate ought to say."""
    return {
        "interval": _interval(state, terms, now),
        "sessions": Verdict(len(state.fresh() & terms.counting) >= terms.new_sessions),
        "lock": Verdict(not state.lease),
        "failure": _failure(state, now),
        "budget": Verdict(open=True),
        "quiet": Verdict(open=True),
    }


def is_due(state, terms, now):
    return all(it.open for it in verdicts(state, terms, now).values())


def unlocked(state):
    return replace(state, lease="")


def _interval(state, terms, now):
    if not state.dreams:
        return Verdict(open=True)
    last = datetime.fromisoformat(state.dreams[-1]["now"])
    # A last dream that is ahead of the clock counts as it stands up to one interval, and not at all further ahead.
    is_open = now >= last + terms.interval or now < last - terms.interval
    return Verdict(is_open, None if is_open else last + terms.interval)


def _failure(state, now):
    failed = []
    for run in reversed(state.runs):
        if run["outcome"] not in {"failed", "refused"}:
            break
        failed.append(run)
    if not failed:
        return Verdict(open=True)
    last = datetime.fromisoformat(failed[0]["finished"])
    wait = min(HOUR * 2 ** (len(failed) - 1), DAY)
    is_open = now >= last + wait or now < last - wait
    return Verdict(is_open, None if is_open else last + wait)
