"""From what was named to the logs it leads to."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from dreamd.sessions.agents import AGENTS
from dreamd.sessions.owner import person_of
from dreamd.sessions.sources import find_logs, name_logs, places_of


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


def write(path, text="{}"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def found(home, *named, repository=None, **environment):
    sources = find_logs(named, {"HOME": str(home)} | environment, home, repository)
    return [str(path.relative_to(home)) for path in sources.logs], list(sources.skipped)


def rollout(home, name, cwd):
    first = {"timestamp": "2026-03-02T08:14:00Z", "type": "session_meta", "payload": {"id": name, "cwd": str(cwd)}}
    return write(home / f".codex/sessions/2026/03/02/rollout-{name}.jsonl", json.dumps(first) + "\n{}\n")


def test_an_agent_s_name_leads_to_its_logs_and_not_to_its_sub_agents(home):
    assert found(home, "claude-code") == ([".claude/projects/-srv-shop/one.jsonl"], [])


def test_an_agent_s_folder_may_have_been_moved(home):
    (home / "moved/projects/p").mkdir(parents=True)
    (home / "moved/projects/p/four.jsonl").write_text("{}")
    assert found(home, "claude-code", CLAUDE_CONFIG_DIR=str(home / "moved"))[0] == ["moved/projects/p/four.jsonl"]


def test_codex_s_logs_are_its_sessions_and_what_it_archived(home):
    rollout(home, "a", "/srv/web")
    write(home / ".codex/archived_sessions/rollout-b.jsonl")
    write(home / ".codex/history.jsonl")
    write(home / "moved/archived_sessions/c.jsonl")
    assert found(home, "codex")[0] == [
        ".codex/archived_sessions/rollout-b.jsonl",
        ".codex/sessions/2026/03/02/rollout-a.jsonl",
    ]
    assert found(home, "codex", CODEX_HOME=str(home / "moved"))[0] == ["moved/archived_sessions/c.jsonl"]


def test_gemini_s_logs_are_its_chats(home):
    write(home / ".gemini/tmp/1f3a/chats/session-1.json")
    write(home / ".gemini/tmp/web/chats/session-2.jsonl")
    write(home / ".gemini/tmp/1f3a/logs.json")
    write(home / "moved/.gemini/tmp/1f3a/chats/session-3.json")
    assert found(home, "gemini")[0] == [
        ".gemini/tmp/1f3a/chats/session-1.json",
        ".gemini/tmp/web/chats/session-2.jsonl",
    ]
    moved = found(home, "gemini", GEMINI_CLI_HOME=str(home / "moved"))[0]
    assert moved == ["moved/.gemini/tmp/1f3a/chats/session-3.json"]


def test_agents_that_write_into_the_repository_are_looked_for_in_the_store_s(home):
    write(home / "web/.aider.chat.history.md")
    write(home / "web/.specstory/history/2026-03-02-one.md")
    write(home / "web/.specstory/what-is-this.md")
    repository = home / "web"
    assert found(home, "aider", repository=repository) == (["web/.aider.chat.history.md"], [])
    assert found(home, "specstory", repository=repository) == (["web/.specstory/history/2026-03-02-one.md"], [])
    assert found(home, "aider:web", "specstory:~/web")[0] == [
        "web/.aider.chat.history.md",
        "web/.specstory/history/2026-03-02-one.md",
    ]
    assert found(home, "aider") == ([], [("aider", "is in the repository, and the store has none")])
    assert found(home, "aider", repository=home / "logs") == ([], [("aider", "leads to no file")])


def test_an_agent_s_name_may_be_confined_to_one_working_directory(home):
    rollout(home, "a", home / "web")
    rollout(home, "b", home / "web/docs")
    rollout(home, "c", home / "web2")
    write(home / ".codex/sessions/2026/03/02/rollout-d.jsonl", "[]\n")
    write(home / ".codex/sessions/2026/03/02/rollout-e.jsonl", "\xff" * 300_000)
    digest = hashlib.sha256(str(home / "web").encode()).hexdigest()
    write(home / f".gemini/tmp/{digest}/chats/session-1.json")
    write(home / ".gemini/tmp/web-1/chats/session-2.json")
    write(home / ".gemini/tmp/web-1/.project_root", str(home / "web") + "\n")
    write(home / ".gemini/tmp/other/chats/session-3.json")
    slug = str(home / "my_web").replace("/", "-").replace("_", "-")
    write(home / f".claude/projects/{slug}/five.jsonl")
    assert [Path(log).stem for log in found(home, "codex:web")[0]] == ["rollout-a", "rollout-b"]
    assert {Path(log).stem for log in found(home, "gemini:~/web")[0]} == {"session-1", "session-2"}
    assert [Path(log).stem for log in found(home, f"claude-code:{home}/my_web")[0]] == ["five"]
    assert found(home, "codex:nowhere") == ([], [("codex:nowhere", "leads to no file")])


def test_a_folder_is_searched_for_every_name_that_a_log_can_be_known_by(home):
    logs = [
        "repo/.aider.chat.history.md",
        "repo/.specstory/history/one.md",
        "repo/logs/a.jsonl",
        "repo/logs/b.ndjson",
        "repo/logs/gemini/chats/session-1.json",
        "repo/sub/.specstory/history/agent-two.md",
    ]
    for name in [*logs, "repo/README.md", "repo/.specstory/x.md", "repo/session-2.json", "repo/chats/package.json"]:
        write(home / name)
    for folder in (".git", "node_modules/x"):
        write(home / "repo" / folder / "c.jsonl")
    assert found(home, "repo") == (logs, [])
    assert found(home, "repo/**/*.json*")[0][:1] == ["repo/.git/c.jsonl"]


def test_no_log_is_opened_or_asked_for_its_size(home, monkeypatch):
    def refuse(*_arguments, **_keywords):
        raise AssertionError("a file was asked")

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "lstat", refuse)
    assert found(home, "claude-code", f"{home}/logs/**/*.jsonl")[0]


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
        ("/home/yuna/.gemini/tmp/1f3a/chats/session-1.json", "yuna"),
        ("/srv/shop/.specstory/history/one.md", "root"),
        ("/mnt/team/logs/s.jsonl", "root"),
    ],
)
def test_a_log_belongs_to_the_home_that_holds_it_else_to_its_owner(path, person):
    assert person_of(Path(path), 0) == person


def test_an_account_that_this_host_does_not_know_is_a_number():
    assert person_of(Path("/mnt/s.jsonl"), 3_999_999) == "3999999"


def test_every_agent_has_a_name_of_its_own_and_globs_below_one_place():
    assert len({agent.name for agent in AGENTS}) == len(AGENTS)
    for agent in AGENTS:
        assert agent.globs
        assert not any(glob.startswith(("/", "~")) for glob in agent.globs)
        assert agent.folder or not agent.variable


def places(home, *named, **keys):
    found = places_of(named, {"HOME": str(home)}, home, **keys)
    return [(str(Path(it.folder).relative_to(home)), it.below) for it in found]


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("claude-code", (".claude/projects", True)),
        ("logs/*.jsonl", ("logs", False)),
        ("logs/**/*.jsonl", ("logs", True)),
        ("logs/**", ("logs", True)),
        ("~/lo?s/*.jsonl", (".", True)),
        ("logs", ("logs", True)),
        ("logs/three.jsonl", ("logs", False)),
        ("nowhere/yet/*/*.jsonl", ("nowhere/yet", True)),
    ],
)
def test_logs_appear_below_the_last_folder_that_is_not_variable(home, named, place):
    assert places(home, named) == [place]


def test_a_place_inside_another_is_not_named_twice(home):
    assert places(home, "logs/**/*.jsonl", "logs/.hidden/*.jsonl", "logs/*.jsonl") == [("logs", True)]
    assert places(home, "logs/*.jsonl", "logs/deep/*.jsonl") == [("logs", False), ("logs/deep", False)]


def test_an_agent_whose_logs_lie_in_the_repository_has_its_place_there(home):
    assert places(home, "aider", repository=home / "shop") == [("shop", False)]
    assert places(home, "aider") == []
    assert places(home, "aider:other", repository=home / "shop") == [("other", False)]


def test_every_log_lies_in_a_place(home):
    named = ("claude-code", "logs/**/*.jsonl", "lo?s/*.jsonl", "logs/three.jsonl")
    logs, _ = name_logs(named, {"HOME": str(home)}, home)
    assert logs
    for log in logs:
        assert any(Path(log).is_relative_to(it.folder) for it in places_of(named, {"HOME": str(home)}, home))


def test_a_log_that_does_not_say_yet_where_it_was_written_is_asked_again(home):
    log = home / ".codex/sessions/2026/03/02/rollout-z.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    assert str(log.relative_to(home)) not in found(home, "codex:late")[0]
    log.write_text(f'{{"type": "session_meta", "payload": {{"cwd": "{home}/late"}}}}\n')
    assert found(home, "codex:late")[0] == [str(log.relative_to(home))]
