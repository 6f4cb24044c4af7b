"""A store with a value in every file that it can stand in, for the tests of purge."""

import gzip
import json
import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import msgspec
import pytest

from dreamd.cli.check import index_generation
from dreamd.daemon.by_hand import Unwanted, purge
from dreamd.daemon.job import Job
from dreamd.daemon.launcher import look, run
from dreamd.daemon.places import state_dir
from dreamd.memory.check import check
from dreamd.memory.entry import Consumed
from dreamd.memory.files import Store, create_store, open_store
from dreamd.memory.grounds import Ground, write_grounds
from dreamd.memory.inbox import remember
from dreamd.memory.item import Speaker
from dreamd.memory.plan import Plan
from dreamd.memory.records import Kind
from dreamd.memory.runs import RunReport, write_report
from dreamd.sessions.lost import LostParts
from dreamd.sessions.parts import damaged_parts
from dreamd.sessions.transcripts import RecordTexts
from dreamd.testing import make_add, make_memory

VALUE = "zebra-Fjord-77"
NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)

RULES = (
    f"From now on we always deploy with make ship and say {VALUE} to the robot, because a tag by hand is forgotten.",
    "Never run the seed script against production, it always goes to staging first and only then to production.",
)
MORE = f"From now on every migration of scan_rows is announced with {VALUE} in the channel, nobody saw the last one."


@dataclass(frozen=True)
class World:
    """A store, the logs that it is made of, and this host's own folder."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = RULES
    more: str = MORE

    @property
    def store(self) -> Store:
        return Store(self.root / "store")

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def local(self) -> Path:
        return state_dir(self.environment, open_store(self.store.root)[1].store)

    @property
    def job(self) -> Job:
        return Job(self.store.root, (str(self.logs),), NOW, "alpha", self.environment)

    def log(self, name, *texts, session="s", day=1):
        """Write an agent's log in which a person says these texts."""
        said = enumerate(pair for text in texts for pair in (("user", text), ("agent", "Noted.")))
        rows = [
            {"session": session, "id": f"{session}-{n}", "time": f"2026-03-0{day}T10:0{n}:00Z", "role": who, "text": it}
            for n, (who, it) in said
        ]
        (self.logs / name).write_text("".join(json.dumps(row) + "\n" for row in rows))

    def dream(self):
        return run(self.job, lambda *_: None)

    def collect(self):
        look(self.job, lambda *_: None)

    def purge(self, wanted=VALUE, *, dry_run=False, **fields):
        return purge(replace(self.job, dry_run=dry_run), Unwanted(wanted, **fields), lambda *_: None)

    def check(self):
        root = self.store.transcripts
        found = check(self.store, RecordTexts(root), index_generation, damaged_parts(root), LostParts(root))
        return found.findings

    def snapshot(self):
        return {path: path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()}

    def holding(self, value=VALUE):
        """Return the files of the store and of this host in which a value stands, in whatever form, and in names."""
        forms = {value.encode(), json.dumps(value)[1:-1].encode(), value.lower().encode()}
        found = set()
        for folder in (self.store.root, self.local):
            for path in folder.rglob("*"):
                data = path.read_bytes() if path.is_file() else b""
                if path.suffix == ".gz":
                    data = gzip.decompress(data)
                if path == self.store.index:
                    data += dump(path)
                if any(form in data or form in os.fsencode(path.relative_to(folder)) for form in forms):
                    found.add(str(path.relative_to(folder)))
        return found


def dump(index):
    """Return everything that an index says: in its file strings are packed."""
    with duckdb.connect(str(index), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return repr([connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables]).encode()  # noqa: S608 - names of our own tables


def make(root, value=VALUE):
    """Make a store of several generations that has the value wherever it can be."""
    environment = {**os.environ, "XDG_STATE_HOME": str(root / "state")}
    environment.pop("STATE_DIRECTORY", None)
    world = World(root, environment)
    store = create_store(root / "store")
    world.logs.mkdir()
    world.log("one.jsonl", *(rule.replace(VALUE, value) for rule in RULES))
    world.dream()
    store.memory.write_text(store.memory.read_text() + f"- Ask {value} at the gate\n")
    world.log("two.jsonl", MORE.replace(VALUE, value), session="two", day=2)
    world.dream()
    remember(store, f"remember {value}", Kind.SEMANTIC, NOW, Speaker(person="ana"), lambda: "k3f9a2qx")
    write_report(store, RunReport("run-9", "alpha", NOW, NOW, "failed", 1, error=f"cannot say '{value}'", output=value))
    plan = Plan(1, NOW, "rules", (make_add(make_memory(f"Open with {value}")),), consumed=Consumed(("p",)))
    store.refused_plan("run-9").write_bytes(msgspec.json.encode(plan))
    write_grounds(store, "run-9", (Ground("k3f9a2qx", f"about {value}", 0.9, (("names", 0.5),)),))
    (store.edits / f"000009-{value.replace('/', '-')}.md").write_text(f"- {value}\n")
    (store.edits / "aside-20260401T120000Z-89abcdef-MEMORY").mkdir()
    (store.edits / "aside-20260401T120000Z-89abcdef-MEMORY" / "mine").write_text(value)
    (store.inner / "later").write_text(f"a file of a later release says {value}\n")
    (store.inner / "later.json").write_bytes(msgspec.json.encode({value: [f"and {value}"]}))
    (store.inbox / ".tmp-0123456789abcdef").write_bytes(msgspec.json.encode({"text": f"remember\n{value}"}))
    (store.staging / "died").mkdir()
    (store.staging / "died" / "work").write_text(value)
    (store.ledger / ".tmp-0123456789abcdef").write_text(value)
    (world.local / "scratch" / "died.duckdb").write_text(value)
    (world.local / "cache.json").write_bytes(msgspec.json.encode({f"/logs/{value}.jsonl": 1}))
    return world


@pytest.fixture(scope="session")
def make_leaky():
    """Return what makes a store at a folder that has a value wherever it can stand."""
    return make


@pytest.fixture(scope="session")
def _leaky(tmp_path_factory):
    return make(tmp_path_factory.mktemp("leaky"))


@pytest.fixture
def leaky(_leaky, tmp_path):
    """Return a copy of such a store of its own."""
    return copied(_leaky, tmp_path)


@pytest.fixture
def copies(_leaky, tmp_path):
    """Return a function that gives copies of such a store."""
    return lambda name: copied(_leaky, tmp_path / name)


def copied(world, root):
    shutil.copytree(world.root, root, dirs_exist_ok=True)
    return World(root, {**world.environment, "XDG_STATE_HOME": str(root / "state")})
