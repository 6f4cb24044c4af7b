import hashlib
import json
import os

from dreamd.cli.logs_here import find_projects, of_repository
from dreamd.sessions.sources import find_logs


def left(home, name, when=1_760_000_000, size=10):
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (when, when))


def test_projects_are_found_newest_first_with_their_numbers(tmp_path):
    left(tmp_path, ".claude/projects/-srv-web/a.jsonl", when=1_760_000_000)
    left(tmp_path, ".claude/projects/-srv-web/b.jsonl", when=1_760_000_500, size=32)
    left(tmp_path, ".claude/projects/-srv-api/c.jsonl", when=1_770_000_000)
    api, web = find_projects({"HOME": str(tmp_path)})
    assert api.pattern == f"{tmp_path}/.claude/projects/-srv-api/*.jsonl"
    assert (web.agent, web.logs, web.size, web.newest.timestamp()) == ("claude-code", 2, 42, 1_760_000_500)


def test_sub_agents_links_and_other_files_are_no_logs(tmp_path):
    left(tmp_path, ".claude/projects/-srv-web/agent-7.jsonl")
    left(tmp_path, ".claude/projects/-srv-web/memory/MEMORY.md")
    left(tmp_path, "elsewhere/x.jsonl")
    (tmp_path / ".claude/projects/-srv-web/x.jsonl").symlink_to(tmp_path / "elsewhere/x.jsonl")
    (tmp_path / ".claude/projects/-linked").symlink_to(tmp_path / "elsewhere")
    assert find_projects({"HOME": str(tmp_path)}) == []


def test_a_home_that_agents_never_used_has_no_projects(tmp_path):
    assert find_projects({"HOME": str(tmp_path)}) == []


def test_the_agent_s_own_variable_moves_its_home(tmp_path):
    left(tmp_path, "moved/projects/-srv-web/a.jsonl")
    assert len(find_projects({"HOME": "/nowhere", "CLAUDE_CONFIG_DIR": str(tmp_path / "moved")})) == 1


def test_a_repository_s_logs_are_those_of_its_root_and_of_no_namesake(tmp_path):
    for name in ("-srv-my-app-io", "-srv-my-app-io-2", "-srv-my_app-io"):
        left(tmp_path, f".claude/projects/{name}/a.jsonl")
    found = of_repository(find_projects({"HOME": str(tmp_path)}), tmp_path.__class__("/srv/my_app.io"))
    assert {project.pattern.split("/")[-2] for project in found} == {"-srv-my-app-io", "-srv-my_app-io"}


def test_a_codex_log_belongs_to_the_directory_that_its_first_line_names(tmp_path):
    for name, cwd in (("a", "/srv/web"), ("b", "/srv/web/docs"), ("c", "/srv/api"), ("d", None)):
        left(tmp_path, f".codex/sessions/2026/03/02/rollout-{name}.jsonl")
        first = {"type": "session_meta", "payload": {"cwd": cwd} if cwd else {}}
        (tmp_path / f".codex/sessions/2026/03/02/rollout-{name}.jsonl").write_text(json.dumps(first) + "\n")
    repository = tmp_path.__class__("/srv/web")
    projects = find_projects({"HOME": str(tmp_path)}, repository)
    assert {(it.pattern, it.logs) for it in projects} == {("codex:/srv/web", 2), ("codex:/srv/api", 1)}
    assert [it.pattern for it in of_repository(projects, repository)] == ["codex:/srv/web"]
    assert len(find_projects({"HOME": str(tmp_path)})) == 3


def test_a_gemini_log_belongs_to_the_directory_whose_digest_its_folder_bears(tmp_path):
    digest = hashlib.sha256(b"/srv/web").hexdigest()
    left(tmp_path, f".gemini/tmp/{digest}/chats/session-1.json")
    left(tmp_path, ".gemini/tmp/other/chats/session-2.json")
    projects = find_projects({"HOME": str(tmp_path)})
    (ours,) = of_repository(projects, tmp_path.__class__("/srv/web"))
    assert ours.pattern == f"{tmp_path}/.gemini/tmp/{digest}/chats/session-*.json*"
    assert len(projects) == 2


def test_what_agents_left_in_the_repository_is_found_there(tmp_path):
    left(tmp_path, "web/.aider.chat.history.md", size=7)
    left(tmp_path, "web/.specstory/history/one.md")
    left(tmp_path, "web/.specstory/history/two.md")
    projects = find_projects({"HOME": "/nowhere"}, tmp_path / "web")
    assert {(it.agent, it.pattern, it.place, it.logs) for it in projects} == {
        ("aider", "aider", f"{tmp_path}/web", 1),
        ("specstory", "specstory", f"{tmp_path}/web", 2),
    }
    assert of_repository(projects, tmp_path / "web") == projects
    assert find_projects({"HOME": "/nowhere"}) == []


def test_what_is_found_is_what_its_pattern_leads_to(tmp_path):
    left(tmp_path, ".claude/projects/-srv-web/a.jsonl")
    left(tmp_path, ".codex/archived_sessions/b.jsonl")
    (tmp_path / ".codex/archived_sessions/b.jsonl").write_text('{"payload":{"cwd":"/srv/web"}}\n')
    left(tmp_path, ".gemini/tmp/x/chats/session-1.json")
    left(tmp_path, "web/.aider.chat.history.md")
    home = {"HOME": str(tmp_path)}
    projects = find_projects(home, tmp_path / "web")
    assert len(projects) == 4
    for it in projects:
        assert len(find_logs([it.pattern], home, tmp_path, tmp_path / "web").logs) == it.logs
