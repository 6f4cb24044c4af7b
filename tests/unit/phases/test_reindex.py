from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.changes import Retopic, fold
from dreamd.memory.markdown import render_memory
from dreamd.memory.records import Factors
from dreamd.phases.dream import Policy
from dreamd.phases.readings import Readings
from dreamd.phases.reindex import choose, said_already, step


def many(make, count, **fields):
    return [
        make.memory(
            f"Rule {number} of the house concerns part{number % 7} and nothing else at all.", day=number % 9, **fields
        )
        for number in range(count)
    ]


def rendered(make, memories, shown):
    return render_memory({memory.id: memory for memory in memories}, shown, 1, make.now)


@given(
    lines=st.integers(min_value=8, max_value=199),
    size=st.integers(min_value=600, max_value=25_000),
    count=st.integers(min_value=0, max_value=60),
)
def test_what_is_chosen_fits_the_cap_in_lines_and_bytes(make, lines, size, count):
    """Invariant 10."""
    memories = many(make, count)
    topics = {memory.id: f"topic-{index % 5}" for index, memory in enumerate(memories)}
    memories = [msgspec.structs.replace(memory, topic=topics[memory.id]) for memory in memories]
    shown = choose(memories, topics, make.now, Policy(cap_lines=lines, cap_bytes=size), Readings())
    text, _ = rendered(make, memories, shown)
    assert text.count("\n") <= lines
    assert len(text.encode()) <= size


def test_the_default_cap_is_kept_and_used(make):
    """Invariant 4: the publisher has nothing left to cut."""
    memories = many(make, 400)
    shown = step(make.dream(), make.state(*memories)).shown
    text, count = rendered(make, memories, shown)
    assert count == len(shown) > 50
    assert text.count("\n") <= 199


def test_every_topic_is_represented_before_a_second_line_of_any(make):
    memories = [make.memory(f"Heavy rule {n} about git", user=True, topic="git") for n in range(30)]
    memories.append(make.memory("A light remark about hooks", topic="hooks", factors=Factors(confidence=0.0)))
    topics = {memory.id: memory.topic for memory in memories}
    shown = choose(memories, topics, make.now, Policy(cap_lines=20), Readings())
    assert memories[-1].id in shown


def test_pinned_memories_and_peoples_rules_come_first(make):
    weak = make.memory("A pinned remark", pinned=True, factors=Factors(confidence=0.0))
    rule = make.memory("A person's rule", user=True)
    strong = [make.memory(f"A strong finding {n}", factors=Factors(confidence=1.0)) for n in range(40)]
    topics = {memory.id: "general" for memory in (weak, rule, *strong)}
    shown = choose([weak, rule, *strong], topics, make.now, Policy(cap_lines=14), Readings())
    assert shown[0] == weak.id
    assert rule.id in shown


def test_sections_stand_together_and_general_is_last(make):
    memories = [make.memory(f"Remark {n}", topic=["general", "git", "hooks"][n % 3]) for n in range(12)]
    topics = {memory.id: memory.topic for memory in memories}
    shown = choose(memories, topics, make.now, Policy(), Readings())
    order = [topics[name] for name in shown]
    assert order == sorted(order, key=order.index)
    assert order[-1] == "general"


def test_a_day_later_the_order_is_the_same(make):
    """Invariant 9, and a diff that stays small: weights of one kind fade together."""
    memories = many(make, 60)
    state = make.state(*memories)
    first = step(make.dream(), state)
    settled = make.state(*fold(state.memories, first.changes, make.now).values())
    later = step(make.dream(now=make.now + timedelta(days=1)), settled)
    assert later.changes == ()
    assert later.shown == first.shown


def test_what_the_repositorys_instructions_say_is_not_said_again(make):
    text = "# House rules\n\n- Always run `make lint` before pushing to main.\n- Write tests first.\n"
    said = make.memory("Run `make lint` before pushing to main.")
    other = make.memory("Never run `make lint` before pushing to main.")
    pinned = make.memory("Always run `make lint` before pushing to main!", pinned=True)
    assert said_already([said, other, pinned], text, Readings()) == {said.id}
    outcome = step(make.dream(repository=make.repository(instructions=text)), make.state(said, other, pinned))
    assert said.id not in outcome.shown
    assert {other.id, pinned.id} <= set(outcome.shown)
    assert any("instructions" in note for note in outcome.notes)


def test_memories_without_a_topic_get_one_where_three_meet(make):
    memories = [make.memory(f"The webhook retries {n} are signed with key{n}") for n in range(4)]
    outcome = step(make.dream(), make.state(*memories))
    assert all(isinstance(change, Retopic) for change in outcome.changes)
    assert len({change.topic for change in outcome.changes}) == 1


def test_memory_md_shows_what_is_sure_and_is_not_filled_because_there_is_room(make):
    sure = make.memory("Tides are stored in station time", factors=Factors(confidence=0.6))
    unsure = make.memory("The board shows nine rows of ferries", factors=Factors(confidence=0.2))
    pinned = make.memory("Ask the harbour master about swell", factors=Factors(confidence=0.2), pinned=True)

    outcome = step(make.dream(), make.state(sure, unsure, pinned))

    assert set(outcome.shown) == {sure.id, pinned.id}
    assert any("not sure enough" in note for note in outcome.notes)
