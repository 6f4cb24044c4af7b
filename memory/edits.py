"""What people and agents wrote into published files by hand: found, saved, and taken in as a ledger entry.

A file that is not what was published last is compared with the rendering of the generation that it declares. Equal to
that: a checkout, a restored backup or a stale editor, and no edit. Otherwise its lines say what was done
(``edit_reading``). Nothing that was written is lost: the file as found is kept (redacted) under ``edits/`` before the
entry is committed, and the entry is committed before a rendering replaces the file. What was replaced is looked at,
too, for somebody may have saved in between (``replacing``). An edit has agent trust until a person confirms it.

What cannot be read as text (a link, a folder, an image, megabytes) is no edit: it is set aside under ``edits/``. What
this account may not read waits for one that may.
"""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from ..errors import DamagedError
from ..language.purged import Purged
from .atomic import create_file, make_folder
from .changes import Add, Reword, State
from .edit_lines import clean
from .edit_reading import Reading, compare
from .edited import MEMORY, Edited
from .entry import Entry, EntryKind, Header
from .files import Replaced, Store, parse_replaced, parse_topic
from .ledger import commit, load, read_entries
from .markdown import render_memory, render_topic
from .reads import list_folder, read_file
from .written import declared_generations

#: longest file that is looked into, in bytes: topic files of 100,000 memories are shorter
LONGEST = 64 * 1024 * 1024
#: how much longer than what was published a file may be and count as written by hand, in bytes
MOST_WRITTEN = 1024 * 1024
#: how much of a file is looked at to tell whether it is binary, in bytes, as git does
_HEAD = 8000
#: somebody saved it for themselves alone: whoever may read it takes it in
UNREAD = "it may not be read"
#: what is no text, by the error of reading it; after any other error it must be looked at again
NO_TEXT = {
    errno.ELOOP: "it is a link",
    **dict.fromkeys((errno.EISDIR, errno.EINVAL, errno.ENXIO, errno.ENODEV), "it is no file"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), UNREAD),
}
#: how often a file may change under a look before it is taken as it is
_MOST_LOOKS = 10
#: how many states are folded for files that declare an older generation; the others can only add
_MOST_STATES = 4


class Published(msgspec.Struct, frozen=True):
    """Content of ``published.json``: the generation that readers see, and the sha256 (hex) of every file of it.

    ``code`` names the code that rendered their lines.
    """

    generation: int = 0
    files: dict[str, str] = {}
    code: str = ""


@dataclass(frozen=True)
class Look:
    """What was found where published files belong: their digests by name, what was edited, and what is no text.

    ``replaced`` are files under ``edits/`` that somebody still wrote into, with the digest (sha256, hex) of that, empty
    where it is no text. ``unread`` are names of published files of which there is one that this account may not read.
    """

    digests: Mapping[str, str]
    edited: tuple[Edited, ...]
    odd: Mapping[Path, str]  # why each is no text
    replaced: Mapping[Path, str]
    unread: frozenset[str] = frozenset()


def read_published(store: Store) -> Published:
    """Given a store, return what it published last; nothing where the record is missing or damaged (invariant 13)."""
    try:
        return msgspec.json.decode(read_file(store.published), type=Published)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return Published()


def is_untouched(store: Store) -> bool:
    """Given a store, tell whether nothing was written by hand since the last publish, whatever that published."""
    return _is_as_published(store, _contents(store), read_published(store))


def find(store: Store) -> list[Edited]:
    """Given a store, return its published files that differ from every rendering they could be."""
    return list(look(store, load(store)).edited)


def look(store: Store, state: State, settle: float = 0.0) -> Look:
    """Given a store and its state at the head, look at all published files, and at those that were replaced.

    Where one is edited or missing, look again after ``settle`` seconds until two looks agree: an editor may be writing.
    """
    published = read_published(store)
    found = _settled(store, published, settle)
    past = _Past(store, state, published.generation)
    edited: list[Edited] = []
    odd: dict[Path, str] = {}
    digests: dict[str, str] = {}
    replaced: dict[Path, str] = {}
    for path, content in found.items():
        if content == UNREAD:
            continue
        name, was_replaced = _named(store, path)
        digest = _digest(content)
        if not was_replaced:
            digests[name] = digest
        if was_replaced.knows(digest) if was_replaced else published.files.get(name) == digest:
            continue
        read = _read(past, name, content)
        if isinstance(read, Edited):
            edited.append(read)
        elif read:
            odd[path] = read
        if was_replaced:
            replaced[path] = "" if path in odd else digest
    edited += _deleted(store, past, published, found)
    return Look(digests, tuple(edited), odd, replaced, _unread(store, found))


def take_in(
    store: Store, state: State, found: Look, now: datetime, host: str, purged: Purged
) -> tuple[Entry | None, tuple[str, ...]]:
    """Given a store at its head and what was found edited, save it and commit an ``edit`` entry for it.

    Return the entry, or None where nothing of it is new, and what is to be said about it. Taking the same files in
    again changes nothing, so a publisher that dies before it replaced them does no harm.
    """
    if not found.edited:
        return None, ()
    generation = state.generation + 1
    make_folder(store.edits, parents=False)
    for edited in found.edited:
        if not edited.gone:
            data = clean(edited.text, purged).encode(errors="replace")
            create_file(store.edit(generation, edited.name, hashlib.sha256(data).hexdigest()), data)
    now = max(now, state.now or now)  # an entry is never older than the one before it, whatever this host's clock says
    reading: Reading = compare(found.edited, state, now, cache(lambda: _texts(store)), purged)
    if not reading.changes:
        return None, reading.notes
    header = Header(generation=generation, kind=EntryKind.EDIT, now=now, host=host, shown=reading.shown)
    entry = Entry(header, reading.changes)
    commit(store, entry)
    return entry, reading.notes


def decode(data: bytes) -> str | None:
    """Given a file's bytes, return its text as an editor on any system may have written it; None where it has none."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").replace("\r\n", "\n")
    if b"\0" in data[:_HEAD]:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "".join(map(_decode_line, data.splitlines(keepends=True)))
    return text.replace("\r\n", "\n")


class _Past:
    """The states and renderings that edited files come from. Few are folded: the head's is at hand."""

    def __init__(self, store: Store, head: State, published: int) -> None:
        self.head = head
        self.published = published
        self._store = store
        self._states: dict[int, State | None] = {head.generation: head}

    def state(self, name: str, generation: int) -> State | None:
        """Return the state from which a file was rendered that declares a generation; None where there is none."""
        topic = parse_topic(name.removeprefix("topics/"))
        if topic and self.head.topics.get(topic) == generation:
            return self.head  # the topic's memories are as they were then
        if generation > self.head.generation or (generation not in self._states and len(self._states) > _MOST_STATES):
            return None
        if generation not in self._states:
            try:
                self._states[generation] = load(self._store, generation)
            except DamagedError:
                self._states[generation] = None
        return self._states[generation]

    def rendering(self, name: str, state: State | None) -> str:
        """Return what was published under a name from a state; empty where nothing was."""
        if state is None:
            return ""
        if name == MEMORY:
            active = {memory.id: memory for memory in state.active()}
            return render_memory(active, state.shown, state.generation, state.now)[0]
        topic = parse_topic(name.removeprefix("topics/"))
        members = [memory for memory in state.memories.values() if memory.active and memory.topic == topic]
        return render_topic(topic, members, state.topics.get(topic, state.generation)) if topic and members else ""


def _read(past: _Past, name: str, content: bytes | str) -> Edited | str:
    """Return a file as edited, why it cannot be one, or nothing where it is a rendering."""
    if isinstance(content, str):
        return content
    text = decode(content)
    if text is None:
        return "it is no text"
    declared = declared_generations(text)
    known = [state for it in declared if (state := past.state(name, it))]
    base = past.rendering(name, known[0]) if len(declared) == 1 and known else ""
    last = base or past.rendering(name, past.state(name, past.published))
    if len(text) > len(last) + MOST_WRITTEN:
        return f"it is longer than what was published by more than {MOST_WRITTEN:,} characters"
    if text == base or _is_cut(text, last):
        return ""
    return Edited(name, text, base, tuple(known))


def _is_cut(text: str, rendering: str) -> bool:
    """Tell whether a text is a rendering that was emptied, or ends in the middle of a line: nobody wrote that."""
    around = rendering[len(text) - 1 : len(text) + 1]
    return not text.strip() or (rendering.startswith(text) and "\n" not in around)


def _deleted(store: Store, past: _Past, published: Published, found: Mapping[Path, bytes | str]) -> list[Edited]:
    """Return the topic files that somebody deleted: those that MEMORY.md, as it is, says must be there.

    A checkout or half a synchronization deletes files, too: then MEMORY.md is of another generation or gone, or no
    topic file is left. So does a publisher of what the ledger has beyond the published, and a mount that remembers
    names for a while may show its MEMORY.md later than what it took away. So only where nothing is beyond it a missing
    file was deleted; if that is wrong the commit loses, since somebody else has that number.
    """
    memory = found.get(store.memory)
    declared = declared_generations(decode(memory) or "") if isinstance(memory, bytes) else ()
    is_whole = declared == (published.generation,) and past.head.generation == published.generation
    if not is_whole or not any(path.parent == store.topics for path in found):
        return []
    missing = [name for name in published.files if name.startswith("topics/") and store.root / name not in found]
    state = past.state(MEMORY, published.generation) if missing else None
    bases = {name: past.rendering(name, state) for name in missing}
    return [Edited(name, "", base, (state,), gone=True) for name, base in bases.items() if base and state]


def _settled(store: Store, published: Published, settle: float) -> dict[Path, bytes | str]:
    """Return the contents when nobody is writing any more."""
    found = _contents(store)
    for _ in range(_MOST_LOOKS):
        if not settle or _is_as_published(store, found, published):
            break
        time.sleep(settle)
        before, found = found, _contents(store)
        if found == before:
            break
    return found


def _contents(store: Store) -> dict[Path, bytes | str]:
    """Return what lies where published files belong, and what was replaced: bytes, or why they cannot be read."""
    topics = [it for it in _names(store.topics) if it.lower().endswith((".md", ".markdown")) and it[0] != "."]
    replaced = sorted((it for it in _names(store.edits) if parse_replaced(it)), reverse=True)
    paths = [store.memory, *(store.topics / name for name in topics), *(store.edits / name for name in replaced)]
    found = {path: _content(path) for path in paths}
    return {path: content for path, content in found.items() if content is not None}


def _unread(store: Store, found: Mapping[Path, bytes | str]) -> frozenset[str]:
    return frozenset(_named(store, path)[0] for path, content in found.items() if content == UNREAD)


def _named(store: Store, path: Path) -> tuple[str, Replaced | None]:
    """Return the name of the published file that a path is or was, and what its own says where it was replaced."""
    replaced = parse_replaced(path.name) if path.parent == store.edits else None
    return replaced.name if replaced else str(path.relative_to(store.root)), replaced


def _content(path: Path) -> bytes | str | None:
    try:
        data = read_file(path, LONGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in NO_TEXT:
            raise
        return NO_TEXT[error.errno]
    return data if len(data) <= LONGEST else f"it is longer than {LONGEST:,} bytes"


def _is_as_published(store: Store, found: Mapping[Path, bytes | str], published: Published) -> bool:
    """Tell whether nothing was written by hand since the last publish, whatever generation that was of."""
    missing = {name for name in published.files if name.endswith(".md")}
    for path, content in found.items():
        (name, replaced), digest = _named(store, path), _digest(content)
        if not (replaced.knows(digest) if replaced else published.files.get(name) == digest):
            return False
        missing.discard("" if replaced else name)
    return not missing


def _names(folder: Path) -> list[str]:
    try:
        return list_folder(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _digest(content: bytes | str) -> str:
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else ""


def _decode_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _texts(store: Store) -> Mapping[str, frozenset[str]]:
    """Return all texts that each memory ever had."""
    found: dict[str, set[str]] = {}
    for entry in read_entries(store):
        for change in entry.changes:
            if isinstance(change, Add):
                found.setdefault(change.id, set()).add(change.memory.text)
            elif isinstance(change, Reword):
                found.setdefault(change.id, set()).add(change.text)
    return {name: frozenset(texts) for name, texts in found.items()}
