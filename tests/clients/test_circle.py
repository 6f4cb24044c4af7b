"""The whole circle: an agent leaves a log, dreamd dreams on it, and the next agent reads what it keeps."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

RULE = "Never edit the files in gen/ by hand, run `make gen` instead."


def dreamd(desk, *arguments):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    environment = desk.environment() | {"DREAMD_NOW": tomorrow, "DREAMD_CONFIG": str(desk.root / "config.yaml")}
    command = [str(Path(sys.executable).with_name("dreamd")), *map(str, arguments)]
    subprocess.run(command, cwd=desk.work, env=environment, check=True, capture_output=True, timeout=120)


def test_what_a_person_told_one_agent_is_read_by_the_next(make_desk):
    desk = make_desk()
    desk.set_up_claude_code()
    with desk.terminal("claude") as terminal:
        terminal.wait("for shortcuts")
        desk.service.will([{"wait": 1}, {"say": "I will keep to that."}])
        terminal.type(RULE)
        terminal.wait("I will keep to that.")
        terminal.type("/exit")
        assert terminal.ended()

    store = desk.root / "memory"
    dreamd(desk, "init", store, "--sessions", desk.home / ".claude" / "projects" / "**" / "*.jsonl")
    dreamd(desk, "dream")
    assert "gen/" in (store / "MEMORY.md").read_text()

    shown = [{"hooks": [{"type": "command", "command": f"cat '{store / 'MEMORY.md'}'"}]}]
    desk.set_up_claude_code(hooks={"SessionStart": shown})
    desk.run("claude", "-p", "What do you know?")
    (line,) = [line for line in (store / "MEMORY.md").read_text().splitlines() if "gen/" in line]
    assert json.dumps(line)[1:-1] in json.dumps(desk.service.asked[-1])
