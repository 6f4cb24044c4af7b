"""Which names a repository's history took out of its code, and which it only gave another name.

The history is read as it is and nothing is asked by name: what a memory says never reaches git. Whether a name stands
anywhere today is for the worker to see, which has the working tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from .call import git_lines

#: history further back is not read, in commits and in bytes of patches, nor are more names kept: a memory about a name
#: that went that long ago has faded by itself
_COMMITS, _BYTES, _NAMES = 2000, 64 * 1024 * 1024, 20_000
#: a longer line is data
_LINE = 400
#: in prose and data a name may stand long after it is gone
PROSE = (
    "md",
    "rst",
    "txt",
    "adoc",
    "lock",
    "sum",
    "svg",
    "csv",
    "tsv",
    "jsonl",
    "log",
    "ipynb",
    "map",
    "patch",
    "diff",
)

_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{2,}")
_TOKEN = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*|\d+|\S")
_NAME_LIKE = re.compile(rb"[A-Za-z0-9]_[A-Za-z0-9]|[a-z][A-Z]")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
#: a shorter part ("is", "to") is in many names
_TELLING = 3
_DEFINES = re.compile(
    rb"^\s*(?:(?:export|default|public|private|protected|static|async|abstract|final|declare|pub|unsafe|inline)\s+)*"
    rb"(?:def|class|func|fn|function|const|let|var|val|type|struct|interface|enum|trait|module|macro|object)\s+"
    rb"(?:\([^)]*\)\s*)?([A-Za-z_]\w{2,})"
    rb"|^([A-Za-z_]\w{2,})\s*(?::[^=]{1,60})?=(?!=)"
)


@dataclass
class _Names:
    """What is known so far, the newest first."""

    gone: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


@dataclass
class _Commit:
    """What one commit did, hunk by hunk."""

    taken: list[bytes] = field(default_factory=list)
    undefined: set[bytes] = field(default_factory=set)
    defined: set[bytes] = field(default_factory=set)
    exchanged: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)  # whether where it is defined


def names_in_history(root: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Given a repository, return names that were taken out by the newest commit that did, and new names by old ones."""
    known = _Names()
    log = git_lines(
        root,
        *("log", f"--max-count={_COMMITS}", "--no-merges", "--format=%x01%H", "-p", "-U0", "--find-renames"),
        *("--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short", "--", "."),
        *(f":(exclude,icase)*.{ending}" for ending in PROSE),
        most=_BYTES,
    )
    for commit, hunks in _commits(log):
        _learn(known, commit, _read(hunks))
        if len(known.gone) >= _NAMES:
            break
    return known.gone, known.renamed


def names_taken_out(diff: str) -> frozenset[str]:
    """Given a diff, return the names that it takes out of any place: of what is not committed git says no more."""
    lines = (line.encode() for line in diff.splitlines() if line.startswith("-"))
    return frozenset(word.decode() for line in lines for word in _WORD.findall(line))


def _commits(log: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[list[bytes], list[bytes]]]]]:
    """Yield each commit with its hunks: the lines taken out and those put in."""
    commit = ""
    hunks: list[tuple[list[bytes], list[bytes]]] = []
    inside = False
    for line in log:
        if line.startswith(b"\x01"):
            if commit:
                yield commit, hunks
            commit, hunks, inside = line[1:].decode(errors="replace"), [], False
        elif line.startswith(b"diff --git "):
            inside = False
        elif line.startswith(b"@@ "):
            hunks.append(([], []))
            inside = True
        elif inside and line[:1] in {b"-", b"+"} and len(line) <= _LINE:
            hunks[-1][line[:1] == b"+"].append(line[1:])
    if commit:
        yield commit, hunks


def _read(hunks: Iterable[tuple[list[bytes], list[bytes]]]) -> _Commit:
    did = _Commit()
    for taken, put in hunks:
        for lines, defined in ((taken, did.undefined), (put, did.defined)):
            defined.update(name for name in map(_definition, lines) if name)
        for line in taken:
            did.taken += [word for word in _WORD.findall(line) if _NAME_LIKE.search(word)]
        for old, new in _exchanged(taken, put):
            did.exchanged[old, new] = did.exchanged.get((old, new), False) or any(
                _definition(it) == old for it in taken
            )
    return did


def _definition(line: bytes) -> bytes:
    match = _DEFINES.match(line)
    return (match[1] or match[2]) if match else b""


def _akin(old: str, new: str) -> bool:
    """Tell whether two names share a part: another thing in the same place has another name altogether."""
    parts = [{it.lower() for it in _PART.findall(name) if len(it) >= _TELLING} for name in (old, new)]
    return bool(parts[0] & parts[1])


def _exchanged(taken: list[bytes], put: list[bytes]) -> set[tuple[bytes, bytes]]:
    """Return the names that were exchanged where that is all that a hunk did, else nothing."""
    found: dict[bytes, bytes] = {}
    if len(taken) != len(put):
        return set()
    for before, after in zip(taken, put, strict=True):
        for old, new in zip_longest(_TOKEN.findall(before), _TOKEN.findall(after), fillvalue=b""):
            if old == new:
                continue
            if not (_WORD.fullmatch(old) and _WORD.fullmatch(new)) or found.setdefault(old, new) != new:
                return set()
    return set(found.items())


def _learn(known: _Names, commit: str, did: _Commit) -> None:
    for (old, new), at_its_definition in did.exchanged.items():
        name = old.decode()
        if name in known.gone or name in known.renamed:
            continue
        if (at_its_definition or (old in did.undefined and new in did.defined)) and _akin(name, new.decode()):
            # Newest first: where it was renamed twice, its later name is known already.
            present = known.renamed.get(new.decode(), new.decode())
            if present != name:
                known.renamed[name] = present
    for word in (*did.taken, *sorted(did.undefined)):
        known.gone.setdefault(word.decode(), commit)
