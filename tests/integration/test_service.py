"""``dreamd run`` as a process: it dreams when that is due, follows signals, and one store's trouble stops no other."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from dreamd.daemon.lock import is_watched
from dreamd.daemon.places import state_dir
from dreamd.memory.files import create_store, open_store
from dreamd.memory.ledger import generations
from dreamd.memory.runs import RunReport, last_report, write_report
from dreamd.sessions.transcripts import list_parts
from dreamd.systemd.needs import Needs, spell

from .waiting import until

RULES = [
    "From now on we always deploy with make ship, because a tag made by hand is forgotten.",
    "Never run the seed script against production, it always goes to staging first.",
    "Always write migrations so that they can run twice, the deploy retries them.",
    "We never commit generated clients, the build makes them anew every time.",
    "From now on every endpoint needs a contract test before it is merged.",
    "Please never stash my changes, I lose them every time.",
]


class Team:
    """A home with a configuration, stores, and the service."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "USER": "ana"}
        self.config = {"stores": {}, "sessions": {"scan": "1s"}}
        self.processes = []

    def add(self, name, **entry):
        store = create_store(self.folder / name)
        logs = self.folder / f"{name}-logs"
        logs.mkdir()
        self.config["stores"][name] = {"memory": str(store.root), "sessions": [str(logs / "*.jsonl")], **entry}
        return store

    def configure(self):
        path = self.folder / ".config/dreamd/config.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.config))

    def work(self, name, *sessions, ended=timedelta(hours=1)):
        """Have a session end in a store's logs for each name, in which a person says one rule."""
        start = datetime.now(UTC) - ended
        for session in sessions:
            rule = RULES[sum(map(ord, session)) % len(RULES)]
            rows = [("user", rule), ("agent", f"Understood, I will keep to that in {session}.")]
            (self.folder / f"{name}-logs/{session}.jsonl").write_text(
                "".join(
                    json.dumps(
                        {"session": session, "id": str(at), "time": start.isoformat(), "role": role, "text": text}
                    )
                    + "\n"
                    for at, (role, text) in enumerate(rows)
                )
            )

    def start(self, *arguments, **environment):
        self.configure()
        process = subprocess.Popen(
            [sys.executable, "-m", "dreamd", "run", *arguments],
            env={**self.environment, **environment},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=(self.folder / "err").open("a"),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads
        )
        self.processes.append(process)
        return process

    def said(self):
        return (self.folder / "err").read_text()

    def local(self, store):
        return state_dir(self.environment, open_store(store.root)[1].store)


@pytest.fixture
def team(tmp_path):
    team = Team(tmp_path)
    yield team
    for process in team.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def family(pid):
    """Return the processes below one, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
                found[int(entry.name)] = (parent, entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    below, new = {}, {pid}
    while new:
        new = {child for child, (parent, _) in found.items() if parent in new}
        below |= {child: found[child][1] for child in new}
    return below


def with_a_worker(pid):
    """Return the processes below one, if a worker is among them."""
    below = family(pid)
    return below if any("worker" in line for line in below.values()) else {}


def with_a_shut_in_worker(pid):
    """Return the processes below one, if a worker is among them and all that were started for a role are shut in.

    One that is not shut in yet ends by itself.
    """
    below = with_a_worker(pid)
    try:
        shut_in = ["Seccomp:\t2" in Path(f"/proc/{it}/status").read_text() for it in below if "child" in below[it]]
    except OSError:
        return {}
    return below if all(shut_in) else {}


def test_a_store_that_its_unit_gives_no_access_to_is_told_and_the_others_go_on(team):
    """Invariant 15. What a unit gives is written into its environment when it is installed."""
    web = team.add("web")
    team.add("shop")
    team.work("web", "a", "b", "c", "d", "e")
    team.start(DREAMD_GRANTED=spell(Needs((web.root,), (team.folder / "web-logs",))))
    until(lambda: generations(web) == [1])
    assert f"shop: warning: its unit gives no access to '{team.folder}/shop', " in team.said()
    assert "run 'dreamd service install --now' again" in team.said()


def test_five_sessions_and_it_dreams_once_and_then_waits_for_the_interval(team):
    store = team.add("web")
    team.work("web", "a", "b", "c", "d")
    team.start()
    until(lambda: "sessions" in team.said())
    assert generations(store) == []
    team.work("web", "e")
    until(lambda: generations(store) == [1])
    until(lambda: "committed generation 1 from 5 sessions" in team.said())
    team.work("web", "f", "g", "h", "i", "j", "k")
    until(lambda: len({part.session for part in list_parts(store.transcripts)}) == 11)
    before = team.said()
    time.sleep(4)  # several looks
    assert generations(store) == [1]
    assert "committed" not in team.said()[len(before) :]
    assert "MEMORY.md" in {path.name for path in store.root.iterdir()}


@pytest.mark.parametrize("role", ["both", "collect", "dream"])
def test_while_nothing_happens_a_turn_is_taken_as_often_as_configured(team, role):
    team.config["sessions"]["scan"] = "2s"
    store = team.add("web", role=role)
    process = team.start()
    note = team.local(store) / "watching.json"
    until(note.exists)
    seen = set()
    deadline = time.monotonic() + 7
    while time.monotonic() < deadline:
        seen.add(note.stat().st_mtime_ns)
        time.sleep(0.01)
    assert 2 <= len(seen) <= 6
    assert process.poll() is None


def test_a_user_signal_dreams_at_once_whatever_the_gates_say(team):
    store = team.add("web")
    team.work("web", "a")
    process = team.start()
    until(lambda: "sessions" in team.said())
    process.send_signal(signal.SIGUSR1)
    until(lambda: generations(store) == [1])


def test_a_bad_configuration_is_refused_at_a_reload_and_a_good_one_followed(team):
    web = team.add("web")
    process = team.start()
    until(lambda: is_watched(team.local(web)))
    path = team.folder / ".config/dreamd/config.yaml"
    path.write_text("stores: {web: {memroy: x}}")
    process.send_signal(signal.SIGHUP)
    until(lambda: "the old one stays" in team.said())
    assert "did you mean 'stores.web.memory'" in team.said() or "memroy" in team.said()
    api = team.add("api")
    team.configure()
    process.send_signal(signal.SIGHUP)
    until(lambda: "keeps web, api" in team.said())
    until(lambda: is_watched(team.local(api)))
    del team.config["stores"]["web"]
    team.configure()
    process.send_signal(signal.SIGHUP)
    until(lambda: not is_watched(team.local(web)))
    assert process.poll() is None


def test_a_store_configured_wrongly_or_gone_does_not_stop_the_others(team):
    """Invariant 15."""
    store = team.add("web")
    team.config["stores"]["typo"] = {"memroy": "/x"}
    team.config["stores"]["gone"] = {"memory": str(team.folder / "nowhere")}
    team.work("web", "a", "b", "c", "d", "e")
    team.start()
    until(lambda: generations(store) == [1])
    assert "typo: warning: " in team.said()
    assert "gone: warning: found no store at" in team.said()
    assert team.said().count("gone: warning: ") == 1


def test_a_run_that_failed_waits_for_an_hour(team):
    store = team.add("web")
    now = datetime.now(UTC)
    write_report(store, RunReport("r1", "alpha", now, now, "failed", 0, error="cannot go on"))
    team.work("web", "a", "b", "c", "d", "e")
    team.start()
    until(lambda: "the last run failed" in team.said())
    assert generations(store) == []


def test_what_was_committed_and_not_published_is_published_at_the_start(team):
    store = team.add("web")
    team.work("web", "a")
    team.configure()
    run = [sys.executable, "-m", "dreamd", "dream"]
    subprocess.run(run, env=team.environment, cwd=team.folder, check=True, capture_output=True)
    store.memory.unlink()
    store.published.unlink()
    team.start()
    until(store.memory.exists)


@pytest.mark.parametrize(("sign", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_and_all_processes_and_leaves_nothing_held(team, sign, code):
    store = team.add("web")
    team.work("web", *(f"s{number}" for number in range(60)))
    process = team.start()
    began = until(lambda: with_a_worker(process.pid))
    process.send_signal(sign)
    process.wait(40)
    assert process.returncode == code
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in began), 10)
    assert not store.lease.exists()
    assert not is_watched(team.local(store))
    assert last_report(store) is None, "what was interrupted has not failed"
    assert "Traceback" not in team.said()


def test_processes_that_are_stopped_are_ended_too_and_leave_nothing_held(team):
    """They take no polite signal. Their lease is left, and who comes next finds that its holder is dead."""
    store = team.add("web")
    team.work("web", *(f"s{number}" for number in range(60)))
    process = team.start()
    began = until(lambda: with_a_shut_in_worker(process.pid))
    for pid in began:
        os.kill(pid, signal.SIGSTOP)
    process.terminate()
    process.wait(60)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in began), 10)
    run = [sys.executable, "-m", "dreamd", "dream"]
    subprocess.run(run, env=team.environment, cwd=team.folder, check=True, capture_output=True)
    assert generations(store) == [1]


def test_that_somebody_else_dreams_still_is_told_once(team):
    store = team.add("web")
    team.work("web", "a", "b", "c", "d", "e")
    store.lease.write_text("host=elsewhere\npid=1\n")
    team.start()
    until(lambda: "elsewhere (pid 1" in team.said())
    for _ in range(4):
        store.lease.touch()
        time.sleep(1)
    assert team.said().count("elsewhere (pid 1") == 1
    assert generations(store) == []


def test_a_launcher_that_dies_is_told_and_tried_again(team):
    store = team.add("web")
    team.work("web", "a", "b", "c", "d", "e")
    process = team.start()

    def launcher():
        return next((pid for pid, line in family(process.pid).items() if "launcher" in line), None)

    os.kill(until(launcher), signal.SIGKILL)
    until(lambda: "warning: " in team.said())
    until(lambda: generations(store) == [1])
    assert process.poll() is None


def test_systemd_is_told_when_it_is_ready_how_it_is_and_that_it_stops(team):
    team.add("web")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(team.folder / "notify"))
        listening.settimeout(60)
        process = team.start(NOTIFY_SOCKET=str(team.folder / "notify"), WATCHDOG_USEC="2000000")
        assert "READY=1" in listening.recv(4096).decode()
        assert "WATCHDOG=1\nSTATUS=" in listening.recv(4096).decode()
        process.send_signal(signal.SIGHUP)
        seen = ""
        while "RELOADING=1" not in seen:
            seen = listening.recv(4096).decode()
        assert "MONOTONIC_USEC=" in seen
        assert "READY=1" in listening.recv(4096).decode()
        process.terminate()
        while "STOPPING=1" not in seen:
            seen = listening.recv(4096).decode()


def test_metrics_say_what_the_gates_said(team):
    team.add("web")
    team.config["service"] = {"metrics": str(team.folder / "dreamd.prom")}
    team.work("web", "a", "b")
    team.start()
    path = team.folder / "dreamd.prom"
    until(lambda: path.exists() and 'dreamd_gate_open{store="web",gate="sessions"} 0' in path.read_text())
    text = path.read_text()
    assert 'dreamd_up{store="web"} 1' in text
    assert 'dreamd_sessions_new{store="web"} 2' in text
    team.processes[-1].terminate()
    team.processes[-1].wait(40)
    assert not path.exists(), "what a service that has ended said is no news"


def test_metrics_that_cannot_be_written_are_told_of_once(team):
    team.add("web")
    team.config["service"] = {"metrics": str(team.folder / "nowhere/dreamd.prom")}
    team.start()
    until(lambda: "cannot write the metrics" in team.said())
    time.sleep(3)
    assert team.said().count("cannot write the metrics") == 1


def test_the_process_that_stays_loads_nothing_that_reads_judges_or_remembers(team):
    """DESIGN: the launcher that stays is small."""
    team.add("web")
    team.work("web", "a", "b", "c", "d", "e")
    (team.folder / "guard").mkdir()
    (team.folder / "guard/sitecustomize.py").write_text(
        "import atexit, os, sys\n"
        "if 'dreamd.daemon.service' in ' '.join(sys.orig_argv):\n"
        "    real = os._exit\n"
        f"    def told(code):\n"
        f"        open({str(team.folder / 'loaded')!r}, 'w').write(' '.join(sys.modules)); real(code)\n"
        "    os._exit = told\n"
        f"    atexit.register(lambda: open({str(team.folder / 'loaded')!r}, 'w').write(' '.join(sys.modules)))\n"
    )
    process = team.start(PYTHONPATH=str(team.folder / "guard"))
    until(lambda: "committed" in team.said())
    process.terminate()
    process.wait(40)
    loaded = set((team.folder / "loaded").read_text().split())
    assert {"apscheduler.schedulers.base", "watchdog.observers", "filelock"} <= loaded
    heavy = {"duckdb", "numpy", "openai", "tiktoken", "pydantic", "yaml", "click", "rich", "snowballstemmer"}
    assert heavy.isdisjoint(loaded)
    assert loaded.isdisjoint({"dreamd.sessions.read", "dreamd.recall.index", "dreamd.daemon.launcher", "dreamd.config"})


def test_who_wants_to_dream_meanwhile_is_told_who_does_or_waits_and_follows(team):
    store = team.add("web")
    team.work("web", "a")
    team.configure()
    script = (
        "import sys, datetime\n"
        "from pathlib import Path\n"
        "from dreamd.daemon.dreaming import dreaming_here, telling\n"
        "from dreamd.daemon.lock import hold\n"
        "from dreamd.memory.files import Store\n"
        f"store, local = Store(Path({str(store.root)!r})), Path({str(team.folder / 'other')!r})\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        "with hold(store, local), telling(store, dreaming_here('r1', now), lambda *_: None) as tell:\n"
        "    tell('merge', 3, 10); print('held', flush=True); sys.stdin.read()\n"
    )
    keys = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    holding = subprocess.Popen([sys.executable, "-c", script], **keys)
    team.processes.append(holding)
    assert holding.stdout.readline() == "held\n"
    run = [sys.executable, "-m", "dreamd", "dream"]
    keys = {"env": team.environment, "cwd": team.folder, "stderr": subprocess.PIPE, "text": True}
    refused = subprocess.run(run, check=False, **keys)
    assert refused.returncode == 11
    assert f"pid {holding.pid}, merge, since " in refused.stderr
    waiting = subprocess.Popen([*run, "--wait"], stdout=subprocess.PIPE, **keys)
    team.processes.append(waiting)
    time.sleep(4)
    assert waiting.poll() is None
    holding.communicate()
    out, _ = waiting.communicate(timeout=60)
    assert (waiting.returncode, "generation 1" in out) == (0, True)


def test_who_asks_by_a_timer_while_somebody_begins_to_dream_is_told_that_it_is_not_due(team):
    """The lease is signed a moment after the lock is taken."""
    store = team.add("web")
    team.work("web", "a", "b", "c", "d", "e")
    team.configure()
    team.local(store).mkdir(parents=True)
    run = [sys.executable, "-m", "dreamd", "dream", "--if-due"]
    with FileLock(team.local(store) / "lock", fallback_to_soft=False):
        done = subprocess.run(
            run, env=team.environment, cwd=team.folder, capture_output=True, text=True, check=False, timeout=60
        )
    assert (done.returncode, done.stdout) == (3, "")
    assert "not due: lock " in done.stderr
