"""What holds for every run, whatever was said: properties over sessions that are put together at random."""

import dataclasses
from datetime import timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dreamd.curators.rules import RulesCurator
from dreamd.language.identifiers import identifiers
from dreamd.memory.changes import State
from dreamd.memory.plan import Plan, validate
from dreamd.memory.proposal import require_proposal
from dreamd.memory.stored import Stored
from dreamd.phases.readings import Readings, restore
from dreamd.phases.run import dream

#: things that people and agents say, some of them in several wordings, some against each other, some with names
SAYINGS = (
    "user: Never push to main directly, because the release job reads it.",
    "agent: Do not push directly to main, because the release job reads it.",
    "user: From now on always push to main directly.",
    "agent: The API listens on port 8080.",
    "agent: The API listens on port 9090 now.",
    "user: The default of `--retries` is 3.",
    "agent: The default of `--retries` is 5, since the proxy drops every fourth call.",
    "agent: Root cause: `parse_log` returns None on empty input, so `LogReader` in `src/reader.py` loops forever.",
    "agent: `parse_log` returns None on empty input, so `LogReader` loops forever.",
    "agent: Root cause: `parse_logs` returns None on empty input, so `LogWriter` in `src/writer.py` stops.",
    "user: Use Postgres instead of Redis for the job queue.",
    "agent: Use Redis for the job queue.",
    "user: No. Remember this: `make seed` has to run before `make e2e`, otherwise the fixtures are empty.",
    "agent: The fixtures are empty unless `make seed` runs before `make e2e`.",
    "agent: `tools/build.py` caches wheels under `~/.cache/wheels`, so a changed flag needs `--clean`.",
    "agent: Do you want me to run the tests?",
    "user: Main is frozen until Friday.",
    "agent: The worker never writes files, because `publisher` owns the disk and `LEASE_SECONDS` fences it.",
)
said = st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=8)
logs = st.lists(st.tuples(said, st.integers(min_value=0, max_value=9), st.sampled_from(["ada", "bo"])), max_size=4)
same_time = st.lists(st.tuples(said, st.just(0), st.sampled_from(["ada", "bo"])), min_size=2, max_size=4)


def sessions(make, log, first=0):
    return [
        make.session(f"s{first + index}", *lines, day=day, person=person)
        for index, (lines, day, person) in enumerate(log)
    ]


def run(make, transcripts, state=None):
    return make.run(*transcripts, state=state, curator=RulesCurator())


def at_once(transcript, time):
    """Given a session, return it with everything in it said at that time: then nothing is newer than anything."""
    return replace(transcript, events=tuple(replace(event, time=time) for event in transcript.events))


def what_counts(state):
    """Return what is known, whichever of two wordings of the same thing it has: who says it, and what it opposes."""
    names = {memory.id: memory.sessions + memory.people for memory in state.active()}
    return sorted(
        (names[memory.id], sorted(names.get(other, ()) for other in memory.conflicts_with)) for memory in state.active()
    )


@given(log=same_time, order=st.randoms(use_true_random=False))
def test_of_sessions_of_the_same_time_it_does_not_matter_which_comes_first(make, log, order):
    """Invariant 9, in one run and over several: what is dreamed later is not newer for that."""
    given_ = [at_once(transcript, make.start) for transcript in sessions(make, log)]
    shuffled = list(given_)
    order.shuffle(shuffled)
    once, together = run(make, given_)
    again, _ = run(make, shuffled)
    assert once == again
    one_by_one = State()
    for transcript in shuffled:
        _, one_by_one = run(make, [transcript], one_by_one)
    assert what_counts(one_by_one) == what_counts(together)


@given(first=logs, second=logs)
def test_running_again_changes_nothing(make, first, second):
    """Invariant 9: with nothing new, and with all of it given once more."""
    given_ = [*sessions(make, first), *sessions(make, second, first=10)]
    _, state = run(make, given_[: len(first)])
    _, state = run(make, given_, state)
    for transcripts, known in (((), state), (given_, replace(state, parts=frozenset()))):
        proposal, _ = run(make, transcripts, known)
        assert proposal.changes == ()
        assert proposal.shown == state.shown


@given(first=logs, second=logs)
def test_no_plan_breaks_an_invariant(make, first, second):
    """Invariants 1, 2, 5 to 8 and 10, as the publisher asks for them, and what a run may propose at all."""
    state = State()
    for number, log in enumerate((first, second)):
        transcripts = sessions(make, log, first=10 * number)
        texts = {(it.session, event.record): event.text for it in transcripts for event in it.events}
        proposal, after = run(make, transcripts, state)
        plan = Plan(
            state.generation, make.now, "rules", proposal.changes, proposal.shown, proposal.consumed, proposal.notes
        )
        parts = [part for transcript in transcripts for part in transcript.parts]
        accepted = require_proposal(plan, state, make.now, parts)
        memories = validate(accepted, state, lambda piece, texts=texts: texts.get((piece.session, piece.record)))
        assert memories == after.memories
        assert accepted == plan
        state = after


@given(
    log=st.lists(
        st.tuples(st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=2), st.integers(0, 9), st.just("ada")),
        max_size=12,
    )
)
def test_every_identifier_in_a_kept_memory_occurs_in_its_evidence(make, log):
    """Invariant 6, for what can be looked up: a name that no quote has was made up or taken from elsewhere."""
    _, state = run(make, sessions(make, log))
    assert_named_in_evidence(state)


@given(first=logs, second=logs, third=logs, merged=st.booleans(), later=st.sampled_from((0, 40, 200)))
def test_a_run_that_looks_at_few_memories_proposes_what_one_does_that_looks_at_all(
    make, first, second, third, merged, later
):
    """Invariant 9: the memories lie as lines, and a census of them was kept before the last of them came."""
    repository = make.repository(
        deleted={"src/reader.py": "abcdef"}, merged_branches=frozenset({"topic"}), files=frozenset({"tools/build.py"})
    )
    _, state = run(make, sessions(make, first))
    census, readings = state.census, Readings()
    kept = readings.only(census).dump(census)
    before, (_, state) = state, run(make, sessions(make, second, first=10), state)
    altered = {name for name, it in state.memories.items() if before.memories.get(name) != it}
    given_ = make.dream(
        *sessions(make, third, first=20),
        *sessions(make, first, first=30)[:1],
        curator=RulesCurator(),
        repository=repository if merged else None,
        explain=True,
        now=make.now + timedelta(days=later),
    )

    known = restore(kept)
    lines = Stored(msgspec.json.Encoder().encode_lines(list(state.memories.values())))
    lazy = replace(state, memories=lines)
    lazy = lazy.with_census(known.census(lines).after(lines, altered))

    assert dream(dataclasses.replace(given_, readings=known), lazy) == dream(given_, state)


def test_names_stand_in_the_evidence_however_often_it_was_said_without_them(make):
    """Invariant 6: of many quotes few are kept, and the one that gave the memory its words is one of them."""
    poor, rich = (
        "agent: The worker never writes files.",
        "agent: The worker never writes files, because `publisher` does.",
    )
    transcripts = [make.session(f"s{day}", rich if day == 4 else poor, day=day) for day in range(9)]
    _, state = make.run(*transcripts)
    assert [identifiers(memory.text).symbols for memory in state.active()] == [("publisher",)]
    assert_named_in_evidence(state)


def assert_named_in_evidence(state):
    for memory in state.active():
        names, quotes = identifiers(memory.text), "\n".join(piece.quote for piece in memory.evidence)
        missing = [name for name in (*names.paths, *names.symbols, *names.commands) if name not in quotes]
        assert not missing, (memory.text, missing, quotes)


@given(log=logs, later=st.integers(min_value=1, max_value=400))
def test_time_alone_brings_nothing_back_and_adds_nothing(make, log, later):
    _, state = run(make, sessions(make, log))
    active = {memory.id for memory in state.active()}
    proposal, after = make.run(state=state, curator=RulesCurator(), now=make.now + timedelta(days=later))
    assert {memory.id for memory in after.active()} <= active
    assert all(change.phase in {"prune", "reindex"} for change in proposal.changes)


def test_the_sayings_are_kept_by_the_rules(make):
    """Otherwise the properties above would say nothing."""
    log = [(SAYINGS[start:end], 0, "ada") for start, end in pairwise(range(0, len(SAYINGS) + 1, 6))]
    _, state = run(make, sessions(make, log))
    assert len(state.active()) > len(log)
    assert any(identifiers(memory.text).count for memory in state.active())
