"""The notes in a folder that somebody wants adopted. The folder is only read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import UsageError
from ..memory.adopt import NoteFile
from ..memory.edits import decode
from ..memory.identity import FORMAT_FILE
from ..memory.reads import read_file
from .git.facts import committed

#: longest note that is taken, in bytes: what is longer is a log or a book
LONGEST = 1024 * 1024
#: more notes than this in one folder are no team's memory but a disk
_MOST = 10_000
_ENDINGS = (".md", ".markdown")
#: what others put into a folder, and nobody wrote
_FOREIGN = frozenset({"node_modules", "site-packages", "vendor"})


@dataclass(frozen=True)
class NoteFolder:
    """What a folder holds: its notes as they are, the sha256 (hex) of each, and what is passed over, with the reason.

    ``others`` counts files that are no Markdown.
    """

    notes: tuple[NoteFile, ...]
    digests: dict[str, str]
    passed: tuple[tuple[str, str], ...]
    others: int


def read_folder(folder: Path, without: frozenset[str] = frozenset()) -> NoteFolder:
    """Given a folder and names in it to leave out, return its notes, in the folders below it too, in order of name.

    Hidden folders, links, other stores and what is no text are passed over. A note was written when git last saw it
    change, else at its file's time.
    """
    notes: list[NoteFile] = []
    digests: dict[str, str] = {}
    passed: list[tuple[str, str]] = []
    others = 0
    times = committed(folder)
    for path in _files(folder, passed):
        name = path.relative_to(folder).as_posix()
        if name in without:
            continue
        if not name.lower().endswith(_ENDINGS):
            others += 1
            continue
        if len(notes) == _MOST:
            raise UsageError(str(folder), f"it has more than {_MOST:,} notes", "adopt the folders in it one by one")
        read = _read(path)
        if isinstance(read, str):
            passed.append((name, read))
            continue
        text, digest, written = read
        notes.append(NoteFile(name, text, min(written, times.get(name, written))))
        digests[name] = digest
    return NoteFolder(tuple(notes), digests, tuple(sorted(passed)), others)


def _files(folder: Path, passed: list[tuple[str, str]]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        passed.append((_below(folder, str(error.filename)), error.strerror or str(error)))

    for here, folders, names in os.walk(folder, onerror=unreadable):
        kept = []
        for name in sorted(folders):
            path = Path(here, name)
            if name.startswith(".") or name in _FOREIGN:
                continue
            if path.is_symlink():
                passed.append((_below(folder, str(path)), "it is a link"))
            elif (path / FORMAT_FILE).exists():
                passed.append((_below(folder, str(path)), "it is a store: 'dreamd export' and 'import' bring it in"))
            else:
                kept.append(name)
        folders[:] = kept
        yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))


def _below(folder: Path, path: str) -> str:
    return Path(path).relative_to(folder).as_posix()


def _read(path: Path) -> tuple[str, str, datetime] | str:
    """Return a note's text, the sha256 (hex) of its bytes and when it was written, or why it is none."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return "it is a link" if stat.S_ISLNK(status.st_mode) else "it is no file"
        data = read_file(path, LONGEST + 1)
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    if len(data) > LONGEST:
        return f"it is longer than {LONGEST:,} bytes"
    text = decode(data)
    if text is None:
        return "it is no text"
    written = datetime.fromtimestamp(max(0, int(status.st_mtime)), UTC)
    return text, hashlib.sha256(data).hexdigest(), written
