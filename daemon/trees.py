"""Which files and folders a process of ours is about, seen from what it is asked to do (``cage.confine``).

The launcher says so before it starts one: what a process asks for itself is no limit to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from ..memory.files import Store
from ..sessions.sources import places_of
from .cage.confine import Trees
from .git.facts import folders_of
from .requests import CollectRequest, WorkRequest

#: entries of a folder with logs that are looked at for links; a project's logs may lie on another disk
_MOST_ENTRIES = 10_000


def trees_of(request: msgspec.Struct, environment: Mapping[str, str]) -> Trees:
    """Given a request and the environment of who answers it, return what that process may read, and write.

    What is only tried (``dry_run``) may write nothing.
    """
    if isinstance(request, CollectRequest):
        return _collecting(request, environment)
    if isinstance(request, WorkRequest):
        return Trees(read=(request.store, request.repository.root) if request.repository else (request.store,))
    named = {name: getattr(request, name, "") for name in ("store", "folder", "local", "scratch")}
    repositories = (it for name in ("repository", "folder") if (it := getattr(request, name, "")))
    read = (named["store"], named["folder"], *(it for path in repositories for it in folders_of(Path(path))))
    local = named["local"] or (str(Path(named["scratch"]).parent) if named["scratch"] else "")
    write = () if getattr(request, "dry_run", False) else (named["store"], local)
    return Trees(_said(*read, local), _said(*write))


def _collecting(request: CollectRequest, environment: Mapping[str, str]) -> Trees:
    repository = Path(request.repository) if request.repository else None
    places = [Path(it.folder) for it in places_of(request.sources, environment, Path.cwd(), repository)]
    links = (link for place in places for link in _links_in(place))
    transcripts = Store(Path(request.store)).transcripts
    return Trees(
        _said(request.store, request.repository, *map(str, places), *links),
        _said(str(transcripts), request.state_dir),
    )


def _links_in(folder: Path) -> Iterator[str]:
    """Given a folder, yield the links in it: they may lead out of the tree, and count as part of it."""
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(_MOST_ENTRIES), entries, strict=False):
                if entry.is_symlink():
                    yield entry.path
    except OSError:
        return


def _said(*paths: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, paths)))
