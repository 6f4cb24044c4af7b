"""What ``check`` finds in that which derives from the ledger: MEMORY.md, the topic files, the index, the checkpoint.

Others commit and publish meanwhile, and it takes longer to look at files than to replace them. So what is found counts
only where the store was of one generation all the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from .changes import State
from .checkpoint import read_checkpoint
from .edits import find, read_published
from .files import Store
from .finding import AGAIN, Finding
from .ledger import load, read_entries
from .markdown import CAP_BYTES, CAP_LINES, render
from .postings import Postings, read_postings
from .publish import is_published
from .reads import is_file, read_file

_LINK = re.compile(r"\]\((topics/[a-z0-9-]+\.md)\)")
#: where the store changed under so many looks, there is somebody who publishes, and looks himself
_MOST_LOOKS = 10

#: given the index's path, return the generation that it was built from; None where it cannot be read
IndexGeneration = Callable[[Path], int | None]


def checkpoint_findings(store: Store, state: State) -> Iterator[Finding]:
    """Given a store whose ledger is whole and the state of that, yield what is wrong with its checkpoint."""
    if not is_file(store.checkpoint):
        return
    base = read_checkpoint(store)
    if base is not None and base.generation > state.generation:
        return  # it was made since
    if base is None or load(store, state.generation, base) != state:
        what = "it is damaged or not of this ledger" if base is None else "it differs from what the ledger says"
        yield Finding(13, grave=False, where="checkpoint", what=what, hint=AGAIN)


def postings_findings(store: Store) -> Iterator[Finding]:
    """Given a store whose ledger is whole, yield what is wrong with its postings."""
    if not is_file(store.postings):
        return
    found = read_postings(store)
    if found is None or Postings().with_entries(read_entries(store, found.generation)) != found:
        what = "they are damaged or not of this ledger" if found is None else "they differ from what the ledger says"
        hint = "remove it: nothing is lost, and it is made again when it is due"
        yield Finding(13, grave=False, where=str(store.postings), what=what, hint=hint, by_hand=True)


def published_findings(
    store: Store, state: State, index_generation: IndexGeneration, *, is_whole: bool
) -> list[Finding]:
    """Given a store and its state, return what is wrong with what readers see; ``is_whole`` says that the ledger is."""
    for _ in range(_MOST_LOOKS):
        before = read_published(store)
        found = list(_published(store, state, index_generation, is_whole=is_whole))
        if not found or not is_whole:
            return found
        now = load(store, known=state)
        if now.generation == state.generation and read_published(store) == before:
            return found
        state = now
    return []


def _published(store: Store, state: State, index_generation: IndexGeneration, *, is_whole: bool) -> Iterator[Finding]:
    if not state.generation:
        return
    try:
        data = read_file(store.memory)
    except OSError as error:
        gone, what = isinstance(error, FileNotFoundError), error.strerror or str(error)
        hint = AGAIN if gone else "see that it may be read; what stands in it is not known"
        yield Finding(4, grave=False, where="MEMORY.md", what=what, hint=hint, by_hand=not gone)
        return
    text = data.decode(errors="replace")
    if text.count("\n") > CAP_LINES or len(data) > CAP_BYTES:
        yield Finding(4, grave=False, where="MEMORY.md", what="it is over the cap", hint=AGAIN)
    for link in _LINK.findall(text):
        if not is_file(store.root / link):
            yield Finding(
                4, grave=False, where="MEMORY.md", what=f"it links to '{link}', which is not there", hint=AGAIN
            )
    # What was written by hand, and what must be published, the ledger says, and not what is left of it.
    edited = {found.name for found in find(store)} if is_whole else set()
    for name in sorted(edited):
        hint = "'dreamd dream' takes it in"
        yield Finding(13, grave=False, where=name, what="it was edited by hand since it was published", hint=hint)
    if is_whole and not edited and (not is_published(store) or _differs(store, state)):
        published = read_published(store).generation
        what = f"generation {published} is published and the ledger is at {state.generation}"
        if published == state.generation:
            what = "published files differ from what the ledger says"
        yield Finding(13, grave=False, where=str(store.root), what=what, hint=AGAIN)
    found_generation = index_generation(store.index)
    if found_generation != state.generation:
        what = "it cannot be read" if found_generation is None else f"it is of generation {found_generation}"
        yield Finding(13, grave=False, where="memory.duckdb", what=what, hint=AGAIN)


def _differs(store: Store, state: State) -> bool:
    for name, text in render(state).files.items():
        try:
            if read_file(store.root / name) != text.encode():
                return True
        except OSError:
            return True
    return False
