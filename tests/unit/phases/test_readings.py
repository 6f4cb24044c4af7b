"""What was read before changes nothing but the time it takes."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dreamd.curators.rules.reading import keys
from dreamd.memory import code
from dreamd.phases import readings as module
from dreamd.phases.readings import Readings, restore
from dreamd.phases.repeats import spelt, words_of
from dreamd.phases.run import dream
from dreamd.phases.topics import profile

SAID = (
    "The ledger is read twice at the start, because a reply can be lost.",
    "The ledger is never read twice.",
    "Deploys are frozen until Friday.",
    "Run `make migrate` before src/ledger/fold.py is released tomorrow.",
    "# Never <b>push</b> to main, since the release branch is cut from it.",
    "We decided to keep the cache in src/cache/disk.py and not in memory.",
    "The cache is cleared on 2026-03-06, until then it is read only.",
    "Valid until the end of March 2026.",
)
said = st.lists(st.sampled_from(SAID), min_size=1, max_size=6)


def restored(readings):
    return restore(readings.dump())


@given(texts=said)
def test_a_row_says_what_reading_the_text_does(make, texts):
    memories = [make.memory(text) for text in texts]
    before = Readings()
    before.rows(memories)
    readings = restored(before)
    for memory in memories:
        row = readings.row(memory)
        assert set(readings.keys.words(row)) == keys(memory.text)
        assert readings.labels.row(row) == profile(memory)
        assert set(readings.said.words(row)) == {spelt(*word) for word in words_of(memory.text)}
    assert readings.learned == 0


@given(texts=said)
def test_counts_are_those_of_the_memories_asked_about(make, texts):
    memories = [make.memory(text, day) for day, text in enumerate(texts)]
    readings = Readings()
    readings.rows([make.memory(text) for text in SAID])
    counted = readings.keys.counts(readings.rows(memories))
    for key in set().union(*(keys(text) for text in SAID)):
        assert counted.get(key, 0) == sum(key in keys(memory.text) for memory in memories)


def test_a_memory_with_another_text_or_other_paths_has_another_row(make):
    readings = Readings()
    one = make.memory(SAID[0])
    reworded = replace(one, text=SAID[1])
    moved = replace(one, about=replace(one.about, paths=("src/elsewhere.py",)))
    retopiced = replace(one, topic="ledger")
    assert len({readings.row(one), readings.row(reworded), readings.row(moved)}) == 3
    assert readings.row(retopiced) == readings.row(one)


@given(old=said, new=said, again=said)
def test_a_run_that_knows_the_texts_proposes_what_one_does_that_reads_them(make, old, new, again):
    """Invariant 9."""
    state = make.state(*{it.id: it for it in (make.memory(text, day) for day, text in enumerate(old))}.values())
    session = make.session("later", *(f"user: {text}" for text in new), *(f"agent: {text}" for text in again), day=15)
    given_ = make.dream(session)
    proposal = dream(given_, state)
    known = restored(given_.readings)

    assert dream(dataclasses.replace(given_, readings=known), state) == proposal
    assert known.learned == 0


def test_only_what_is_asked_for_is_kept(make):
    readings = Readings()
    memories = [make.memory(text) for text in SAID]
    readings.rows(memories)

    kept = restored(readings.only(memories[:2]))

    assert [kept.keys.words(kept.row(it)) for it in memories[:2]] == [
        readings.keys.words(readings.row(it)) for it in memories[:2]
    ]
    assert kept.learned == 0
    assert len(kept.keys) == 2
    kept.row(memories[2])
    assert kept.learned == 1


def test_readings_that_are_damaged_or_of_other_code_are_none(make, monkeypatch):
    """Invariant 13."""
    readings = Readings()
    readings.row(make.memory(SAID[0]))
    data = readings.dump()
    for place in range(0, len(data), 11):
        with pytest.raises(ValueError, match="checksum"):
            restore(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(ValueError, match="checksum"):
            restore(data[:place])
    for other in ("of another release", ""):
        monkeypatch.setattr(module, "code_of", lambda *_, other=other: other)
        with pytest.raises(ValueError, match="other code"):
            restore(data)


def test_code_is_named_by_what_it_says(tmp_path):
    (one := tmp_path / "one.py").write_text("a = 1")
    before = code.code_of(str(one))
    code.code_of.cache_clear()
    assert code.code_of(str(one)) == before
    code.code_of.cache_clear()
    one.write_text("a = 2")
    assert code.code_of(str(one)) != before
    assert code.code_of(str(tmp_path / "gone.py")) == ""
