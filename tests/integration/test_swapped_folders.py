"""Somebody who shares a store puts a link where a folder was: nobody writes or reads where it points to."""

import contextlib
import multiprocessing
import shutil
from datetime import UTC, datetime

import pytest

from dreamd.daemon.kept_files import clean_local, foreign_files, kept_files, published_files, remove_debris
from dreamd.daemon.publishing import publish_head, sweep
from dreamd.errors import DreamdError
from dreamd.language.sought import seek
from dreamd.memory.atomic import create_file, make_folder, remove_file, write_file
from dreamd.memory.check import check
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store, open_store
from dreamd.memory.inbox import clear_inbox, remember
from dreamd.memory.item import Speaker
from dreamd.memory.ledger import commit, head, load
from dreamd.memory.purged import Unfinished, add_purged, load_purged
from dreamd.memory.reads import files_below, list_folder, read_file
from dreamd.memory.records import Kind
from dreamd.memory.runs import RunReport, read_reports, write_report
from dreamd.recall.api import Memory
from dreamd.sessions.parts import FORMAT, PartHeader, damaged_parts, part_names, write_part
from dreamd.sessions.seek import count_values
from dreamd.sessions.transcripts import list_parts
from dreamd.testing import NOON, make_add, make_evidence, make_memory

FOLDERS = ["topics", "inbox", ".dreamd", "ledger", "transcripts", "transcripts/2026", "transcripts/2026/03", "edits"]
FOLDERS += ["runs", "staging"]
MADE_WITH_THE_STORE = [name for name in FOLDERS if "/" not in name]


def keep_part(store, session):
    header = PartHeader(format=FORMAT, session=session, person="p", agent="a", zone="UTC", keys="", flags="", sizes=())
    return write_part(store.transcripts, header, [], datetime(2026, 3, 1, tzinfo=UTC))


def entry(generation):
    memory = make_memory(f"Rule {generation}", evidence=(make_evidence("q", record=f"r{generation}"),))
    return Entry(Header(generation=generation, kind=EntryKind.IMPORT, now=NOON), (make_add(memory),))


def report(name):
    return RunReport(run=name, host="h", started=NOON, finished=NOON, outcome="committed", base=0)


@pytest.fixture
def store(tmp_path):
    store = create_store(tmp_path / "store")
    commit(store, entry(1))
    keep_part(store, "before")
    write_report(store, report("before"))
    write_file(store.edits / "before", b"x")
    write_file(store.item("k3f9a2qx"), b"{}")
    write_file(store.staging / "before", b"x")
    publish_head(store, tmp_path / "scratch", NOON, "host")
    write_file(store.staging / "before", b"x")
    return store


def swap(store, name, elsewhere):
    """Put a link to a copy of a store's folder where it was, so that whoever follows it finds what he looks for."""
    folder = next(path for path in (store.root / name, store.inner / name) if path.exists())
    shutil.copytree(folder, elsewhere)
    shutil.rmtree(folder)
    folder.symlink_to(elsewhere)


def everything_in(folder):
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


def actions(store, scratch):
    """Return everything that dreamd does in a store, for whoever has opened it before."""
    local = scratch / "local"
    return (
        lambda: commit(store, entry(2)),
        lambda: publish_head(store, scratch, NOON, "host"),
        lambda: write_report(store, report("after")),
        lambda: keep_part(store, "after"),
        lambda: remember(store, "Deploy with make ship.", Kind.SEMANTIC, NOON, Speaker(person="p", host="host")),
        lambda: clear_inbox(store, {"k3f9a2qx"}),
        lambda: add_purged(store, ["purged"], Unfinished("r", "h", NOON)),
        lambda: remove_debris(store),
        lambda: sweep(store, scratch),
        lambda: check(store, lambda _: None, lambda _: None, damaged_parts(store.transcripts)),
        lambda: clean_local(local, lambda _: "x"),
        lambda: [write_file(path, b"struck out") for path in (*kept_files(store), *published_files(store))],
        lambda: [remove_file(path) for path in foreign_files(store)],
    )


@pytest.mark.parametrize("name", FOLDERS)
def test_whoever_has_opened_the_store_writes_nothing_where_a_link_points_to(store, tmp_path, name):
    swap(store, name, tmp_path / "elsewhere")
    before = everything_in(tmp_path / "elsewhere")

    for action in actions(store, tmp_path / "scratch"):
        with contextlib.suppress(OSError, DreamdError):
            action()

    assert everything_in(tmp_path / "elsewhere") == before


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("ledger", load),
        ("ledger", head),
        (".dreamd", load),
        (".dreamd", load_purged),
        ("runs", lambda store: list(read_reports(store))),
        ("transcripts", lambda store: list_parts(store.transcripts)),
        ("transcripts/2026", lambda store: list_parts(store.transcripts)),
        ("transcripts/2026/03", lambda store: list(part_names(store.transcripts))),
    ],
)
def test_what_a_link_points_to_is_not_read_and_the_link_is_named(store, tmp_path, name, read):
    swap(store, name, tmp_path / "elsewhere")

    with pytest.raises((OSError, DreamdError), match="symbolic link") as caught:
        read(store)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", MADE_WITH_THE_STORE)
def test_a_store_with_a_link_in_it_is_not_opened(store, tmp_path, name):
    swap(store, name, tmp_path / "elsewhere")

    for opening in (open_store, create_store, Memory):
        with pytest.raises(DreamdError, match="symbolic link"):
            opening(store.root)


def test_a_link_to_a_store_is_as_good_as_the_store(store, tmp_path):
    (tmp_path / "link").symlink_to(store.root)

    opened, _ = open_store(tmp_path / "link")

    assert opened.root == store.root
    assert head(opened) == 1


def test_what_is_not_dreamds_is_not_searched_through_a_link(store, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/diary").write_text("zebra-77\n")
    (store.root / "docs").mkdir()
    (store.root / "docs/diary").write_text("nothing\n")
    [found] = foreign_files(store)
    (store.root / "docs/diary").unlink()
    (store.root / "docs").rmdir()
    (store.root / "docs").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic link"):
        count_values(found, seek("zebra-77", is_regex=False), follow=False)


def swap_for_ever(folder, aside, elsewhere):
    while True:
        with contextlib.suppress(OSError):
            folder.rename(aside)
            folder.symlink_to(elsewhere)
            folder.unlink()
            aside.rename(folder)


def test_no_moment_is_the_right_one_to_swap_a_folder(store, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret").write_bytes(b"not yours")
    before = everything_in(elsewhere)
    context = multiprocessing.get_context("fork")
    attacker = context.Process(target=swap_for_ever, args=(store.runs, store.inner / "aside", elsewhere))
    attacker.start()
    done = refused = 0
    try:
        for number in range(400):
            for action in (
                lambda: write_file(store.runs / "report", b"x", 0o600),
                lambda number=number: create_file(store.runs / f"new-{number}", b"x", sync=False),
                lambda number=number: remove_file(store.runs / f"new-{number}"),
                lambda number=number: make_folder(store.runs / f"folder-{number % 7}"),
                lambda: read_file(store.runs / "secret"),
                lambda: "secret" in list_folder(store.runs) and pytest.fail("listed what the link points to"),
                lambda: store.runs / "secret" in files_below(store.runs) and pytest.fail("found a file through a link"),
            ):
                try:
                    if action() == b"not yours":
                        pytest.fail("read what the link points to")
                    done += 1
                except OSError:
                    refused += 1
    finally:
        attacker.kill()
        attacker.join()

    assert everything_in(elsewhere) == before
    assert done > 100
    assert refused > 100
