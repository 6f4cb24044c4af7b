"""What git says of a repository, asked of real ones."""

import subprocess

import pytest

from dreamd.daemon.git import committed, read_repository


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
