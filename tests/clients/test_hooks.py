"""Our hooks in the real clients: installed by the command, what they give reaches the model, and nothing comes back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dreamd.sessions.events import Role
from dreamd.sessions.read import read_log

RULES = (
    "Never edit the files in gen/ by hand, run `make gen` instead.",
    "The payment tests need the throwaway database, so start it with `make db` before you run them.",
    "Always use tabs in the Makefile.",
)
#: hooks that nobody has looked at do not run in Codex
TRUSTING = "--dangerously-bypass-hook-trust"


class Team:
    """A desk, its store, and what of one client is said otherwise in the other."""

    def __init__(self, desk, agent):
        self.desk, self.agent = desk, agent
        self.store = desk.root / "memory"
        if agent == "claude-code":
            desk.set_up_claude_code()
            self.logs = desk.home / ".claude/projects"
            self.asking = ("claude", "-p")
            self.going_on = ("claude", "--continue", "-p")
            self.sitting = ("claude",)
        else:
            desk.set_up_codex()
            self.logs = desk.home / ".codex/sessions"
            self.asking = ("codex", "exec", TRUSTING)
            self.going_on = ("codex", "exec", TRUSTING, "resume", "--last")
            self.sitting = ("codex", "--no-daemon", TRUSTING)

    def dreamd(self, *arguments):
        environment = self.desk.environment() | {"DREAMD_CONFIG": str(self.desk.root / "config.yaml")}
        command = [str(Path(sys.executable).with_name("dreamd")), *map(str, arguments)]
        at = {"cwd": self.desk.work, "env": environment, "timeout": 120}
        done = subprocess.run(command, **at, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def given(self):
        """Return of the model's last request how often each rule stands in it."""
        asked = [body for body in self.desk.service.asked if body.get("tools")]
        return [json.dumps(asked[-1], ensure_ascii=False).count(json.dumps(rule)[1:-1]) for rule in RULES]


@pytest.fixture(scope="module", params=["claude-code", "codex"])
def team(request, make_desk):
    """Return a team that remembers the rules, and whose client has our hooks."""
    team = Team(make_desk(), request.param)
    team.dreamd("init", team.store, "--sessions", team.logs / "**" / "*.jsonl")
    for rule in RULES:
        team.dreamd("remember", rule)
    team.dreamd("dream")
    team.dreamd("hook", "install", "--agent", team.agent, "--user", "--yes")
    return team


def test_what_the_team_knows_is_with_the_model_once_at_a_start_and_when_a_session_goes_on(team):
    team.desk.service.will([{"say": "I will keep to that."}], [{"say": "Still so."}])
    team.desk.run(*team.asking, "What do you know?")
    assert team.given() == [1, 1, 1]
    team.desk.run(*team.going_on, "And now?")
    assert team.given() == [1, 1, 1]


def test_what_an_agent_repeats_of_it_is_no_evidence_and_the_session_is_collected_at_its_end(team):
    """Invariant 11: what we print does not come back, neither as a memory nor as evidence of one."""
    before = team.dreamd("export", "--all")
    team.desk.service.will([{"say": "I know three rules:\n\n" + "\n".join(f"- {rule}" for rule in RULES)}])
    team.desk.run(*team.asking, "What do you know of this project?")
    collected = json.loads(team.dreamd("collect", "--json"))
    assert collected["new_parts"] >= 1
    assert collected["waiting"] == 0
    newest = max(team.logs.rglob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns)
    (said,) = [event for session in read_log(newest).sessions for event in session.events if event.role is Role.AGENT]
    assert [said.text[start:stop].removeprefix("- ") for start, stop in said.echoes] == [*RULES]
    team.dreamd("dream")
    assert team.dreamd("export", "--all") == before


def test_after_a_compaction_it_is_given_again(team):
    service = team.desk.service
    with team.desk.terminal(*team.sitting) as terminal:
        terminal.wait("for shortcuts")
        for number in ("one", "two", "three"):  # of fewer messages nothing is compacted
            service.will([{"say": f"Heard {number}."}])
            terminal.type(f"Hello number {number}, please wait.")
            terminal.wait(f"Heard {number}.")
            assert team.given() == [1, 1, 1]
        service.will([{"say": "They greeted each other."}])
        terminal.type("/compact")
        terminal.wait("Context compacted" if team.agent == "codex" else "Compacted")
        service.will([{"say": "Listening again."}])
        terminal.type("Are you still there?")
        terminal.wait("Listening again.")
        assert team.given() == [1, 1, 1]
        terminal.type("/quit" if team.agent == "codex" else "/exit")
        assert terminal.ended()
