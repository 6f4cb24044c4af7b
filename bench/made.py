"""Made-up memories and sessions of a team, for measuring: plausible in length, words and names, true of nothing.

Everything derives from a seed. Names are drawn unevenly, as in real projects: a few modules are spoken of all the time
and most only once or twice.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from dreamd.memory.records import About, Evidence, Factors, Kind, Memory, Origin, Trust, derive_id

_PARTS = [
    "ar",
    "bel",
    "cor",
    "dan",
    "el",
    "fen",
    "gor",
    "hal",
    "in",
    "jor",
    "kel",
    "lum",
    "mir",
    "nor",
    "ol",
    "per",
    "quin",
    "ras",
    "sol",
    "tam",
    "ur",
    "ven",
    "wil",
    "xan",
    "yor",
    "zet",
]
_AREAS = [
    "testing",
    "git",
    "reviews",
    "ci",
    "builds",
    "dependencies",
    "releases",
    "deployment",
    "documentation",
    "style",
    "configuration",
    "security",
    "errors",
    "performance",
    "database",
    "api",
    "command-line",
    "interface",
    "dates",
    "ledger",
    "parser",
    "scheduler",
    "importer",
    "exporter",
    "billing",
    "search",
]
_WORDS = [
    "account",
    "adapter",
    "archive",
    "backend",
    "balance",
    "batch",
    "bucket",
    "buffer",
    "callback",
    "catalog",
    "channel",
    "checksum",
    "client",
    "cluster",
    "codec",
    "column",
    "consumer",
    "counter",
    "credit",
    "cursor",
    "customer",
    "daemon",
    "digest",
    "driver",
    "envelope",
    "event",
    "fallback",
    "feature",
    "filter",
    "folder",
    "gateway",
    "handler",
    "header",
    "heartbeat",
    "image",
    "invoice",
    "item",
    "journal",
    "kernel",
    "key",
    "label",
    "layer",
    "lease",
    "listener",
    "lock",
    "mailbox",
    "manifest",
    "metric",
    "mirror",
    "mount",
    "mutex",
    "notice",
    "offset",
    "order",
    "packet",
    "page",
    "partition",
    "payload",
    "permission",
    "picture",
    "pool",
    "port",
    "price",
    "producer",
    "profile",
    "proxy",
    "quota",
    "queue",
    "receipt",
    "record",
    "region",
    "registry",
    "replica",
    "report",
    "resource",
    "retry",
    "role",
    "router",
    "sample",
    "schedule",
    "segment",
    "server",
    "session",
    "shard",
    "signal",
    "snapshot",
    "socket",
    "stream",
    "subscriber",
    "table",
    "tenant",
    "thread",
    "ticket",
    "timer",
    "token",
    "trace",
    "tunnel",
    "upload",
    "vault",
    "version",
    "volume",
    "wallet",
    "watcher",
    "webhook",
    "widget",
    "window",
    "worker",
    "zone",
]
_VERBS = [
    "rejects",
    "accepts",
    "rounds",
    "drops",
    "keeps",
    "retries",
    "caches",
    "validates",
    "rewrites",
    "encrypts",
    "compresses",
    "renames",
    "skips",
    "counts",
    "publishes",
    "reloads",
    "flushes",
    "merges",
    "splits",
    "sorts",
    "trims",
    "escapes",
    "normalizes",
    "serializes",
]
_REASONS = (
    "because the {w1} of the {w2} is checked twice",
    "since the {w1} {w2} broke last spring",
    "because {symbol} holds the {w1} until the {w2} is closed",
    "so that the {w1} survives a restart of the {w2}",
    "because clients before {number} send no {w1}",
)
_FORMS = {
    Kind.SEMANTIC: (
        "{path} {verb} every {w1} {w2} larger than {number} MB, {why}.",
        "The {w1} {w2} of {area} {verb} a {w3} when {symbol} is unset, {why}.",
        "`{symbol}` returns the {w1} {w2} and not the {w3}, {why}.",
        "We decided that the {w1} {verb} the {w2} {w3} at {number} entries, {why}.",
    ),
    Kind.PROCEDURAL: (
        "Run `make {w1}-{w2}` before every change of {path}, {why}.",
        "To renew the {w1} {w2}, call `{symbol}` and restart the {w3}, {why}.",
    ),
    Kind.EPISODIC: (
        "We tried to move the {w1} {w2} into {path} and gave it up, {why}.",
        "The {w1} of the {w2} failed with code {number} after {symbol} changed, {why}.",
    ),
}
_SAID = (
    "From now on the {w1} {w2} in {path} always {verb} the {w3}, {why}.",
    "Never call `{symbol}` while the {w1} {w2} is open, {why}.",
    "We always run `make {w1}-{w2}` before {path} is released, {why}.",
    "Do not raise the {w1} of the {w2} above {number}, {why}.",
    "We decided to keep the {w1} {w2} in {path} and not in the {w3}, {why}.",
)


class Team:
    """A team's talk: memories and sessions, one after the other, as a seed has it."""

    def __init__(self, seed: int, size: int) -> None:
        """Given a seed and how many memories there will be, invent the names that the team speaks of."""
        self.random = random.Random(seed)  # noqa: S311 - a made-up team, the same every time
        self.words = [*_WORDS, *(self._coined() for _ in range(200 + size // 20))]
        self.symbols = [f"{self._coined()}_{self.random.choice(_WORDS)}" for _ in range(50 + size // 10)]
        folders = [f"src/{self.random.choice(_WORDS)}/{self._coined()}" for _ in range(10 + size // 100)]
        self.paths = [f"{self._of(folders)}/{self.random.choice(_WORDS)}.py" for _ in range(50 + size // 10)]
        self.people = [f"person-{number}" for number in range(12)]
        self.taken: set[str] = set()

    def memory(self, session: str, number: int, time: datetime) -> Memory:
        """Given a session, the number of a record in it, and its time, return a memory of about a kilobyte."""
        kind = self.random.choices(list(_FORMS), (6, 3, 1))[0]
        text, names = self._filled(self.random.choice(_FORMS[kind]))
        user = self.random.random() < 0.4  # noqa: PLR2004 - in real stores two in five memories are a person's words
        person = self._of(self.people)
        pieces = [
            Evidence(
                origin=Origin.SESSION,
                session=session,
                record=f"{session}-{number}",
                quote=text,
                time=time,
                role="user" if user else "agent",
                person=person,
                digest=f"{self.random.getrandbits(256):064x}",
                redaction=1,
            )
        ]
        name = derive_id(pieces[0], text, self.taken)
        self.taken.add(name)
        return Memory(
            id=name,
            kind=kind,
            text=text,
            topic=self._of(_AREAS),
            trust=Trust.USER if user else Trust.AGENT,
            evidence=tuple(pieces),
            learned=time,
            last_seen=time,
            about=About(
                paths=tuple(it for it in names.values() if "/" in it), symbols=(names["symbol"],), people=(person,)
            ),
            sessions=(session,),
            people=(person,),
            valid_from=time if user else None,
            factors=Factors(confidence=round(self.random.uniform(0.3, 0.95), 3)),
        )

    def log(self, path: Path, session: str, said: int, time: datetime) -> None:
        """Write the log of a session in which a person says so many things that are worth keeping."""
        rows = []
        for number in range(said):
            at = time + timedelta(minutes=2 * number)
            text, _ = self._filled(self.random.choice(_SAID))
            rows.append({"role": "user", "text": text, "id": f"{session}-{2 * number}", "time": at.isoformat()})
            rows.append(
                {"role": "agent", "text": "Noted.", "id": f"{session}-{2 * number + 1}", "time": at.isoformat()}
            )
        path.write_text("".join(json.dumps({"session": session, **row}) + "\n" for row in rows))

    def _filled(self, form: str) -> tuple[str, dict[str, str]]:
        names = {
            "path": self._of(self.paths),
            "symbol": self._of(self.symbols),
            "area": self._of(_AREAS),
            "verb": self._of(_VERBS),
            "number": str(self.random.randrange(2, 5000)),
            **{f"w{number}": self._of(self.words) for number in (1, 2, 3)},
        }
        why = self._of(_REASONS).format(**names | {f"w{number}": self._of(self.words) for number in (1, 2)})
        return form.format(why=why, **names), names

    def _of(self, things: list[str] | tuple[str, ...]) -> str:
        """Return one of these, the first far more often than the last."""
        return things[int(len(things) * self.random.random() ** 2.5)]

    def _coined(self) -> str:
        return "".join(self.random.choice(_PARTS) for _ in range(self.random.randrange(2, 4)))


def sessions_of(generation: int, each: int) -> Iterator[str]:
    """Given a generation, yield the names of its sessions."""
    for number in range(each):
        yield f"session-{generation:05d}-{number}"
