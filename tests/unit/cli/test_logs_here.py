import os

from dreamd.cli.logs_here import find_projects, of_repository


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
