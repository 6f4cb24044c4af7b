"""What people and agents wrote into published files by hand, taken in as a ledger entry.

A file that is not what was published last is compared with the rendering of the generation that it declares. Equal to
that: a checkout, a restored backup or a stale editor, and no edit. Otherwise a new line is a new memory, a changed
line a rewording, a removed line a memory to forget, a line found in another topic's file a move. A file that declares
no generation can only add.

Nothing that was written is lost: the file as found is kept (redacted) under ``edits/`` before the entry is committed,
and the entry is committed before a rendering replaces the file. An edit has agent trust until a person confirms it.
"""

from __future__ import annotations

import contextlib
import hashlib
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ..language.purged import NOTHING, Purged
from ..language.redact import redact
from ..language.visible import visible
from .atomic import list_folder, make_folder, read_file, write_file
from .changes import Add, Change, Retire, Retopic, Reword, State
from .entry import Entry, EntryKind, Header
from .files import Store, parse_topic
from .ledger import commit, load
from .markdown import Line, declared_generation, parse, render
from .plan import loss_bound
from .purged import load_purged
from .records import TEXT_LIMIT, Evidence, Kind, Memory, Origin, Reason, Trust, derive_id, normalized

_MEMORY = "MEMORY.md"


class Published(msgspec.Struct, frozen=True):
    """Content of ``published.json``: the generation that readers see, and the sha256 (hex) of every file of it."""

    generation: int = 0
    files: dict[str, str] = {}


@dataclass(frozen=True)
class Edited:
    """A published file that somebody changed: its name in the store, its text, and the rendering that it came from."""

    name: str
    text: str
    base: str  # empty where the file declares no generation that we know


def read_published(store: Store) -> Published:
    """Given a store, return what it published last; nothing where the record is missing or damaged (invariant 13)."""
    try:
        return msgspec.json.decode(read_file(store.published), type=Published)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Published()


def take_in(store: Store, state: State, found: list[Edited], now: datetime, host: str) -> Entry | None:
    """Given a store at its head and the files found edited, commit an ``edit`` entry for them; return it, or None.

    Taking the same files in again changes nothing, so a publisher that dies before it replaced them does no harm.
    """
    purged = load_purged(store)
    changes, shown = compare(found, state, now, purged)
    if not changes:
        return None
    generation = state.generation + 1
    make_folder(store.edits)
    for edited in found:
        name = f"{generation:06d}-{edited.name.replace('/', '-')}"
        write_file(store.edits / name, _clean(edited.text, purged).encode(errors="replace"))
    header = Header(generation=generation, kind=EntryKind.EDIT, now=now, host=host, shown=shown)
    entry = Entry(header, changes)
    commit(store, entry)
    return entry


def find(store: Store) -> list[Edited]:
    """Given a store, return its published files that differ from every rendering they could be."""
    known = read_published(store).files
    edited = []
    for name, data in published_files(store):
        if hashlib.sha256(data).hexdigest() == known.get(name):
            continue
        text = data.decode(errors="replace")
        generation = declared_generation(text)
        base = ""
        if generation is not None:
            with contextlib.suppress(ValueError):
                base = _rendered(store, name, generation)
        if text != base:
            edited.append(Edited(name, text, base))
    return edited


def compare(
    found: list[Edited], state: State, now: datetime, purged: Purged = NOTHING
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Given edited files and the present state, return the changes that they ask for and what MEMORY.md then shows.

    Files that ask for more removals than the loss bound only add: an emptied file is an accident until somebody
    says otherwise.
    """
    reader = _Reader(state, now, purged)
    for edited in found:
        reader.read(edited)
    forgotten = [name for name in reader.missing if name not in reader.seen and state.memories[name].active]
    if len(forgotten) <= loss_bound(len(state.active())):
        for name in forgotten:
            where = reader.missing[name]
            reader.changes.append(
                Retire(name, f"its line was removed from {where} by hand", why=Reason.FORGOTTEN, by="edit")
            )
    return tuple(reader.changes), (*state.shown, *reader.shown)


class _Reader:
    """Collects what several edited files say together: a line gone here may stand there."""

    def __init__(self, state: State, now: datetime, purged: Purged) -> None:
        self.state = state
        self.now = now
        self.purged = purged
        self.changes: list[Change] = []
        self.shown: list[str] = []
        self.seen: set[str] = set()
        self.missing: dict[str, str] = {}
        self.taken = set(state.memories)
        self.texts = {normalized(memory.text) for memory in state.memories.values() if memory.active}

    def read(self, edited: Edited) -> None:
        base = parse(edited.base)
        before = {line.id: line for line in base if line.id}
        here: set[str] = set()
        for line in parse(edited.text):
            memory = self.state.memories.get(line.id)
            if memory is None or not memory.active or line.id in here:
                self._add(line, edited.name)
                continue
            here.add(line.id)
            self._known(line, memory, before.get(line.id), edited.name)
        self.seen |= here
        for name in before.keys() - here:
            if name in self.state.memories:
                self.missing.setdefault(name, edited.name)

    def _known(self, line: Line, memory: Memory, before: Line | None, file: str) -> None:
        if before != line:
            text = self._clean(_text(line, memory))
            first, *rest = _pieces(text) or [""]
            if first and first != memory.text:
                reason = f"its line in {file} was changed by hand"
                self.changes.append(
                    Reword(memory.id, reason, (self._evidence(first, file),), text=first, was=memory.text)
                )
            for piece in rest:
                self._add(Line(piece), file)
        topic = parse_topic(file.removeprefix("topics/")) if file != _MEMORY else None
        if topic and before is None and topic != memory.topic:
            self.changes.append(Retopic(memory.id, f"its line was moved to {file} by hand", topic=topic))

    def _add(self, line: Line, file: str) -> None:
        whole = f"{line.text} ({line.day})" if line.day and not line.id else line.text
        for text in _pieces(self._clean(whole)):
            if normalized(text) in self.texts:
                continue
            self.texts.add(normalized(text))
            evidence = self._evidence(text, file)
            name = derive_id(evidence, text, self.taken)
            self.taken.add(name)
            topic = "general" if file == _MEMORY else parse_topic(file.removeprefix("topics/")) or "general"
            memory = Memory(
                id=name,
                kind=Kind.SEMANTIC,
                text=text,
                topic=topic,
                trust=Trust.AGENT,
                evidence=(evidence,),
                learned=self.now,
                last_seen=self.now,
            )
            self.changes.append(Add(name, f"written into {file} by hand", memory=memory))
            if file == _MEMORY:
                self.shown.append(name)

    def _clean(self, text: str) -> str:
        return _clean(text, self.purged)

    def _evidence(self, text: str, file: str) -> Evidence:
        return Evidence(Origin.EDIT, record=f"{file}@{self.state.generation + 1}", quote=text, time=self.now)


def _text(line: Line, memory: Memory) -> str:
    """Return a line's text, with its date where the date is the person's and not the renderer's."""
    day = memory.learned.date().isoformat()
    if line.day and (line.day != day or day in memory.text):
        return f"{line.text} ({line.day})"
    return line.text


def _clean(text: str, purged: Purged) -> str:
    """Return what can be seen of a text, without secrets: in this order, or a secret could hide."""
    return redact(visible(text), purged).text


def _pieces(text: str) -> list[str]:
    """Return a text as statements within the limit: a long line becomes several, so that none of it is lost."""
    return textwrap.wrap(" ".join(text.split()), TEXT_LIMIT, break_on_hyphens=False)


def published_files(store: Store) -> Iterator[tuple[str, bytes]]:
    """Given a store, yield the names and contents of MEMORY.md and the topic files as they are on disk."""
    # A link or a pipe in its place says nothing; the next rendering takes its name.
    with contextlib.suppress(OSError):
        yield _MEMORY, read_file(store.memory)
    try:
        names = list_folder(store.topics)
    except FileNotFoundError:
        return
    for name in names:
        if parse_topic(name):
            with contextlib.suppress(OSError):
                yield f"topics/{name}", read_file(store.topics / name)


def _rendered(store: Store, name: str, generation: int) -> str:
    files: Mapping[str, str] = render(load(store, generation)).files
    return files.get(name, "")
