"""One store's keeper, told its time, with launcher processes as the service starts them."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dreamd.daemon.collecting import collect
from dreamd.daemon.job import Job
from dreamd.daemon.journal import Journal
from dreamd.daemon.keeper import Keeper
from dreamd.daemon.orders import Order
from dreamd.memory.files import create_store
from dreamd.memory.ledger import generations

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class Team:
    """A store, a host that keeps it without logs of its own, and another host that collects."""

    def __init__(self, folder):
        self.folder = folder
        self.store = create_store(folder / "store")
        (folder / "logs").mkdir()
        environment = {**os.environ, "XDG_STATE_HOME": str(folder / "other")}
        self.other = Job(self.store.root, (str(folder / "logs"),), NOW, "other", environment, role="collect")

    def collect(self, *sessions):
        for session in sessions:
            rows = [("user", f"Never let {session} run without its guard."), ("agent", "Understood.")]
            records = [
                {"session": session, "id": str(at), "time": "2026-03-14T10:00:00Z", "role": role, "text": text}
                for at, (role, text) in enumerate(rows)
            ]
            path = self.folder / "logs" / f"{session}.jsonl"
            path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        collect(self.other, lambda *_: None)

    def keeper(self, kind=Keeper):
        job = replace(self.other, host="alpha", role="dream", if_due=True)
        return kind(Order("team", job, 60.0), Journal({}), lambda: NOW, lambda *_: None)


@pytest.fixture
def team(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Team(tmp_path)


def test_a_session_that_another_host_collects_while_the_gates_are_asked_is_not_missed(team):
    """The launcher has counted four and says so; the fifth comes before this process has heard it."""

    class Late(Keeper):
        def _started(self, child):
            super()._started(child)
            wait, late = child.wait, ["press"]

            def waits(*patience):
                if late:
                    team.collect(late.pop())
                return wait(*patience)

            child.wait = waits

    team.collect("saw", "lathe", "mill", "drill")
    keeper = team.keeper(Late)
    keeper.take_turn()
    assert (keeper.trouble, generations(team.store)) == ("", [])
    assert keeper.measured.last.new_sessions == 4
    keeper.take_turn()
    assert generations(team.store) == [1]
    keeper.wait_closed(10)


def test_while_nothing_happens_no_launcher_is_started(team):
    team.collect("saw", "lathe", "mill", "drill", "press")
    keeper = team.keeper()
    for _ in range(5):
        keeper.take_turn()
    assert keeper.measured.outcomes == {"committed": 1, "not due": 1}
    keeper.wait_closed(10)
