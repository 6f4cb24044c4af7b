"""Two hosts with names and local disks of their own dream in one store, and one of them stands still at any step.

A host that is stopped with SIGSTOP keeps all that it holds and knows. Its lease runs out after a minute, which a test
does not wait for: it is taken away by hand. The other host dreams, with a further log, commits and publishes; then the
first goes on as if nothing had happened.
"""

import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dreamd.memory.ledger import load
from dreamd.memory.markdown import render
from dreamd.memory.runs import read_reports
from dreamd.sessions.transcripts import list_parts

from .scene import ITEM, on_host, write_log

SHARES = 8
WHOLE = [
    pytest.param((share, SHARES), id=f"{share + 1}-of-{SHARES}", marks=pytest.mark.whole) for share in range(SHARES)
]
#: stages of the run: where such a name is about to be given
STAGES = [
    "/000003.jsonl",
    "/MEMORY.md",
    *(pytest.param(name, marks=pytest.mark.whole) for name in ("/topics/scanner.md", "/published.json")),
]


@pytest.fixture(scope="module")
def _hosts():
    command = on_host("alpha", ["hostname"])
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("needs unshare")
    if told.stdout != "alpha\n":
        pytest.skip(f"needs another host name (unshare --uts): {told.stderr.strip()}")


class Stopped:
    """Stops the first host before a call, lets the other one dream, and lets the first go on."""

    def __init__(self, other, is_here):
        self.other, self.is_here = other, is_here
        self.where = ""

    def __call__(self, call, run):
        if not self.where and self.is_here(call):
            self.where = str(call)
            run.signal(signal.SIGSTOP)
            self.other.store.lease.unlink(missing_ok=True)
            self.other.dream("more")
            run.signal(signal.SIGCONT)


def stop(scene, is_here):
    """Run the first host's dream so, and return where it was stopped and how it ended."""
    write_log(scene.home / "more" / "may.jsonl", datetime(2026, 4, 3, tzinfo=UTC), "Never reboot the sorter by hand.")
    first, other = replace(scene, host="alpha"), replace(scene, host="beta", now="2026-04-06T08:00:00Z")
    stopped = Stopped(other, is_here)
    return stopped, first.disturbed(stopped)


def judge(scene, ended):
    """Prove invariants 1, 2, 4 and 13 without a further run."""
    assert ended.code == 0 or ended.says_error, ended.err
    assert "Traceback" not in ended.err, ended.err
    store = scene.store
    assert scene.findings() == ()
    assert {name: data.decode() for name, data in scene.published().items()} == render(load(store)).files
    assert scene.consumed() == sorted([ITEM, *(header.name for header in list_parts(store.transcripts))])
    committed = [report for report in read_reports(store) if report.outcome == "committed"]
    assert all(report.generation == report.base + 1 for report in committed)
    assert len({report.generation for report in committed}) == len(committed)
    assert {report.host for report in committed} <= {"alpha", "beta"}


@pytest.mark.usefixtures("_hosts")
@pytest.mark.parametrize("name", STAGES)
def test_a_host_that_wakes_up_after_another_has_committed_does_no_harm(copies, name):
    scene = copies()
    stopped, ended = stop(scene, lambda it: it.name.startswith(("link", "rename")) and f"{it.paths[-1]}".endswith(name))
    assert stopped.where
    judge(scene, ended)


@pytest.mark.usefixtures("_hosts")
@pytest.mark.parametrize("points", WHOLE)
def test_a_host_that_stands_still_before_any_change_does_no_harm(copies, expected, tried, points):
    first, step = points
    for number in range(1 + first, len(expected.calls) + 1, step):
        scene = copies()
        stopped, ended = stop(scene, lambda call, number=number: call.number == number)
        with tried("stopped one of two hosts", f"{stopped.where}; it said {ended.err!r}"):
            assert stopped.where
            judge(scene, ended)
