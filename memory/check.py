"""Prove that a store is sound, or say which invariant fails where. It reads and never repairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import DamagedError
from ..language.purged import NOTHING, Purged
from ..language.redact import redact
from .changes import State
from .check_derived import IndexGeneration, checkpoint_findings, postings_findings, published_findings
from .edits import read_published
from .entry import Entry, count
from .files import Store
from .finding import ENTRIES_MISSING, Finding
from .inbox import inspect
from .kept_edits import kept_findings
from .ledger import advance, entries_there, read_entry
from .plan import RecordText
from .purged import load_purged, strike, unfinished_purge
from .records import BY_ANOTHER, BY_HAND, Evidence, Memory, Origin, Reason, Trust

#: given evidence whose record is not found, and the parts that were consumed, return those of its session that are lost
LostParts = Callable[[Evidence, frozenset[str]], tuple[str, ...]]


@dataclass(frozen=True)
class Checked:
    """The outcome: how much was looked at and what was found.

    ``unavailable`` evidence is no fault by itself: its record is gone. Nor is ``unchecked`` evidence, which was
    imported and whose record is not here, nor are ``rewritten`` entries, which a purge names.
    """

    generation: int
    memories: int
    evidence: int
    unavailable: int
    findings: tuple[Finding, ...]
    rewritten: tuple[int, ...] = ()
    unchecked: int = 0


def check(
    store: Store,
    record_text: RecordText,
    index_generation: IndexGeneration,
    damaged_parts: Mapping[str, str] = MappingProxyType({}),
    lost_parts: LostParts = lambda _piece, _consumed: (),
) -> Checked:
    """Given a store, return everything about it that breaks an invariant.

    ``damaged_parts`` are the transcripts' parts that cannot be read, with the reason: their evidence is not gone.
    ``lost_parts`` tells of evidence that is gone which parts must be there for it and are not.
    """
    hint = (
        "where its log is still there, remove it and let 'dreamd collect' on that host make it again; "
        "else restore it from a backup"
    )
    findings = [
        Finding(6, grave=True, where=f"transcripts/{name}", what=reason, hint=hint)
        for name, reason in sorted(damaged_parts.items())
    ]
    damaged = len(findings)
    # Before the ledger: whoever publishes meanwhile is not ahead of it.
    newer = read_published(store).generation
    state, rewritten = _ledger(store, findings)
    whole = len(findings) == damaged
    if whole:
        findings += [*checkpoint_findings(store, state), *postings_findings(store)]
    purged, removed = _purged(store, findings)
    evidence, gone, unchecked = _memories(state, record_text, purged, findings)
    findings += _lost(store, state, gone, lost_parts, purged)
    findings += kept_findings(store, state.memories.values(), purged)
    for memory in state.memories.values():
        findings += _memory(memory, removed)
        findings += _retired(memory, state)
    findings += _inbox(store, state, removed)
    if newer > state.generation:
        what = f"generation {newer} is published and the ledger ends at {state.generation}: entries are missing"
        findings.append(Finding(1, grave=True, where=str(store.ledger), what=what, hint=ENTRIES_MISSING))
    else:
        findings += published_findings(store, state, index_generation, is_whole=whole)
    return Checked(state.generation, len(state.memories), evidence, len(gone), tuple(findings), rewritten, unchecked)


def _purged(store: Store, findings: list[Finding]) -> tuple[Purged, Purged]:
    """Return what was purged and what of it must be gone; note a purge that was begun and not finished."""
    try:
        begun = unfinished_purge(store)
        purged = load_purged(store)
    except DamagedError as error:
        findings.append(Finding(8, grave=True, where=error.subject, what=error.detail, hint=error.hint))
        return NOTHING, NOTHING
    if begun:
        what = f"a purge that host {begun.host} began at {begun.started:%Y-%m-%d %H:%M} is not finished"
        findings.append(
            Finding(8, grave=False, where=str(store.redaction), what=what, hint="'dreamd dream' finishes it")
        )
    return purged, NOTHING if begun else purged


def _inbox(store: Store, state: State, purged: Purged) -> Iterator[Finding]:
    for name, what, words in inspect(store, state.inbox, purged):
        number, grave, hint = _IN_INBOX[what]
        yield Finding(number, grave=grave, where=f"inbox/{name}", what=words, hint=hint, by_hand=what == "fault")


def _ledger(store: Store, findings: list[Finding]) -> tuple[State, tuple[int, ...]]:
    """Return the state, and the entries that a purge rewrote."""
    rewritten: set[int] = set()
    seen: dict[str, int] = {}
    whole = 0

    def damage(error: DamagedError) -> None:
        hint = "'dreamd repair ledger' sets a damaged last entry aside; else restore the file from a backup"
        findings.append(Finding(1, grave=True, where=error.subject, what=error.detail, hint=hint))

    def entries() -> Iterator[Entry]:
        nonlocal whole
        try:
            for generation in _without_gap(store):
                entry = read_entry(store, generation)
                findings.extend(_entry(entry, seen))
                rewritten.update(entry.header.rewrote)
                yield entry
                whole = generation
        except DamagedError as error:
            damage(error)

    try:
        state = advance(State(), entries())
    except DamagedError as error:
        damage(error)
        state = advance(State(), (read_entry(store, generation) for generation in range(1, whole + 1)))
    return state, tuple(sorted(rewritten))


def _without_gap(store: Store) -> Iterator[int]:
    """Yield the generations that follow each other; raise where one is missing only when it is its turn."""
    for expected, generation in enumerate(entries_there(store), start=1):
        if generation != expected:
            raise DamagedError(str(store.ledger), f"entry {expected} is missing")
        yield generation


def _entry(entry: Entry, seen: dict[str, int]) -> Iterator[Finding]:
    """Yield what is wrong with one entry by itself; ``seen`` are the positions that were consumed before it."""
    header, where = entry.header, f"ledger entry {entry.header.generation}"
    if any(not 0 < number < header.generation for number in header.rewrote):
        yield Finding(1, grave=True, where=where, what="it says that it rewrote an entry that was not there")
    if header.counts != count(entry.changes):
        yield Finding(1, grave=True, where=where, what="its header counts other changes than it holds")
    for item in (*header.consumed.parts, *header.consumed.inbox):
        if item in seen:
            yield Finding(2, grave=True, where=where, what=f"'{item}' was consumed by generation {seen[item]} already")
        seen[item] = header.generation


def _memories(
    state: State, record_text: RecordText, purged: Purged, findings: list[Finding]
) -> tuple[int, list[tuple[Memory, Evidence]], int]:
    """Note quotes that do not stand in their records; return how many there are, which are gone, how many unchecked."""
    pieces = unchecked = 0
    gone: list[tuple[Memory, Evidence]] = []
    for memory in state.memories.values():
        for piece in memory.evidence:
            pieces += 1
            if piece.origin not in {Origin.SESSION, Origin.IMPORTED}:
                continue
            text, imported = record_text(piece), piece.origin is Origin.IMPORTED
            if text is None and imported:
                unchecked += 1
            elif text is None:
                gone.append((memory, piece))
            elif not _stands(piece.quote, text, purged) and (memory.active or not imported):
                what = f"its quote does not stand in record '{piece.record}'"
                hint = f"it was imported: 'dreamd forget {memory.id}' unless you know better" if imported else ""
                findings.append(Finding(6, grave=True, where=memory.id, what=what, hint=hint))
    return pieces, gone, unchecked


def _lost(
    store: Store, state: State, gone: list[tuple[Memory, Evidence]], lost_parts: LostParts, purged: Purged
) -> Iterator[Finding]:
    """Yield the transcripts' parts that are gone and that a memory rests on which is shown or can be restored.

    What a person forgot, or vouches for, rests on that person's word.
    """
    resting: dict[str, set[str]] = {}
    for memory, piece in gone:
        by_hand = memory.retired is not None and memory.retired.reason in BY_HAND
        if not by_hand and all(it.origin is not Origin.TERMINAL for it in memory.evidence):
            for name in lost_parts(piece, state.parts):
                resting.setdefault(name, set()).add(memory.id)
    if not resting or _is_purged_since(store, purged):
        return  # a purge renames parts, on disk later than in the ledger
    for name, memories in sorted(resting.items()):
        what = f"it is gone, and evidence of {', '.join(sorted(memories))} stood in it: what they rest on is lost"
        yield Finding(6, grave=True, where=f"transcripts/{name}", what=what, hint=_LOST)


def _is_purged_since(store: Store, purged: Purged) -> bool:
    try:
        return unfinished_purge(store) is not None or load_purged(store) != purged
    except DamagedError:
        return False  # a finding of its own


def _stands(quote: str, text: str, purged: Purged) -> bool:
    """Tell whether a quote stands in a text, of which in the middle of a purge one may be ahead of the other.

    Of an imported quote and its record one may have been redacted by other rules.
    """
    return quote in text or any(
        strike(quote, purged).text in strike(it, purged).text for it in (text, redact(text).text)
    )


def _memory(memory: Memory, removed: Purged) -> Iterator[Finding]:
    if not memory.evidence:
        yield Finding(6, grave=True, where=memory.id, what="it has no evidence")
    if memory.trust is Trust.USER and not any(piece.role == "user" for piece in memory.evidence):
        yield Finding(7, grave=True, where=memory.id, what="it claims a person's trust without a person's words")
    for text in (memory.text, *(piece.quote for piece in memory.evidence)):
        if redact(text).text != text:
            hint = "the rules of redaction know more than when it was stored"
            yield Finding(8, grave=True, where=memory.id, what="it holds what looks like a secret", hint=hint)
        if strike(text, removed).cuts:
            hint = "purge it again: somebody brought it back"
            yield Finding(8, grave=True, where=memory.id, what="it holds a value that was purged", hint=hint)


def _retired(memory: Memory, state: State) -> Iterator[Finding]:
    """Yield what cannot be checked about why a memory was retired: each reason names what proves it."""
    retired = memory.retired
    if retired is None:
        return
    if not retired.detail:
        yield Finding(5, grave=True, where=memory.id, what="it was retired without a reason")
    if retired.reason in BY_ANOTHER and retired.by not in state.memories:
        what = f"it was {retired.reason} by '{retired.by}', which is not known"
        yield Finding(5, grave=True, where=memory.id, what=what)
    if retired.reason is Reason.EXPIRED and memory.valid_until is None:
        yield Finding(5, grave=True, where=memory.id, what="it expired, and nothing says when")


#: nothing that dreamd does takes away such a part
_LOST = (
    "'dreamd collect' on the host that has its log makes it again; else restore it from a backup, or let the copying "
    "end if this store is a copy; where it is gone for good, confirm or forget what the memories say"
)

#: by what is wrong with a file of the inbox: the invariant, whether that is damage, and what to do
_IN_INBOX = {
    "fault": (13, False, "no dream reads it or removes it: remove it yourself, or mend it"),
    "consumed": (13, False, "'dreamd dream' removes it; nothing is read twice"),
    "secret": (8, True, "'dreamd purge' takes it out; the next dream stores none of it"),
}
