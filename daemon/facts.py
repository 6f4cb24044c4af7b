"""What the gates look at, gathered from a store and this host: they themselves read nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from ..gates.verdict import Facts
from ..memory.failed import set_aside
from ..memory.files import Store
from ..memory.ledger import positions, read_headers
from ..memory.runs import failures
from ..sessions.completed import new_session_ends
from ..sessions.parts import PartHeader
from ..sessions.transcripts import list_parts
from .job import Job
from .lock import holder
from .looked import last_look

_DAY = timedelta(days=1)


def gather(store: Store, local: Path, job: Job, *, lease_is_ours: bool = False) -> Facts:
    """Given a store, this host's folder for it and a job, return what the gates look at."""
    state = positions(store)
    headers = list_parts(store.transcripts)
    ends = new_session_ends(headers, counted_out(store, headers, state.parts))
    needed = job.gates.new_sessions
    failed, failed_at = failures(store)
    tokens, since = _spent(store, job.now) if job.gates.budget_tokens else (0, None)
    look = last_look(local) if job.gates.quiet else None
    return Facts(
        last_dream=state.last_dream,
        new_sessions=len(ends),
        enough_since=ends[needed - 1] if 0 < needed <= len(ends) else None,
        lock=None if lease_is_ours else holder(store, local),
        failures=failed,
        failed_at=failed_at,
        tokens=tokens,
        tokens_since=since,
        active=look.active if look else None,
    )


def counted_out(store: Store, headers: Iterable[PartHeader], consumed: Collection[str]) -> set[str]:
    """Given a store, the headers of its parts and the names of those consumed, return the names that no gate counts.

    Those of sessions that are set aside are among them.
    """
    aside = set_aside(store)
    return {it.name for it in headers if it.name in consumed or it.session in aside}


def _spent(store: Store, now: datetime) -> tuple[int, datetime | None]:
    """Return the tokens that the entries of the last day cost, and the time of the earliest that cost any."""
    paid = [
        (header.now, header.usage.tokens_in + header.usage.tokens_out)
        for header in read_headers(store)
        if now - header.now < _DAY and header.usage.tokens_in + header.usage.tokens_out
    ]
    return sum(tokens for _, tokens in paid), min((time for time, _ in paid), default=None)
