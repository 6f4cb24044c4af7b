import math
from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dreamd.memory.changes import Retopic, fold
from dreamd.memory.markdown import line_for, render_memory, section_for
from dreamd.memory.records import Factors, Kind, Trust
from dreamd.memory.weight import weight
from dreamd.phases.dream import Policy
from dreamd.phases.readings import Readings
from dreamd.phases.reindex import (
    HEAD_BYTES,
    HEAD_LINES,
    SECTION_LINES,
    SHORTEST,
    SURE,
    choose,
    said_already,
    step,
)
from dreamd.phases.repeats import Lines
from dreamd.phases.worth import step_of


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


fields = st.fixed_dictionaries(
    {
        "user": st.booleans(),
        "kind": st.sampled_from(Kind),
        "day": st.integers(0, 20),
        "pinned": st.integers(0, 9).map(lambda it: it == 0),
        "topic": st.sampled_from(("general", "git", "hooks")),
        "conflicts_with": st.sampled_from(((), (), ("00000000",))),
        "factors": st.builds(Factors, st.sampled_from((0.2, 0.5, 0.9))),
    }
)
lengths = st.sampled_from((0, 3, 40, 200))


def one_after_the_other(memories, topics, now, policy, readings):
    """Return what ``choose`` does, by a look at one memory after the other in the order in which they are ranked."""
    weights = {memory.id: weight(memory, now) for memory in memories}
    share = {name: value / max(weights.values()) for name, value in weights.items()}
    ranked = sorted(memories, key=lambda memory: -step_of(share[memory.id]))
    best = {}
    for memory in ranked:
        best.setdefault(topics[memory.id], memory.id)

    def urgency(memory):
        rule = memory.trust is Trust.USER and memory.kind is not Kind.EPISODIC and memory.factors.confidence >= SURE
        return 0 if memory.pinned else 1 if memory.id in best.values() else 2 if rule else 3

    shown, beside = [], Lines(memories, readings)
    lines, size = policy.cap_lines - HEAD_LINES, policy.cap_bytes - HEAD_BYTES
    for memory in sorted(ranked, key=urgency):
        topic, opened = topics[memory.id], {topics[it.id] for it in shown}
        heading = section_for(topic, 0, sum(it == topic for it in topics.values())).encode()
        cost = len(line_for(memory).encode()) + 1 + (0 if topic in opened else len(heading) + 8)
        cost_lines = 1 if topic in opened else 1 + SECTION_LINES
        if lines < 1 or size < SHORTEST:
            break
        if cost_lines > lines or cost > size:
            continue
        if not (memory.pinned or memory.conflicts_with) and beside.repeats(memory):
            continue
        shown.append(memory)
        beside.choose(memory)
        lines, size = lines - cost_lines, size - cost
    shown = sorted((memory for memory in ranked if memory in shown), key=lambda memory: not memory.pinned)
    worth = {}
    for memory in shown:
        worth.setdefault(topics[memory.id], []).append(share[memory.id])
    order = {topic: (topic == "general", -step_of(math.fsum(shares)), topic) for topic, shares in worth.items()}
    return tuple(it.id for it in sorted(shown, key=lambda memory: order[topics[memory.id]]))


@given(
    said=st.lists(st.tuples(fields, lengths, st.sampled_from(("<b>", "rule", "sk-ant-api03-"))), max_size=25),
    size=st.integers(min_value=430, max_value=2500),
)
def test_what_is_chosen_is_what_a_look_at_one_after_the_other_chooses(make, said, size):
    """Invariant 9."""
    memories = [
        make.memory(f"Part{number // 3} {word} of walrus{number} {'x' * length}", id=f"{number:08d}", **given)
        for number, (given, length, word) in enumerate(said)
    ]
    memories.sort(key=lambda memory: (memory.learned, memory.id))
    topics = {memory.id: memory.topic for memory in memories}
    policy = Policy(cap_bytes=size)

    shown = choose(memories, topics, make.now, policy, Readings())

    assert shown == one_after_the_other(memories, topics, make.now, policy, Readings())
