"""Logs straight into transcripts, without a store: what ``dreamd distil`` looks at."""

from __future__ import annotations

from pathlib import Path

from ..language.redact import REDACTION
from .events import Transcript
from .read import Session, read_log


def load_log(path: Path, zone: str = "UTC") -> list[Transcript]:
    """Given a log and the time zone of the host that wrote it, return its sessions, redacted.

    Raises LogError where the log cannot be read.
    """
    return [transcript_of(session, zone) for session in read_log(path, zone).sessions]


def transcript_of(session: Session, zone: str) -> Transcript:
    """Given a session as it was read from one log, return its transcript."""
    events = session.events
    first = events[0]
    return Transcript(
        session=session.session,
        events=events,
        agent=session.agent,
        person=session.person,
        cwd=first.cwd,
        branch=first.branch,
        zone=zone,
        headless=session.headless or not any(record.flag == "u" for record in session.records),
        redaction=REDACTION,
    )
