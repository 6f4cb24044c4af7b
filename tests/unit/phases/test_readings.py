"""What was read before changes nothing but the time it takes."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dreamd.curators.rules.relating.reading import keys
from dreamd.memory import code
from dreamd.memory.census import census_of
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


def test_memories_that_are_as_they_were_are_known_without_a_look_at_their_texts(make):
    memories = {it.id: it for it in map(make.memory, SAID)}
    census, before = census_of(memories), Readings()
    kept = restore(before.only(census).dump(census))
    others = {name: replace(it, text="Another text that nobody has read") for name, it in memories.items()}
    altered = census.ids[3]

    known = kept.census(others).after(others, {altered})

    rows = dict(zip(known.ids, kept.rows(known).tolist(), strict=True))
    assert kept.learned == 1
    assert [rows[name] for name in memories if name != altered] == [
        kept.row(it) for name, it in memories.items() if name != altered
    ]
    assert rows[altered] == kept.row(others[altered])


def test_it_is_told_how_many_were_looked_at(make, monkeypatch):
    monkeypatch.setattr(module, "_BATCH", 3)
    told = []

    Readings().only([make.memory(text) for text in SAID], lambda *said: told.append(said))

    assert told == [(0, len(SAID)), (3, len(SAID)), (6, len(SAID))]


@given(texts=said, more=said)
def test_what_many_are_read_as_at_once_is_what_each_is_read_as(make, texts, more):
    memories = [make.memory(text) for text in (*texts, *more)]
    alone, together = Readings(), Readings()
    one_by_one = [alone.row(it) for it in memories]

    assert together.rows(memories).tolist() == one_by_one
    assert restored(alone).dump() == restored(together).dump()
    assert [alone.is_plain(it) for it in memories] == [together.is_plain(it) for it in memories]


def test_code_is_named_by_what_it_says(tmp_path):
    (one := tmp_path / "one.py").write_text("a = 1")
    before = code.code_of(str(one))
    code.code_of.cache_clear()
    assert code.code_of(str(one)) == before
    code.code_of.cache_clear()
    one.write_text("a = 2")
    assert code.code_of(str(one)) != before
    assert code.code_of(str(tmp_path / "gone.py")) == ""
