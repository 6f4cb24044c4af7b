"""Two hosts that share a store on a real network file system (``gluster``), and what their agents said.

``make mount-test`` runs this. Where no such file system can be made, the tests are skipped and say what is missing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from .gluster import Host, Share, what_is_missing
from .readers import COUNTED, LONGEST

#: a rule about each of these is a memory of its own; each word is no other's stem
THINGS = (
    *("anchor", "barley", "cobalt", "dahlia", "ember", "falcon", "garnet", "harbor", "indigo"),
    *("juniper", "kestrel", "lantern", "magnet", "nectar", "onyx", "pewter", "quartz", "russet"),
    *("saffron", "tundra", "umber", "velvet", "walnut", "xenon", "yarrow", "zinnia"),
)

#: for how long a client may know an older content of a folder or a file, in seconds
CACHED = 3.0
#: what a dream exits with where another holds the lease
HELD = 11

NUMBERS = count(1)


def rule(thing: str) -> str:
    """Given a thing, return what a person said about it, and what is remembered of that."""
    return f"Never deploy {thing} by hand. {thing.capitalize()} is always deployed by the script tools/{thing}.sh."


def write_session(folder: Path, thing: str) -> None:
    """Given a folder, write the log of a finished session there, in which a person gave the rule about a thing."""
    said = [
        ("user", f"please look at {thing}"),
        ("agent", f"I have changed {thing} and deployed it."),
        ("user", f"no, {rule(thing).lower()}"),
        ("agent", "Understood."),
    ]
    lines = [
        json.dumps(
            {
                "session": thing,
                "id": f"{thing}-{number}",
                "time": f"2026-03-09T09:0{number}:00Z",
                "role": role,
                "person": "ines",
                "text": text,
            }
        )
        for number, (role, text) in enumerate(said)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{thing}.jsonl").write_text("\n".join(lines) + "\n")


def remembered(host: Host) -> list[str]:
    """Given a host, return the texts of all active memories of its store, in order."""
    lines = [json.loads(line) for line in host.dreamd("export").out.splitlines()]
    return sorted(line["text"] for line in lines)


def is_sound(host: Host, things: set[str] | frozenset[str] = frozenset()) -> None:
    """Given a host, dream once more and hold that the store is sound and remembers each thing exactly once."""
    until = time.monotonic() + CACHED
    while (code := host.dreamd("dream", code=None).code) == HELD and time.monotonic() < until:
        time.sleep(0.2)  # the other host has given its lease back, and this one's client shows it yet
    assert code == 0
    host.dreamd("check")
    entries = sorted(path.name for path in host.seen(".dreamd", "ledger").iterdir())
    assert entries == [f"{number:06d}.jsonl" for number in range(1, len(entries) + 1)]
    if things:
        assert remembered(host) == sorted(map(rule, things))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that only who asks for them runs them."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.mount)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what readers saw."""
    if COUNTED:
        read = f"MEMORY.md {COUNTED['MEMORY.md']:,} times, {COUNTED['links']:,} links, recall {COUNTED['recall']} times"
        stale = f"a name was stale (ESTALE) {COUNTED['stale']:,} times, for {LONGEST['stale']:.1f} s at most"
        terminalreporter.write_line(f"readers: {read}; {stale}")


@pytest.fixture(scope="session")
def share(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Share]:
    """Return a volume, for all tests the same."""
    missing = what_is_missing()
    if missing:
        pytest.skip(f"no shared mount can be made here: {missing}")
    made = Share(tmp_path_factory.mktemp("mount"))
    yield made
    made.close()


@pytest.fixture
def make_hosts(share: Share) -> Iterator[Callable[..., list[Host]]]:
    """Return a function that gives hosts of these names, which have mounted a folder for a new store."""
    hosts: list[Host] = []

    def make(*names: str) -> list[Host]:
        number = next(NUMBERS)
        for name in names:
            host = share.host(name, share.folder / f"{name}-{number}")
            host.store = host.share / f"store-{number}"
            hosts.append(host)
        return hosts[-len(names) :]

    yield make
    for host in hosts:
        host.close()


@pytest.fixture
def hosts(make_hosts: Callable[..., list[Host]]) -> tuple[Host, Host]:
    """Return two hosts with a store that has dreamt of nothing yet; each collects logs of its own."""
    ada, bea = make_hosts("ada", "bea")
    for host in (ada, bea):
        host.logs.mkdir()
        host.dreamd("init", host.store, "--sessions", host.logs)
    return ada, bea
