"""What is kept can be given other words and stays what it is."""

import msgspec
import pytest

from dreamd.memory.changes import Merge, Retopic, Reword
from dreamd.memory.entry import Consumed, Entry, EntryKind, Header
from dreamd.memory.records import TEXT_LIMIT, About, Claim, Trust
from dreamd.memory.rewrite import Rewording, reword, reword_entry, shorten
from dreamd.testing import NOON, make_add, make_evidence, make_memory

MARK = "[secret:purged:1f3a]"


def hide(text):
    return text.replace("swordfish", MARK)


HIDE = Rewording(hide, lambda piece: msgspec.structs.replace(piece, quote=hide(piece.quote)), hide)
SAME = Rewording(lambda text: text, lambda piece: piece, lambda name: name)


def test_every_text_of_a_memory_is_reworded_and_nothing_else():
    memory = make_memory(
        "Open with swordfish",
        about=About(paths=("swordfish.txt",), symbols=("swordfish",), commands=("unlock swordfish",), people=("ana",)),
        claim=Claim("door", "word", "swordfish"),
        people=("swordfish",),
        branch="swordfish",
    )
    after = reword(memory, HIDE)
    assert b"swordfish" not in msgspec.json.encode(after)
    assert msgspec.json.encode(after) == msgspec.json.encode(memory).replace(b"swordfish", MARK.encode())


def test_an_entry_keeps_its_number_its_ids_and_its_changes():
    memory = make_memory("Open with swordfish")
    merge = Merge(
        memory.id,
        "both say swordfish",
        joined=(make_evidence("swordfish"),),
        sessions=("s1",),
        people=("ana",),
        trust=Trust.USER,
        learned=NOON,
        last_seen=NOON,
    )
    reword_ = Reword(memory.id, "follows swordfish", text="Say swordfish", was="Open with swordfish")
    header = Header(7, EntryKind.DREAM, NOON, consumed=Consumed(("2026/03/swordfish.0-00000000.jsonl.gz",), ("i1",)))
    entry = Entry(header, (make_add(memory), merge, reword_))
    after = reword_entry(entry, HIDE)
    assert (after.header.generation, after.header.consumed.inbox) == (7, ("i1",))
    assert [change.id for change in after.changes] == [memory.id] * 3
    assert b"swordfish" not in msgspec.json.encode((after.header, after.changes))


def test_a_rewording_that_changes_nothing_gives_the_very_same_value():
    entry = Entry(Header(1, EntryKind.DREAM, NOON), (make_add(make_memory("x" * 290)),))
    assert reword_entry(entry, SAME) == entry
    memory = make_memory("Nothing here")
    assert reword(memory, HIDE) is memory


def test_a_topic_names_a_file_and_so_becomes_the_one_that_takes_in_what_has_none():
    assert reword(make_memory("A", topic="swordfish-fishing"), HIDE).topic == "general"
    assert reword(Retopic("k3f9a2qx", "it speaks of swordfish", topic="swordfish"), HIDE) == Retopic(
        "k3f9a2qx", f"it speaks of {MARK}", topic="general"
    )


def test_a_memory_s_text_stays_within_its_limit():
    """Invariant 10."""
    text = ("swordfish is said here and " * 11)[:TEXT_LIMIT].strip()
    after = reword(make_memory(text), HIDE).text
    assert len(after) <= TEXT_LIMIT
    assert after.endswith(" …")
    assert after.count("[secret") == after.count("1f3a]")


@pytest.mark.parametrize("text", ["", "a", "a" * 300, "a b " * 75])
def test_a_text_within_the_limit_is_left_alone(text):
    assert shorten(text) == text


@pytest.mark.parametrize("text", ["a" * 301, "a " * 200, "word " * 59 + "longer-word-at-the-end"])
def test_a_shortened_text_is_within_the_limit_and_shortening_it_again_changes_nothing(text):
    once = shorten(text)
    assert len(once) <= TEXT_LIMIT
    assert shorten(once) == once


def test_plain_data_is_reworded_in_any_depth_names_too():
    assert reword({"swordfish": [{"a": "swordfish", "b": 1, "c": None}]}, HIDE) == {
        MARK: [{"a": MARK, "b": 1, "c": None}]
    }
