"""What is held against what a team does: each decision as it is taken, and the whole at the end."""

import itertools
import json
import re
from collections import Counter
from datetime import datetime, timedelta

from dreamd.cli.check import index_generation
from dreamd.gates.decide import GATES
from dreamd.memory.check import check
from dreamd.memory.files import Store
from dreamd.memory.ledger import load
from dreamd.sessions.lost import LostParts
from dreamd.sessions.parts import damaged_parts
from dreamd.sessions.transcripts import RecordTexts

from .model import verdicts

NAMES = [gate.__name__ for gate in GATES]

#: between the clock that is furthest ahead and the one that is furthest behind
APART = timedelta(minutes=20)


def explained(verdict):
    """Prove that a verdict says what it saw, its threshold, when it opens and how to override it (invariant 14)."""
    assert verdict["saw"], verdict
    if not verdict["open"]:
        assert verdict["threshold"], verdict
        assert verdict["override"] == ("" if verdict["name"] == "lock" else "dreamd dream"), verdict
        assert verdict["opens"] or verdict["remark"], verdict
        assert verdict["setting"] or verdict["name"] in {"lock", "failure"}, verdict


def judge_gates(gates, state, terms, now, where):
    """Hold what the gates of a host say against the model, verdict by verdict."""
    expected = verdicts(state, terms, now)
    for verdict in gates["verdicts"]:
        explained(verdict)
        model = expected.pop(verdict["name"])
        opens = datetime.fromisoformat(verdict["opens"]) if verdict["opens"] else None
        assert (verdict["open"], opens) == (model.open, model.opens), f"{where}: {verdict} ought to be {model}"
        if verdict["name"] == "sessions":
            counting = state.fresh() & terms.counting
            assert verdict["saw"] == str(len(counting)), f"{where}: it saw {verdict['saw']}, there are {counting}"
    assert not expected


def judge_service(reply, due, where):
    """Hold what a service's launcher said against what was due; one that nobody started has nothing to say."""
    launched = reply["launched"]
    if launched:
        assert (launched["outcome"] == "committed") == due, where
        closed = [it["name"] for it in launched["decision"]["verdicts"] if not it["open"]]
        assert due or closed, where
        # An operator finds it in the journal, whose last word on it stands until other gates are closed.
        told = re.findall(r"(?:due: |; )(\w+) ", reply["waits"])
        assert due or [it for it in told if it in NAMES] == closed, (
            f"{where}: {closed} are closed, it says: {reply['waits']}"
        )


def judge_timer(reply, due, where):
    """Hold what ``dream --if-due`` said against what was due."""
    assert reply["out"], f"{where}: it ended with {reply['code']} and said '{reply['err']}'"
    told = json.loads(reply["out"])
    assert (told["outcome"], reply["code"]) == (("committed", 0) if due else ("not due", 3)), where
    for verdict in told["gates"]["verdicts"]:
        explained(verdict)
        assert verdict["open"] or not due, where


def judge_whole(month):
    """Prove what holds of all days together; invariants 1, 2, 5, 6, 12 and 13 among it."""
    state = month.read()
    runs = [it["run"] for it in state.dreams]
    assert len(runs) == len(set(runs))
    reports = [it for it in state.runs if it["outcome"] == "committed"]
    generations = [it["generation"] for it in reports]
    assert len(generations) == len(set(generations))
    for report in reports:
        assert report["generation"] == report["base"] + 1
        assert report["run"] in month.by_hand or not [it for it in report["verdicts"] if " closed: " in it]
    _not_too_soon(month, state.dreams)
    _worthless_sessions_keep_no_gate_open(month, state)
    store = Store(month.store)
    memories = load(store).memories
    texts = Counter(it.text for it in memories.values() if it.status == "active")
    assert [text for text, number in texts.items() if number > 1] == []
    assert [it for it in month.forgotten if memories[it].status == "active"] == []
    root = store.transcripts
    found = check(store, RecordTexts(root), index_generation, damaged_parts(root), LostParts(root)).findings
    assert found == (), found


def _not_too_soon(month, dreams):
    """No dream but one by hand comes sooner than the interval, by the clocks that are right."""
    for before, after in itertools.pairwise(dreams):
        if after["run"] not in month.by_hand and not {before["run"], after["run"]} & month.odd:
            spent = month.when[after["generation"]] - month.when[before["generation"]]
            assert spent >= month.terms.interval - APART, after
            assert datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"]) >= month.terms.interval


def _worthless_sessions_keep_no_gate_open(month, state):
    """A Saturday's five sessions are consumed by one dream that keeps nothing, and none follows for want of others."""
    found = 0
    for entry in state.dreams:
        consumed = {state.parts[part] for part in entry.get("consumed", {}).get("parts", ())}
        if consumed and consumed <= month.worthless:
            assert len(consumed) == month.terms.new_sessions
            assert entry["changes"] == []
            found += 1
            when = month.when[entry["generation"]]
            assert not [it for it in state.dreams if when < month.when[it["generation"]] <= when + month.terms.interval]
    assert found, "no dream was made of worthless sessions alone"
    month.seen["a dream of nothing that is worth keeping"] = found
