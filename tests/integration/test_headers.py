"""The headers of parts in one file: they count only where the part is the one that they were read from."""

import os

import pytest

from dreamd.daemon import publishing
from dreamd.daemon.publishing import keep_part_headers
from dreamd.memory.entry import EntryKind
from dreamd.memory.ledger import head, read_entry
from dreamd.sessions import headers
from dreamd.sessions.headers import keep_headers, read_known
from dreamd.sessions.parts import drop_events, part_names, read_header
from dreamd.sessions.transcripts import list_parts

VALUE = "zebra-Fjord-77"


@pytest.fixture
def world(leaky, monkeypatch):
    """A store whose headers are kept however few they are, one of a log that has a value in its name."""
    monkeypatch.setattr(headers, "FEW", 0)
    leaky.log(f"{VALUE}.jsonl", "We always run make lint before a push, since the server refuses it.", session="three")
    leaky.collect()
    return leaky


@pytest.fixture
def opened(monkeypatch):
    """The names of the parts whose headers were read from the parts themselves."""
    names = []

    def reading(root, name):
        names.append(name)
        return read_header(root, name)

    monkeypatch.setattr(headers, "read_header", reading)
    return names


def test_what_is_listed_is_the_same_with_the_file_and_without_and_parts_are_not_opened_again(world, opened):
    root = world.store.transcripts
    before = list_parts(root)
    assert len(opened) == len(before) >= 3

    assert keep_headers(root)
    opened.clear()

    assert list_parts(root) == before
    assert not opened
    assert not keep_headers(root), "nothing is new"
    world.store.headers.unlink()
    assert list_parts(root) == before


def test_a_part_that_came_since_is_read_and_one_that_went_is_gone(world, opened):
    root = world.store.transcripts
    keep_headers(root)
    world.log("four.jsonl", "Never edit the generated files, the next build overwrites them.", session="four")
    world.collect()
    old, new = sorted(part_names(root), key=lambda name: "four" in name)[::3]
    (root / old).unlink()
    opened.clear()

    assert [it.name for it in list_parts(root)] == list(part_names(root))
    assert opened == [new]


def test_a_part_that_was_replaced_is_read_anew(world, opened):
    root = world.store.transcripts
    keep_headers(root)
    name = next(part_names(root))
    drop_events(root, name)
    opened.clear()

    [found] = [it for it in list_parts(root) if it.name == name]
    assert found.dropped
    assert opened == [name]


def test_a_file_with_any_byte_changed_or_missing_counts_nothing(world):
    """Invariant 13."""
    root = world.store.transcripts
    before = list_parts(root)
    keep_headers(root)
    data = world.store.headers.read_bytes()
    for damaged in (b"", data[:-1], data[:40] + bytes([data[40] ^ 1]) + data[41:], b"{}\n"):
        world.store.headers.write_bytes(damaged)
        assert read_known(root) == {}
        assert list_parts(root) == before


def test_a_damaged_part_is_named_and_its_header_is_not_kept(world):
    """Invariant 15."""
    root = world.store.transcripts
    name = next(part_names(root))
    (root / name).write_bytes(b"no part")
    keep_headers(root)
    told = {}

    assert name not in {it.name for it in list_parts(root, told.__setitem__)}
    assert list(told) == [name]


def test_a_purge_takes_the_file_away(world):
    """Invariant 8."""
    keep_headers(world.store.transcripts)
    assert ".dreamd/transcripts/headers" in world.holding()

    world.purge()

    assert not world.store.headers.exists()
    assert world.holding() <= {os.path.relpath(world.logs, world.store.root)}
    assert world.check() == ()


def test_whoever_keeps_what_was_purged_meanwhile_takes_it_away(world, monkeypatch):
    """Invariant 8."""

    def stopped(root):
        kept = {path: path.read_bytes() for path in [world.store.headers] if keep_headers(root)}
        world.purge()
        for path, data in kept.items():
            path.write_bytes(data)
        return True

    monkeypatch.setattr(publishing, "keep_headers", stopped)
    keep_part_headers(world.store)

    assert read_entry(world.store, head(world.store)).header.kind is EntryKind.PURGE
    assert not world.store.headers.exists()


def test_a_run_keeps_the_headers_of_many_parts(leaky):
    assert not leaky.store.headers.exists()
    for number in range(headers.FEW + 1):
        leaky.log(
            f"{number}.jsonl", f"We always run step {number} before a push, since it fails.", session=f"n{number}"
        )
    leaky.dream()

    assert [it.name for it in list_parts(leaky.store.transcripts)] == list(read_known(leaky.store.transcripts))
