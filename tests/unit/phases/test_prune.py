from datetime import timedelta

import msgspec
import pytest

from dreamd.memory.changes import Conflict, Retire, Reword
from dreamd.memory.records import Kind, Reason, Retired
from dreamd.phases.prune import step

GONE = {"tools/release.sh": "deadbeef0123456789"}


def changes(make, *memories, **fields):
    return step(make.dream(**fields), make.state(*memories)).changes


def test_a_memory_whose_file_was_deleted_is_stale_and_names_the_commit(make):
    """Invariant 5."""
    memory = make.memory("Run `tools/release.sh` to release.")
    (change,) = changes(make, memory, repository=make.repository(deleted=GONE))
    assert isinstance(change, Retire)
    assert change.why is Reason.STALE
    assert "deadbeef0123" in change.reason
    assert "tools/release.sh" in change.reason


@pytest.mark.parametrize(
    "text",
    [
        "`tools/release.sh` was removed because releases are made by hand.",
        "Never call `tools/release.sh` by hand.",
        "Use `make release` instead of `tools/release.sh`.",
        "We replaced `tools/release.sh` by a workflow.",
    ],
)
def test_who_speaks_of_the_absence_is_not_refuted_by_it(make, text):
    assert changes(make, make.memory(text), repository=make.repository(deleted=GONE)) == ()


def test_a_path_that_git_never_knew_proves_nothing(make):
    memory = make.memory("The proxy is configured in `/etc/proxy.conf`.")
    assert changes(make, memory, repository=make.repository(deleted=GONE)) == ()


def test_a_memory_that_names_what_is_there_too_stays(make):
    memory = make.memory("`tools/release.sh` and `tools/sign.sh` share a key.")
    repository = make.repository(deleted=GONE, files=frozenset({"tools/sign.sh"}))
    assert changes(make, memory, repository=repository) == ()


def test_an_end_of_a_path_that_two_files_have_says_nothing(make):
    memory = make.memory("Run `release.sh` to release.")
    two = {"tools/release.sh": "deadbeef", "old/release.sh": "cafe"}
    assert changes(make, memory, repository=make.repository(deleted=two)) == ()


def test_a_file_that_is_gone_here_may_be_on_the_memorys_own_branch(make):
    memory = make.memory("Run `tools/release.sh` to release.", branch="topic")
    open_ = make.repository(deleted=GONE, branches=frozenset({"topic"}))
    assert changes(make, memory, repository=open_) == ()
    merged = make.repository(deleted=GONE, branches=frozenset({"topic"}), merged_branches=frozenset({"topic"}))
    assert [change.why for change in changes(make, memory, repository=merged)] == [Reason.STALE]


def test_without_a_repository_nothing_is_stale(make):
    assert changes(make, make.memory("Run `tools/release.sh` to release.")) == ()


def test_a_renamed_file_is_followed_in_text_and_names(make):
    memory = make.memory("Run `tools/release.sh` to release; `tools/release.sh.bak` is old.")
    repository = make.repository(
        renamed={"tools/release.sh": "scripts/release.sh"}, files=frozenset({"scripts/release.sh"})
    )
    (change,) = changes(make, memory, repository=repository)
    assert isinstance(change, Reword)
    assert change.text == "Run `scripts/release.sh` to release; `tools/release.sh.bak` is old."
    assert "scripts/release.sh" in change.about.paths


def test_what_is_over_expires_at_its_time_and_not_before(make):
    memory = make.memory("Main is frozen until 2026-03-06.", valid_until=make.now)
    assert [change.why for change in changes(make, memory)] == [Reason.EXPIRED]
    assert changes(make, memory, now=make.now - timedelta(seconds=1)) == ()


def test_an_episode_that_nobody_came_back_to_fades(make):
    """Invariant 5: the reason says how long."""
    memory = make.memory("Tried Bazel and gave up.", kind=Kind.EPISODIC)
    assert changes(make, memory, now=make.start + timedelta(days=119)) == ()
    (change,) = changes(make, memory, now=make.start + timedelta(days=121))
    assert change.why is Reason.FADED
    assert "121 days" in change.reason
    fact = make.memory("Money is stored in cents.")
    assert changes(make, fact, now=make.start + timedelta(days=900)) == ()


def test_unfinished_work_is_over_when_its_branch_is_merged(make):
    repository = make.repository(merged_branches=frozenset({"fix/cache"}))
    open_end = make.memory("On fix/cache the eviction test still fails.", kind=Kind.EPISODIC, branch="fix/cache")
    lesson = make.memory("On fix/cache we tried LRU; it thrashed.", kind=Kind.EPISODIC, branch="fix/cache")
    assert [change.id for change in changes(make, open_end, lesson, repository=repository)] == [open_end.id]


def test_what_a_person_pinned_is_never_pruned(make):
    """Invariant 12."""
    memory = make.memory("Run `tools/release.sh` to release.", pinned=True, valid_until=make.start)
    assert changes(make, memory, repository=make.repository(deleted=GONE)) == ()


def test_a_conflict_is_settled_when_the_other_is_gone(make):
    gone = make.memory("Use tabs.", retired=Retired(Reason.FORGOTTEN, "by ada", make.now))
    memory = make.memory("Use spaces for this.", conflicts_with=(gone.id,))
    gone = msgspec.structs.replace(gone, conflicts_with=(memory.id,))
    (change,) = changes(make, memory, gone)
    assert isinstance(change, Conflict)
    assert change.settled
