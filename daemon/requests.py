"""What the launcher asks of its processes, and what they answer: plain values that cross a pipe."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..curators.draft import Nearly
from ..memory.changes import Change
from ..memory.corrections import Correction
from ..memory.plan import Plan
from ..memory.records import Time
from ..sessions.exclude import NOTHING_EXCLUDED, Exclude
from ..sessions.glance import Standing
from ..sessions.retention import KEEP_ALL, Retention
from .git.facts import GitFacts


class CollectRequest(msgspec.Struct, frozen=True):
    """To the collector: which logs to read, and where the store and this host's cache lie."""

    sources: tuple[str, ...]
    store: str
    state_dir: str
    idle_seconds: float
    now: Time
    zone: str
    repository: str = ""  # the store's; agents whose logs lie in it are looked for there
    exclude: Exclude = NOTHING_EXCLUDED


class Collected(msgspec.Struct, frozen=True):
    """What a collector found. ``skipped`` names what could not be read, with the reason.

    ``logs`` are without those that are excluded; ``found`` are the secrets that were replaced in new parts, by kind.
    """

    logs: int
    unchanged: int
    new_parts: int
    waiting: int
    skipped: tuple[tuple[str, str], ...]
    bad_lines: int
    excluded_logs: int
    excluded_sessions: int
    found: dict[str, int]


class CollectReply(msgspec.Struct, frozen=True):
    """From the collector: what came of it, and how the logs stand, so that nobody needs to look twice at the same."""

    collected: Collected
    standing: Standing


class PrepareRequest(msgspec.Struct, frozen=True, tag="prepare"):
    """To the publisher, before a run: take in edits, roll forward, ask git."""

    store: str
    repository: str
    scratch: str
    host: str
    now: Time
    dry_run: bool


class Prepared(msgspec.Struct, frozen=True):
    """From the publisher: the generation that is now published, and what git says of the repository.

    ``edited`` tells that what was written by hand became that generation, ``mended`` that published files were not
    those of the ledger and are now; ``warning`` says why a repository that was named could not be asked, ``notes`` what
    was found in edited files and not taken in.
    """

    generation: int
    repository: GitFacts | None
    warning: str = ""
    edited: bool = False
    mended: bool = False
    notes: tuple[str, ...] = ()


class WorkRequest(msgspec.Struct, frozen=True):
    """To the worker: the store to read, and what to judge by; ``explain`` asks what is nearly done, too."""

    store: str
    curator: str
    now: Time
    repository: GitFacts | None
    set_aside: frozenset[str] = frozenset()  # sessions that are not to be read
    explain: bool = False


class Work(msgspec.Struct, frozen=True):
    """From the worker: the plan, how many sessions it is made of, and how many changes each phase proposed.

    ``changes_anything`` tells whether committing it would be seen or would advance a position; ``nearly`` is what was
    nearly done, where that was asked.
    """

    plan: Plan
    sessions: int
    counts: dict[str, int]
    seconds: dict[str, float]
    changes_anything: bool
    nearly: tuple[Nearly, ...] = ()


class FinishRequest(msgspec.Struct, frozen=True, tag="finish"):
    """To the publisher, after a run: validate the plan, commit it, publish the generation."""

    store: str
    scratch: str
    run: str
    host: str
    started: Time
    now: Time
    plan: Plan
    accept_loss: bool
    retention: Retention = KEEP_ALL


class Finished(msgspec.Struct, frozen=True):
    """From the publisher: the generation that was committed, and how many memories readers see now.

    ``notes`` are the plan's as they may be kept.
    """

    generation: int
    shown: int
    active: int
    notes: tuple[str, ...] = ()


class PurgeRequest(msgspec.Struct, frozen=True, tag="purge"):
    """To the publisher: what to be rid of, a value or an expression, and further values that agents' logs hold."""

    store: str
    local: str
    host: str
    now: Time
    wanted: str
    is_regex: bool
    values: tuple[str, ...]
    dry_run: bool


class ForwardRequest(msgspec.Struct, frozen=True, tag="forward"):
    """To the publisher: finish the purge that somebody began."""

    store: str
    local: str
    host: str
    now: Time


class CorrectRequest(msgspec.Struct, frozen=True, tag="correct"):
    """To the publisher: commit what a person puts right, and publish it."""

    store: str
    host: str
    now: Time
    correction: Correction
    scratch: str = ""


class UndoRequest(msgspec.Struct, frozen=True, tag="undo"):
    """To the publisher: commit the inverse of a generation (0: the newest), and publish it."""

    store: str
    host: str
    now: Time
    person: str
    generation: int = 0
    scratch: str = ""


class RepairRequest(msgspec.Struct, frozen=True, tag="repair"):
    """To the publisher: mend one named thing."""

    store: str
    scratch: str
    host: str
    now: Time
    what: Literal["index", "published", "ledger"]


class Repaired(msgspec.Struct, frozen=True):
    """From the publisher: what was done, in words, empty where there was nothing to mend, and what readers see now.

    Where an entry was set aside, ``was`` says what it was, as far as it can be read, and ``hint`` how to have it again.
    """

    done: str
    generation: int
    edited: bool
    was: str = ""
    hint: str = ""


class Amended(msgspec.Struct, frozen=True):
    """From the publisher: the entry that was made by hand, 0 where there was nothing to change.

    ``undone`` is the generation that was taken back, where one was.
    """

    generation: int = 0
    changes: tuple[Change, ...] = ()
    undone: int = 0


class BringRequest(msgspec.Struct, frozen=True, tag="bring"):
    """To the publisher: take in the lines of an export, of which ``source`` is the name for people."""

    store: str
    host: str
    now: Time
    person: str
    trusted: bool  # whether a person at a terminal vouches for them
    source: str
    lines: str
    dry_run: bool
    accept_loss: bool = False  # take it also where it retires more than the loss bound
    scratch: str = ""


class BringReply(msgspec.Struct, frozen=True):
    """From the publisher: what became of the lines.

    ``generation`` is 0 where nothing was committed; ``changes`` are those of a dry run. Of the ``added``,
    ``retired_there`` are history and ``lowered`` came without their person's trust; ``unpinned`` pins were not taken.
    ``joined``, ``retired``, ``known`` and ``forgotten`` were here before; ``renamed`` has old and new ids, ``left``
    lines that are no memories, and why.
    ``refused`` says in a dry run why it would be: it retires more than the loss bound.
    """

    generation: int
    added: int
    retired_there: int
    joined: int
    retired: tuple[str, ...]
    known: int
    forgotten: tuple[str, ...]
    lowered: int
    renamed: tuple[tuple[str, str], ...]
    left: tuple[tuple[int, str], ...]
    changes: tuple[Change, ...] = ()
    refused: str = ""
    unpinned: int = 0


class AdoptRequest(msgspec.Struct, frozen=True, tag="adopt"):
    """To the publisher: take in the notes of a folder, which may be that of the store."""

    store: str
    host: str
    now: Time
    person: str
    trusted: bool  # whether that person, at a terminal, says that the notes are in their own words
    folder: str
    dry_run: bool
    scratch: str = ""


class AdoptReply(msgspec.Struct, frozen=True):
    """From the publisher: what became of the notes.

    ``generation`` is 0 where nothing was committed; ``changes`` are those of a dry run. Of the statements, ``known``
    and ``forgotten`` were here before; ``left`` counts by sort what states nothing. ``passed`` are files that were not
    taken, and why, and ``others`` counts those that are no Markdown. ``kept_again`` are notes in which nothing is new
    and of which what was kept was damaged or gone.
    """

    generation: int
    notes: int
    added: int
    known: int
    forgotten: int
    left: dict[str, int]
    passed: tuple[tuple[str, str], ...]
    others: int
    changes: tuple[Change, ...] = ()
    kept_again: tuple[str, ...] = ()


class PurgeReply(msgspec.Struct, frozen=True):
    """From the publisher: where values stood, and where they stand still.

    ``recorded`` is the generation of the purge's entry, 0 where there was nothing to do; ``rewrote`` is what it says.
    ``hosts`` are others that have written to the store; ``work_tree`` is that of git in which the store lies.
    """

    values: int = 0
    places: tuple[tuple[str, int], ...] = ()
    recorded: int = 0
    rewrote: tuple[int, ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    hosts: tuple[str, ...] = ()
    work_tree: str = ""
