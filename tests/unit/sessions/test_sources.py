"""From what was named to the logs it leads to."""

from pathlib import Path

import pytest

from dreamd.sessions.owner import person_of
from dreamd.sessions.sources import find_logs


@pytest.fixture
def home(tmp_path):
    for name in (
        ".claude/projects/-srv-shop/one.jsonl",
        ".claude/projects/-srv-shop/agent-7.jsonl",
        ".claude/projects/-srv-shop/one/subagents/agent-8.jsonl",
        ".claude/projects/-srv-shop/one/subagents/x.jsonl",
        ".claude/projects/-srv-shop/notes.txt",
        "logs/.hidden/two.jsonl",
        "logs/three.jsonl",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return tmp_path


def found(home, *named, **environment):
    sources = find_logs(named, {"HOME": str(home)} | environment, home)
    return [str(path.relative_to(home)) for path in sources.logs], list(sources.skipped)


def test_an_agent_s_name_leads_to_its_logs_and_not_to_its_sub_agents(home):
    assert found(home, "claude-code") == ([".claude/projects/-srv-shop/one.jsonl"], [])


def test_an_agent_s_folder_may_have_been_moved(home):
    (home / "moved/projects/p").mkdir(parents=True)
    (home / "moved/projects/p/four.jsonl").write_text("{}")
    assert found(home, "claude-code", CLAUDE_CONFIG_DIR=str(home / "moved"))[0] == ["moved/projects/p/four.jsonl"]


@pytest.mark.parametrize("named", ["logs/**/*.jsonl", "logs", "~/logs/**", "{home}/lo?s/**/*.json[l]"])
def test_hidden_folders_are_looked_into(home, named):
    assert found(home, named.format(home=home)) == (["logs/.hidden/two.jsonl", "logs/three.jsonl"], [])


def test_a_file_named_twice_is_one_log(home):
    assert found(home, "logs/three.jsonl", "logs/*.jsonl") == (["logs/three.jsonl"], [])


def test_what_leads_nowhere_is_named(home):
    assert found(home, "nowhere/*.jsonl", "some-agent", "logs/three.jsonl") == (
        ["logs/three.jsonl"],
        [("nowhere/*.jsonl", "leads to no file"), ("some-agent", "leads to no file")],
    )


def test_a_link_that_leads_in_a_circle_is_not_followed(home):
    (home / "logs/again").symlink_to(home / "logs")
    assert found(home, "logs/**/*.jsonl")[0] == ["logs/.hidden/two.jsonl", "logs/three.jsonl"]


@pytest.mark.parametrize(
    ("path", "person"),
    [
        ("/home/mara/.claude/projects/p/s.jsonl", "mara"),
        ("/Users/ines/.codex/sessions/2026/01/02/r.jsonl", "ines"),
        ("/mnt/team/logs/s.jsonl", "root"),
    ],
)
def test_a_log_belongs_to_the_home_that_holds_it_else_to_its_owner(path, person):
    assert person_of(Path(path), 0) == person


def test_an_account_that_this_host_does_not_know_is_a_number():
    assert person_of(Path("/mnt/s.jsonl"), 3_999_999) == "3999999"
