"""The ledger on a real file system."""

import multiprocessing
import os

import pytest

from dreamd.errors import DamagedError, FormatError, MountError, NoStoreError, StaleBaseError
from dreamd.memory.atomic import create_file, write_file
from dreamd.memory.changes import Retire
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.files import create_store, open_store
from dreamd.memory.ledger import commit, head, load, read_entry
from dreamd.memory.reads import read_file
from dreamd.memory.records import Reason
from dreamd.testing import NOON, make_add, make_evidence, make_memory


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "store")


def entry(generation, *changes, parts=(), kind=EntryKind.DREAM, shown=None):
    header = Header(generation=generation, kind=kind, now=NOON, consumed=Consumed(parts=parts), shown=shown)
    return Entry(header, changes)


def memory(number):
    return make_memory(f"Rule number {number}", evidence=(make_evidence("q", record=f"r{number}"),))


def test_the_state_of_a_store_is_the_fold_of_its_ledger(store):
    first, second = memory(1), memory(2)
    commit(store, entry(1, make_add(first), parts=("p1",), shown=(first.id,)))
    commit(store, entry(2, make_add(second), Retire(first.id, "gone", why=Reason.STALE), parts=("p2",)))

    state = load(store)

    assert state.generation == head(store) == 2
    assert [it.id for it in state.active()] == [second.id]
    assert state.parts == {"p1", "p2"}
    assert state.shown == (first.id,)
    assert load(store, 1).active() == [first]


def test_an_entry_for_a_base_that_is_no_longer_the_head_is_refused(store):
    commit(store, entry(1))

    with pytest.raises(StaleBaseError):
        commit(store, entry(1, make_add(memory(1))))
    assert load(store).memories == {}


def try_commit(root, number, results):
    store, _ = open_store(root)
    try:
        commit(store, entry(1, make_add(memory(number))))
    except StaleBaseError:
        return
    results.put(number)


def test_of_many_who_commit_on_one_base_exactly_one_wins(store):
    """Invariant 1."""
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    writers = [context.Process(target=try_commit, args=(store.root, number, results)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    winner = results.get()
    assert results.empty()
    assert load(store).active() == [memory(winner)]


def test_a_gap_a_flipped_bit_and_a_foreign_number_are_named(store):
    """Invariant 1."""
    for generation in (1, 2, 3):
        commit(store, entry(generation, make_add(memory(generation))))
    path = store.entry(2)
    whole = path.read_bytes()

    path.write_bytes(whole.replace(b"Rule number 2", b"Rule number 9"))
    with pytest.raises(DamagedError, match=r"000002\.jsonl.*checksum"):
        load(store)
    path.write_bytes(store.entry(1).read_bytes())
    with pytest.raises(DamagedError, match="says that it is entry 1"):
        read_entry(store, 2)
    path.unlink()
    with pytest.raises(DamagedError, match="entry 2 is missing"):
        load(store)


def test_a_store_of_a_future_format_is_refused_and_left_as_it_is(store):
    store.format.write_text('{"format": 99, "store": "x"}\n')

    with pytest.raises(FormatError, match="its format is 99"):
        open_store(store.root)
    with pytest.raises(FormatError):
        create_store(store.root)


def test_a_folder_that_is_no_store_says_so(tmp_path):
    with pytest.raises(NoStoreError):
        open_store(tmp_path)


def test_making_a_store_again_keeps_its_identity(store):
    before = store.format.read_bytes()

    create_store(store.root)

    assert store.format.read_bytes() == before


def test_a_store_cannot_be_made_where_a_file_lies(tmp_path):
    (tmp_path / "store").write_text("x")

    with pytest.raises(MountError):
        create_store(tmp_path / "store")


def test_folders_and_files_are_the_groups_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        store = create_store(tmp_path / "team")
        commit(store, entry(1))
    finally:
        os.umask(before)

    assert store.ledger.stat().st_mode & 0o7777 == 0o2770
    assert store.entry(1).stat().st_mode & 0o777 == 0o660


def test_a_file_is_created_once_and_replaced_whole(tmp_path):
    path = tmp_path / "file"

    assert create_file(path, b"one")
    assert not create_file(path, b"two")
    assert read_file(path) == b"one"
    write_file(path, b"three")
    assert read_file(path) == b"three"
    assert list(tmp_path.iterdir()) == [path]


def test_links_folders_and_pipes_are_not_read(tmp_path):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")

    for name in ("link", "pipe", "."):
        with pytest.raises(OSError, match=r"."):
            read_file(tmp_path / name)
