"""What people ask for by hand, as the publisher does it: correct, undo, repair. Part of the publisher."""

from __future__ import annotations

from pathlib import Path

from ..errors import NotFoundError
from ..memory.amend import Amendment, Propose, amend
from ..memory.changes import Retopic, State, Verify
from ..memory.corrections import concerned, correct
from ..memory.entry import EntryKind
from ..memory.files import Store, open_store
from ..memory.ledger import head, load, read_entry
from ..memory.repair import discard_index, discard_published, set_aside_last
from ..memory.taken_in import taking_in
from ..memory.undo import undo
from .publishing import publish_head
from .requests import Amended, CorrectRequest, Repaired, RepairRequest, UndoRequest

#: what a run does to memories that says nothing else than before
_UPKEEP = (Retopic, Verify)


def by_hand(request: CorrectRequest | UndoRequest) -> Amended:
    """Given what a person puts right, commit and publish it. What was written into files before goes first."""
    store, _ = open_store(Path(request.store))
    scratch = Path(request.scratch)
    state = publish_head(store, scratch, request.now, request.host)
    undone = 0
    if isinstance(request, UndoRequest):
        undone = request.generation or last_to_undo(store, state, request.person)
        entry = amend(store, undoing(store, undone, request.person), request.now, request.host, state)
    else:
        correction = request.correction
        amend(store, taking_in(store, concerned(correction)), request.now, request.host, state)
        entry = amend(store, lambda it: correct(correction, it), request.now, request.host, state)
    if entry is None:
        return Amended(undone=undone)
    publish_head(store, scratch, request.now, request.host, known=state)
    return Amended(entry.header.generation, entry.changes, undone)


def last_to_undo(store: Store, state: State, person: str) -> int:
    """Given a store and its state, return the newest generation that a person would call something to take back.

    That is none that changed nothing, none of which all was taken back, and none by which a run only looked at the
    repository or gave another topic. The head where there is no such generation.
    """
    for generation in range(state.generation, 0, -1):
        entry = read_entry(store, generation)
        is_upkeep = entry.header.kind is EntryKind.DREAM and all(isinstance(it, _UPKEEP) for it in entry.changes)
        is_purge = entry.header.kind is EntryKind.PURGE  # it is refused, and nothing older is undone in its stead
        if is_purge or (entry.changes and not is_upkeep and undoing(store, generation, person)(state).changes):
            return generation
    return state.generation


def undoing(store: Store, generation: int, person: str) -> Propose:
    """Given a store and a generation, return what makes the amendment that takes it back."""
    if not 0 < generation <= head(store):
        raise NotFoundError(str(generation), f"the newest generation is {head(store)}", "'dreamd log' lists them")
    entry, before = read_entry(store, generation), load(store, generation - 1)

    def propose(state: State) -> Amendment:
        later = [read_entry(store, number) for number in range(generation + 1, state.generation + 1)]
        return undo(entry, before, state, later, person)

    return propose


def repair(request: RepairRequest) -> Repaired:
    """Given what is to be mended, mend it, publish, and say what was done."""
    store, _ = open_store(Path(request.store))
    mended = _REPAIR[request.what](store)
    before = head(store)
    state = publish_head(store, Path(request.scratch), request.now, request.host)
    hint = _way_back(store, mended.generation, state.generation) if mended.generation else ""
    return Repaired(mended.done, state.generation, state.generation > before, mended.was, hint)


def _way_back(store: Store, aside: int, generation: int) -> str:
    """Given the generation of an entry that was set aside and the store's now, return how to have again what it did."""
    if generation >= aside:
        return f"its number is that of what was taken in; do again what it did, see 'dreamd show {generation}' first"
    path = store.entry(aside).relative_to(store.root)
    return f"where a whole copy of it is found, put that back as {path} before anything else is committed"


_REPAIR = {"index": discard_index, "published": discard_published, "ledger": set_aside_last}
