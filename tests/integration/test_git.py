"""What git says of a repository, asked of real ones."""

import subprocess

import pytest

from dreamd.daemon.git.call import git_lines, why_not
from dreamd.daemon.git.facts import committed, read_repository


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "a repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    return root


def git(root, *arguments):
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)  # noqa: S607 - on PATH


def put(root, **files):
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text * 20)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "step")


def test_files_head_branches_and_instructions_are_told(repository):
    put(repository, src__a="one\n", **{"CLAUDE.md": "Use tabs.\n"})
    git(repository, "branch", "side")

    facts = read_repository(repository / "src")

    assert facts.files == ("CLAUDE.md", "src/a")
    assert len(facts.head) == 40
    assert facts.clean
    assert facts.branches == facts.merged_branches == ("main", "side")
    assert facts.instructions.startswith("Use tabs.")


def test_history_tells_deleted_from_renamed_from_never_was(repository):
    put(repository, a="alpha\n", b="beta\n", c="gamma\n")
    git(repository, "rm", "-q", "a")
    git(repository, "commit", "-q", "-m", "drop a")
    git(repository, "mv", "b", "b2")
    git(repository, "commit", "-q", "-m", "rename b")
    git(repository, "mv", "b2", "b3")
    git(repository, "commit", "-q", "-m", "rename b again")

    facts = read_repository(repository)

    assert facts.files == ("b3", "c")
    assert set(facts.deleted) == {"a"}
    assert facts.renamed == {"b": "b3", "b2": "b3"}


def test_a_file_was_written_when_it_last_changed_in_history(repository, monkeypatch):
    for day, files in ((1, {"notes__a.md": "alpha\n", "notes__b.md": "beta\n"}), (2, {"notes__b.md": "more\n"})):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-03-0{day}T12:00:00Z")
        put(repository, **files)
    (repository / "notes/c.md").write_text("not committed")

    times = committed(repository / "notes")

    assert {name: time.isoformat() for name, time in times.items()} == {
        "a.md": "2026-03-01T12:00:00+00:00",
        "b.md": "2026-03-02T12:00:00+00:00",
    }


def test_a_folder_that_git_does_not_know_has_no_times(tmp_path):
    assert committed(tmp_path) == {}


def test_a_file_that_was_deleted_and_came_back_is_neither(repository):
    put(repository, a="alpha\n", z="zeta\n")
    git(repository, "rm", "-q", "a")
    git(repository, "commit", "-q", "-m", "drop a")
    put(repository, a="alpha\n")

    facts = read_repository(repository)

    assert "a" in facts.files
    assert facts.deleted == facts.renamed == {}


def test_an_uncommitted_change_makes_it_unclean_and_is_left_alone(repository):
    put(repository, a="alpha\n")
    (repository / "a").write_text("changed")

    facts = read_repository(repository)

    assert not facts.clean
    assert (repository / "a").read_text() == "changed"


def test_no_program_that_the_repository_names_is_run(repository, tmp_path):
    put(repository, a="alpha\n")
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(trap))
    git(repository, "config", "core.hooksPath", str(tmp_path))
    git(repository, "config", "diff.external", str(trap))

    assert read_repository(repository) is not None
    assert not (tmp_path / "sprung").exists()


def test_a_folder_without_a_repository_or_without_a_commit_tells_nothing(repository, tmp_path):
    assert read_repository(tmp_path) is None
    assert read_repository(repository) is None
    assert read_repository(tmp_path / "missing") is None


def test_nothing_that_a_repository_s_configuration_names_is_run(repository, tmp_path):
    put(repository, a="alpha\n", **{".gitattributes": "* filter=mine diff=mine\n"})
    ran = tmp_path / "ran"
    for name in ("filter.mine.clean", "filter.mine.process", "diff.mine.command", "diff.mine.textconv"):
        git(repository, "config", name, f"touch {ran}; cat")
    for name in ("core.fsmonitor", "gpg.program", "core.sshCommand", "core.pager"):
        git(repository, "config", name, f"touch {ran}")
    git(repository, "config", "filter.mine.required", "true")
    git(repository, "config", "log.showSignature", "true")
    (repository / "a").write_text("alpha\n" * 20)  # as it was, but git has to look

    facts = read_repository(repository)

    assert facts.clean
    assert not ran.exists()
    (repository / "a").write_text("beta\n")
    assert not read_repository(repository).clean


def test_a_history_is_read_up_to_a_bound_and_no_further(repository):
    for number in range(3):
        put(repository, a=f"alpha {number}\n")
    every = list(git_lines(repository, "log", "-p", most=10**6))
    some = list(git_lines(repository, "log", "-p", most=1000))
    assert some == every[: len(some)]
    assert 0 < sum(len(line) + 1 for line in some) <= 1000


def test_names_that_history_took_out_or_exchanged_are_told_and_those_being_moved_are_not(repository):
    put(repository, **{"a.py": "def load_plan(at):\n    return at + 1\n", "b.py": "import a\n\nTOTAL_LIMIT = 3\n"})
    (repository / "b.py").write_text("import a\n")
    (repository / "a.py").write_text((repository / "a.py").read_text().replace("load_plan", "read_plan"))
    git(repository, "commit", "-q", "-am", "rename")
    facts = read_repository(repository)
    assert facts.renamed_names["load_plan"] == "read_plan"
    assert facts.gone_names["TOTAL_LIMIT"] == facts.head
    git(repository, "checkout", "-q", "HEAD~1", "--", ".")
    assert "read_plan" not in facts.gone_names
    git(repository, "commit", "-q", "-m", "take that back")
    (repository / "a.py").write_text("")  # it is on its way into a file that is not added yet
    assert "read_plan" in read_repository(repository).gone_names
    assert "load_plan" not in read_repository(repository).gone_names


def test_commands_that_manifests_offered_are_told_as_there_gone_or_renamed(repository):
    put(repository, Makefile="test:\n\tpytest\n\nship:\n\t./ship.sh\n\nold:\n\t./old.sh\n\n")
    (repository / "Makefile").write_text("test:\n\tpytest\n\nrelease:\n\t./ship.sh\n")
    git(repository, "commit", "-q", "-am", "rename a target, drop another")
    facts = read_repository(repository)
    assert facts.offered.names == ("make release", "make test")
    assert facts.offered.renamed == {"make ship": "make release"}
    assert facts.offered.gone == {"make old": facts.head}


def test_a_file_that_was_split_in_halves_is_none_of_them(repository):
    lines = [f"line {number} of a file with many words\n" for number in range(40)]
    (repository / "a").write_text("".join(lines))
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "one")
    (repository / "b").write_text("".join(lines[:20]))
    (repository / "c").write_text("".join(lines[20:]))
    git(repository, "rm", "-q", "a")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    facts = read_repository(repository)
    assert facts.deleted == {"a": facts.head}
    assert facts.renamed == {}


def test_a_branch_that_was_merged_and_deleted_is_known_by_its_merge(repository):
    put(repository, a="alpha\n")
    git(repository, "switch", "-q", "-c", "fix/cache")
    put(repository, b="beta\n")
    git(repository, "switch", "-q", "main")
    git(repository, "merge", "-q", "--no-ff", "fix/cache", "-m", "Merge branch 'fix/cache'")
    git(repository, "branch", "-q", "-d", "fix/cache")
    facts = read_repository(repository)
    assert facts.gone_branches == {"fix/cache": facts.head}


def test_where_git_cannot_read_what_is_there_it_is_asked_why(repository, tmp_path):
    put(repository, **{"a.py": "x"})
    assert why_not(repository) == ""
    with (repository / ".git/config").open("a") as config:
        config.write("[broken\n")
    assert read_repository(repository) is None
    assert "bad config line" in why_not(repository)
    assert "not a git repository" in why_not(tmp_path)
