"""The publisher: the only process that writes memory.

Before a run it takes in edits, rolls forward and asks git; after a run it validates the plan, commits and publishes.
It also purges (``purge``).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from ..errors import LossBoundError, StaleBaseError
from ..language.redact import redact
from ..memory.atomic import make_folder, write_file
from ..memory.changes import State
from ..memory.checkpoint import read_checkpoint
from ..memory.edits import is_untouched
from ..memory.entry import Entry, EntryKind, Header
from ..memory.files import Store, open_store
from ..memory.grounds import write_grounds
from ..memory.inbox import inbox_texts
from ..memory.ledger import commit, head, load
from ..memory.plan import Plan, RecordText, validate
from ..memory.proposal import require_proposal
from ..memory.publish import is_published
from ..memory.reads import read_file
from ..memory.records import Origin
from ..sessions.parts import part_names
from ..sessions.retention import drop_old
from ..sessions.transcripts import RecordTexts
from .git.call import why_not
from .git.facts import read_repository
from .messages import Cage, OnProgress
from .publishing import finish_inbox, keep_part_headers, keep_readings, load_head, publish_head, sweep
from .purge import Place, forward, purge
from .requests import (
    AdoptReply,
    AdoptRequest,
    Amended,
    BringReply,
    BringRequest,
    CorrectRequest,
    Finished,
    FinishRequest,
    ForwardRequest,
    Prepared,
    PrepareRequest,
    PurgeReply,
    PurgeRequest,
    Repaired,
    RepairRequest,
    UndoRequest,
)
from .serving import serve

Request = (
    PrepareRequest
    | FinishRequest
    | CorrectRequest
    | UndoRequest
    | BringRequest
    | AdoptRequest
    | RepairRequest
    | PurgeRequest
    | ForwardRequest
)
Reply = Prepared | Finished | Amended | BringReply | AdoptReply | Repaired | PurgeReply


def handle(request: Request, progress: OnProgress) -> Reply:
    """Given what is to be done, do it and say what readers see now."""
    return _HANDLE[type(request)](request, progress)


def purge_or_forward(request: PurgeRequest | ForwardRequest, progress: OnProgress) -> PurgeReply:
    """Given what is to be purged, or that a purge was begun, purge."""
    store, _ = open_store(Path(request.store))
    place = Place(store, Path(request.local), request.now, request.host)
    if isinstance(request, PurgeRequest):
        return purge(place, request, progress)
    forward(place, progress)
    return PurgeReply()


def prepare(request: PrepareRequest, progress: OnProgress) -> Prepared:
    """Given a store before a run, make its published files those of its ledger and gather what git says."""
    store, _ = open_store(Path(request.store))
    before, whole = head(store), is_published(store)
    notes: list[str] = []
    generation = before
    if not request.dry_run:
        sweep(store, Path(request.scratch))
        keep_part_headers(store)
        if whole and is_untouched(store):
            finish_inbox(store)
        else:
            generation = publish_head(store, Path(request.scratch), request.now, request.host, notes.append).generation
        keep_readings(store, progress)
    repository = read_repository(Path(request.repository)) if request.repository else None
    warning = ""
    if request.repository and repository is None:
        said = why_not(Path(request.repository))
        because = f" (git says: {said})" if said else ""
        warning = f"found no commit at '{request.repository}', so nothing is checked against it{because}"
    edited = generation > before
    mended = not (request.dry_run or whole or edited) and generation > 0
    return Prepared(generation, repository, warning, edited, mended, tuple(notes))


def foresee(request: FinishRequest) -> State | None:
    """Given what is going to be asked, return what the store knows by now; None where there is no checkpoint of that.

    Without one there is little to read, or it is taken away before all is folded: it would be folded for nothing.
    """
    importlib.import_module("duckdb")
    store, _ = open_store(Path(request.store))
    # Much of what MEMORY.md shows will stay, and the patterns that it needs are compiled when they are first asked for.
    redact(read_file(store.memory).decode(errors="replace"))
    base = read_checkpoint(store, lazily=True)
    return base and load(store, known=base)


def finish(request: FinishRequest, progress: OnProgress, known: State | None = None) -> Finished:
    """Given a plan, commit and publish it if it is sound; a refused one is kept, so that a person can take it.

    ``known`` is what was foreseen: what came since is read, too.
    """
    store, _ = open_store(Path(request.store))
    state = load(store, known=known) if known else load_head(store)
    plan = request.plan
    if plan.base != state.generation:
        # Not even looked at, or it could be kept as refused: what it says may have been purged since.
        raise StaleBaseError(str(plan.base + 1))
    progress("validate", 0, 0)
    try:
        parts = frozenset(part_names(store.transcripts))
        plan = require_proposal(plan, state, request.now, parts, accept_loss=request.accept_loss)
        validate(plan, state, record_texts(store), accept_loss=request.accept_loss)
    except LossBoundError:
        # A person may take it. A plan that breaks another invariant is not kept: it may be what must not be stored.
        make_folder(store.runs, parents=False)
        write_file(store.refused_plan(request.run), msgspec.json.encode(plan))
        raise
    progress("commit", 0, 0)
    if plan.grounds:
        write_grounds(store, request.run, plan.grounds)
    commit(store, Entry(_header(request, plan), plan.changes))
    progress("publish", 0, 0)
    published = publish_head(store, Path(request.scratch), request.now, request.host, known=state)
    drop_old(store.transcripts, published, request.now, request.retention)
    # Another host may have committed since, and its generation is the one that is published.
    return Finished(plan.base + 1, _number_shown(store), published.number_active, plan.notes)


def _number_shown(store: Store) -> int:
    """Return how many memories MEMORY.md shows, as it was just published."""
    try:
        return read_file(store.memory).count(b"\n- ")
    except OSError:
        return 0  # somebody took it away meanwhile, and the next publish brings it back


def record_texts(store: Store) -> RecordText:
    """Given a store, return what finds what the speaker of a piece of evidence said in the record or item it names."""
    transcripts, inbox = RecordTexts(store.transcripts), inbox_texts(store)
    return lambda piece: inbox(piece) if piece.origin is Origin.INBOX else transcripts.said(piece)


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


def _correct(request: CorrectRequest | UndoRequest, _progress: OnProgress) -> Amended:
    from .correcting import by_hand  # noqa: PLC0415

    return by_hand(request)


def _adopt(request: AdoptRequest, _progress: OnProgress) -> AdoptReply:
    from .adopting import adopt_notes  # noqa: PLC0415

    return adopt_notes(request)


def _bring(request: BringRequest, _progress: OnProgress) -> BringReply:
    from .bringing import bring_in  # noqa: PLC0415

    return bring_in(request)


def _repair(request: RepairRequest, _progress: OnProgress) -> Repaired:
    from .correcting import repair  # noqa: PLC0415

    return repair(request)


_HANDLE: dict[type, Callable[[Any, OnProgress], Reply]] = {
    PrepareRequest: prepare,
    FinishRequest: finish,
    CorrectRequest: _correct,
    UndoRequest: _correct,
    AdoptRequest: _adopt,
    BringRequest: _bring,
    RepairRequest: _repair,
    PurgeRequest: purge_or_forward,
    ForwardRequest: purge_or_forward,
}


def main(cage: Cage) -> None:
    """Given what holds this process, be a publisher."""
    known: list[State | None] = []

    def asked(request: Request, progress: OnProgress) -> Reply:
        if isinstance(request, FinishRequest):
            return finish(request, progress, *known)
        return handle(request, progress)

    serve(cage, Request, asked, lambda request: known.append(foresee(request)))
