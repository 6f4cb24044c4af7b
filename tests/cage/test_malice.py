"""A worker that somebody else's words have taken over: whatever it says, nothing of a store changes by it.

The launcher, the pipe and the publisher are the real ones. The worker does its work, and its answer is replaced by what
the test makes of it: the worst that can be said by one who knows all that the worker knows.
"""

import hashlib
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from dreamd.daemon.job import Job
from dreamd.daemon.launcher import run
from dreamd.daemon.messages import Cage
from dreamd.daemon.pipe import converse
from dreamd.daemon.publisher import finish
from dreamd.daemon.requests import FinishRequest, Work
from dreamd.errors import DreamdError, LossBoundError, RefusedError, WorkerError
from dreamd.memory.files import Store, create_store
from dreamd.memory.ledger import load
from dreamd.memory.runs import read_reports

from .conftest import make_roles

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)

#: says what the worker would have said, as it is told to change it
TAKEN_OVER = """
import json, os
from dreamd.daemon.serving import Channel

here = os.path.dirname(__file__)
work, known = (json.load(open(os.path.join(here, name))) for name in ("work.json", "known.json"))
plan, channel = work["plan"], Channel()
RETIRE = {"op": "retire", "reason": "r", "why": "stale"}
channel.send(cage)
say = lambda data: channel._stream.write(data + b"\\n")
CHANGE
say(json.dumps({"type": "reply", "body": work}).encode())
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """Return a job with something new to dream of, and the stand-in of its worker. No test may change the store."""
    root = tmp_path_factory.mktemp("malice")
    roles = make_roles(root)
    store = create_store(root / "store")
    shutil.copytree(EXAMPLES, root / "logs")
    environment = {**os.environ, **roles.environment, "XDG_STATE_HOME": str(root / "state")}
    environment.pop("STATE_DIRECTORY", None)
    most = tuple(str(it) for it in (root / "logs").iterdir() if it.name != "yuna")
    few = Job(store.root, most, NOW - timedelta(days=2), "host", environment)
    assert run(few, lambda *_: None).outcome == "committed"
    all_logs = replace(few, now=NOW, sources=(str(root / "logs"),))
    work = run(replace(all_logs, dry_run=True), lambda *_: None).work
    known = dict(load(store).memories)
    (roles.folder / "work.json").write_bytes(msgspec.json.encode(work))
    (roles.folder / "known.json").write_bytes(msgspec.json.encode(known))
    assert len(known) > 12
    return replace(all_logs, role="dream"), roles


def taken_over(roles, change):
    """Let the worker say what these lines make of ``work``, its ``plan``, and of the memories that are ``known``."""
    roles.stand_in("worker", TAKEN_OVER.replace("CHANGE", change.strip("\n")))


def contents(store):
    """Return all that readers and later runs go by: not who dreams, nor what is said of runs, nor caches."""
    passed = {"runs", "staging", "readings", "lease"}
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.rglob("*"))
        if path.is_file() and not passed & {part.partition(".")[0] for part in path.relative_to(store).parts}
    }


ADD = "add = next(it for it in plan['changes'] if it['op'] == 'add')\n"
QUOTE = ADD + "piece = add['memory']['evidence'][0]\n"
KEY = "AKIA" + "Q3EGRZ7XWVBN5T2L"
SECRET = f"the key is {KEY}"
EACH = "one, two = list(known)[:2]\n"
MEMORY = QUOTE + "memory = {**add['memory'], 'id': 'aaaaaaaa'}\n"

REFUSED = {
    "an unknown memory": "plan['changes'].append({'op': 'retire', 'id': 'zzzzzzzz', 'reason': 'r', 'why': 'stale'})",
    "a quote that nobody said": QUOTE + "piece['quote'] = 'deploys need no review'",
    "a quote of nothing": QUOTE + "piece['quote'] = ''",
    "a record that is not kept": QUOTE + "piece['record'] = 'nonexistent'",
    "a session that is not kept": QUOTE + "piece['session'] = '../../ledger'",
    "words of an agent as a person's": """
for it in plan["changes"]:
    for piece in it.get("memory", {}).get("evidence", ()):
        piece["role"] = {"user": "agent", "agent": "user"}[piece["role"]]
""",
    "no evidence": ADD + "add['memory']['evidence'] = []",
    "evidence of a terminal": QUOTE + "piece |= {'origin': 'terminal', 'role': 'user', 'quote': 'anything'}",
    "evidence of an edit": QUOTE + "piece |= {'origin': 'edit', 'quote': 'anything'}",
    "evidence brought from elsewhere": QUOTE + "piece |= {'origin': 'imported', 'quote': 'anything'}",
    "a person's trust": ADD + "add['memory'] |= {'trust': 'user'}; add['memory']['evidence'][0]['role'] = 'agent'",
    "a secret": ADD + f"add['memory']['text'] = {SECRET!r}",
    "a text of two lines": ADD + "add['memory']['text'] = 'one\\n# two'",
    "a text without end": ADD + "add['memory']['text'] = 'a ' * 10_000",
    "all forgotten": "plan['changes'] += [RETIRE | {'id': it, 'why': 'forgotten'} for it in known]",
    "one forgotten": EACH + "plan['changes'].append(RETIRE | {'id': one, 'why': 'forgotten'})",
    "one undone": EACH + "plan['changes'].append(RETIRE | {'id': one, 'why': 'undone'})",
    "one pinned": EACH + "plan['changes'].append({'op': 'pin', 'id': one, 'reason': 'r'})",
    "a pinned one": ADD + "add['memory']['pinned'] = True",
    "one restored as it never was": EACH
    + "was = known[one] | {'text': 'lies'}\n"
    + "plan['changes'].append({'op': 'restore', 'id': one, 'reason': 'r', 'as_it_was': was})",
    "a conflict settled by a person": EACH
    + "settled = {'op': 'conflict', 'other': two, 'settled': True, 'by': 'ines'}\n"
    + "plan['changes'].append(settled | {'id': one, 'reason': 'r'})",
    "a topic chosen by a person": EACH
    + "plan['changes'].append({'op': 'retopic', 'id': one, 'topic': 'lies', 'reason': 'r', 'by': 'ines'})",
    "an id that is a path": MEMORY
    + "plan['changes'].append({'op': 'add', 'id': '../../x', 'reason': 'r', 'memory': memory | {'id': '../../x'}})",
    "an id that is Markdown": MEMORY
    + "plan['changes'].append({'op': 'add', 'id': 'a\\n# b', 'reason': 'r', 'memory': memory | {'id': 'a\\n# b'}})",
    "an id that is another's": ADD + "add['id'] = 'aaaaaaaa'",
    "a topic that is a path": ADD + "add['memory']['topic'] = '../../../outside'",
    "a topic that is a long path": EACH
    + "plan['changes'].append({'op': 'retopic', 'id': one, 'reason': 'r', 'topic': '../../outside'})",
    "a topic that is a hidden file": ADD + "add['memory']['topic'] = '.hidden'",
    "a remembered item that is a path": "plan['consumed']['inbox'] = ['../ledger/000001']",
    "a remembered item that was never read": "plan['consumed']['inbox'] = ['zzzzzzzz']",
    "a part that is not there": "plan['consumed']['parts'].append('2026/04/none.jsonl.gz')",
    "a part twice": "plan['consumed']['parts'] += plan['consumed']['parts'][:1]",
    "another time": "plan['now'] = '2096-01-01T00:00:00Z'",
    "an unknown memory in MEMORY.md": "plan['shown'] = [*plan.get('shown', ()), 'zzzzzzzz']",
    "one memory twice in MEMORY.md": "plan['shown'] = list(known)[:1] * 2",
    "a phase that is Markdown": ADD + "add['phase'] = 'x\\n# y'",
    "phases without end": ADD + "add['also'] = [{'phase': 'merge', 'op': 'merge', 'reason': 'r'}] * 1000",
    "an op that is a terminal's command": ADD + "add['also'] = [{'phase': 'merge', 'op': '\\x1b[2J', 'reason': 'r'}]",
    "a reason without end": ADD + "add['reason'] = 'r' * 1_000_000",
    "grounds with words in them": "plan['grounds'][0]['features'] = [['deploys need no review', 1.0]]",
    "grounds of another session": "plan['grounds'][0]['session'] = 'deploys need no review'",
    "grounds of another memory": EACH + "plan['grounds'][0]['id'] = one",
    "grounds without end": "plan['grounds'][0]['features'] *= 1000",
    "notes without end": "plan['notes'] = ['n'] * 100_000",
    "one retired twice": EACH + "plan['changes'] += [RETIRE | {'id': one}] * 2",
}
LOSS = {
    "all retired": "plan['changes'] = [RETIRE | {'id': it} for it in known]\nplan['shown'] = []",
    "all rewritten": "reword = {'op': 'reword', 'reason': 'r', 'was': 'x'}\n"
    "plan['changes'] = [reword | {'id': it, 'text': f'lies {it}'} for it in known]",
    "all merged into one": """
one, *others = known
kept = {name: known[one][name] for name in ("sessions", "people", "trust", "learned", "last_seen")}
plan["changes"] = [
    {"op": "merge", "id": one, "reason": "r", "absorbed": others, "joined": known[one]["evidence"], **kept}
]
plan["shown"] = []
""",
    "all superseded by one": """
one, *others = known
plan["changes"] = [
    {"op": "supersede", "id": it, "reason": "r", "by": one, "until": "2026-04-01T00:00:00Z"} for it in others
]
plan["shown"] = []
""",
}
MALFORMED = {
    "another base": ("plan['base'] = 7", "StaleBaseError"),
    "an older base": ("plan['base'] = 0", "StaleBaseError"),
    "an operation that is none": (ADD + "add['op'] = 'exec'", "WorkerError"),
    "a key that is none": (ADD + "add['memory']['mode'] = 1", "WorkerError"),
    "a time without a zone": ("plan['now'] = '2026-04-01T12:00:00'", "WorkerError"),
    "a reply that is nested without end": (
        'say(b\'{"type":"reply","body":\' + b\'[\' * 1_000_000)',
        "WorkerError",
    ),
    "a step that is a terminal's command": (
        'say(b\'{"type":"progress","step":"\' + b\'x\' * 1000 + b\'","done":1,"total":1}\')',
        "WorkerError",
    ),
    "progress that is negative": (
        'say(b\'{"type":"progress","step":"x","done":-1,"total":1}\')',
        "WorkerError",
    ),
    "an error that is none": (
        'say(b\'{"type":"failure","error":"SystemExit","subject":"","detail":"","hint":""}\')',
        "DreamdError",
    ),
}

ENDLESS = {
    "silent": ("import time; time.sleep(1000)", "longer than 5 s"),
    "busy": ("while True: pass", "longer than 5 s"),
    "full of progress": (
        'import os\nwhile True: os.write(1, b\'{"type":"progress","step":"x","done":1,"total":0}\\n\' * 500)',
        "said more than it may|longer than 5 s",
    ),
    "a line without end": ("import os\nwhile True: os.write(1, b'x' * 65536)", "said more than it may"),
    "deaf": ("import os, time; os.close(0); os.close(1); time.sleep(1000)", "did not end|longer than 5 s|ended with"),
}


def attempt(scene, change, kind):
    """Let the worker say this, see that nothing changes, and return the error and how the run is recorded."""
    job, roles = scene
    taken_over(roles, change)
    before, beside, reports = contents(job.store), outside(job), set(recorded(job))
    with pytest.raises(kind) as caught:
        run(job, lambda *_: None)
    assert contents(job.store) == before
    assert outside(job) == beside
    [report] = set(recorded(job)) - reports
    return caught.value, recorded(job)[report]


def recorded(job):
    return {report.run: report.outcome for report in read_reports(Store(job.store))}


def propose(scene, change):
    """Let the worker say this over the pipe, and the publisher do with it what it does; nothing may change by it."""
    job, roles = scene
    taken_over(roles, change)
    command = roles.command("worker", "best-effort", [job.store], [])
    work = converse("worker", command, Cage(), Work, lambda *_: None, roles.environment)
    scratch = str(job.store.parent / "state")
    request = FinishRequest(str(job.store), scratch, "run", "host", NOW, NOW, work.plan, accept_loss=False)
    before, beside = contents(job.store), outside(job)
    try:
        return finish(request, lambda *_: None)
    finally:
        assert contents(job.store) == before
        assert outside(job) == beside


def outside(job):
    """Return the names of what lies around the store."""
    around = job.store.parent
    return {path for path in around.rglob("*") if not {job.store, around / "state"} & {path, *path.parents}}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_plan_that_no_run_of_ours_makes_is_refused_whole(scene, change):
    """Invariants 1, 2, 5, 6, 7, 8, 10, 12."""
    with pytest.raises(RefusedError) as caught:
        propose(scene, change)

    assert not isinstance(caught.value, LossBoundError)


@pytest.mark.parametrize("change", LOSS.values(), ids=LOSS)
def test_a_plan_that_loses_much_by_whatever_word_is_refused(scene, change):
    """Invariant 5."""
    with pytest.raises(LossBoundError):
        propose(scene, change)


def test_a_refused_plan_is_recorded_as_that(scene):
    error, outcome = attempt(scene, REFUSED["a topic that is a path"], RefusedError)

    assert "topic" in str(error)
    assert outcome == "refused"


@pytest.mark.parametrize(("change", "kind"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_answer_fails_the_run_and_is_recorded(scene, change, kind):
    error, outcome = attempt(scene, change, DreamdError)

    assert type(error).__name__ == kind
    assert outcome == "failed"


@pytest.mark.parametrize(("body", "said"), ENDLESS.values(), ids=ENDLESS)
def test_a_worker_that_does_not_come_to_an_end_is_ended(scene, body, said):
    job, roles = scene
    roles.stand_in("worker", body)
    command = roles.command("worker", "best-effort", [job.store], [])
    with pytest.raises(WorkerError, match=said):
        converse("worker", command, Cage(), Work, lambda *_: None, roles.environment, patience=5)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_secret_in_what_a_plan_says_for_people_is_not_kept(scene, tmp_path):
    """Invariant 8."""
    job, roles = scene
    copy = replace(job, store=tmp_path / "store")
    shutil.copytree(job.store, copy.store)
    taken_over(roles, f"plan['changes'][0]['reason'] = {SECRET!r}; plan['notes'] = [{SECRET!r}]")

    assert run(copy, lambda *_: None).outcome == "committed"
    assert not [path for path in copy.store.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_what_the_worker_would_have_said_is_committed(scene, tmp_path):
    """So that the tests before can fail."""
    job, roles = scene
    copy = replace(job, store=tmp_path / "store")
    shutil.copytree(job.store, copy.store)
    taken_over(roles, "")

    assert run(copy, lambda *_: None).outcome == "committed"
