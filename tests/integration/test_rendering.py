"""A rendering that takes over what stands in published files is the one that is made anew."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamd.memory.changes import Restore, Retire, Retopic, Reword
from dreamd.memory.edits import Published, read_published
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load
from dreamd.memory.markdown import render
from dreamd.memory.publish import publish
from dreamd.memory.records import Kind, Origin, Reason
from dreamd.memory.rendering import rendered
from dreamd.recall.index import build
from dreamd.testing import NOON, make_add, make_evidence, make_memory


def memory(number, topic="sea", **fields):
    text = f"Rule {number} is said of # `walruses` <b> on 2026-03-14 or later"
    return make_memory(text, evidence=(make_evidence("q", record=f"r{number}"),), topic=topic, **fields)


def grow(store, *changes, **fields):
    header = Header(generation=head(store) + 1, kind=EntryKind.DREAM, now=NOON, **fields)
    commit(store, Entry(header, changes))


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    few = [memory(number, "sea" if number % 3 else "land", kind=list(Kind)[number % 3]) for number in range(9)]
    grow(store, *map(make_add, few), shown=(few[0].id, few[4].id))
    publish(store, build, tmp_path, NOON, "host", settle=0)
    return store


def anew(store):
    return render(load(store)).files


def again(store, published=None):
    return rendered(store, load(store), published or read_published(store)).files


def test_lines_taken_from_published_files_are_those_that_would_be_rendered(store):
    """Invariant 9."""
    grow(store, make_add(memory(20)), Reword(memory(1).id, "said anew", text="Another text", was="x"))
    grow(store, Retire(memory(2).id, "gone", why=Reason.STALE), Retopic(memory(4).id, "moved", topic="land"))

    assert again(store) == anew(store)


def mark(text):
    return text.replace("walruses", "MARKED")


def marked(store, published):
    """Return what is rendered of a store whose files say something else than their memories do."""
    for name in published.files:
        if name.startswith("topics/"):
            path = store.root / name
            path.write_text(mark(path.read_text()))
    return rendered(store, load(store), published).files


def test_what_somebody_wrote_into_a_file_is_not_taken_over(store):
    grow(store, make_add(memory(20)))

    assert marked(store, read_published(store)) == anew(store)


def digests_of(store):
    return {f"topics/{path.name}": sha256(path.read_bytes()).hexdigest() for path in store.topics.iterdir()}


def test_lines_that_other_code_rendered_or_a_purge_concerned_are_rendered_anew(store):
    """Invariant 8."""
    published = read_published(store)
    marked(store, published)
    forged = Published(published.generation, digests_of(store), published.code)
    grow(store, make_add(memory(20)))
    assert "MARKED" in again(store, forged)["topics/sea.md"], "what follows would show nothing"

    assert again(store, Published(forged.generation, forged.files, "other")) == anew(store)
    grow(store, rewrote=(1,))
    assert again(store, forged) == anew(store)


#: a memory of ours by number, and what becomes of it: another kind, topic, text, its end, its return, or an addition
done = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from(("add", "text", "kind", "topic", "retire", "restore", "shown")),
        st.sampled_from(("sea", "land", "air")),
        st.sampled_from(list(Kind)),
    ),
    max_size=8,
)


def noted(number, **fields):
    """Return a memory of which three were learned at once, some of them adopted from a note with lines."""
    origin = Origin.ADOPTED if number % 3 else Origin.SESSION
    piece = make_evidence("q", record=f"note.md#{20 - number}", origin=origin)
    learned = NOON + timedelta(minutes=number // 4)
    return make_memory(f"Note {number} of <b> it", evidence=(piece,), learned=learned, **fields)


def change_of(state, number, what, topic, kind):
    it = noted(number)
    known = state.memories.get(it.id)
    if known is None:
        return make_add(noted(number, topic=topic, kind=kind)) if what == "add" else None
    if what == "restore" and not known.active:
        return Restore(it.id, "again")
    if not known.active:
        return None
    return {
        "text": Reword(it.id, "anew", text=f"{it.text} {topic}", was=known.text),
        "kind": Reword(it.id, "anew", text=known.text, was=known.text, kind=kind),
        "topic": Retopic(it.id, "moved", topic=topic),
        "retire": Retire(it.id, "gone", why=Reason.STALE),
    }.get(what)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rounds=st.lists(done, min_size=1, max_size=3), edited=st.booleans())
def test_whatever_was_altered_since_it_is_the_rendering_that_is_made_anew(tmp_path, rounds, edited):
    """Invariant 9."""
    store = create_store(tmp_path / uuid4().hex)
    grow(store, *(make_add(noted(number, topic="sea" if number % 2 else "land")) for number in range(8)))
    publish(store, build, tmp_path, NOON, "host", settle=0)
    if edited:
        store.topic("sea").write_text("- of no use\n")
    for steps in rounds:
        for step in steps:
            change = change_of(load(store), *step)
            shown = tuple(load(store).memories)[: step[0]] if step[1] == "shown" else None
            if change or shown is not None:
                grow(store, *filter(None, [change]), shown=shown)
        state = load(store)
        published = read_published(store)

        assert rendered(store, state, published) == render(state)

        if not edited:
            publish(store, build, tmp_path, NOON, "host", settle=0)
