"""The worker: one dream. It reads the store and the repository, writes nothing, and answers with a plan."""

from __future__ import annotations

import importlib
import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..curators.rules import RulesCurator
from ..memory.changes import State
from ..memory.checkpoint import read_checkpoint
from ..memory.files import Store, open_store
from ..memory.inbox import waiting
from ..memory.ledger import load
from ..memory.plan import Plan
from ..phases.dream import Dream, Repository
from ..phases.readings import Readings
from ..phases.run import dream
from ..sessions.events import Transcript
from ..sessions.parts import PartHeader
from ..sessions.transcripts import list_parts, read_transcripts
from .git.facts import GitFacts
from .git.names import PROSE
from .messages import Cage, OnProgress
from .remembering import recalled
from .requests import Work, WorkRequest
from .serving import serve

#: the working tree is searched for symbols up to here, in bytes; beyond it a symbol counts as present
_TREE_LIMIT = 64 * 1024 * 1024
_FILE_LIMIT = 1024 * 1024
#: a name may stand in a changelog long after it is gone
_PROSE = tuple(f".{ending}" for ending in PROSE)
_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]+")


class Known(NamedTuple):
    """What a store knew at a generation, and what was read in its texts."""

    state: State
    readings: Readings


def foresee(request: WorkRequest) -> Known:
    """Given what is going to be asked, return what the store knows by now."""
    store, _ = open_store(Path(request.store))
    return Known(*recalled(store, load(store, known=read_checkpoint(store, lazily=True))))


def work(request: WorkRequest, progress: OnProgress, known: Known | None = None) -> Work:
    """Given a store and what to judge by, read what no run has consumed and return the plan for it.

    ``known`` is what was foreseen: what came since is read, too.
    """
    began = time.monotonic()
    store, _ = open_store(Path(request.store))
    state, readings = known or foresee(request)
    before, state = state, load(store, known=state)
    if state is not before:
        state, readings = recalled(store, state)
    headers = list_parts(store.transcripts)
    fresh = frozenset(it.session for it in headers if it.name not in state.parts) - request.set_aside
    transcripts = _read(store, fresh, headers, progress) if fresh else ()
    read = time.monotonic()
    proposal = dream(
        Dream(
            now=request.now,
            curator=RulesCurator(),
            transcripts=transcripts,
            inbox=waiting(store, state.inbox),
            repository=repository_of(request.repository),
            progress=progress,
            readings=readings,
            explain=request.explain,
        ),
        state,
    )
    plan = Plan(
        base=state.generation,
        now=request.now,
        curator=request.curator,
        changes=proposal.changes,
        shown=proposal.shown,
        consumed=proposal.consumed,
        notes=proposal.notes,
        grounds=proposal.grounds,
    )
    seconds = {"read": round(read - began, 3), "dream": round(time.monotonic() - read, 3)}
    changes_anything = plan.changes_anything(state)
    counts = dict(proposal.counts)
    return Work(plan, len(transcripts), counts, seconds, changes_anything=changes_anything, nearly=proposal.nearly)


def _read(
    store: Store, sessions: frozenset[str], headers: list[PartHeader], progress: OnProgress
) -> tuple[Transcript, ...]:
    """Return the transcripts of sessions; whoever listens knows which one is being read."""
    number = itertools.count()

    def tell(session: str) -> None:
        progress("read", next(number), len(sessions), session)

    transcripts = tuple(read_transcripts(store.transcripts, sessions, headers=headers, before=tell))
    progress("read", len(sessions), len(sessions))  # no session is at hand any more
    return transcripts


def repository_of(facts: GitFacts | None) -> Repository | None:
    """Given what git says, return it as the phases are handed it, with a search of the working tree."""
    if facts is None:
        return None
    return Repository(
        head=facts.head,
        clean=facts.clean,
        files=frozenset(facts.files),
        deleted=facts.deleted,
        renamed=facts.renamed,
        merged_branches=frozenset(facts.merged_branches),
        branches=frozenset(facts.branches),
        gone_names=facts.gone_names,
        renamed_names=facts.renamed_names,
        offers=frozenset(facts.offered.names),
        gone_offers=facts.offered.gone,
        renamed_offers=facts.offered.renamed,
        gone_branches=facts.gone_branches,
        services=facts.offered.services,
        instructions=facts.instructions,
        has_symbol=_symbol_search(Path(facts.root), facts.files),
    )


def _symbol_search(root: Path, files: tuple[str, ...]) -> Callable[[str], bool]:
    """Given a working tree, return what tells whether a name stands in it; it is read once, when first asked."""
    words: set[bytes] = set()
    complete: list[bool] = []

    def read_tree() -> bool:
        left = _TREE_LIMIT
        for name in files:
            if name.lower().endswith(_PROSE):
                continue
            try:
                with (root / name).open("rb") as file:
                    data = file.read(_FILE_LIMIT)
            except OSError:
                continue
            left -= len(data)
            if left < 0:
                return False
            words.update(_WORD.findall(data))
        return True

    def has_symbol(symbol: str) -> bool:
        if not complete:
            complete.append(read_tree())
        # Every word of a dotted or qualified name must stand somewhere.
        return not complete[0] or all(word in words for word in _WORD.findall(symbol.encode()))

    return has_symbol


def main(cage: Cage) -> None:
    """Given what holds this process, be a worker."""
    # Nearly every run needs them, and until it is asked there is time.
    for name in ("distilling.distil", "relating.relations"):
        importlib.import_module(f"..curators.rules.{name}", __package__)
    importlib.import_module("numpy")
    known: list[Known] = []
    serve(
        cage,
        WorkRequest,
        lambda request, progress: work(request, progress, *known),
        lambda request: known.append(foresee(request)),
    )
