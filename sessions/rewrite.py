"""Parts with other words in them. The one exception to what a part promises: that it never changes.

A part keeps its name, since the ledger knows by it what was consumed, although the digest in the name is then that of
what the part held once. Only where the session's own name has to change does the part's name change with it, because
from now on its log will be collected under the new one.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ..language.redact import Redacted, total
from ..memory.atomic import remove_file, write_file
from ..memory.records import Evidence
from .events import Event
from .parts import PartHeader, read_part, stem_in, stem_of

#: what becomes of any text
Change = Callable[[str], Redacted]


@dataclass(frozen=True)
class ChangedPart:
    """A part before and after: its events stay as many and in the same order."""

    name: str
    before: tuple[Event, ...]
    after: tuple[Event, ...]
    texts: tuple[Redacted, ...]  # what became of each event's text
    header: PartHeader  # as it must be now
    session: str  # as it was before

    @property
    def new_name(self) -> str:
        """The name that it must have now."""
        return renamed(self.name, self.session, self.header.session)


def change_part(root: Path, name: str, change: Change) -> ChangedPart | None:
    """Given a part and what becomes of any text, return it with the other words; None where nothing changes.

    Raises DamagedError where it cannot be read whole.
    """
    header, before = read_part(root, name)
    texts = [change(event.text) for event in before]
    after = [_changed(event, text, change) for event, text in zip(before, texts, strict=True)]
    # Keys stay: they stand for the records' ids in the log, by which the collector knows them again.
    new = msgspec.structs.replace(
        header,
        session=change(header.session).text,
        person=change(header.person).text,
        agent=change(header.agent).text,
        cwd=change(header.cwd).text,
        branch=change(header.branch).text,
        source=change(header.source).text,
    )
    if after == before and new == header:
        return None
    new = msgspec.structs.replace(new, found=total((header.found, *(text.found for text in texts))))
    return ChangedPart(name, tuple(before), tuple(after), tuple(texts), new, header.session)


def rewrite_part(root: Path, part: ChangedPart) -> None:
    """Given a changed part, replace it on disk; under a new name it is there before the old one goes."""
    encode = msgspec.json.encode
    lines = [encode(msgspec.structs.replace(part.header, name="")), *(encode(event) for event in part.after), b""]
    write_file(root / part.new_name, gzip.compress(b"\n".join(lines), mtime=0))
    if part.new_name != part.name:
        remove_file(root / part.name)


def renamed(name: str, before: str, after: str) -> str:
    """Given the name of a part and its session's name before and after, return its name after."""
    if before == after:
        return name
    folder, _, file = name.rpartition("/")
    return f"{folder}/{stem_of(after)}{file.removeprefix(stem_of(before))}"


class Rewritten:
    """What changed parts mean for those who speak of them: pieces of evidence, and positions in the ledger.

    It holds the records that change and nothing of the others.
    """

    def __init__(self, parts: Iterable[ChangedPart], change: Change) -> None:
        """Given the parts that change, before they are rewritten, and what becomes of any text."""
        self._change = change
        self._records: dict[tuple[str, str], list[tuple[str, Redacted]]] = {}
        self._digests: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for part in parts:
            self._names[part.name] = part.new_name
            for event, text in zip(part.before, part.texts, strict=True):
                if text.cuts:
                    self._records.setdefault((part.session, event.record), []).append((event.text, text))
                    self._digests[_digest(event.text)] = _digest(text.text)

    def part(self, name: str) -> str:
        """Given the name of a part, which need not be kept any more, return the name that it must have now."""
        if name in self._names:
            return self._names[name]
        session = stem_in(name)
        return renamed(name, session, self._change(session).text)

    def evidence(self, piece: Evidence) -> Evidence:
        """Given a piece of evidence, return it so that its quote stands in the changed record (invariant 6).

        The digest is that of the changed record; where the record is gone, the digest of what it said goes too.
        """
        text = self._change
        quote = self._quote(piece)
        digest = self._digests.get(piece.digest, piece.digest if quote == piece.quote else "")
        return msgspec.structs.replace(
            piece,
            record=text(piece.record).text,
            quote=quote,
            session=text(piece.session).text,
            person=text(piece.person).text,
            digest=digest,
        )

    def _quote(self, piece: Evidence) -> str:
        for before, after in self._records.get((piece.session, piece.record), ()):
            start = before.find(piece.quote)
            if start >= 0:
                return after.text[after.moved(start) : after.moved(start + len(piece.quote), end=True)]
        return self._change(piece.quote).text


def _changed(event: Event, text: Redacted, change: Change) -> Event:
    return msgspec.structs.replace(
        event,
        record=change(event.record).text,
        text=text.text,
        tool=change(event.tool).text,
        branch=change(event.branch).text,
        cwd=change(event.cwd).text,
        echoes=tuple((text.moved(start), text.moved(end, end=True)) for start, end in event.echoes),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
