"""``dreamd collect`` as a process: whoever dreams meanwhile, by its role, and together with others."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dreamd.daemon.lock import hold, hold_collecting
from dreamd.daemon.places import state_dir
from dreamd.memory.files import create_store, open_store
from dreamd.sessions.transcripts import list_parts

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
NOW = "2026-03-14T08:00:00Z"


class Home:
    """Somebody's home on some host, with a configuration and a store that others may share."""

    def __init__(self, folder, memory):
        folder.mkdir(exist_ok=True)
        self.folder, self.memory = folder, memory
        self.environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "DREAMD_NOW": NOW}

    def configure(self, **store):
        entry = {"memory": str(self.memory), "sessions": [str(EXAMPLES)]} | store
        (self.folder / ".config/dreamd").mkdir(parents=True, exist_ok=True)
        (self.folder / ".config/dreamd/config.yaml").write_text(json.dumps({"stores": {"s": entry}}))
        return self

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "dreamd", *map(str, arguments)],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments, code=0):
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == code, out + err
        return out, err

    def local(self):
        return state_dir({"HOME": str(self.folder)}, open_store(self.memory)[1].store)


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "memory")


@pytest.fixture
def home(tmp_path, store):
    return Home(tmp_path / "home", store.root).configure()


def test_what_came_of_it_is_told_as_a_table(home, store):
    out, err = home.run("collect")
    assert out.splitlines()[:2] == ["logs        10, 0 unchanged", "kept        10 new parts"]
    assert "\nsecrets     replaced: " in out
    assert out.endswith("\nunreadable  1 line\n")
    assert err == ""
    assert len(list_parts(store.transcripts)) == 10
    assert home.run("collect")[0] == "logs        10, 10 unchanged\nkept        0 new parts\nunreadable  1 line\n"


def test_logs_may_be_named_instead_of_those_configured(home):
    out, err = home.run("collect", "--json", "--sessions", EXAMPLES / "ci-agent", "--sessions", "none/*.jsonl")
    assert json.loads(out)["logs"] == 3
    assert json.loads(out)["skipped"] == [[f"{home.folder}/none/*.jsonl", "leads to no file"]]
    assert err == ""


def test_collecting_needs_no_lease(home, store, tmp_path):
    with hold(store, tmp_path / "another-host"):
        assert "10 new parts" in home.run("collect")[0]
        assert "is already dreaming" in home.run("dream", code=11)[1]


def test_a_dream_takes_in_what_another_collected(home, store, tmp_path):
    laptop = Home(tmp_path / "laptop", store.root).configure(role="collect")
    laptop.run("collect")
    out, _ = home.configure(role="dream").run("dream")
    assert "collected" not in out
    assert "committed  generation 1" in out


def test_a_host_that_only_collects_says_where_to_dream(home):
    home.configure(role="collect")
    for arguments in (["dream"], ["dream", "--dry-run"], ["dream", "--if-due"]):
        _, err = home.run(*arguments, code=13)
        assert err == (
            f"error: has another role here for '{home.memory}': collect, so another host dreams\n"
            "hint: dream there, or set role to both here\n"
        )
    assert "sessions" in home.run("gates")[0]


def test_a_host_that_only_dreams_collects_nothing(home, store):
    home.configure(role="dream")
    _, err = home.run("collect", code=13)
    assert err == (
        f"error: has another role here for '{home.memory}': dream, so other hosts collect\n"
        "hint: collect there, or set role to both here\n"
    )
    home.run("gates", code=3)
    home.run("dream")
    assert list_parts(store.transcripts) == []


def test_what_the_configuration_excludes_stays_at_home(home, store):
    home.configure(exclude={"people": ["ines"], "paths": ["ci-agent"], "projects": ["/Users/bogdan"]})
    out, _ = home.run("collect")
    assert out.startswith("logs        7, 0 unchanged\nkept        1 new part\nexcluded    3 logs and 6 sessions\n")
    assert {part.person for part in list_parts(store.transcripts)} == {"yuna"}
    assert json.loads(home.run("collect", "--json")[0])["excluded_logs"] == 3


def test_two_hosts_that_collect_the_same_logs_at_once_keep_each_record_once(home, store, tmp_path):
    """Invariant 2."""
    other = Home(tmp_path / "other", store.root).configure()
    both = [home.start("collect"), other.start("collect")]
    for process in both:
        assert process.wait(60) == 0
        process.communicate()
    parts = list_parts(store.transcripts)
    assert len(parts) == len({(part.session, part.person) for part in parts}) == 10


def test_of_one_host_the_second_waits_for_the_first(home, store):
    with hold_collecting(store, home.local(), 0):
        waiting = home.start("collect")
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(2)
    out, _ = waiting.communicate(timeout=60)
    assert "10 new parts" in out
