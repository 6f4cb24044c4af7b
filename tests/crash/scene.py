"""A store before a run that has everything to do, and the judgement on it after the run was broken.

The run collects two logs (one into a folder that it must make), takes in a line that a person wrote into MEMORY.md and
one that a person removed, and a statement that an agent remembered. It adds, merges and retires memories, and publishes
topics that are new, changed and gone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dreamd.cli.check import index_generation
from dreamd.memory.changes import Add
from dreamd.memory.check import check
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import Store, create_store
from dreamd.memory.finding import Finding
from dreamd.memory.inbox import read_inbox, remember
from dreamd.memory.item import Speaker
from dreamd.memory.ledger import commit, head, load, read_entries
from dreamd.memory.markdown import CAP_BYTES, CAP_LINES, render
from dreamd.memory.publish import publish
from dreamd.memory.records import Kind, Memory
from dreamd.recall.index import build
from dreamd.sessions.lost import LostParts
from dreamd.sessions.parts import damaged_parts
from dreamd.sessions.transcripts import RecordTexts
from dreamd.testing import make_add, make_memory

from .supervisor import Answer, Ended, supervise

#: the installed command of the environment that runs the tests
DREAMD = Path(sys.executable).parent / "dreamd"
NOW = "2026-04-05T08:00:00Z"
BEFORE = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)

SHIP = "From now on we always deploy with make ship, because a tag by hand is forgotten."
OLD = {
    "deployment": (SHIP, "Never deploy on Fridays.", "Every deploy is announced in the channel first."),
    "freeze": ("Nobody merges migrations until the hauler ends its freeze.",),
    "general": ("Parcel numbers are never reused.", "The depot in Kiruna closes at noon."),
}
#: what the calendar ends; its topic goes with it
ENDED, ENDS = OLD["freeze"][0], datetime(2026, 3, 20, tzinfo=UTC)
REMEMBERED, ITEM = "The label printer needs two minutes to warm up", "k3f9a2qx"
#: what a person's edit removes and adds
REMOVED, WRITTEN = OLD["general"][1], "The night shift answers the phone in Kiruna"
LOGS = {
    "march": (4, 3, SHIP, "From now on scanner firmware is never flashed at night, because nobody can reset it."),
    "april": (
        *(2, 4),
        "From now on scanner logs are always kept for ten days, because the auditors ask for them.",
        "From now on scanner batteries are always changed in pairs, because single ones leak.",
    ),
}

_LINK = re.compile(r"\]\((topics/[a-z0-9-]+\.md)\)")


@dataclass(frozen=True)
class Scene:
    """A home with a store, logs, and this host's own folder, or that of another host of the given name."""

    home: Path
    host: str = ""
    now: str = NOW

    @property
    def store(self) -> Store:
        return Store(self.home / "memory")

    @property
    def watched(self) -> tuple[str, str]:
        """What a dream changes: the store and this host's own folder."""
        return str(self.store.root), str(self.home / ".local")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "DREAMD_NOW": self.now,
            "XDG_STATE_HOME": str(self.home / ".local" / (self.host or "state")),
            "DREAMD_STORE": str(self.store.root),
        }

    def copy(self, home: Path) -> Scene:
        shutil.copytree(self.home, home, symlinks=True)
        return Scene(home)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Given arguments, run the command undisturbed and return how it ended."""
        command = on_host(self.host, [DREAMD, *arguments])
        return subprocess.run(command, env=self.environment, cwd=self.home, capture_output=True, text=True, check=False)

    def dreamd(self, *arguments: str, code: int = 0) -> str:
        """Given arguments, run the command, which must succeed, and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == code, f"'{arguments[0]}' exits with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def dream(self, *folders: str) -> str:
        return self.dreamd("dream", "--sessions", "logs", *(it for folder in folders for it in ("--sessions", folder)))

    def concerns(self, path: Path) -> bool:
        """Tell whether a path is in the store or this host's own folder.

        DuckDB's scratch is neither: every run makes it and throws it away.
        """
        place = str(path)
        return place.startswith(self.watched) and not re.search(r"/\.local/.*/scratch/.", place)

    def disturbed(self, answer: Answer, *arguments: str) -> Ended:
        """Run a command, by default a dream, in which each change of what concerns us is asked about."""
        command = on_host(self.host, [DREAMD, *(arguments or ("dream", "--sessions", "logs"))])
        return supervise(command, self.environment, self.home, self.concerns, answer)

    def published(self) -> dict[str, bytes]:
        """Return what readers find, by name."""
        paths = [self.store.memory, *self.store.topics.glob("[!.]*")]
        return {str(path.relative_to(self.store.root)): path.read_bytes() for path in paths}

    def findings(self) -> tuple[Finding, ...]:
        """Return what ``dreamd check`` finds."""
        root = self.store.transcripts
        found = check(self.store, RecordTexts(root), index_generation, damaged_parts(root), LostParts(root))
        return found.findings

    def memories(self) -> dict[str, Memory]:
        return dict(load(self.store).memories)

    def litter(self) -> list[Path]:
        """Return what is work in progress, of whoever writes under the lease."""
        kept = (self.store.transcripts, self.store.inbox)
        temporary = [path for path in self.store.root.rglob(".tmp-*") if not set(kept) & set(path.parents)]
        return [*temporary, *self.store.staging.iterdir(), *self.home.glob(".local/*/dreamd/*/scratch/*")]

    def consumed(self) -> list[str]:
        """Return the parts and remembered items that the ledger has consumed, as often as it says so."""
        consumed = [entry.header.consumed for entry in read_entries(self.store)]
        return sorted(name for it in consumed for name in (*it.parts, *it.inbox))


@dataclass(frozen=True)
class Expected:
    """What an undisturbed run leaves: every rendering that a reader may find on the way, and the end."""

    calls: tuple[str, ...]  # their names
    renderings: dict[str, set[bytes]]
    published: dict[str, bytes]
    memories: dict[str, Memory]
    consumed: list[str]
    generation: int


def make_scene(home: Path) -> Scene:
    """Given a folder that is not there yet, make the scene in it."""
    scene = Scene(home)
    store = create_store(scene.store.root)
    old = [
        make_memory(text, topic=topic, valid_until=ENDS if text == ENDED else None, learned=BEFORE, last_seen=BEFORE)
        for topic, texts in OLD.items()
        for text in texts
    ]
    header = Header(generation=1, kind=EntryKind.DREAM, now=BEFORE, shown=tuple(memory.id for memory in old))
    commit(store, Entry(header, tuple(map(make_add, old))))
    publish(store, build, home, BEFORE, "host")
    lines = store.memory.read_text().splitlines()
    store.memory.write_text("\n".join([line for line in lines if REMOVED not in line] + [f"- {WRITTEN}", ""]))
    general = store.topic("general")
    general.write_text("\n".join(line for line in general.read_text().splitlines() if REMOVED not in line) + "\n")
    remember(store, REMEMBERED, Kind.SEMANTIC, BEFORE, Speaker(agent="ci"), lambda: ITEM)
    (store.transcripts / "2026" / "03").mkdir(parents=True)
    (home / "logs").mkdir()
    for name, (day, month, *texts) in LOGS.items():
        write_log(home / "logs" / f"{name}.jsonl", datetime(2026, month, day, 10, tzinfo=UTC), *texts)
    return scene


def write_log(path: Path, start: datetime, *texts: str) -> None:
    """Write the log of a session in which a person says these texts, a minute apart."""
    said = [it for text in texts for it in ({"role": "user", "text": text}, {"role": "agent", "text": "Noted."})]
    records = [
        {"session": path.stem, "id": f"{path.stem}-{n}", "time": (start + timedelta(minutes=n)).isoformat(), **it}
        for n, it in enumerate(said)
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))


def on_host(host: str, command: list[str | Path]) -> list[str | Path]:
    """Given a command, return one that runs it where the machine has the given name; empty leaves its own."""
    if not host:
        return command
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--uts", *rights, "sh", "-c", 'hostname "$0" && exec "$@"', host, *command]


def expect(scene: Scene) -> Expected:
    """Given a scene to use up, let its run go undisturbed and return what comes of it."""
    before = scene.published()
    calls: list[str] = []
    ended = scene.disturbed(lambda call, _run: calls.append(call.name))
    assert ended.code == 0, ended.err
    renderings: dict[str, set[bytes]] = {name: {data} for name, data in before.items()}
    for generation in range(1, head(scene.store) + 1):
        for name, text in render(load(scene.store, generation)).files.items():
            renderings.setdefault(name, set()).add(text.encode())
    expected = Expected(
        tuple(calls), renderings, scene.published(), scene.memories(), scene.consumed(), head(scene.store)
    )
    _everything_happened(scene, before)
    return expected


def _everything_happened(scene: Scene, before: dict[str, bytes]) -> None:
    _, edit, dream = read_entries(scene.store)
    assert (edit.header.kind, dream.header.kind) == (EntryKind.EDIT, EntryKind.DREAM)
    assert {type(change).__name__ for change in edit.changes} == {"Add", "Retire"}
    assert {type(change).__name__ for change in dream.changes} >= {"Add", "Merge", "Retire"}
    assert sum(isinstance(change, Add) for change in dream.changes) >= 3
    after = scene.published()
    assert len(dream.header.consumed.parts) == 2
    assert dream.header.consumed.inbox == (ITEM,)
    assert before.keys() - after.keys(), "no topic goes"
    assert after.keys() - before.keys(), "no topic is new"
    assert any(after[name] != before[name] for name in after.keys() & before.keys() - {"MEMORY.md"})


def judge_readers(scene: Scene, expected: Expected) -> None:
    """Prove invariant 4: what readers find is whole, of one generation or the next, under the cap, links resolved."""
    files = scene.published()
    for name, data in files.items():
        assert data in expected.renderings[name], f"'{name}' is no rendering of any generation"
    text = files["MEMORY.md"].decode()
    assert text.count("\n") <= CAP_LINES
    assert len(files["MEMORY.md"]) <= CAP_BYTES
    links = _LINK.findall(text)
    assert links
    assert set(links) <= files.keys()
    assert index_generation(scene.store.index) in range(1, expected.generation + 1)


def judge_end(scene: Scene, expected: Expected) -> None:
    """Given a scene that was broken, prove that one more run heals it and ends as if nothing had happened."""
    scene.dream()
    assert scene.findings() == ()
    assert head(scene.store) == expected.generation
    assert scene.consumed() == expected.consumed
    assert scene.published() == expected.published
    assert read_inbox(scene.store).items == ()
    assert scene.litter() == []
    assert scene.memories() == expected.memories
