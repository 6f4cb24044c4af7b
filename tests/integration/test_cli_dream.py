"""``dreamd dream``, ``gates``, ``status`` and ``distil`` as processes, on the example logs."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from dreamd.daemon.lock import hold
from dreamd.memory.files import create_store

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
MORNING = "2026-03-14T08:00:00Z"


def _heed_interrupts():
    """Undo what a shell does to what it starts in the background: there an interrupt is ignored, and so inherited."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Home:
    def __init__(self, folder):
        self.folder = folder
        self.memory = folder / "memory"
        self.environment = {
            "HOME": str(folder),
            "PATH": os.environ["PATH"],
            "DREAMD_NOW": MORNING,
            "DREAMD_STORE": str(self.memory),
        }

    def start(self, *arguments, now=MORNING):
        return subprocess.Popen(
            [sys.executable, "-m", "dreamd", *map(str, arguments)],
            env=self.environment | {"DREAMD_NOW": now},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no thread of ours runs here
        )

    def run(self, *arguments, code=0, now=MORNING):
        with self.start(*arguments, now=now) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == code, out + err
        return out, err


@pytest.fixture
def home(tmp_path):
    create_store(tmp_path / "memory")
    return Home(tmp_path)


def test_a_store_that_no_configuration_knows_dreams_when_due_on_the_logs_it_is_given(home):
    """Invariant 14, at the end: what is not due says why."""
    out, err = home.run("dream", "--if-due", "--sessions", EXAMPLES)
    assert out.startswith("collected  ")
    assert "\ncommitted  generation 1; 'dreamd show 1' lists it\n" in out
    assert f"\npublished  {home.memory}/MEMORY.md: " in out
    assert err == ""
    again, _ = home.run("dream", "--sessions", EXAMPLES)
    assert again.endswith("nothing is new; nothing was changed\n")
    out, err = home.run("dream", "--if-due", "--sessions", EXAMPLES, code=3, now="2026-03-14T14:12:00Z")
    assert out == ""
    assert err.startswith("not due: interval   6h 12m of 24h     opens ")
    assert "(gates.interval)" in err
    assert err.endswith("use 'dreamd dream' to run anyway\n")


def test_what_a_dead_run_left_unpublished_is_published_also_where_no_dream_is_due(home):
    """Else readers would have the older generation for up to a day."""
    home.run("dream", "--sessions", EXAMPLES)
    whole = (home.memory / "MEMORY.md").read_bytes()
    (home.memory / "MEMORY.md").unlink()
    (home.memory / ".dreamd/published.json").unlink()
    home.run("dream", "--if-due", "--sessions", EXAMPLES, code=3, now="2026-03-14T14:12:00Z")
    assert (home.memory / "MEMORY.md").read_bytes() == whole


def test_a_dry_run_lists_every_change_with_its_reason_and_commits_none(home):
    out, _ = home.run("dream", "--dry-run", "--sessions", EXAMPLES)
    listed = out.partition("none of it committed:\n")[2].splitlines()
    assert sum(line.startswith("+ ") for line in listed) >= 2
    # Each change is one line or two, and then its reason.
    reasons = [number for number, line in enumerate(listed) if line.startswith(" " * 12)]
    assert all(after - before in {2, 3} for before, after in pairwise([-1, *reasons]))
    assert reasons[-1] == len(listed) - 1
    assert not list((home.memory / ".dreamd/ledger").iterdir())


def test_a_dry_run_explains_what_was_nearly_kept_and_commits_nothing(home):
    out, _ = home.run("dream", "--dry-run", "--explain", "--sessions", EXAMPLES)
    assert "nearly kept, and why not:\n" in out
    assert "kept, and not in MEMORY.md:\n" in out
    planned = json.loads(home.run("dream", "--dry-run", "--explain", "--json", "--sessions", EXAMPLES)[0])
    added = {it["memory"]["text"] for it in planned["plan"] if it["op"] == "add"}
    nearly = [it for it in planned["nearly"] if it["phase"] == "distil"]
    assert nearly
    assert not added & {it["text"] for it in nearly}
    assert all(it["why"] and it["session"] and it["record"] and it["features"] for it in nearly)
    assert all(it["text"] in out and it["why"] in out for it in planned["nearly"])
    hidden = [it for it in planned["nearly"] if it["phase"] == "reindex"]
    assert {it["text"] for it in hidden} <= added
    assert planned["phases"]["distil"] >= len(added)
    assert not list((home.memory / ".dreamd/ledger").iterdir())


def test_what_was_nearly_kept_is_told_where_it_is_asked_for(home):
    assert json.loads(home.run("dream", "--dry-run", "--json", "--sessions", EXAMPLES)[0])["nearly"] is None
    _, err = home.run("dream", "--explain", "--sessions", EXAMPLES, code=2)
    assert err == "error: cannot understand '--explain': it goes with --dry-run\nhint: add --dry-run\n"


def test_why_tells_each_feature_that_kept_a_memory_as_distil_does(home):
    logs = sorted(map(str, EXAMPLES.rglob("*.jsonl")))
    drafts = [json.loads(line) for line in home.run("distil", "--json", *logs)[0].splitlines()]
    home.run("dream", "--sessions", EXAMPLES)
    known = [json.loads(line) for line in home.run("export")[0].splitlines()]
    assert known
    for memory in known[::8]:  # each is a process
        told = json.loads(home.run("why", memory["id"], "--json")[0])
        assert told["grounds"]
        assert max(it["score"] for it in told["grounds"]) == pytest.approx(memory["factors"]["confidence"])
        for it in told["grounds"]:
            of_session = [draft for draft in drafts if draft["session"] == it["session"]]
            assert it["features"] in [draft["features"] for draft in of_session if draft["score"] == it["score"]]
        assert told["history"][0]["phase"] == "distil"
        assert {it["phase"] for it in told["history"][0]["also"]} <= {"prune", "merge", "refresh", "reindex"}
    out, _ = home.run("why", known[0]["id"])
    assert all(
        name in out
        for it in json.loads(home.run("why", known[0]["id"], "--json")[0])["grounds"]
        for name in it["features"]
    )


def test_why_needs_no_transcript_to_tell_the_features_and_says_where_no_run_told_them(home):
    home.run("dream", "--sessions", EXAMPLES)
    memory = json.loads(home.run("export")[0].splitlines()[0])
    for part in (home.memory / ".dreamd/transcripts").rglob("*.gz"):
        part.unlink()
    assert json.loads(home.run("why", memory["id"], "--json")[0])["grounds"]
    (kept,) = (home.memory / ".dreamd/runs").glob("*.grounds")
    for told in ("[", "[1]", ""):
        kept.write_text(told)
        assert json.loads(home.run("why", memory["id"], "--json")[0])["grounds"] == []
    kept.unlink()
    out, _ = home.run("why", memory["id"])
    assert "what spoke for it is not known: no run of this store says so" in out
    assert json.loads(home.run("why", memory["id"], "--json")[0])["grounds"] == []


def test_gates_count_what_was_not_collected_yet(home):
    (home.folder / "config.yaml").write_text(f"stores: {{s: {{memory: memory, sessions: ['{EXAMPLES}']}}}}\n")
    out, _ = home.run("gates", "--config", "config.yaml")
    assert out.startswith("due: interval   never, then every 24h   open")
    assert home.run("gates", code=0)[0] == out


def test_gates_of_an_empty_store_are_closed_for_want_of_sessions(home):
    out, _ = home.run("gates", code=3)
    assert out.startswith("not due: sessions   0 of 5            5 more                   (gates.new_sessions)\n")


def test_while_somebody_dreams_the_other_is_told_who(home):
    with hold(create_store(home.memory), home.folder / "elsewhere"):
        _, err = home.run("dream", "--sessions", EXAMPLES, code=11)
        assert err.startswith(f"error: is already dreaming on '{home.memory}': host ")
        assert f"pid {os.getpid()}" in err
        out, _ = home.run("gates", code=3)
        assert "lock       held, wants free" in out
        assert "run anyway" not in out
        assert json.loads(home.run("status", "--json")[0])["dreaming"]["pid"] == os.getpid()


def test_logs_that_cannot_be_read_are_named_and_the_others_are_read(home):
    """Invariant 15."""
    logs = home.folder / "logs"
    logs.mkdir()
    (logs / "empty.jsonl").touch()
    (logs / "binary.jsonl").write_bytes(b"\0\1\2" * 100)
    line = '{"session":"s1","id":"%s","time":"2026-03-01T10:00:0%dZ","role":"%s","text":"%s","person":"ana"}\n'
    good = line % ("1", 1, "user", "Hello there") + "{broken\n" + line % ("2", 2, "agent", "Good morning to you")
    (logs / "good.jsonl").write_text(good)
    out, err = home.run("dream", "--sessions", logs, "--sessions", "none/*.jsonl")
    assert "1 new part" in out
    assert f"skipped: '{logs}/empty.jsonl': is empty\n" in err
    assert f"skipped: '{logs}/binary.jsonl': is binary\n" in err
    assert f"skipped: '{home.folder}/none/*.jsonl': leads to no file\n" in err
    status, _ = home.run("status")
    assert f"skipped    {logs}/empty.jsonl: is empty" in status
    assert f"unreadable {logs}/good.jsonl: 1 line (2)" in status


def test_status_of_a_new_store_says_so(home):
    out, _ = home.run("status")
    assert "MEMORY.md  not published yet\n" in out
    assert "last dream never\n" in out


def test_an_interrupted_dream_exits_with_130_and_leaves_no_process(home):
    process = home.start("dream", "--sessions", EXAMPLES)
    deadline = time.monotonic() + 20
    while not (children := _children(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert children
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_distil_needs_no_store_and_names_what_it_cannot_read(home):
    logs = sorted(EXAMPLES.rglob("*.jsonl"))
    out, err = home.run("distil", "--json", home.folder / "none.jsonl", *logs)
    drafts = [json.loads(line) for line in out.splitlines()]
    assert drafts
    assert all(draft["evidence"][0]["quote"] and draft["features"] for draft in drafts)
    assert err.splitlines()[0].startswith(f"skipped: cannot read the log '{home.folder}/none.jsonl'")
    assert f"in {len(logs)} logs of {len(logs) + 1}" in err


def test_distil_fails_only_where_nothing_could_be_read(home):
    _, err = home.run("distil", home.folder, home.folder / "none.jsonl", code=1)
    assert err.count("skipped: ") == 2


def _children(pid):
    """Return the processes that a process started, as Linux tells it."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += task.read_text().split()
        except OSError:
            continue
    return found


def test_what_was_written_by_hand_is_named_and_what_is_no_text_too(home):
    home.run("dream", "--sessions", EXAMPLES)
    (home.memory / "topics" / "harbour.md").write_text("- Tides turn at six\n")
    (home.memory / "topics" / "map.md").write_bytes(b"\x89PNG\0")
    out, err = home.run("dream", "--sessions", EXAMPLES)
    assert "edits      what was written by hand is generation 2" in out
    assert "map.md was set aside under .dreamd/edits: it is no text" in err
    assert "written into topics/harbour.md by hand" in home.run("show", "2")[0]
