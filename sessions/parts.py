"""A part: what is kept of one session from one look at its log, as one compressed file.

The first line is the header, every further line an event. A part never changes. Its name says the session, how many of
the session's records were kept before it, and a digest of what it holds, so that the same content has the same name
whoever collects it, and a second collector creates no second part::

    2026/11/<session>.<records before>-<8 hex>.jsonl.gz

The folder is the month of the session's first record. Format number 1 (docs/format.md).
"""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from ..errors import DamagedError, UnreachableError
from ..memory.atomic import create_file, make_folder, write_file
from ..memory.folders import list_statuses
from ..memory.reads import list_folder, read_file
from ..memory.records import Time
from .events import Event

FORMAT = 1

#: longest header that is read, in bytes: 200,000 records have their keys in it
_HEADER_LIMIT = 4 * 1024 * 1024
#: longest content of a part that is read, in bytes: a compressed file can claim to hold anything
_PART_LIMIT = 1024 * 1024 * 1024

#: a quarter smaller would take three times as long, and what is kept is a hundredth of the logs
_LEVEL = 1

#: size, time of change and number of a file: what replaces a part has other ones
Mark = tuple[int, int, int]

_ENCODER = msgspec.json.Encoder()
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")
_NAME = re.compile(r"(?P<stem>[A-Za-z0-9_][A-Za-z0-9_-]{0,99})\.(?P<before>\d{1,9})-[0-9a-f]{8}\.jsonl\.gz")
_KEY_BYTES = 8


class PartHeader(msgspec.Struct, frozen=True, omit_defaults=True, rename={"keys": "records"}):
    """What is known of a part without reading its events.

    ``keys`` (in the file: ``records``, since they are no secrets) are the records it holds, in order: 8 bytes of a
    hash each, base64. For each of them ``flags`` has a letter (``u`` somebody asked, ``a`` the agent worked, ``-``
    neither) and ``sizes`` the number of its events. What is new in the part stands in the bytes of ``source`` from
    ``source_from`` to ``source_to``; ``source_digest`` is the sha256 of the first and the last 4 KB there. The counts
    from ``lines`` on are of the whole log as it was when it was read.
    """

    format: int
    session: str
    person: str
    agent: str
    zone: str
    keys: str
    flags: str
    sizes: tuple[int, ...]
    version: str = ""  # of the agent's program
    cwd: str = ""
    branch: str = ""
    headless: bool = False
    completed: str = "idle"  # why it was taken as finished: "idle", "end" (the log says so) or "hook" (the agent did)
    before: int = 0  # records of the session in earlier parts
    started: Time | None = None
    ended: Time | None = None
    redaction: int = 0
    found: dict[str, int] = {}
    source: str = ""
    source_from: int = 0
    source_to: int = 0
    source_digest: str = ""
    lines: int = 0
    skipped: dict[str, int] = {}
    unreadable: int = 0
    unreadable_lines: tuple[int, ...] = ()
    dropped: bool = False  # its events are gone: it was old, and nothing cites them
    name: str = ""  # path below the transcripts' root; not in the file itself
    stored: int = 0  # bytes of the file; not in it either


def key_of(record: str) -> bytes:
    """Given the identity of a record, return the short hash that stands for it in headers."""
    return hashlib.blake2b(record.encode("utf-8", "replace"), digest_size=_KEY_BYTES).digest()


def pack_keys(keys: Iterable[bytes]) -> str:
    """Given records' hashes in order, return them as text."""
    return base64.b64encode(b"".join(keys)).decode()


def unpack_keys(keys: str) -> list[bytes]:
    """Given what ``pack_keys`` returned, return the hashes."""
    data = base64.b64decode(keys)
    return [data[place : place + _KEY_BYTES] for place in range(0, len(data), _KEY_BYTES)]


def stem_of(session: str) -> str:
    """Given a session's id, which a log may choose freely, return what stands for it in file names."""
    if _SAFE.fullmatch(session):
        return session
    return f"x-{hashlib.sha256(session.encode('utf-8', 'replace')).hexdigest()[:24]}"


def write_part(root: Path, header: PartHeader, events: Iterable[Event], month: datetime | None) -> str | None:
    """Given a header and its events, create the part; return its name, or None where it was there already.

    The name is durable only when the caller has synced the part's folder: one that writes many does that once.
    """
    lines = _ENCODER.encode_lines(list(events))
    content = hashlib.sha256(_ENCODER.encode([header.session, header.person]) + b"\n" + lines).hexdigest()[:8]
    folder = f"{month.year:04d}/{month.month:02d}" if month else "0000/00"
    name = f"{folder}/{stem_of(header.session)}.{header.before}-{content}.jsonl.gz"
    path = root / name
    if is_whole(root, name):
        return None
    for made in (root, path.parent.parent, path.parent):
        make_folder(made, parents=False)
    data = gzip.compress(_ENCODER.encode(header) + b"\n" + lines, compresslevel=_LEVEL, mtime=0)
    if not create_file(path, data, sync=False):
        if is_whole(root, name):
            return None
        write_file(path, data)  # the name says what it must hold, and it did not
    return name


def folder_of(root: Path, name: str) -> Path:
    """Given the transcripts' root and the name of a part, return the folder it lies in."""
    return (root / name).parent


def damaged_parts(root: Path) -> dict[str, str]:
    """Given the transcripts' root, return the names of the parts that cannot be read whole, each with the reason."""
    damaged = {}
    for name in part_names(root):
        try:
            read_part(root, name)
        except DamagedError as error:
            damaged[name] = error.detail
    return damaged


def is_whole(root: Path, name: str) -> bool:
    """Given the name of a part, tell whether all of it can be read."""
    try:
        read_part(root, name)
    except DamagedError:
        return False
    return True


def part_names(root: Path) -> Iterator[str]:
    """Given the transcripts' root, return the names of its parts in order; anything else there is passed over."""
    for folder in _months(root):
        for name in list_folder(root / folder):
            if _NAME.fullmatch(name):
                yield f"{folder}/{name}"


def part_marks(root: Path) -> Iterator[tuple[str, Mark]]:
    """Given the transcripts' root, return the names of its parts in order, each with what tells that it was changed."""
    for folder in _months(root):
        for name, status in list_statuses(root / folder):
            if _NAME.fullmatch(name):
                yield f"{folder}/{name}", (status.st_size, status.st_mtime_ns, status.st_ino)


def stem_in(name: str) -> str:
    """Given the name of a part, return the stem that stands for its session."""
    return name.rpartition("/")[2].partition(".")[0]


def read_header(root: Path, name: str) -> PartHeader:
    """Given the name of a part, return its header. Raises DamagedError."""
    data = _read(root, name)
    line, _, _ = _unpacked(name, data, _HEADER_LIMIT, only_first_line=True).partition(b"\n")
    return _decoded(name, line, len(data))


def read_part(root: Path, name: str) -> tuple[PartHeader, list[Event]]:
    """Given the name of a part, return its header and its events. Raises DamagedError."""
    data = _read(root, name)
    line, _, rest = _unpacked(name, data, _PART_LIMIT).partition(b"\n")
    header = _decoded(name, line, len(data))
    try:
        events = msgspec.json.Decoder(Event).decode_lines(rest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedError(name, f"an event is unreadable: {error}") from error
    if len(events) != sum(header.sizes):
        raise DamagedError(name, f"it holds {len(events)} of {sum(header.sizes)} events")
    return header, events


def drop_events(root: Path, name: str) -> None:
    """Given the name of a part, keep its header and let its events go. Raises DamagedError, OSError."""
    header = read_header(root, name)
    emptied = msgspec.structs.replace(header, dropped=True, sizes=(0,) * len(header.sizes), name="", stored=0)
    write_file(root / name, gzip.compress(_ENCODER.encode(emptied) + b"\n", compresslevel=_LEVEL, mtime=0))


def _months(root: Path) -> Iterator[str]:
    for year in _folders(root, 4):
        for month in _folders(root / year, 2):
            yield f"{year}/{month}"


def _folders(root: Path, digits: int) -> list[str]:
    try:
        names = list_folder(root)
    except FileNotFoundError:
        return []
    return [name for name in names if len(name) == digits and name.isdigit()]


def _decoded(name: str, line: bytes, stored: int) -> PartHeader:
    try:
        header = msgspec.json.decode(line, type=PartHeader)
        known = unpack_keys(header.keys)
    except (ValueError, RecursionError) as error:
        raise DamagedError(name, f"its header is unreadable: {error}") from error
    if header.format != FORMAT or not len(known) == len(header.flags) == len(header.sizes):
        raise DamagedError(name, "its header is of another format")
    return msgspec.structs.replace(header, name=name, stored=stored)


def _read(root: Path, name: str) -> bytes:
    try:
        return read_file(root / name)
    except OSError as error:
        # A part on a bad place of a disk (EIO) is one part; where the whole store is gone, no part is damaged.
        gone = UnreachableError.of(error) if error.errno != errno.EIO else None
        raise gone or DamagedError(name, str(error)) from error


def _unpacked(name: str, data: bytes, limit: int, *, only_first_line: bool = False) -> bytes:
    step = 64 * 1024
    try:
        unpack = zlib.decompressobj(wbits=31)
        content = bytearray()
        while not unpack.eof:
            piece = unpack.decompress(unpack.unconsumed_tail or data, step)
            data = b""
            content += piece
            if len(content) > limit or (not piece and not unpack.unconsumed_tail and not unpack.eof):
                raise DamagedError(name, "it is cut or too long")
            if only_first_line and b"\n" in piece:
                break
    except zlib.error as error:
        raise DamagedError(name, str(error)) from error
    return bytes(content)
