"""Our hooks in an agent's settings, beside whatever else stands there."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from dreamd.integrations.hooks import AGENTS
from dreamd.integrations.settings import commands, has_hooks, with_hooks, without_hooks

[CLAUDE, CODEX] = AGENTS
STORE = Path('/mnt/it\'s a "team"/memory $HOME')
WANTED = commands(CLAUDE, ["/opt/my python/bin/python", "-I"], STORE)

BELL = {"type": "command", "command": "printf '\\a'"}
THEIRS = {
    "nothing": "{}\n",
    "an empty file": "",
    "one line": '{"model":"opus","hooks":{"Stop":[{"hooks":[{"type":"command","command":"bell"}]}]}}',
    "others at the same event": json.dumps(
        {"hooks": {"SessionStart": [{"matcher": "startup", "hooks": [BELL]}]}}, indent=4
    ),
    "nothing in hooks": json.dumps({"a": 1.50, "hooks": {}, "b": [1, 2]}, indent="\t") + "\n\n",
    "nothing at the event": '{\n  "hooks": {"SessionEnd": []} }',
}


def hooks_in(text):
    return [
        (event, hook["command"])
        for event, groups in json.loads(text).get("hooks", {}).items()
        for group in groups
        for hook in group["hooks"]
    ]


@pytest.mark.parametrize("agent", AGENTS, ids=[agent.name for agent in AGENTS])
def test_a_command_is_one_that_a_shell_takes_apart_as_it_was_meant(agent):
    for command in commands(agent, ["/opt/my python/bin/python", "-I"], STORE).values():
        words = shlex.split(command)
        assert words[:5] == ["/opt/my python/bin/python", "-I", "-m", "dreamd", "hook"]
        assert words[-4:] == ["--agent", agent.name, "--store", str(STORE)]


@pytest.mark.parametrize("text", THEIRS.values(), ids=THEIRS)
def test_our_hooks_come_after_others_once_and_nothing_else_changes(text):
    before = json.loads(text or "{}")
    after = with_hooks(text, WANTED)
    assert with_hooks(after, WANTED) == after
    assert {it for it in hooks_in(after) if it[1] in WANTED.values()} == {*WANTED.items()}
    assert [it for it in hooks_in(after) if it[1] not in WANTED.values()] == hooks_in(text or "{}")
    said = json.loads(after)
    said.pop("hooks")
    before.pop("hooks", None)
    assert said == before


@pytest.mark.parametrize("text", THEIRS.values(), ids=THEIRS)
def test_without_them_the_settings_say_what_they_said(text):
    without = without_hooks(with_hooks(text, WANTED))
    assert not has_hooks(without)
    assert hooks_in(without) == hooks_in(text or "{}")


def test_one_that_calls_another_python_or_store_is_changed_where_it_stands():
    old = {event: command.replace("/opt/my python/", "/old/") for event, command in WANTED.items()}
    text = with_hooks('{"hooks": {"SessionStart": [], "Stop": []}, "z": 1}', old)
    assert with_hooks(text, WANTED) == text.replace("/old/bin/python", "/opt/my python/bin/python")


def test_one_beside_another_in_its_group_goes_alone():
    ours = {"type": "command", "command": "dreamd hook session-end --store /m"}
    text = json.dumps({"hooks": {"SessionEnd": [{"hooks": [BELL, ours]}, {"hooks": [ours]}]}}, indent=2)
    assert json.loads(without_hooks(text)) == {"hooks": {"SessionEnd": [{"hooks": [BELL]}]}}


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        ("dreamd hook session-end --store /m", True),
        ("'/opt/a b/dreamd' hook stop", True),
        ("/usr/bin/python3 -I -m dreamd hook pre-compact", True),
        ("mydreamd hook session-end", False),
        ("dreamd hook install", False),
        ("dreamd dream", False),
        ("echo dreamd.hook session-end", False),
    ],
)
def test_a_command_is_ours_where_it_calls_our_hook(command, ours):
    assert has_hooks(json.dumps({"hooks": {"Stop": [{"hooks": [{"type": "command", "command": command}]}]}})) is ours


@pytest.mark.parametrize("text", ["[]", "{", '{"hooks": []}', '{"hooks": {"SessionStart": {}}}', '{"hooks": null}'])
def test_settings_that_are_written_otherwise_are_left_alone(text):
    with pytest.raises(ValueError, match=r"\w"):
        with_hooks(text, WANTED)


@pytest.mark.parametrize(
    "text",
    [
        '{"hooks": 7}',
        '{"hooks": {"Stop": 7}}',
        '{"hooks": {"Stop": [7, {"hooks": 7}, {"hooks": [7, {"command": 7}]}]}}',
    ],
)
def test_settings_that_hold_no_hooks_of_ours_whatever_else_they_hold_stay(text):
    assert without_hooks(text) == text
