"""Every name that dreamd puts into a store, both ways. No other module joins a path inside one.

The layout is drawn in docs/format.md. The number in ``format`` is that of the whole layout: a store with another
number is refused, because an older program would silently drop what it does not know.
"""

from __future__ import annotations

import errno
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..errors import DamagedError, DreamdError, FormatError, MountError, NoStoreError, UnreadableError
from .atomic import TEMPORARY, create_file, make_folder
from .folders import resolved
from .identity import FORMAT_FILE, is_identity
from .probe import probe
from .reads import is_file, read_file, refuse_link
from .records import ALPHABET, ID_LENGTH

FORMAT = 1

#: in the folder of transcripts, beside the years
HEADERS = "headers"

_ENTRY = re.compile(r"^(\d{6,})\.jsonl$")
_TOPIC = re.compile(r"^([a-z0-9][a-z0-9-]{0,63})\.md$")
_REPLACED = re.compile(
    r"^replaced-(\d{8}T\d{6})Z-([0-9a-f]{32})-[0-9a-f]{8}-(?:(MEMORY)|topics-([a-z0-9][a-z0-9-]{0,63}))\.md$"
)
_KEPT = re.compile(r"^(?:\d{6,}-.+\.([0-9a-f]{8})|adopted-([0-9a-f]{32})-.+)\.md$")
_DIGEST = 32
_LONGEST_TOPIC = 64
_ITEM = re.compile(rf"([{ALPHABET}]{{{ID_LENGTH}}})\.json")


class Format(msgspec.Struct, frozen=True):
    """Content of ``.dreamd/format``: the layout's number and the store's identity."""

    format: int
    store: str  # uuid4; local locks and state are found by it


class Replaced(NamedTuple):
    """What the name of a replaced file says: which one it was, since when, and what of it was looked at."""

    name: str
    when: datetime
    digest: str  # first 32 digits of a sha256 (hex)

    def knows(self, digest: str) -> bool:
        """Given the sha256 (hex) of its content now, tell whether it is the one that was looked at."""
        return digest.startswith(self.digest)


@dataclass(frozen=True)
class Store:
    """The names in one store. It holds no open file and knows nothing of what the files say."""

    root: Path  # absolute and without links, so that it can be walked (``folders``)

    @property
    def memory(self) -> Path:
        """What every agent reads first."""
        return self.root / "MEMORY.md"

    @property
    def topics(self) -> Path:
        """Folder of topic files."""
        return self.root / "topics"

    @property
    def index(self) -> Path:
        """The DuckDB index."""
        return self.root / "memory.duckdb"

    @property
    def inbox(self) -> Path:
        """Folder of remembered items."""
        return self.root / "inbox"

    @property
    def inner(self) -> Path:
        """Folder of everything that people need not see."""
        return self.root / ".dreamd"

    @property
    def format(self) -> Path:
        """Layout number and store uuid."""
        return self.root / FORMAT_FILE

    @property
    def ledger(self) -> Path:
        """Folder of committed plans."""
        return self.inner / "ledger"

    @property
    def transcripts(self) -> Path:
        """Folder of collected sessions."""
        return self.inner / "transcripts"

    @property
    def headers(self) -> Path:
        """The headers of all parts in one file."""
        return self.transcripts / HEADERS

    @property
    def checkpoint(self) -> Path:
        """The folded state of some generation."""
        return self.inner / "checkpoint"

    @property
    def postings(self) -> Path:
        """Which entries of the ledger concern which memory."""
        return self.inner / "postings"

    @property
    def readings(self) -> Path:
        """What was read in memories' texts."""
        return self.inner / "readings"

    @property
    def published(self) -> Path:
        """Generation and hashes of what is published."""
        return self.inner / "published.json"

    @property
    def redaction(self) -> Path:
        """Keyed digests of purged values, and whether a purge is unfinished."""
        return self.inner / "redaction"

    @property
    def edits(self) -> Path:
        """Folder of hand-made edits as they were found."""
        return self.inner / "edits"

    @property
    def lease(self) -> Path:
        """Who is dreaming."""
        return self.inner / "lease"

    @property
    def dreaming(self) -> Path:
        """How far the one who is dreaming has come."""
        return self.inner / "dreaming"

    @property
    def failed(self) -> Path:
        """On which sessions runs failed."""
        return self.inner / "failed"

    @property
    def runs(self) -> Path:
        """Folder of run reports."""
        return self.inner / "runs"

    @property
    def staging(self) -> Path:
        """Folder of work in progress."""
        return self.inner / "staging"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder that a store is made with, outer ones first."""
        inner = (self.ledger, self.transcripts, self.edits, self.runs, self.staging)
        return (self.topics, self.inbox, self.inner, *inner)

    @property
    def damaged(self) -> Path:
        """Folder of damaged ledger entries that were set aside."""
        return self.inner / "damaged"

    def damaged_entry(self, generation: int, attempt: int) -> Path:
        """Given a generation and how often its entry was damaged, return the path where that is kept."""
        return self.damaged / f"{generation:06d}-{attempt}.jsonl"

    def entry(self, generation: int) -> Path:
        """Given a generation, return the path of its ledger entry."""
        return self.ledger / entry_name(generation)

    def topic(self, topic: str) -> Path:
        """Given a topic's slug, return the path of its file."""
        return self.topics / f"{topic}.md"

    def item(self, item: str) -> Path:
        """Given a remembered item's id, return the path of its file."""
        return self.inbox / f"{item}.json"

    def run(self, run: str) -> Path:
        """Given a run's id, return the path of its report."""
        return self.runs / f"{run}.json"

    def refused_plan(self, run: str) -> Path:
        """Given a run's id, return the path where its refused plan is kept."""
        return self.runs / f"{run}.plan"

    def grounds(self, run: str) -> Path:
        """Given a run's id, return the path where it keeps why it kept its memories."""
        return self.runs / f"{run}.grounds"

    def edit(self, generation: int, name: str, digest: str) -> Path:
        """Given a generation, a published file that it took in and the digest of what is kept, return where it is."""
        return self.edits / f"{generation:06d}-{_flat(name)}.{digest[:8]}.md"

    def replaced(self, name: str, when: datetime, digest: str, token: str) -> Path:
        """Given a published file, when it is replaced and what of it is known, return where the old one is kept.

        ``digest`` is the sha256 (hex) of the content that was looked at, ``token`` 8 digits that no other has.
        """
        return self.edits / f"replaced-{when:%Y%m%dT%H%M%S}Z-{digest[:_DIGEST]:0<{_DIGEST}}-{token}-{_flat(name)}.md"

    def set_aside(self, name: str, when: datetime, token: str) -> Path:
        """Given a published file's name, return where what has that name and cannot be read as one is kept."""
        return self.edits / f"aside-{when:%Y%m%dT%H%M%S}Z-{token}-{_flat(name)}"

    def adopted(self, name: str, digest: str) -> Path:
        """Given a note's path in its folder and the sha256 (hex) of what is kept of it, return where that is kept."""
        flat = topic_named(name.rpartition(".")[0]) or "unnamed"
        return self.edits / f"adopted-{digest[:_DIGEST]}-{flat}.md"

    def staged(self, run: str) -> Path:
        """Given a run's id, return the folder where its work in progress lies."""
        return self.staging / run


def parse_entry(name: str) -> int | None:
    """Given a file name of the ledger folder, return its generation, or None if it is no entry."""
    match = _ENTRY.match(name)
    return int(match[1]) if match else None


def entry_name(generation: int) -> str:
    """Given a generation, return the file name of its ledger entry."""
    return f"{generation:06d}.jsonl"


def parse_topic(name: str) -> str | None:
    """Given a file name of the topics folder, return its topic, or None if it is no topic file."""
    match = _TOPIC.match(name)
    return match[1] if match else None


def parse_replaced(name: str) -> Replaced | None:
    """Given a file name of the edits folder, return what it says of a file that was replaced, or None."""
    match = _REPLACED.match(name)
    try:
        when = datetime.strptime(f"{match[1]}+0000", "%Y%m%dT%H%M%S%z") if match else None
    except ValueError:
        when = None
    if match is None or when is None:
        return None
    return Replaced("MEMORY.md" if match[3] else f"topics/{match[4]}.md", when, match[2])


def parse_kept(name: str) -> str:
    """Given a file name of the edits folder, return the digest of what is kept for good under it, empty if nothing is.

    The digest is the beginning of a sha256 (hex), and stands once in the name.
    """
    match = _KEPT.match(name)
    return (match[1] or match[2]) if match else ""


def topic_named(words: str) -> str:
    """Given words, return the topic that they would name, empty where no letter or digit is in them."""
    plain = unicodedata.normalize("NFKD", words.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_TOPIC].strip("-")


def parse_item(name: str) -> str | None:
    """Given a file name of the inbox, return the id of its item, or None if it is no item."""
    match = _ITEM.fullmatch(name)
    return match[1] if match else None


def is_temporary(name: str) -> bool:
    """Tell whether a file name is that of a write in progress."""
    return name.startswith(TEMPORARY)


def create_store(root: Path) -> Store:
    """Given a folder (created if missing), make it a store if it is none, after probing what the mount can do.

    Raises MountError where a store cannot be kept there, with the reason, FormatError where a newer one lies.
    """
    store = Store(resolved(root))
    try:
        # Who may read there is for whoever owns the folder above to say; below, it is as the store's folder has it.
        make_folder(store.root, keep_group=False)
        if not is_file(store.format):
            probe(store.root)
            for folder in store.folders:
                make_folder(folder)
            content = msgspec.json.encode(Format(FORMAT, str(uuid.uuid4()))) + b"\n"
            create_file(store.format, content)
    except OSError as error:
        raise MountError(str(root), error.strerror or str(error)) from error
    open_store(store.root)
    return store


def open_store(root: Path) -> tuple[Store, Format]:
    """Given a folder, return its store and identity.

    Raises NoStoreError where there is none, FormatError where its layout is newer, DamagedError where the number
    is none or one of its folders is a link, UnreadableError where it cannot be read.
    """
    store = Store(resolved(root))
    try:
        data = read_file(store.format, 4096)
    except (FileNotFoundError, NotADirectoryError):
        raise NoStoreError(str(root)) from None
    except OSError as error:
        raise _unread(store, error) from error
    for folder in store.folders:
        _require_folder(store, folder)
    anew = f"restore it from a backup; or remove it, and 'dreamd init {root}' makes another: nothing else depends on it"
    try:
        found = msgspec.json.decode(data, type=Format)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedError(str(store.format), str(error), anew) from error
    if found.format != FORMAT:
        raise FormatError(str(root), f"its format is {found.format}, this dreamd knows {FORMAT}")
    if not is_identity(found.store):
        raise DamagedError(str(store.format), "the store's identity in it is no uuid", anew)
    return store, found


def _flat(name: str) -> str:
    folder, _, last = name.rpartition("/")
    return f"{folder}-{topic_named(Path(last).stem) or 'unnamed'}" if folder else Path(last).stem


def _require_folder(store: Store, folder: Path) -> None:
    try:
        refuse_link(folder)
    except FileNotFoundError:
        pass
    except NotADirectoryError:
        hint = "put what lies there elsewhere, and the folder itself there"
        raise DamagedError(str(folder), "it is no folder", hint) from None
    except OSError as error:
        raise _unread(store, error) from error


def _unread(store: Store, error: OSError) -> DreamdError:
    """Return what to say of a store that cannot be read: nothing that advises to make another in its place."""
    if error.errno == errno.ELOOP and error.filename != str(store.format):
        hint = "a store's folders must be its own: put the folder itself there"
        return DamagedError(error.filename, "it is a symbolic link", hint)
    return UnreadableError.of(str(error.filename or store.root), error)
