"""``dreamd run`` and its logs: prompt where something ended, and doing nothing otherwise."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dreamd.daemon.hints import held_watches
from dreamd.daemon.looked import last_look, who_watches
from dreamd.daemon.places import state_dir
from dreamd.memory.files import create_store, open_store
from dreamd.sessions.transcripts import list_parts

from .waiting import until

#: writes down each collector that is started: in a folder on the path of every interpreter
NOTICE = """
import os, sys
if "collector" in sys.orig_argv:
    with open(os.path.join(os.path.dirname(__file__), "started"), "a") as file:
        file.write("x")
"""


def _heed_interrupts():
    """Undo what a shell does to what it starts in the background: there an interrupt is ignored, and so inherited."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def said(session, *texts, ended=timedelta(hours=1)):
    """Return a log whose last record was so long ago."""
    start = datetime.now(UTC) - ended - timedelta(seconds=len(texts))
    rows = [
        {
            "session": session,
            "id": str(number),
            "time": (start + timedelta(seconds=number)).isoformat(),
            "role": "agent" if number % 2 else "user",
            "text": text,
        }
        for number, text in enumerate(texts)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


class Home:
    def __init__(self, folder):
        self.folder = folder
        self.store = create_store(folder / "memory")
        self.logs = folder / "logs"
        self.logs.mkdir()
        (folder / "guard").mkdir()
        (folder / "guard/sitecustomize.py").write_text(NOTICE)
        self.environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "PYTHONPATH": str(folder / "guard")}
        self.local = state_dir(self.environment, open_store(self.store.root)[1].store)
        self.processes = []
        self.configure()

    def configure(self, scan="1m", **store):
        entry = {"memory": str(self.store.root), "role": "collect", "sessions": [str(self.logs / "**/*.jsonl")]} | store
        config = {"stores": {"s": entry}, "sessions": {"scan": scan}}
        (self.folder / ".config/dreamd").mkdir(parents=True, exist_ok=True)
        (self.folder / ".config/dreamd/config.yaml").write_text(json.dumps(config))

    def run(self, *arguments, **keys):
        return subprocess.run(
            [sys.executable, "-m", "dreamd", *map(str, arguments)],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **keys,
        )

    def watch(self):
        process = subprocess.Popen(
            [sys.executable, "-m", "dreamd", "run"],
            env=self.environment,
            cwd=self.folder,
            stderr=(self.folder / "err").open("w"),
            text=True,
            preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no thread of ours runs here
        )
        self.processes.append(process)
        until(lambda: who_watches(self.local))
        return process

    def err(self):
        """Return what it said, without the times."""
        return re.sub(r"^\S+Z ", "", (self.folder / "err").read_text(), flags=re.MULTILINE)

    def kept(self):
        return sorted(part.session for part in list_parts(self.store.transcripts))

    def started(self):
        path = self.folder / "guard/started"
        return len(path.read_text()) if path.exists() else 0

    def looks(self):
        watch = who_watches(self.local)
        return watch.at if watch else None


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path)
    yield home
    for process in home.processes:
        if process.poll() is None:
            process.kill()
            process.communicate()


needs_reports = pytest.mark.skipif(held_watches() is None, reason="this machine does not tell what it watches")


@needs_reports
def test_a_log_that_appears_is_collected_long_before_the_timer(home):
    home.watch()
    (home.logs / "project").mkdir()
    (home.logs / "project/one.jsonl").write_text(said("one", "Hello", "Yes"))
    until(lambda: home.kept() == ["one"])
    until(lambda: home.err().count("\n") == 2)
    assert home.err() == (f"s: watching {home.logs}; all logs are looked at every 1m\ns: kept 1 new parts of 1 logs\n")
    assert last_look(home.local).logs == 1


@needs_reports
def test_a_session_is_collected_as_soon_as_its_agent_has_ended_it(home):
    home.watch()
    (home.logs / "one.jsonl").write_text(said("one", "Hello", "Yes", ended=timedelta(0)))
    until(lambda: (found := last_look(home.local)) and found.waiting == 1)
    told = home.run("hook", "session-end", "--store", home.store.root, input='{"session_id": "one"}')
    assert told.stderr == ""
    until(lambda: home.kept() == ["one"])
    assert [part.completed for part in list_parts(home.store.transcripts)] == ["hook"]


def test_without_reports_the_timer_finds_it(home):
    home.configure(scan="1s", sessions=[str(home.logs / "later/*.jsonl")])
    home.watch()
    (home.logs / "later").mkdir()
    (home.logs / "later/one.jsonl").write_text(said("one", "Hello", "Yes"))
    until(lambda: home.kept() == ["one"])
    assert f"looking every 1s at {home.logs}/later: no such file or directory\n" in home.err()


def test_while_nothing_changes_no_process_is_started_and_nothing_is_said(home):
    home.configure(scan="1s")
    for number in range(3):
        (home.logs / f"{number}.jsonl").write_text(said(f"s{number}", "Hello", "Yes"))
    (home.logs / "open.jsonl").write_text(said("open", "Hello", ended=timedelta(0)))
    process = home.watch()
    until(lambda: len(home.kept()) == 3)
    began = until(home.looks)
    until(lambda: home.looks() > began + timedelta(seconds=3))
    assert home.started() == 1
    with (home.logs / "open.jsonl").open("a") as file:  # it waits in any case
        file.write(said("open", "More", ended=timedelta(0)))
    began = home.looks()
    until(lambda: home.looks() > began + timedelta(seconds=3))
    assert home.started() == 1
    process.terminate()
    process.communicate(timeout=20)
    assert home.err().count("\n") == 2


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_cleanly(home, sign, code):
    process = home.watch()
    process.send_signal(sign)
    process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in home.err()
    assert who_watches(home.local) is None


def test_a_signal_ends_the_collector_too(home):
    for number in range(400):
        (home.logs / f"{number}.jsonl").write_text(said(f"s{number}", *["Hello there"] * 200))
    process = subprocess.Popen(
        [sys.executable, "-m", "dreamd", "run"], env=home.environment, stderr=subprocess.PIPE, text=True
    )
    home.processes.append(process)
    until(home.started)
    children = [int(it) for it in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in err) == (0, False)
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_a_second_one_on_the_same_host_is_refused(home):
    home.watch()
    second = home.run("run")
    assert second.returncode == 11
    assert re.sub(r"\S+Z ", "", second.stderr.splitlines()[-2]).startswith(
        f"error: is already collecting for '{home.store.root}': another process"
    )
    assert home.run("collect").returncode == 0


def test_one_that_was_killed_leaves_nothing_that_is_in_the_way(home):
    process = home.watch()
    process.kill()
    process.communicate()
    assert who_watches(home.local) is None
    assert home.watch().poll() is None


def test_a_store_that_goes_and_comes_back_is_told_of_once_and_collected_into_again(home):
    """Invariant 15."""
    home.configure(scan="1s")
    home.watch()
    away = home.folder / "away"
    home.store.root.rename(away)
    (home.logs / "one.jsonl").write_text(said("one", "Hello", "Yes"))
    until(lambda: "warning: " in home.err())
    began = home.looks()
    until(lambda: home.looks() > began + timedelta(seconds=3))
    assert home.err().count("warning: ") == 1
    shutil.rmtree(home.store.root, ignore_errors=True)
    away.rename(home.store.root)
    until(lambda: home.kept() == ["one"])


def test_the_state_of_this_host_may_be_deleted_at_any_time(home):
    home.configure(scan="1s")
    process = home.watch()
    until(home.looks)
    shutil.rmtree(home.local)
    (home.logs / "one.jsonl").write_text(said("one", "Hello", "Yes"))
    until(lambda: home.kept() == ["one"])
    assert process.poll() is None


def test_logs_that_cannot_be_read_do_not_keep_it_busy(home):
    home.configure(scan="1s")
    (home.logs / "empty.jsonl").touch()
    (home.logs / "binary.jsonl").write_bytes(bytes(range(256)))
    (home.logs / "gone.jsonl").symlink_to(home.logs / "nowhere")
    home.watch()
    began = until(home.looks)
    until(lambda: home.looks() > began + timedelta(seconds=3))
    assert home.started() == 1


@needs_reports
def test_status_says_what_is_left_out_what_waits_and_how_changes_are_learned_of(home):
    home.configure(
        sessions=[str(home.logs / "**/*.jsonl"), "none/*.jsonl"], exclude={"paths": ["hush"], "sessions": ["secret"]}
    )
    (home.logs / "hush").mkdir()
    (home.logs / "hush/one.jsonl").write_text(said("one", "Hello"))
    (home.logs / "two.jsonl").write_text(said("secret", "Hello"))
    (home.logs / "open.jsonl").write_text(said("open", "Hello", ended=timedelta(0)))
    assert json.loads(home.run("status", "--json").stdout)["logs"] is None
    process = home.watch()
    lines = home.run("status").stdout.splitlines()
    (logs,) = (line for line in lines if line.startswith("logs "))
    assert logs.startswith("logs       2 here, 1 not finished, 1 log and 1 session excluded; last looked at ")
    assert lines[lines.index(logs) + 1 :][:3] == [
        f"watched    every 1m by pid {process.pid}",
        f"           sooner where changes are reported: {home.logs}",
        f"           only then at {home.folder}/.config/dreamd/none: no such file or directory",
    ]
    process.terminate()
    process.communicate(timeout=20)
    told = json.loads(home.run("status", "--json").stdout)
    assert (told["watching"], told["logs"]["excluded_logs"]) == (None, 1)
