"""The publisher: the only process that writes memory.

Before a run it takes in edits, rolls forward and asks git; after a run it validates the plan, commits and publishes.
It also purges (``purge``).
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..errors import LossBoundError, NotFoundError, StaleBaseError
from ..memory.amend import Amendment, Propose, amend
from ..memory.atomic import make_folder, write_file
from ..memory.changes import State
from ..memory.corrections import correct, undo
from ..memory.entry import Entry, EntryKind, Header
from ..memory.files import Store, open_store
from ..memory.ledger import commit, head, load, read_entry
from ..memory.markdown import render_memory
from ..memory.plan import Plan, validate
from ..memory.publish import is_published
from ..sessions.transcripts import RecordTexts
from .git import read_repository
from .pipe import OnProgress, serve
from .publishing import publish_head, sweep
from .purge import Place, forward, purge
from .requests import (
    Amended,
    CorrectRequest,
    Finished,
    FinishRequest,
    ForwardRequest,
    Prepared,
    PrepareRequest,
    PurgeReply,
    PurgeRequest,
    UndoRequest,
)

Request = PrepareRequest | FinishRequest | CorrectRequest | UndoRequest | PurgeRequest | ForwardRequest


def handle(request: Request, progress: OnProgress) -> Prepared | Finished | Amended | PurgeReply:
    """Given what is to be done, do it and say what readers see now."""
    if isinstance(request, CorrectRequest | UndoRequest):
        return by_hand(request)
    if isinstance(request, PrepareRequest):
        return prepare(request, progress)
    if isinstance(request, FinishRequest):
        return finish(request, progress)
    store, _ = open_store(Path(request.store))
    place = Place(store, Path(request.local), request.now, request.host)
    if isinstance(request, PurgeRequest):
        return purge(place, request, progress)
    forward(place, progress)
    return PurgeReply()


def prepare(request: PrepareRequest, _progress: OnProgress) -> Prepared:
    """Given a store before a run, make its published files those of its ledger and gather what git says."""
    store, _ = open_store(Path(request.store))
    before, whole = head(store), is_published(store)
    notes: list[str] = []
    if request.dry_run:
        state = load(store)
    else:
        sweep(store)
        state = publish_head(store, Path(request.scratch), request.now, request.host, notes.append)
    repository = read_repository(Path(request.repository)) if request.repository else None
    warning = ""
    if request.repository and repository is None:
        warning = f"found no git repository with a commit at '{request.repository}': nothing is checked against it"
    edited = state.generation > before
    mended = not (request.dry_run or whole or edited) and state.generation > 0
    return Prepared(state.generation, repository, warning, edited, mended, tuple(notes))


def finish(request: FinishRequest, progress: OnProgress) -> Finished:
    """Given a plan, commit and publish it if it is sound; a refused one is kept, so that a person can take it."""
    store, _ = open_store(Path(request.store))
    state = load(store)
    plan = request.plan
    if plan.base != state.generation:
        # Not even looked at, or it could be kept as refused: what it says may have been purged since.
        raise StaleBaseError(str(plan.base + 1))
    progress("validate", 0, 0)
    try:
        validate(plan, state, RecordTexts(store.transcripts), accept_loss=request.accept_loss)
    except LossBoundError:
        # A person may take it. A plan that breaks another invariant is not kept: it may be what must not be stored.
        make_folder(store.runs)
        write_file(store.refused_plan(request.run), msgspec.json.encode(plan))
        raise
    progress("commit", 0, 0)
    commit(store, Entry(_header(request, plan), plan.changes))
    progress("publish", 0, 0)
    published = publish_head(store, Path(request.scratch), request.now, request.host)
    active = {memory.id: memory for memory in published.active()}
    _, shown = render_memory(active, published.shown, published.generation, published.now)
    return Finished(published.generation, shown, len(active))


def by_hand(request: CorrectRequest | UndoRequest) -> Amended:
    """Given what a person puts right, commit and publish it. What was written into files before goes first."""
    store, _ = open_store(Path(request.store))
    scratch = Path(request.scratch)
    publish_head(store, scratch, request.now, request.host)
    undone = 0
    if isinstance(request, UndoRequest):
        undone = request.generation or head(store)
        entry = amend(store, undoing(store, undone, request.person), request.now, request.host)
    else:
        correction = request.correction
        entry = amend(store, lambda state: correct(correction, state), request.now, request.host)
    if entry is None:
        return Amended(undone=undone)
    publish_head(store, scratch, request.now, request.host)
    return Amended(entry.header.generation, entry.changes, undone)


def undoing(store: Store, generation: int, person: str) -> Propose:
    """Given a store and a generation, return what makes the amendment that takes it back."""
    if not 0 < generation <= head(store):
        raise NotFoundError(str(generation), f"the newest generation is {head(store)}", "'dreamd log' lists them")
    entry, before = read_entry(store, generation), load(store, generation - 1)

    def propose(state: State) -> Amendment:
        later = [read_entry(store, number) for number in range(generation + 1, state.generation + 1)]
        return undo(entry, before, state, later, person)

    return propose


def _header(request: FinishRequest, plan: Plan) -> Header:
    return Header(
        generation=plan.base + 1,
        kind=EntryKind.DREAM,
        now=plan.now,
        run=request.run,
        host=request.host,
        started=request.started,
        curator=plan.curator,
        consumed=plan.consumed,
        shown=plan.shown,
    )


def main() -> None:
    """Be a publisher process."""
    serve(Request, handle)


if __name__ == "__main__":
    main()
