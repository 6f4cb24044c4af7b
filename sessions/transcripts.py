"""Transcripts from the parts that are kept: whole sessions, each record once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from pathlib import Path

from ..errors import DamagedError
from ..memory.records import Evidence
from .events import Event, Role, Transcript
from .headers import OnDamage, found_headers, ignore, read_known
from .identity import by_owner, own_records
from .parts import PartHeader, key_of, part_names, read_part, stem_in, stem_of, unpack_keys


def list_parts(root: Path, on_damage: OnDamage = ignore) -> list[PartHeader]:
    """Given the transcripts' root, return the headers of its parts in order of their names.

    A damaged part is named to ``on_damage`` and passed over (invariant 15). One that is as it was when its header was
    kept (``headers``) is not opened.
    """
    return list(found_headers(root, read_known(root), on_damage))


def read_transcripts(
    root: Path,
    sessions: Collection[str] | None = None,
    on_damage: OnDamage = ignore,
    headers: Iterable[PartHeader] | None = None,
    before: Callable[[str], None] = lambda _session: None,
) -> Iterator[Transcript]:
    """Given the transcripts' root and the sessions wanted (None: all), return their transcripts, ordered by session.

    ``headers`` are those of all parts, where they were read already; ``before`` is told each session before it is read.
    A record that stands in several sessions is in one transcript only; a session that keeps none has no transcript.
    """
    groups = by_owner(list_parts(root, on_damage) if headers is None else headers)
    wanted = sorted(owner for owner in groups if sessions is None or owner[0] in sessions)
    own = own_records(groups, wanted)
    for owner in wanted:
        before(owner[0])
        transcript = _transcript(root, groups[owner], own[owner], on_damage)
        if transcript is not None:
            yield transcript


class RecordTexts:
    """What is kept of the record that a piece of evidence names. Holds one session's texts at a time."""

    def __init__(self, root: Path) -> None:
        """Given the transcripts' root, look at the names of the parts; their content is read when asked for."""
        self._root = root
        self._names: dict[str, list[str]] = {}
        for name in part_names(root):
            self._names.setdefault(stem_in(name), []).append(name)
        self._session: str | None = None
        self._texts: dict[str, list[tuple[Role, str]]] = {}

    def parts_of(self, session: str) -> list[str]:
        """Given a session, return the names of the parts that may be its, in order."""
        return self._names.get(stem_of(session), [])

    def __call__(self, evidence: Evidence) -> str | None:
        """Given a piece of evidence, return the text of its record, or None where it is not kept."""
        return self._text(evidence, set(Role))

    def said(self, evidence: Evidence) -> str | None:
        """Given a piece of evidence, return what its speaker says in its record, or None where nothing is kept."""
        return self._text(evidence, {evidence.role})

    def _text(self, evidence: Evidence, roles: Container[str]) -> str | None:
        if evidence.session != self._session:
            self._session, self._texts = evidence.session, self._read(evidence.session)
        pieces = [text for role, text in self._texts.get(evidence.record, ()) if role in roles]
        return "\n".join(pieces) if pieces else None

    def _read(self, session: str) -> dict[str, list[tuple[Role, str]]]:
        texts: dict[str, list[tuple[Role, str]]] = {}
        for name in self.parts_of(session):
            try:
                header, events = read_part(self._root, name)
            except DamagedError:
                continue
            if header.session == session:
                for event in events:
                    texts.setdefault(event.record, []).append((event.role, event.text))
        return texts


def _transcript(root: Path, headers: list[PartHeader], own: frozenset[bytes], on_damage: OnDamage) -> Transcript | None:
    events: list[Event] = []
    names: list[str] = []
    taken: set[bytes] = set()
    shared: set[str] = set()
    for header in headers:
        try:
            _, found = read_part(root, header.name)
        except DamagedError as error:
            on_damage(header.name, error.detail)
            continue
        names.append(header.name)
        place = 0
        for key, size in zip(unpack_keys(header.keys), header.sizes, strict=True):
            if key in own and key not in taken:
                events += found[place : place + size]
                shared.update(it.record for it in found[place : place + size] if key_of(it.record) == key)
            taken.add(key)
            place += size
    if not events:
        return None
    first = headers[0]
    return Transcript(
        session=first.session,
        events=tuple(events),
        agent=first.agent,
        person=first.person,
        cwd=first.cwd,
        branch=first.branch,
        zone=first.zone,
        headless=any(header.headless for header in headers) or not any("u" in header.flags for header in headers),
        redaction=max(header.redaction for header in headers),
        parts=tuple(names),
        shared=frozenset(shared),
    )
