from msgspec.structs import replace

from dreamd.memory.changes import Conflict, Merge, Reword, Supersede
from dreamd.memory.records import Factors, Origin, Trust
from dreamd.phases.merge import step


def changes(make, *memories, fresh=None):
    fresh = frozenset(memory.id for memory in (memories if fresh is None else fresh))
    return step(make.dream(fresh=fresh), make.state(*memories)).changes


def test_what_says_the_same_joins_the_older_with_all_that_supports_it(make):
    older = make.memory("Never push to main directly.", 0, people=("ada",), factors=Factors(confidence=0.3))
    newer = make.memory("Do not push directly to main.", 3, user=True, people=("bo",), factors=Factors(confidence=0.9))
    merge, reword = changes(make, older, newer)
    assert isinstance(merge, Merge)
    assert (merge.id, merge.absorbed) == (older.id, (newer.id,))
    assert merge.sessions == ("s0", "s3")
    assert merge.people == ("ada", "bo")
    assert merge.trust is Trust.USER
    assert (merge.learned, merge.last_seen) == (older.learned, newer.last_seen)
    assert merge.factors.confidence == 0.9
    assert {piece.session for piece in merge.joined} == {"s0", "s3"}
    assert isinstance(reword, Reword)
    assert reword.text == newer.text  # a person's words stand for what a person established (invariant 7)


def test_a_person_whom_only_an_import_claims_gives_no_trust_to_what_is_joined(make):
    """Invariant 7."""
    [piece] = make.memory("Never push to main directly.", 0, user=True).evidence
    imported = make.memory("Never push to main directly.", 0, evidence=(replace(piece, origin=Origin.IMPORTED),))
    newer = make.memory("Do not push directly to main.", 3)
    merge = changes(make, imported, newer)[0]
    assert (merge.id, merge.trust) == (imported.id, Trust.AGENT)
    assert "user" in {it.role for it in merge.joined}


def test_what_says_more_gives_the_older_its_words(make):
    older = make.memory("The worker never writes files.", 0)
    newer = make.memory("The worker never writes files, because the publisher owns the disk.", 3)
    merge, reword = changes(make, older, newer)
    assert (merge.id, reword.id) == (older.id, older.id)
    assert reword.text == newer.text


def test_only_fresh_memories_are_compared(make):
    """Invariant 12: two that were left, or put, side by side stay so."""
    one = make.memory("Never push to main directly.", 0)
    other = make.memory("Do not push directly to main.", 3)
    assert changes(make, one, other, fresh=()) == ()


def test_what_people_have_seen_keeps_its_id_against_a_newcomer_with_an_older_date(make):
    published = make.memory("Never push to main directly.", 9)
    late = make.memory("Do not push directly to main.", 2)
    _, state = make.run(make.session("s2", "agent: Do not push directly to main.", day=2), state=make.state(published))
    assert [(memory.id, memory.learned) for memory in state.active()] == [(published.id, late.learned)]


def test_three_of_a_kind_become_one(make):
    memories = [make.memory(f"Never push to main directly{'.' * day}", day) for day in range(3)]
    merges = [change for change in changes(make, *memories) if isinstance(change, Merge)]
    assert {name for change in merges for name in change.absorbed} == {memories[1].id, memories[2].id}
    assert merges[-1].sessions == ("s0", "s1", "s2")


def test_a_later_decision_supersedes_from_its_own_time(make):
    older = make.memory("The API listens on port 8080.", 0)
    newer = make.memory("The API listens on port 9090.", 3)
    (change,) = changes(make, older, newer)
    assert isinstance(change, Supersede)
    assert (change.id, change.by, change.until) == (older.id, newer.id, newer.learned)
    assert change.evidence == newer.evidence


def test_a_late_log_with_older_words_does_not_supersede(make):
    known = make.memory("The API listens on port 9090.", 9)
    late = make.memory("The API listens on port 8080.", 2)
    (change,) = changes(make, known, late, fresh=(late,))
    assert (change.id, change.by) == (late.id, known.id)


def test_doubt_marks_both_and_keeps_both(make):
    one = make.memory("Tests must run in parallel.", 0)
    other = make.memory("Tests must not run in parallel.", 3)
    (change,) = changes(make, one, other)
    assert isinstance(change, Conflict)
    assert {change.id, change.other} == {one.id, other.id}


def test_a_known_conflict_is_not_marked_again(make):
    one = make.memory("Tests must run in parallel.", 0)
    other = make.memory("Tests must not run in parallel.", 3, conflicts_with=(one.id,))
    one = make.memory("Tests must run in parallel.", 0, conflicts_with=(other.id,))
    assert changes(make, one, other) == ()


def test_a_pinned_memory_is_neither_absorbed_nor_superseded_nor_reworded(make):
    """Invariant 12."""
    pinned = make.memory("The worker never writes files.", 3, pinned=True)
    older = make.memory("The worker never writes files, because the publisher owns the disk.", 0)
    (merge,) = changes(make, older, pinned)
    assert (merge.id, merge.absorbed) == (pinned.id, (older.id,))
    port = make.memory("The API listens on port 8080.", 0, pinned=True)
    (change,) = changes(make, port, make.memory("The API listens on port 9090.", 3))
    assert isinstance(change, Conflict)


def test_a_variable_that_is_used_after_it_was_done_away_with_is_shown_to_people(make):
    away = make.memory("Replace TIDE_LOG_OPTOUT with the setting in the board's file.", 0, user=True, branch="log")
    used = make.memory("You can see whether it is slow by running `TIDE_LOG_OPTOUT=1 ferry board`.", 3)
    [conflict] = changes(make, away, used)
    assert isinstance(conflict, Conflict)
    assert {conflict.id, conflict.other} == {away.id, used.id}
    assert conflict.reason == "TIDE_LOG_OPTOUT was done away with, and is used"


def test_an_absorbed_memorys_conflict_goes_over_to_the_one_that_stays(make):
    other = make.memory("Always squash commits before merging.", 1)
    known = make.memory("Squash is not allowed.", 0)
    dropped = make.memory("Squash is not allowed!", 2, conflicts_with=(other.id,))
    found = changes(make, known, other, dropped, fresh=(dropped,))
    marks = [(change.id, change.other, change.settled) for change in found if isinstance(change, Conflict)]
    assert (dropped.id, other.id, True) in marks
    assert (known.id, other.id, False) in marks


def test_what_waits_for_its_date_is_not_compared_yet(make):
    one = make.memory("The cache was wiped yesterday.", 1)
    other = make.memory("The cache was wiped yesterday.", 8)
    assert changes(make, one, other) == ()


def test_a_conflict_between_branches_is_over_once_both_are_merged(make):
    older = make.memory("The API listens on port 8080.", 0, branch="main")
    newer = make.memory("The API listens on port 9090.", 3, branch="feat/ports")
    open_ = make.repository(branches=frozenset({"main", "feat/ports"}), merged_branches=frozenset({"main"}))
    _, doubted = make.run(inbox=(older, newer), repository=open_)
    assert [memory.conflicts_with for memory in doubted.active()] == [(newer.id,), (older.id,)]
    assert make.run(state=doubted, repository=open_)[0].changes == ()
    merged = make.repository(
        branches=frozenset({"main"}), merged_branches=frozenset({"main"}), gone_branches={"feat/ports": "c0ffee"}
    )
    _, settled = make.run(state=doubted, repository=merged)
    assert [(memory.id, memory.conflicts_with) for memory in settled.active()] == [(newer.id, ())]
    assert settled.memories[older.id].retired.by == newer.id
    assert make.run(state=settled, repository=merged)[0].changes == ()


def test_what_is_nearly_the_same_is_told_where_somebody_asks(make):
    older = make.memory("`parse_log` in the reader returns None on empty input.", 0)
    newer = make.memory("`parse_logs` in the reader returns None on empty input.", 3)
    fresh = frozenset({older.id, newer.id})
    asked, unasked = (step(make.dream(fresh=fresh, explain=it), make.state(older, newer)) for it in (True, False))
    assert asked.changes == unasked.changes == ()
    assert unasked.nearly == ()
    assert {it.id for it in asked.nearly} == {older.id, newer.id}
    assert all(it.why.startswith("not joined with ") for it in asked.nearly)


def test_what_is_joined_is_as_new_as_its_newest_evidence_when_it_is_opposed(make):
    """What was said again at the time of the decision is not overruled by it for having been said before, too."""
    first, again = (make.memory("Use Redis for the job queue.", day) for day in (0, 3))
    decided = make.memory("Use Postgres instead of Redis for the job queue.", 3, user=True)
    assert [type(change) for change in changes(make, first, again, decided)] == [Merge]
    assert [type(change) for change in changes(make, first, decided)] == [Supersede]
