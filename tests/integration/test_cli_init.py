"""``dreamd init`` and ``dreamd config`` in a home of their own."""

import json
import os
import pty
import stat
import subprocess
import sys

import pytest
import yaml

from dreamd.cli.main import run


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "work/web/.git").mkdir(parents=True)
    for name in [name for name in os.environ if name.startswith(("DREAMD_", "XDG_", "CLAUDE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def ask(home, capsys):  # noqa: ARG001 - every command runs in that home
    def ask(*arguments, code=0):
        assert run([str(argument) for argument in arguments]) == code
        return capsys.readouterr()

    return ask


def log_of(home, folder):
    slug = str(folder).replace("/", "-").replace(".", "-")
    path = home / ".claude/projects" / slug / "0001.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("{}\n")
    return str(path.parent / "*.jsonl")


def stores(path):
    return yaml.safe_load(path.read_text())["stores"]


def test_a_store_is_made_and_configured_with_what_was_said(ask, home):
    told = ask("init", "memory/web", "--sessions", "logs/*.jsonl", "--repository", "work/web")
    assert (home / "memory/web/.dreamd/format").is_file()
    config = home / ".config/dreamd/config.yaml"
    assert stores(config) == {
        "web": {
            "memory": str(home / "memory/web"),
            "repository": str(home / "work/web"),
            "sessions": [str(home / "logs/*.jsonl")],
        }
    }
    assert str(config) in told.out
    assert told.err == "next: dreamd --store web dream --dry-run\n"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600


def test_in_a_repository_its_own_logs_are_chosen_and_others_only_shown(ask, home, monkeypatch):
    ours, others = log_of(home, home / "work/web"), log_of(home, home / "work/diary")
    monkeypatch.chdir(home / "work/web")
    told = json.loads(ask("init", home / "memory/web", "--json").out)
    assert told["repository"] == str(home / "work/web")
    assert told["sessions"] == [ours]
    assert {project["pattern"] for project in told["found"]} == {ours, others}


def test_what_is_shown_says_what_is_chosen_and_who_can_read_it(ask, home):
    ours, others = log_of(home, home / "work/web"), log_of(home, home / "work/diary")
    shown = ask("init", "memory/web", "--repository", "work/web").out.splitlines()
    assert any(line.startswith("*") and line.endswith(ours) for line in shown)
    assert any(line.startswith(" ") and line.endswith(others) for line in shown)
    assert any("redacted, to you and the group" in line for line in shown)


def test_agents_that_write_into_the_repository_are_chosen_by_name(ask, home):
    (home / "work/web/.aider.chat.history.md").write_text("# aider chat started at 2026-03-02 09:14:00\n")
    (home / ".codex/archived_sessions").mkdir(parents=True)
    meta = {"type": "session_meta", "payload": {"cwd": str(home / "work/web")}}
    (home / ".codex/archived_sessions/a.jsonl").write_text(json.dumps(meta) + "\n")
    told = ask("init", "memory/web", "--repository", "work/web").out
    assert set(stores(home / ".config/dreamd/config.yaml")["web"]["sessions"]) == {"aider", f"codex:{home}/work/web"}
    assert [line.split()[:2] for line in told.splitlines() if line.startswith("*")] == [["*", "codex"], ["*", "aider"]]
    assert ask("config", "check").err


def test_what_an_agent_wrote_into_the_repository_is_collected_by_its_name(ask, home, monkeypatch):
    log = home / "work/web/.aider.chat.history.md"
    log.write_text("# aider chat started at 2026-03-02 09:14:00\n\n#### Never push to main.  \n\nYes.\n")
    os.utime(log, (0, 0))  # a fresh file could still be growing
    monkeypatch.chdir(home / "work/web")
    ask("init", home / "memory")
    monkeypatch.chdir(home)
    collected = json.loads(ask("dream", "--json").out)["collected"]
    assert (collected["logs"], collected["new_parts"], collected["skipped"]) == (1, 1, [])


def test_a_source_is_named_as_it_was_typed_but_absolute(ask, home):
    ask("init", "memory", "--sessions", "claude-code", "--sessions", "codex:work/web", "--sessions", "logs/*")
    assert stores(home / ".config/dreamd/config.yaml")["memory"]["sessions"] == [
        "claude-code",
        f"codex:{home}/work/web",
        f"{home}/logs/*",
    ]


@pytest.mark.parametrize(("answer", "made"), [("y", True), ("", True), ("n", False)])
def test_on_a_terminal_nothing_is_made_before_it_was_shown_and_agreed_to(home, answer, made):
    log_of(home, home / "work/web")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "dreamd", "init", str(home / "memory")]
    done = subprocess.run(
        command, cwd=home / "work/web", stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True, check=True
    )
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "agents' logs on this machine" in shown
    assert "go on?" in done.stderr
    assert (home / "memory/.dreamd/format").exists() is made
    assert (home / ".config/dreamd/config.yaml").exists() is made
    assert ("nothing was made or written" in done.stderr) is not made


def test_who_is_told_of_is_who_can_read_it_once_it_is_made(ask):
    before = ask("init", "memory", "--sessions", "x/*").out
    after = ask("init", "memory", "--sessions", "x/*").out
    assert [line for line in before.splitlines() if "readable" in line] == [
        line for line in after.splitlines() if "readable" in line
    ]


def test_who_can_read_follows_the_folder_that_is_there(ask, home):
    (home / "open").mkdir(mode=0o755)
    (home / "open").chmod(0o755)
    (home / "closed").mkdir()
    (home / "closed").chmod(0o700)
    assert "every user of this machine" in ask("init", "open", "--sessions", "x/*").out
    assert "you alone (mode 0700)" in ask("init", "closed", "--sessions", "x/*").out


def test_a_second_init_changes_nothing_and_tells_what_stands(ask, home):
    ask("init", "memory", "--sessions", "logs/*")
    config = home / ".config/dreamd/config.yaml"
    identity, text = (home / "memory/.dreamd/format").read_bytes(), config.read_text()
    told = ask("init", "memory", "--sessions", "other/*").out
    assert "nothing was changed" in told
    assert str(home / "logs/*") in told
    assert "other/*" not in told
    assert ((home / "memory/.dreamd/format").read_bytes(), config.read_text()) == (identity, text)


def test_a_second_store_joins_the_file_and_comments_stay(ask, home):
    ask("init", "a/memory", "--sessions", "logs/*", "--config", "mine.yaml")
    with (home / "mine.yaml").open("a") as file:
        file.write("# ours\ngates: {interval: 12h}\n")
    ask("init", "b/memory", "--sessions", "logs/*", "--config", "mine.yaml")
    assert set(stores(home / "mine.yaml")) == {"memory", "b-memory"}
    assert "# ours\n" in (home / "mine.yaml").read_text()
    assert "12h" in ask("config", "show", "--config", "mine.yaml").out


def test_a_broken_configuration_is_told_before_a_store_is_made(ask, home):
    (home / "mine.yaml").write_text("gates: {intervall: 3h}")
    told = ask("init", "memory", "--config", "mine.yaml", code=2).err
    assert "hint: did you mean 'gates.interval'?" in told
    assert not (home / "memory").exists()


def test_a_configuration_that_cannot_be_added_to_is_left_as_it_is(ask, home):
    (home / "mine.yaml").write_text("stores: {web: {memory: /w}}\n")
    told = ask("init", "memory", "--sessions", "logs/*", "--config", "mine.yaml", code=2).err
    assert "hint: add by hand: memory:" in told
    assert (home / "mine.yaml").read_text() == "stores: {web: {memory: /w}}\n"
    assert not (home / "memory").exists()


def test_a_configuration_that_cannot_be_written_is_named(ask, home):
    (home / "file").touch()
    told = ask("init", "memory", "--sessions", "logs/*", "--config", "file/mine.yaml", code=2).err
    assert f"cannot use the configuration '{home}/file/mine.yaml'" in told
    assert "hint: the store is made" in told


def test_without_a_directory_the_store_lies_under_the_data_directory(ask, home, monkeypatch):
    monkeypatch.chdir(home / "work/web")
    ask("init")
    assert (home / ".local/share/dreamd/web/.dreamd/format").is_file()


def test_a_file_in_place_of_the_directory_is_refused(ask, home):
    (home / "memory").write_text("mine")
    assert "error: cannot keep a store on" in ask("init", "memory", "--sessions", "x/*", code=13).err
    assert (home / "memory").read_text() == "mine"


def test_config_check_names_what_is_missing(ask, home):
    (home / "mine.yaml").write_text(f"stores: {{web: {{memory: {home}/none, repository: {home}/gone}}}}\n")
    told = ask("config", "check", "--config", "mine.yaml", code=2).err
    assert f"stores.web.repository: there is no directory '{home}/gone'" in told
    assert f"stores.web.memory: there is no store in '{home}/none'" in told


def test_config_check_passes_what_init_wrote(ask):
    ask("init", "memory", "--sessions", "logs/*")
    assert "is sound" in ask("config", "check").err


def test_config_show_prints_what_is_in_force_and_from_where(ask, home, monkeypatch):
    ask("init", "memory", "--sessions", "logs/*")
    monkeypatch.setenv("DREAMD_GATES__INTERVAL", "90m")
    told = json.loads(ask("config", "show", "--json").out)
    assert told["file"] == str(home / ".config/dreamd/config.yaml")
    assert told["configuration"]["gates"] == {"interval": "1h 30m", "new_sessions": 5, "quiet": "0s"}
    assert yaml.safe_load(ask("config", "show").out) == told["configuration"]
