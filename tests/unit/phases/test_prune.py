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


def test_a_module_is_known_by_the_name_with_which_it_is_imported(make):
    memory = make.memory("`billing.rates.load` rounds half even.")
    deleted = make.repository(deleted={"src/billing/rates.py": "dead"})
    assert [change.why for change in changes(make, memory, repository=deleted)] == [Reason.STALE]
    moved = make.repository(
        renamed={"src/billing/rates.py": "src/money/rates.py"}, files=frozenset({"src/money/rates.py"})
    )
    (change,) = changes(make, memory, repository=moved)
    assert change.text == "`money.rates.load` rounds half even."


def test_a_short_path_stays_short_when_it_is_renamed(make):
    memory = make.memory("Run `release.sh` to release.")
    repository = make.repository(
        renamed={"tools/release.sh": "tools/publish.sh"}, files=frozenset({"tools/publish.sh"})
    )
    (change,) = changes(make, memory, repository=repository)
    assert change.text == "Run `publish.sh` to release."


@pytest.mark.parametrize(
    "text",
    ["Everything under `src/legacy/` is generated.", "`src/legacy` is generated.", "`src/legacy/a.py` is generated."],
)
def test_a_folder_is_gone_with_its_last_file(make, text):
    repository = make.repository(deleted={"src/legacy/a.py": "dead", "src/legacy/b.py": "dead"})
    assert [change.why for change in changes(make, make.memory(text), repository=repository)] == [Reason.STALE]


def test_a_folder_of_which_all_files_moved_is_followed(make):
    repository = make.repository(
        renamed={"src/old/a.py": "src/new/a.py", "src/old/b.py": "src/new/b.py"},
        files=frozenset({"src/new/a.py", "src/new/b.py"}),
    )
    (change,) = changes(make, make.memory("Everything under `src/old/` is generated."), repository=repository)
    assert change.text == "Everything under `src/new` is generated."


def test_a_symbol_that_history_took_out_and_that_stands_nowhere_is_gone(make):
    """Invariant 5; what history never knew proves nothing, nor what still stands in another place."""
    memory = make.memory("`load_plan` retries on timeouts.")
    history = {"gone_names": {"load_plan": "deadbeef0123456"}}
    nowhere = make.repository(has_symbol=lambda _name: False, **history)
    (change,) = changes(make, memory, repository=nowhere)
    assert change.why is Reason.STALE
    assert "'load_plan' was deleted in deadbeef0123" in change.reason
    assert changes(make, memory, repository=make.repository(has_symbol=lambda _name: True, **history)) == ()
    assert changes(make, memory, repository=make.repository(has_symbol=lambda _name: False)) == ()


def test_a_path_that_only_says_where_a_thing_stood_does_not_refute_what_still_is(make):
    memory = make.memory("`load_plan` in `plans/load.py` retries on timeouts.")
    split = make.repository(deleted={"plans/load.py": "dead"}, has_symbol=lambda _name: True)
    assert changes(make, memory, repository=split) == ()


def test_a_command_is_gone_when_no_manifest_offers_it(make):
    gone = make.repository(gone_offers={"make release": "dead", "run bundle": "dead"}, offers=frozenset({"make test"}))
    texts = ["Run `make release` on Mondays.", "Run make release first.", "`npm run bundle` takes a minute."]
    for text in texts:
        assert [change.why for change in changes(make, make.memory(text), repository=gone)] == [Reason.STALE], text
    for text in ["`make test` takes a minute.", "We make release notes by hand.", "`make world` is another project's."]:
        assert changes(make, make.memory(text), repository=gone) == (), text


def test_what_is_said_of_a_branch_that_was_merged_and_deleted_is_over_and_lessons_stay(make):
    repository = make.repository(gone_branches={"fix/cache": "dead"})
    over = make.memory("The rewrite lives on branch fix/cache and is not merged yet.")
    lesson = make.memory("On fix/cache an LRU thrashed.")
    assert [change.id for change in changes(make, over, lesson, repository=repository)] == [over.id]
