"""A power cut takes nothing that a command relied on: every file is on disk before its name, every name before its use.

Proved from the system calls of whole commands (``synced``), and the proof is tried: it misses no sync that is left out.
"""

from pathlib import Path

import pytest

from dreamd.daemon.places import state_dir
from dreamd.memory.files import open_store

from .synced import losses, name_in, read_trace

NAMING = {"link", "linkat", "rename", "renameat", "renameat2"}


def folders_of(scene):
    local = state_dir(scene.environment, open_store(scene.store.root)[1].store)
    return [scene.store.root, local, scene.home / "new"]


@pytest.mark.parametrize("verb", ["init", "collect", "remember", "dream"])
def test_nothing_relies_on_what_a_power_cut_could_take(traced, verb):
    scene, calls = traced(verb)
    folders = [*folders_of(scene), *([scene.home] if verb == "init" else [])]  # for its configuration
    assert any(call.name in NAMING for call in calls)
    assert losses(calls, folders) == []


def test_every_sync_of_a_dream_that_is_left_out_is_missed(traced):
    scene, calls = traced("dream")
    folders = folders_of(scene)
    named = [it for it in calls if it.name in NAMING and name_in(folders, it.paths[1])]
    synced = {it.paths[0] for it in calls if it.name == "fsync"}
    relied_on = {path for it in named for path in (it.paths[0], it.paths[1].parent)} & synced
    assert len(relied_on) > 15
    for path in relied_on:
        without = [it for it in calls if not (it.name == "fsync" and it.paths == (path,))]
        assert losses(without, folders), f"nobody misses the sync of '{path}'"


def written(name, *, synced=True):
    """Return the trace of a file that is written beside its name, synced, and renamed."""
    lines = [
        '1 openat(AT_FDCWD</>, "/s/.tmp-1", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3</s/.tmp-1>',
        '1 write(3</s/.tmp-1>, "x", 1) = 1',
        "1 fsync(3</s/.tmp-1>) = 0",
        f'1 rename("/s/.tmp-1", "/s/{name}") = 0',
        f"1 fsync(4</s/{name}".rpartition("/")[0] + ">) = 0",
    ]
    return lines if synced else [line for line in lines if "fsync(3" not in line]


def told(lines):
    return losses(read_trace(lines), [Path("/s")])


def test_a_file_that_is_written_again_after_its_sync_is_found():
    assert told(written("MEMORY.md")) == []
    assert told(written("MEMORY.md", synced=False)) == ["+MEMORY.md while its data could be lost"]
    lines = written("MEMORY.md")
    lines.insert(3, '1 write(3</s/.tmp-1>, "y", 1) = 1')
    assert told(lines) == ["+MEMORY.md while its data could be lost"]


def test_a_sync_that_began_before_the_write_counts_for_nothing():
    lines = written("MEMORY.md")
    lines[1:3] = [
        "1 fsync(3</s/.tmp-1> <unfinished ...>",
        '2 write(3</s/.tmp-1>, "x", 1) = 1',
        "1 <... fsync resumed>) = 0",
    ]
    assert told(lines) == ["+MEMORY.md while its data could be lost"]


def test_a_sync_that_failed_counts_for_nothing():
    lines = [line.replace("fsync(3</s/.tmp-1>) = 0", "fsync(3</s/.tmp-1>) = -1 EIO") for line in written("MEMORY.md")]
    assert told(lines) == ["+MEMORY.md while its data could be lost"]


def test_publishing_in_another_order_is_found():
    ledger, memory, topic = written(".dreamd/ledger/000001.jsonl"), written("MEMORY.md"), written("topics/a.md")
    record = written(".dreamd/published.json")
    assert told(ledger + topic + memory + record) == []
    assert told(ledger + memory + topic + record) == ["+topics/a.md after what takes it for granted"]
    assert told(ledger[:-1] + topic)[0] == "+topics/a.md while +ledger/000001.jsonl could be lost"
    assert told(ledger + topic + memory[:-1]) == ["the end while +MEMORY.md could be lost"]


def test_two_files_that_exchange_their_names_are_followed():
    new, old = "/s/.dreamd/edits/replaced-1", "/s/MEMORY.md"
    lines = [line.replace("/s/.tmp-1", new) for line in written("MEMORY.md")[:3]]
    lines.append("1 fsync(4</s/.dreamd/edits>) = 0")
    lines.append(f'1 renameat2(AT_FDCWD</>, "{new}", AT_FDCWD</>, "{old}", RENAME_EXCHANGE) = 0')
    assert told([*lines, "1 fsync(4</s>) = 0"])[-1:] == ["the end while +edits/replaced-1 could be lost"]
    assert told([*lines, "1 fsync(4</s/.dreamd/edits>) = 0"])[-1:] == ["the end while +MEMORY.md could be lost"]


def test_a_file_in_a_folder_that_could_be_lost_is_found():
    lines = ['1 mkdir("/s/topics", 0777) = 0', *written("topics/a.md")]
    assert told(lines)[0] == "+topics/a.md while its folder could be lost"
