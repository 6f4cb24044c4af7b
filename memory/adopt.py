"""Notes that somebody wrote, taken into a store as memories: a Claude Code memory directory, or any Markdown. Pure.

Each statement of a note becomes a memory whose evidence is the line in which it stands. Nothing is lost: what states
nothing by itself stands in the copy of the whole note that is kept. Adopting the same notes again changes nothing, and
what a person forgot does not come back by it (invariant 12).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from ..language.identifiers import identifiers
from .amend import Amendment
from .changes import Add, State
from .edit_lines import split
from .entry import EntryKind
from .files import topic_named
from .notes import Statement, read_note
from .records import (
    BY_HAND,
    TEXT_LIMIT,
    About,
    Evidence,
    Kind,
    Memory,
    Origin,
    Trust,
    derive_id,
    keep_evidence,
    normalized,
)
from .topic import CHOSEN, GENERAL, settle

#: what Claude Code's frontmatter calls a note, and what its statements then are
_KIND_OF_TYPE = {
    "feedback": Kind.PROCEDURAL,
    "user": Kind.SEMANTIC,
    "project": Kind.SEMANTIC,
    "reference": Kind.SEMANTIC,
}
#: how the words of a numbered item begin: steps stay together
_STEP = re.compile(r"\d{1,9}[.)]\s")
#: longest name of a topic, in characters: it is a heading
_LONGEST_TOPIC = 40
#: notes of these names are of no topic of their own: their headings are
_SUNDRY = frozenset({"memory", "readme", "index", "notes", "claude", "agents"})


#: given a text, what of it may be stored
Clean = Callable[[str], str]


@dataclass(frozen=True)
class NoteFile:
    """One note: its path below the folder, with slashes; its text, cleaned; when it was written last."""

    name: str
    text: str
    written: datetime


@dataclass(frozen=True)
class By:
    """Who adopts: the account's name, and whether that person says that the notes are in their own words."""

    person: str
    wrote: bool = False


@dataclass(frozen=True)
class Adopted:
    """What becomes of notes: the amendment, by sort how much states nothing, and what was known or forgotten here."""

    amendment: Amendment
    left: Mapping[str, int]
    known: int
    forgotten: int


def adopt(
    notes: Iterable[NoteFile], state: State, by: By, now: datetime, kind_of: Callable[[str], Kind], clean: Clean
) -> Adopted:
    """Given cleaned notes, the present state, who adopts them, and what says a statement's kind, return what they add.

    ``clean`` is what the notes were cleaned by: a statement that was put together of cleaned pieces is looked at again.
    """
    left: Counter[str] = Counter()
    said: list[_Said] = []
    for note in notes:
        read = read_note(note.text)
        left.update(read.left)
        for statement in read.statements:
            # A piece can look like a secret where the whole did not.
            cleaned = replace(statement, quote=clean(statement.quote))
            said += [_Said(text, cleaned, note, read.type) for text in _pieces(statement.text, clean)]
    adopter = _Adopter(said, state, by, now, kind_of)
    amendment = Amendment(EntryKind.ADOPT, tuple(adopter.changes()))
    return Adopted(amendment, dict(left), adopter.known, adopter.forgotten)


class _Said(NamedTuple):
    text: str
    statement: Statement
    note: NoteFile
    type: str


class _Adopter:
    """Knows what is here, and what of the notes is: what two of them say is one memory with evidence in both."""

    def __init__(self, said: list[_Said], state: State, by: By, now: datetime, kind_of: Callable[[str], Kind]) -> None:
        self.said = said
        self.by = by
        self.now = now
        self.kind_of = kind_of
        self.known = self.forgotten = 0
        self.taken = set(state.memories)
        self.fresh: dict[str, Memory] = {}
        self.present = {memory.topic for memory in state.active()}
        self.here: dict[str, Memory] = {}
        self.reworded: dict[tuple[str, str], Memory] = {}
        texts = {normalized(it.text) for it in said}
        # What is active last, so that it counts before what is retired and says the same.
        for memory in sorted(state.memories.values(), key=lambda memory: (memory.active, memory.id)):
            self.here[normalized(memory.text)] = memory
            if normalized(memory.text) not in texts:
                self.reworded |= {_place(it): memory for it in memory.evidence if it.origin is Origin.ADOPTED}

    def changes(self) -> Iterator[Add]:
        """Yield an addition for each statement that is not known."""
        for it in self.said:
            self._take(it)
        topics = settle((memory.topic for memory in self.fresh.values()), self.present)
        for memory in self.fresh.values():
            file = memory.evidence[0].record.rpartition("#")[0]
            reason = f"{self.by.person} adopted it from {file}"
            topic = topics[memory.topic]
            held = () if topic == GENERAL else memory.held
            yield Add(memory.id, reason, memory=msgspec.structs.replace(memory, topic=topic, held=held))

    def _take(self, it: _Said) -> None:
        key = normalized(it.text)
        piece = self._evidence(it)
        here = self.here.get(key) or self.reworded.get(_place(piece))
        if here is not None:
            by_hand = here.retired is not None and here.retired.reason in BY_HAND
            self.forgotten += by_hand
            self.known += not by_hand
        elif key in self.fresh:
            self.fresh[key] = _joined(self.fresh[key], piece)
        else:
            self.fresh[key] = self._memory(it, piece)

    def _evidence(self, it: _Said) -> Evidence:
        return Evidence(
            Origin.ADOPTED,
            record=f"{it.note.name}#{it.statement.line}",
            quote=it.statement.quote,
            time=min(it.note.written, self.now),
            role="user" if self.by.wrote else "",
            person=self.by.person if self.by.wrote else "",
        )

    def _memory(self, it: _Said, piece: Evidence) -> Memory:
        name = derive_id(piece, it.text, self.taken)
        self.taken.add(name)
        names = identifiers(it.text)
        written = min(it.note.written, self.now)
        own = _named_after(PurePosixPath((it.statement.target or it.note.name).partition("#")[0]).stem)
        return Memory(
            id=name,
            kind=_KIND_OF_TYPE.get(it.type)
            or (Kind.PROCEDURAL if _STEP.match(it.statement.quote) else self.kind_of(it.text)),
            text=it.text,
            # The note that it is said of, else its own, else its heading. Who named a file after it chose the topic.
            topic=own or _named_after(it.statement.heading) or GENERAL,
            held=(CHOSEN,) if own else (),
            trust=Trust.USER if self.by.wrote else Trust.AGENT,
            evidence=(piece,),
            learned=written,
            last_seen=written,
            about=About(paths=names.paths, symbols=names.symbols, commands=names.commands),
            people=(self.by.person,) if self.by.wrote else (),
        )


def _joined(memory: Memory, piece: Evidence) -> Memory:
    times = (memory.learned, memory.last_seen, piece.time or memory.learned)
    return msgspec.structs.replace(
        memory, evidence=keep_evidence((*memory.evidence, piece), memory.text), learned=min(times), last_seen=max(times)
    )


def _pieces(text: str, clean: Clean) -> list[str]:
    """Return a statement as it may be stored: what was put together may hold a secret, and cleaning may lengthen it."""
    cleaned = clean(text)
    return [cleaned] if len(cleaned) <= TEXT_LIMIT else [clean(piece) for piece in split(cleaned)]


def _place(piece: Evidence) -> tuple[str, str]:
    """Return where a piece stands: its note and words. The line may move."""
    return piece.record.rpartition("#")[0], piece.quote


def _named_after(words: str) -> str:
    """Return the topic that words name, without the type of a note before it; empty for sundry things or a day."""
    name = topic_named(words)[:_LONGEST_TOPIC].strip("-")
    first, _, rest = name.partition("-")
    name = rest if rest and first in _KIND_OF_TYPE else name
    return "" if name in _SUNDRY or not any(letter.isalpha() for letter in name) else name
