"""What a repository's manifests offer at HEAD, and what they offered once (``language.manifests``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ...language.manifests import MANIFESTS, Service, is_compose, is_manifest, offers, services
from .call import blobs, git

#: history further back is not read; a larger manifest is a made one
_CHANGES, _BYTES = 1000, 256 * 1024
_NOTHING = "0" * 7
#: git's own patterns of the files that ``is_manifest`` knows
_PATTERNS = tuple(f":(glob,icase)**/{name}" for name in (*MANIFESTS, "requirements*.txt"))


class Offered(msgspec.Struct, frozen=True):
    """Names as ``offers`` spells them: those of HEAD, those gone by commit, new ones by old; services."""

    names: tuple[str, ...] = ()
    gone: dict[str, str] = {}
    renamed: dict[str, str] = {}
    services: tuple[Service, ...] = ()


class _Change(msgspec.Struct, frozen=True):
    commit: str
    before: str
    after: str
    path: str


def offered(root: Path) -> Offered:
    """Given a repository, return what its manifests offer and offered."""
    here = _here(root)
    changes = _changes(root)
    wanted = [*here.values(), *(name for it in changes for name in (it.before, it.after))]
    texts = blobs(root, (name for name in wanted if not name.startswith(_NOTHING)), _BYTES)
    names: dict[str, str] = {}
    found: list[Service] = []
    for path, blob in here.items():
        if is_compose(path):
            found += services(path, texts.get(blob, ""))
        else:
            names |= offers(path, texts.get(blob, ""))
    gone, renamed = _history(changes, names, texts)
    return Offered(tuple(sorted(names)), gone, renamed, tuple(found))


def _here(root: Path) -> dict[str, str]:
    """Return the blobs at HEAD that are read, by path."""
    found: dict[str, str] = {}
    for line in git(root, "ls-tree", "-r", "-z", "HEAD").split("\0"):
        head, _, path = line.partition("\t")
        if is_manifest(path) or is_compose(path):
            found[path] = head.split()[2]
    return found


def _changes(root: Path) -> list[_Change]:
    """Return what happened to manifests, the newest first."""
    options = (f"--max-count={_CHANGES}", "--no-merges", "--raw", "--no-abbrev", "-z", "--no-renames")
    log = git(root, "log", *options, "--format=%x01%H", "--", *_PATTERNS)
    found: list[_Change] = []
    for block in log.split("\x01")[1:]:
        commit, *fields = [field.strip("\n") for field in block.split("\0")]
        fields = [field for field in fields if field]
        for meta, path in zip(fields[::2], fields[1::2], strict=False):
            _old_mode, _new_mode, before, after, _status = meta.lstrip(":").split()
            found.append(_Change(commit, before, after, path))
    return found


def _history(
    changes: list[_Change], names: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    gone: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for change in changes:
        before = offers(change.path, texts.get(change.before, ""))
        after = offers(change.path, texts.get(change.after, ""))
        came = {name: body for name, body in after.items() if name not in before}
        for name, body in before.items():
            if name in after or name in names or name in gone or name in renamed:
                continue
            same = [it for it, its in came.items() if body and its == body and _sort(it) == _sort(name)]
            # Newest first: where it was renamed twice, its later name is known already.
            present = renamed.get(same[0], same[0]) if len(same) == 1 else ""
            if present in names:
                renamed[name] = present
            else:
                gone[name] = change.commit
    return gone, renamed


def _sort(name: str) -> str:
    return name.rsplit(" ", 1)[0]
