"""Which store a command is about, and how it is set up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..errors import NoStoreError, UsageError
from ..gates.verdict import Policy

if TYPE_CHECKING:
    from ..config import Config, RetentionConfig, StoreConfig
    from ..config_file import Loaded
    from ..daemon.job import Role
    from ..memory.files import Store
    from ..sessions.exclude import Exclude
    from ..sessions.retention import Retention
    from .verb import Options

#: a worktree's .git file is one line; what is longer is something else
_GIT_FILE_BYTES = 4096


@dataclass(frozen=True)
class Setup:
    """A store as a command needs to know it, whether a configuration names it or not."""

    name: str
    memory: Path
    repository: Path | None
    sessions: tuple[str, ...]
    policy: Policy
    idle: timedelta
    curator: str
    config: Path | None
    role: Role
    exclude: Exclude
    scan: timedelta
    retention: Retention
    faults: dict[str, str]  # of other stores of the same configuration
    alone: bool  # the only one that is meant
    cage: Literal["auto", "require", "best-effort"]


def locate(options: Options) -> Path:
    """Given the options, return the store's directory; a configuration is read only where a name needs it."""
    wanted = options.store or os.environ.get("DREAMD_STORE", "")
    return Path(wanted).expanduser().absolute() if _is_path(wanted) else choose(options).memory


def tell_of_missing(store: Store, generation: int) -> None:
    """Given a store and the generation at which its ledger ends, say so where it should end otherwise."""
    from .output import talk

    if fault := fault_at_end(store, generation):
        talk(f"warning: {fault}")
        talk("hint: see 'dreamd check'; what follows is what the ledger still says")


def fault_at_end(store: Store, generation: int) -> str:
    """Given a store and the generation at which its ledger ends, return what is wrong with that end, "" for nothing.

    Only the last entry is read and verified, so that it may be asked at every look.
    """
    from ..errors import DamagedError
    from ..memory.edits import read_published
    from ..memory.ledger import read_entry
    from ..memory.reads import is_file

    published = read_published(store).generation
    # Who publishes meanwhile is ahead of what was listed before, and not of the ledger.
    if published > generation and not is_file(store.entry(published)):
        return f"generation {published} was published and the ledger ends at {generation}: entries are missing"
    try:
        if generation:
            read_entry(store, generation)
    except DamagedError as error:
        return f"ledger entry {generation} is damaged: {error.detail}"
    return ""


def choose(options: Options) -> Setup:
    """Given the options, return the store that is meant: named, the only one, or the one of the current directory.

    Raises UsageError where it is not clear which, NoStoreError where there is none.
    """
    from ..config_file import find, load
    from ..errors import ConfigError

    loaded = load(find(options.config, os.environ))
    wanted = options.store or os.environ.get("DREAMD_STORE", "")
    if wanted in loaded.faults:
        raise ConfigError(str(loaded.path), loaded.faults[wanted])
    name, memory = pick(wanted, loaded.config, Path.cwd())
    return setup_of(name, memory, loaded)


def every(options: Options) -> list[Setup]:
    """Given the options, return all configured stores; raises NoStoreError where there is none."""
    from ..config_file import find, load

    loaded = load(find(options.config, os.environ))
    if not loaded.config.stores:
        raise NoStoreError(str(Path.cwd()), "no configuration names one")
    stores = loaded.config.stores.items()
    return [setup_of(name, store.memory, loaded, alone=False) for name, store in stores]


def setup_of(name: str, memory: Path, loaded: Loaded, *, alone: bool = True) -> Setup:
    """Given a store's name and directory and what is configured, return how it is set up."""
    store = loaded.config.stores.get(name)
    gates = loaded.config.gates
    return Setup(
        name=name,
        memory=memory,
        repository=store.repository if store else None,
        sessions=store.sessions if store else (),
        policy=Policy(gates.interval, gates.new_sessions, gates.quiet, loaded.config.curator.budget_tokens),
        idle=loaded.config.sessions.idle,
        curator=loaded.config.curator.kind,
        config=loaded.path,
        role=store.role if store else "both",
        exclude=_exclude(store),
        scan=loaded.config.sessions.scan,
        retention=_retention(loaded.config.retention),
        faults=loaded.faults,
        alone=alone,
        cage=loaded.config.cage,
    )


def _retention(config: RetentionConfig) -> Retention:
    from ..sessions.retention import Retention

    return Retention(config.transcripts.total_seconds(), config.transcripts_mb * 1_000_000)


def _exclude(store: StoreConfig | None) -> Exclude:
    from ..sessions.exclude import NOTHING_EXCLUDED, Exclude

    return Exclude(**store.exclude.model_dump()) if store else NOTHING_EXCLUDED


def pick(wanted: str, config: Config, here: Path) -> tuple[str, Path]:
    """Given what was asked for ("" for nothing), the configuration and the current folder, return name and directory.

    The name is the directory's own where the configuration does not know it.
    """
    stores = config.stores
    if wanted in stores:
        return wanted, stores[wanted].memory
    if wanted:
        path = Path(wanted).expanduser().absolute()
        known = [name for name, store in stores.items() if _same(store.memory, path)]
        if known:
            return known[0], path
        if _is_path(wanted) or path.is_dir():
            return path.name, path
        raise UsageError(wanted, "no store has this name", _listing(config))
    if len(stores) == 1:
        name = next(iter(stores))
        return name, stores[name].memory
    if not stores:
        raise NoStoreError(str(here), "no configuration names one")
    return _by_folder(config, here)


def _by_folder(config: Config, here: Path) -> tuple[str, Path]:
    """Return the store whose repository (a worktree counts as it) or memory holds the folder; the nearest wins."""
    places = {here.resolve(), _main_worktree(here)} - {None}
    found: list[tuple[int, str]] = []
    for name, store in config.stores.items():
        for folder in (store.memory, store.repository):
            base = folder.resolve() if folder else None
            if base and any(place and place.is_relative_to(base) for place in places):
                found.append((len(base.parts), name))
    nearest = {name for depth, name in found if depth == max(found)[0]}
    if len(nearest) != 1:
        raise UsageError("which store", "the configuration has several", _listing(config))
    name = nearest.pop()
    return name, config.stores[name].memory


def _main_worktree(here: Path) -> Path | None:
    """Given a folder in a linked worktree, return its main worktree, else None (git's gitrepository-layout)."""
    for folder in (here, *here.parents):
        file = folder / ".git"
        if not file.is_file():
            continue
        with file.open("rb") as opened:
            text = opened.read(_GIT_FILE_BYTES).decode(errors="replace")
        target = Path(text.removeprefix("gitdir:").strip())
        if target.parent.name == "worktrees" and target.parent.parent.name == ".git":
            return (folder / target.parents[2]).resolve()
        return None
    return None


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _is_path(wanted: str) -> bool:
    return os.sep in wanted or wanted.startswith((".", "~"))


def _listing(config: Config) -> str:
    return f"use --store with one of: {', '.join(sorted(config.stores)) or 'a directory'}"
