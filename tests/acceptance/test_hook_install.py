"""Hooks in an agent's settings: shown, put there, run as the agent would, and taken out without a trace."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

AGENTS = ("claude-code", "codex")
FILES = {
    ("claude-code", "user"): ".claude/settings.json",
    ("claude-code", "project"): ".claude/settings.local.json",
    ("codex", "user"): ".codex/hooks.json",
    ("codex", "project"): ".codex/hooks.json",
}
#: as a person may have written it; nothing but our hooks may differ after
THEIRS = """{
\t"model" : "opus",
\t"hooks": { "Stop": [ {"hooks": [{"type": "command", "command": "bell"}]} ] },
\t"n": 1.50
}"""


@pytest.mark.parametrize("scope", ["user", "project"])
@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("before", [THEIRS, "", "{}\n", None], ids=["theirs", "empty", "nothing in it", "no file"])
def test_what_was_put_there_works_and_goes_without_a_trace(user, agent, scope, before):
    store = user.home / 'a team\'s "memory" $HOME'  # of which a shell must be told with care
    user.dreamd("init", store)
    (store / "MEMORY.md").write_text("- Never deploy on a Friday ^3579r5za\n")
    path = user.home / FILES[agent, scope]
    if before is not None:
        path.parent.mkdir()
        path.write_text(before)
        path.chmod(0o640)
    names = sorted(user.home.rglob("*"))
    arguments = ("--agent", agent, f"--{scope}", "--yes")
    shown = user.dreamd("hook", "install", *arguments)
    assert "session-start" in shown.out
    assert user.dreamd("hook", "install", *arguments).out == ""
    settings = json.loads(path.read_text())
    for event in ("SessionStart", "SessionEnd"):
        [[hook]] = [group["hooks"] for group in settings["hooks"][event]]
        told = {"session_id": "s", "hook_event_name": event, "source": "startup"}
        done = run_by_shell(user, hook["command"], told)
        assert (done.returncode, done.stderr) == (0, "")
        assert ("Never deploy on a Friday" in done.stdout) is (event == "SessionStart")
    if before is not None:
        assert path.stat().st_mode & 0o777 == 0o640
    user.dreamd("hook", "uninstall", *arguments)
    assert (path.read_text() if path.exists() else None) == before
    assert [it for it in sorted(user.home.rglob("*")) if ".local" not in it.parts] == names


def run_by_shell(user, command, told):
    """Run a hook as an agent does, in a directory whose files would be imported if any were, and with such a path."""
    folder = user.home / "work"
    folder.mkdir(exist_ok=True)
    for name in ("json.py", "re.py", "dreamd.py", "runpy.py"):
        (folder / name).write_text("raise SystemExit('imported from where the agent works')\n")
    try:
        return subprocess.run(
            ["/bin/sh", "-c", command],
            input=json.dumps(told),
            env={"HOME": str(user.home), "PATH": os.defpath, "PYTHONPATH": str(folder)},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def install(user, *arguments, code=0):
    return user.dreamd("hook", "install", "--agent", "claude-code", *arguments, code=code)


def uninstall(user, *arguments, code=0):
    return user.dreamd("hook", "uninstall", "--agent", "claude-code", *arguments, code=code)


@pytest.fixture
def settings(user):
    user.init()
    path = user.home / ".claude/settings.local.json"
    path.parent.mkdir()
    path.write_text(THEIRS)
    return path


def test_nothing_is_changed_without_a_yes(user, settings):
    shown = install(user, "--dry-run")
    assert [line for line in shown.out.splitlines() if line.startswith("+") and "hook session-end" in line]
    assert "nobody is there to agree" in install(user, code=2).err
    assert settings.read_text() == THEIRS
    assert [*settings.parent.iterdir()] == [settings]


def test_all_but_our_hooks_stays_as_it_was_when_somebody_changed_the_file_since(user, settings):
    install(user, "--yes")
    [copy] = settings.parent.glob("*.before-dreamd-*")
    assert copy.read_text() == THEIRS
    settings.write_text(settings.read_text().replace("1.50", "2.50"))
    told = uninstall(user, "--yes")
    assert settings.read_text() == THEIRS.replace("1.50", "2.50")
    assert str(copy) in told.err


def test_another_store_takes_the_place_of_the_first_and_what_was_before_is_still_known(user, settings):
    install(user, "--yes")
    user.dreamd("init", user.home / "other")
    install(user, "--store", user.home / "other", "--yes")
    assert str(user.store) not in settings.read_text()
    assert settings.read_text().count(str(user.home / "other")) == 2
    uninstall(user, "--store", user.home / "other", "--yes")
    assert settings.read_text() == THEIRS
    assert [*settings.parent.iterdir()] == [settings]


def test_settings_that_are_kept_elsewhere_stay_a_link(user, settings):
    kept = user.home / "dotfiles.json"
    settings.rename(kept)
    settings.symlink_to(kept)
    install(user, "--yes")
    assert settings.is_symlink()
    assert "session-start" in kept.read_text()
    uninstall(user, "--yes")
    assert settings.is_symlink()
    assert kept.read_text() == THEIRS


@pytest.mark.parametrize("text", ["{", "[]", '{"hooks": []}', '// mine\n{"model": "opus"}', '{"a": 1, "a": 2}'])
def test_settings_that_cannot_be_read_are_left_alone(user, settings, text):
    settings.write_text(text)
    told = install(user, "--yes", code=2).err
    assert told.startswith(f"error: cannot change '{settings}'")
    assert settings.read_text() == text
    assert [*settings.parent.iterdir()] == [settings]


def test_what_was_installed_goes_also_when_its_store_is_gone(user, settings):
    install(user, "--yes")
    user.config.unlink()
    uninstall(user, "--yes", "--store", user.store)
    assert settings.read_text() == THEIRS


def test_a_person_is_told_what_codex_wants_of_them(user):
    user.init()
    assert "/hooks" in user.dreamd("hook", "install", "--agent", "codex", "--yes").err


def test_without_a_store_nothing_is_installed(user):
    user.init()
    user.dreamd("hook", "install", "--agent", "codex", "--store", "/nowhere", "--yes", code=10)
    assert not (user.home / ".codex").exists()


def test_a_person_is_told_where_both_kinds_of_settings_have_our_hooks(user, settings):
    assert "twice" not in install(user, "--yes").err
    assert f"in '{settings}' too" in install(user, "--user", "--yes").err
    uninstall(user, "--user", "--yes")
    assert "session-start" in settings.read_text()
