import os
import subprocess

import pytest

from dreamd.sessions.agents import AGENTS, working_in
from dreamd.sessions.speaker import branch_at, speaker_of


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("", "")),
        ({"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "s-1"}, ("claude-code", "s-1")),
        ({"CLAUDE_CODE_ENTRYPOINT": "cli"}, ("claude-code", "")),
        ({"CODEX_THREAD_ID": "t-1"}, ("codex", "t-1")),
        ({"CODEX_SANDBOX_NETWORK_DISABLED": "1"}, ("codex", "")),
        ({"GEMINI_CLI": "1"}, ("gemini", "")),
        ({"CURSOR_AGENT": "1"}, ("specstory", "")),
        ({"CLAUDECODE": ""}, ("", "")),
    ],
)
def test_an_agent_is_known_by_what_it_sets_in_the_commands_that_it_runs(environment, expected):
    assert working_in(environment) == expected


@pytest.mark.parametrize("name", [name for agent in AGENTS for name in (agent.variable, agent.home) if name])
def test_where_somebody_configures_an_agent_no_agent_is_at_work(name):
    assert working_in({name: "/srv/agents"}) == ("", "")


def test_a_person_types_only_where_no_agent_left_its_sign():
    """Invariant 7."""
    assert speaker_of({}, typed=True).typed
    assert not speaker_of({}, typed=False).typed
    assert not speaker_of({"CLAUDECODE": "1"}, typed=True).typed


def test_a_speaker_is_this_process_s_account_host_and_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    speaker = speaker_of({"CODEX_THREAD_ID": "t-1"}, typed=False)
    assert speaker.person
    assert speaker.host == os.uname().nodename
    assert (speaker.agent, speaker.session, speaker.directory) == ("codex", "t-1", str(tmp_path.resolve()))


def test_a_directory_that_is_gone_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert speaker_of({}, typed=False).directory == ""


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        command = ["git", "-C", tmp_path / "web", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
        subprocess.run(command, check=True, capture_output=True)

    (tmp_path / "web" / "src").mkdir(parents=True)
    git("init", "-q", "-b", "tide/gauge")
    git("commit", "-q", "--allow-empty", "-m", "first")
    return tmp_path / "web", git


def test_the_branch_is_read_without_asking_git(repository):
    folder, git = repository
    assert branch_at(folder / "src") == "tide/gauge"
    git("checkout", "-q", "--detach")
    assert branch_at(folder) == ""


def test_a_linked_worktree_has_its_own_branch(repository, tmp_path):
    _, git = repository
    git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    assert branch_at(tmp_path / "other") == "other"


def test_outside_of_a_work_tree_there_is_no_branch(tmp_path):
    assert branch_at(tmp_path) == ""
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert branch_at(tmp_path) == ""
    (tmp_path / ".git").unlink()
    (tmp_path / ".git").mkdir()
    os.mkfifo(tmp_path / ".git" / "HEAD")
    assert branch_at(tmp_path) == ""
