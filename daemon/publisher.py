"""The publisher: the only process that writes memory.

Before a run it takes in edits, rolls forward and asks git; after a run it validates the plan, commits and publishes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from ..errors import LossBoundError
from ..memory.atomic import make_folder, write_file
from ..memory.changes import State
from ..memory.entry import Entry, EntryKind, Header
from ..memory.files import Store, open_store
from ..memory.ledger import commit, head, load, read_entries
from ..memory.markdown import render_memory
from ..memory.plan import Plan, validate
from ..memory.publish import is_published, publish
from ..recall.index import build
from ..sessions.transcripts import RecordTexts
from .git import read_repository
from .pipe import OnProgress, serve
from .requests import Finished, FinishRequest, Prepared, PrepareRequest


def handle(request: PrepareRequest | FinishRequest, progress: OnProgress) -> Prepared | Finished:
    """Given what is to be done, do it and say what readers see now."""
    return prepare(request, progress) if isinstance(request, PrepareRequest) else finish(request, progress)


def prepare(request: PrepareRequest, _progress: OnProgress) -> Prepared:
    """Given a store before a run, make its published files those of its ledger and gather what git says."""
    store, _ = open_store(Path(request.store))
    before, whole = head(store), is_published(store)
    if request.dry_run:
        state = load(store)
    else:
        sweep(store)
        state = _publish(store, request)
    repository = read_repository(Path(request.repository)) if request.repository else None
    warning = ""
    if request.repository and repository is None:
        warning = f"found no git repository with a commit at '{request.repository}': nothing is checked against it"
    edited = state.generation > before
    mended = not (request.dry_run or whole or edited) and state.generation > 0
    return Prepared(state.generation, repository, warning, edited, mended)


def finish(request: FinishRequest, progress: OnProgress) -> Finished:
    """Given a plan, commit and publish it if it is sound; a refused one is kept, so that a person can take it."""
    store, _ = open_store(Path(request.store))
    state = load(store)
    plan = request.plan
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
    published = _publish(store, request)
    active = {memory.id: memory for memory in published.active()}
    _, shown = render_memory(active, published.shown, published.generation, published.now)
    return Finished(published.generation, shown, len(active))


def sweep(store: Store) -> None:
    """Given a store under the lease, remove what runs that died left in staging."""
    if store.staging.is_dir():
        for path in store.staging.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _publish(store: Store, request: PrepareRequest | FinishRequest) -> State:
    def build_index(path: Path, state: State) -> None:
        build(path, state, read_entries(store, state.generation))

    scratch = Path(request.scratch)
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    return publish(store, build_index, scratch, request.now, request.host)


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
    serve(PrepareRequest | FinishRequest, handle)


if __name__ == "__main__":
    main()
