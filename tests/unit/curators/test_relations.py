from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dreamd.curators.draft import Relation
from dreamd.curators.rules.relating.relations import judge, states
from dreamd.memory.records import Claim, Evidence, Kind, Memory, Origin, Trust, derive_id

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROWS = [
    (*line.split("\t"), "")[:4]
    for line in (Path(__file__).parent / "relations.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def memory(text, day=0, trust=Trust.AGENT, branch="", claim=None, scope="project"):
    time = START + timedelta(days=day)
    piece = Evidence(origin=Origin.SESSION, record=f"r{day}", quote=text, session=f"s{day}", time=time, role=trust)
    return Memory(
        id=derive_id(piece, text),
        kind=Kind.SEMANTIC,
        text=text,
        topic="general",
        trust=trust,
        evidence=(piece,),
        learned=time,
        last_seen=time,
        branch=branch,
        claim=claim,
        scope=scope,
    )


def pair_of(older, newer, who):
    users = {"user": (False, True), "both": (True, True), "older": (True, False)}.get(who, (False, False))
    trusts = [Trust.USER if user else Trust.AGENT for user in users]
    branches = ("one", "two") if who == "branch" else ("", "")
    return memory(older, 0, trusts[0], branches[0]), memory(newer, 3, trusts[1], branches[1])


@pytest.mark.parametrize(("relation", "older", "newer", "who"), ROWS, ids=[" | ".join(row[1:]) for row in ROWS])
def test_each_pair_of_the_table_stands_as_a_person_judges(relation, older, newer, who):
    judgement = judge(*pair_of(older, newer, who))
    assert judgement.relation == relation, judgement.why


def test_the_table_is_large_enough_to_mean_something():
    assert len(ROWS) >= 60
    assert {row[0] for row in ROWS} == set(Relation)


@pytest.mark.parametrize(
    ("branch", "relation"),
    [
        ("tides", Relation.SUPERSEDES),
        ("fix/main-menu", Relation.SUPERSEDES),
        ("main", Relation.CONTRADICTS),
        ("origin/develop", Relation.CONTRADICTS),
        ("release/1.2", Relation.CONTRADICTS),
        ("v2.x", Relation.CONTRADICTS),
    ],
)
def test_a_change_on_another_branch_ends_only_what_was_said_of_work_that_is_merged(branch, relation):
    older = memory("Telemetry is on by default.", 0, branch=branch)
    newer = memory("Telemetry is no longer on by default.", 3, branch="quiet")
    assert judge(older, newer).relation is relation


def test_claims_with_another_value_supersede_by_the_later_evidence():
    older = memory("We agreed on tabs.", 0, claim=Claim("indentation", "style", "tabs"))
    newer = memory("Spaces it is for indentation and tabs are out.", 3, claim=Claim("Indentation", "style", "`spaces`"))
    assert judge(older, newer).relation is Relation.SUPERSEDES


def test_claims_with_the_same_value_settle_nothing_by_themselves():
    claim = Claim("indentation", "style", "tabs")
    older = memory("We agreed on tabs, after a long debate.", 0, claim=claim)
    newer = memory("Indentation with tabs is what the linter checks.", 3, claim=claim)
    assert judge(older, newer).relation is Relation.UNRELATED


def test_statements_of_the_same_time_contradict_since_neither_is_newer():
    assert judge(memory("The API listens on port 1."), memory("The API listens on port 2.")).relation == "contradicts"


def test_statements_of_different_scopes_have_nothing_to_do_with_each_other():
    older = memory("Money is stored in cents.")
    newer = memory("Money is stored in cents.", scope="billing")
    assert judge(older, newer).relation is Relation.UNRELATED


def test_an_agents_addition_does_not_become_a_persons_word():
    """Invariant 7: what a person said stays as they said it."""
    older = memory("Never stash changes here.", 0, Trust.USER)
    newer = memory("Never stash changes here, because another agent works in the same tree.", 3)
    assert judge(older, newer).relation is Relation.UNRELATED


def test_an_agent_does_not_overrule_a_person():
    older = memory("Use Redis for the job queue.", 0, Trust.USER)
    newer = memory("Use Postgres instead of Redis for the job queue.", 3)
    assert judge(older, newer).relation is Relation.CONTRADICTS


def test_every_judgement_says_why():
    """Invariant 5: what follows from it can be checked."""
    assert all(judge(*pair_of(older, newer, who)).why for _relation, older, newer, who in ROWS)


def test_a_sentence_states_what_a_memory_says_only_with_the_same_sign():
    assert states("Run `make lint` before every push, please.", "Always run `make lint` before a push.")
    assert not states("Never run `make lint` before a push.", "Always run `make lint` before a push.")
    assert not states("Run `make test` before every push.", "Always run `make lint` before a push.")
    assert not states("Push often.", "Push.")


WORDS = (
    "use never always do not `make lint` tests the queue Redis Postgres instead of no longer because when in CI 3 9090 "
    "port is , . ; parse_log 2026-03-04 from to switched replaced with by and"
)
texts = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=16).map(" ".join)


@given(texts, texts)
@example("tests tests lint` tests", "tests is lint` tests tests")
def test_the_same_input_gives_the_same_judgement_and_joining_has_no_direction(one, other):
    """Invariant 9; and whether two statements are joined must not depend on which was read first."""
    first, second = memory(one, 0), memory(other, 0)
    joins = {Relation.SAME, Relation.REFINES}
    assert judge(first, second) == judge(first, second)
    assert (judge(first, second).relation in joins) == (judge(second, first).relation in joins)


@given(texts)
def test_every_statement_is_the_same_as_itself(text):
    assert judge(memory(text, 0), memory(text, 3)).relation is Relation.SAME


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_at_all_is_judged(one, other):
    judge(memory(one or "x"), memory(other or "x", 3))


def told(older, newer, sessions=(("s1",), ("s1",)), trusts=(Trust.AGENT, Trust.AGENT)):
    return judge(
        *(
            msgspec.structs.replace(memory(text, day, trust), sessions=of)
            for day, (text, of, trust) in enumerate(zip((older, newer), sessions, trusts, strict=True))
        )
    )


SHORT = "`Basket.total` has the tax, but when it becomes an `Invoice` the tax is dropped."
LONG = (
    "Root cause: `Basket.total` has the tax in its `rate` field, but an `Invoice` has none, "
    "so when a basket becomes an `Invoice` the tax is dropped."
)


def test_a_session_that_says_a_thing_again_with_more_says_it_once():
    assert told(SHORT, LONG).relation is Relation.REFINES
    assert told(LONG, SHORT).relation is Relation.SAME


def test_what_another_session_adds_may_be_of_another_case():
    assert told(SHORT, LONG, sessions=(("s1",), ("s2",))).relation is Relation.UNRELATED
    assert told(SHORT, LONG, sessions=((), ())).relation is Relation.UNRELATED


def test_an_agent_that_says_a_persons_words_again_with_more_adds_nothing_to_them():
    """Invariant 7."""
    assert told(SHORT, LONG, trusts=(Trust.USER, Trust.AGENT)).relation is Relation.UNRELATED


@pytest.mark.parametrize(
    "newer",
    [
        LONG.replace("`Invoice`", "`Receipt`"),
        LONG.replace("is dropped", "is never dropped"),
        LONG.replace("becomes", "was before"),
    ],
)
def test_with_another_name_or_sign_or_word_in_its_place_it_is_not_said_again(newer):
    assert told(SHORT, newer).relation is Relation.UNRELATED


def test_a_number_that_only_the_shorter_has_is_not_lost():
    assert told(f"{SHORT} It is 19.", LONG).relation is Relation.UNRELATED
