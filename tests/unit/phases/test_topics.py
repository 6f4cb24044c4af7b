import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.files import parse_topic
from dreamd.memory.topic import CHOSEN, GENERAL
from dreamd.phases.readings import Readings
from dreamd.phases.topics import MEMBERS, assign, most_topics

WORDS = (
    "the webhook retries signing parser commits tests cache `cache/evict.go` branch queue never always `parseLog` lint"
)
texts = st.lists(st.sampled_from(WORDS.split()), min_size=2, max_size=8).map(" ".join)


def numbered(make, said):
    return [make.memory(text, day=index % 9, session=f"s{index}", id=f"{index:08d}") for index, text in enumerate(said)]


def settle(memories, topics):
    return [msgspec.structs.replace(memory, topic=topics[memory.id]) for memory in memories]


@given(said=st.lists(texts, max_size=40))
def test_asked_again_the_assignment_is_the_same(make, said):
    """Invariant 9."""
    memories = numbered(make, said)
    topics = assign(memories, Readings())
    assert assign(settle(memories, topics), Readings()) == topics


@given(said=st.lists(texts, max_size=60))
def test_topics_are_few_have_members_and_can_be_file_names(make, said):
    topics = assign(numbered(make, said), Readings())
    members = {topic: list(topics.values()).count(topic) for topic in topics.values()}
    assert all(count >= MEMBERS for topic, count in members.items() if topic != GENERAL)
    assert len(members.keys() - {GENERAL}) <= most_topics(len(said))
    assert all(parse_topic(f"{topic}.md") == topic for topic in members)


def test_a_topic_that_exists_keeps_its_members_when_more_arrive(make):
    first = numbered(make, ["the webhook signs", "the webhook retries", "the webhook logs"])
    topics = assign(first, Readings())
    assert set(topics.values()) == {"api"}
    kept = [msgspec.structs.replace(memory, topic="outgoing") for memory in first]
    more = [make.memory(f"the webhook webhook {n}", id=f"{n:08x}") for n in range(0xA0, 0xA6)]
    again = assign([*kept, *more], Readings())
    assert {again[memory.id] for memory in kept} == {"outgoing"}


def test_a_topic_that_lost_its_members_dissolves(make):
    left = numbered(make, ["the webhook signs", "the webhook retries"])
    topics = assign([msgspec.structs.replace(memory, topic="outgoing") for memory in left], Readings())
    assert set(topics.values()) == {GENERAL}


def test_what_a_person_gave_a_topic_keeps_it_however_few_they_are_and_others_join_it(make):
    """Invariant 12."""
    said = ["the webhook signs", "the webhook retries", "the webhook logs", "Evictions must not block the reader"]
    chosen = make.memory("The cache is small", topic="evictions", held=(CHOSEN,))
    back = make.memory("the webhook pauses", id="back0000", topic=GENERAL, held=(CHOSEN,))
    memories = [*numbered(make, said), chosen, back]
    topics = assign(memories, Readings())
    assert topics[chosen.id] == topics["00000003"] == "evictions"
    assert topics["00000000"] == "api"
    assert topics[back.id] == GENERAL
    assert assign(settle(memories, topics), Readings()) == topics


def test_a_newcomer_joins_the_topic_it_speaks_of(make):
    known = [
        msgspec.structs.replace(memory, topic="evictions")
        for memory in numbered(make, ["evictions lag", "evictions pause", "evictions log"])
    ]
    newcomer = make.memory("Evictions must not block the reader")
    assert assign([*known, newcomer], Readings())[newcomer.id] == "evictions"


def test_a_persons_name_is_no_topic(make):
    said = [f"zelda wants {word}" for word in ("cents", "mills", "euros", "points")]
    memories = [msgspec.structs.replace(memory, people=("zelda",)) for memory in numbered(make, said)]
    assert set(assign(memories, Readings()).values()) == {GENERAL}


def test_a_part_of_a_name_can_be_a_topic(make):
    said = ["`loadLedger` blocks", "`LedgerWriter` blocks not", "see `store/ledger.go`", "`ledger_rows` grow"]
    assert set(assign(numbered(make, said), Readings()).values()) == {"ledger"}


@pytest.mark.parametrize(("memories", "most"), [(0, 0), (20, 4), (150, 12), (100_000, 26)])
def test_a_store_has_few_topics_whatever_its_size(memories, most):
    assert most_topics(memories) == most


@pytest.mark.parametrize("name", ["carter", "haulier"])
def test_between_a_projects_own_name_and_an_everyday_heading_the_alphabet_does_not_decide(make, name):
    said = [f"The {name} schema grows", f"The {name} migration stalls", f"The {name} transaction waits"]
    assert set(assign(numbered(make, said), Readings()).values()) == {name}
