"""What is kept of why a memory was kept: found by memory, and never in the way of anything."""

import math
from datetime import UTC, datetime

import pytest

from dreamd.memory.changes import Add, Merge
from dreamd.memory.files import create_store
from dreamd.memory.grounds import Ground, read_grounds, unfounded, write_grounds
from dreamd.memory.records import Evidence, Kind, Memory, Origin, Trust

THEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
PIECE = Evidence(
    session="s-1", record="r-1", time=THEN, role="agent", origin=Origin.SESSION, quote="The parser reads twice."
)
MEMORY = Memory(
    id="aaaaaaaa",
    kind=Kind.SEMANTIC,
    text="The parser reads twice.",
    topic="general",
    trust=Trust.AGENT,
    evidence=(PIECE,),
    sessions=("s-1",),
    people=(),
    learned=THEN,
    last_seen=THEN,
)
ADD = Add("aaaaaaaa", "found", memory=MEMORY)
GROUND = Ground("aaaaaaaa", "s-1", 0.7, (("names", 0.5), ("bias", -1.0)))


def test_what_a_run_kept_is_found_again_by_memory_in_the_order_of_the_runs(tmp_path):
    store = create_store(tmp_path / "store")
    write_grounds(store, "run-1", (GROUND, Ground("bbbbbbbb", "s-1", 0.6)))
    later = Ground("aaaaaaaa", "s-2", 0.9)
    write_grounds(store, "run-2", (later,))
    assert read_grounds(store, ["run-1", "run-2"], "aaaaaaaa") == [GROUND, later]
    assert read_grounds(store, ["run-2"], "bbbbbbbb") == []


@pytest.mark.parametrize("kept", ["", "[", "[1]", "{}", '[{"id":"aaaaaaaa","session":"s-1","score":"high"}]', "\udcff"])
def test_what_cannot_be_read_tells_nothing_and_stops_nothing(tmp_path, kept):
    store = create_store(tmp_path / "store")
    write_grounds(store, "run-2", (GROUND,))
    store.grounds("run-1").write_bytes(kept.encode("utf-8", "surrogateescape"))
    assert read_grounds(store, ["run-1", "run-2", "gone"], "aaaaaaaa") == [GROUND]


def test_a_run_with_a_path_for_a_name_is_not_looked_for(tmp_path):
    store = create_store(tmp_path / "store")
    write_grounds(store, "run-1", (GROUND,))
    assert read_grounds(store, ["../runs/run-1", "..", ""], "aaaaaaaa") == []


def test_grounds_are_of_what_their_run_brings():
    joined = Merge(
        "cccccccc",
        "the same",
        joined=(PIECE,),
        sessions=("s-1", "s-2"),
        people=(),
        trust=Trust.AGENT,
        learned=THEN,
        last_seen=THEN,
    )
    assert unfounded([GROUND, Ground("cccccccc", "s-2", 0.5)], [ADD, joined]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        Ground("aaaaaaaa", "s-2", 0.7),
        Ground("bbbbbbbb", "s-1", 0.7),
        Ground("aaaaaaaa", "s-1", math.nan),
        Ground("aaaaaaaa", "s-1", 0.7, (("two words", 1.0),)),
        Ground("aaaaaaaa", "s-1", 0.7, (("names", math.inf),)),
        Ground("aaaaaaaa", "s-1", 0.7, (("names", 1.0),) * 1000),
    ],
)
def test_other_grounds_are_named(wrong):
    assert unfounded([GROUND, wrong], [ADD]) == wrong
