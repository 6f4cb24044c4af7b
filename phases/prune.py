"""Prune: retire what the repository or the calendar shows to be over, and follow renames.

Precision comes first. A memory is stale only if git shows that what it speaks of was deleted; what git never knew
proves nothing. What a person pinned is never pruned (invariant 12).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from ..memory.census import DOUBTED, KINDS, NEVER, microseconds
from ..memory.changes import Change, Conflict, Retire, Reword, State
from ..memory.records import TEXT_LIMIT, About, Kind, Memory, Reason
from ..memory.weight import HALF_LIFE_DAYS, recency
from .dream import Dream, Outcome, Repository, outcome
from .places import Atlas, Places

#: an episodic memory fades after four half-lives without being seen again (120 days): by then it counts a sixteenth
FADED_BELOW = 1 / 16
#: and none that is younger has: by a day, so that nothing hangs on the last bit
_FADES_AFTER = timedelta(days=4 * HALF_LIFE_DAYS[Kind.EPISODIC] - 1)

#: who tells of what was, or of what was given up, is not refuted by the absence of a thing
_TELLS_OF_BEFORE = re.compile(
    r"(?<![\w/.-])(?:used to|former(?:ly)?|back then|gave up|given up|tried|abandoned|obsolete|deprecated|superseded|"
    r"retired)(?![\w/-]|\.\w)",
    re.IGNORECASE,
)
_ENDED = (
    r"(?:remov|delet|dropp?|replac|renam|mov|retir|deprecat|revert|eras|inlin|fold|split|merg|port|rewrit|got rid of)"
)
_NEAR = r"\s+(?:(?!with\b|by\b|via\b|in\b|through\b|using\b|because\b|for\b|of\b)[\w'-]+\s+){0,3}[`'\"(]*$"
#: and so who speaks of the deletion, right before its name …
_ENDING_IT = re.compile(rf"\b(?:{_ENDED}\w*|instead of|rather than|no longer|removal of){_NEAR}", re.IGNORECASE)
#: … or forbids the thing altogether, and not only some use of it ("never in a loop"), …
_AGAINST_IT = re.compile(rf"\b(?:never|not|no|don't|doesn't|without|avoid\w*|stop\w*){_NEAR}", re.IGNORECASE)
_ALTOGETHER = re.compile(
    r"(?:\(\))?[`'\")]*\s*(?:$|[.;,:!]|(?:by hand|again|any ?more|at all|directly|here|ever|because|since)\b)",
    re.IGNORECASE,
)
#: … or right after it
_IT_ENDED = re.compile(
    r"^(?:\(\))?[`'\")]*\s+(?:[\w-]+\s+){0,2}?(?:(?:was|were|is|are|has been|have been|had been|got|gets|will be)\s+"
    rf"(?:\w+\s+)?(?:{_ENDED}\w*|gone|history|written|no more)\b|{_ENDED}(?:ed|d|t)?\s+(?:to|into|in)\b|went away|"
    r"no longer (?:exist|be|used|need|there|part)\w*|(?:does not|doesn't) exist)",
    re.IGNORECASE,
)

_UNFINISHED = re.compile(
    r"\b(?:unfinished|incomplete|in progress|wip|pending|todo|remain(?:s|ing)?|not yet|still|left to do|next step)\b",
    re.IGNORECASE,
)

#: what is said to stand on a branch and nowhere else
_ONLY_THERE = re.compile(
    r"\b(?:unmerged|not (?:yet )?(?:been )?(?:merged|on main|in main)|hasn't been merged|isn't merged|(?:is|are|lives?|"
    r"sits?|stays?|exists?|waits?|remains?|parked|kept)\b[^.;]{0,40}\b(?:on|in) (?:the )?(?:branch\b|`?[\w-]+/)|"
    r"(?:waits?|waiting) for|awaiting|needs (?:a )?(?:review|rebase)|under review|only on|"
    r"contains|holds|carries|the only copy)\b",
    re.IGNORECASE,
)


def step(dream: Dream, state: State) -> Outcome:
    """Given the state, return a retirement for each memory that is over and a rewording for each that was renamed."""
    atlas = Atlas(dream.repository) if dream.repository else None
    changes: list[Change] = []
    for memory in _concerned(dream, state, atlas):
        changes += _settled(memory, state)
        end = _expired(memory, dream.now) or _faded(memory, dream.now)
        if end is None and atlas and dream.repository:
            places = atlas.look_up(memory)
            end = _stale(memory, places, dream.repository) or _merged_away(memory, atlas)
            if end is None and places.moved:
                changes += _renamed(memory, places)
        if end and not memory.pinned:
            changes.append(end)
    return outcome(changes)


def _concerned(dream: Dream, state: State, atlas: Atlas | None) -> list[Memory]:
    """Return the active memories that could be over by any of the rules below: few of them, told at a glance."""
    import numpy as np  # noqa: PLC0415 - heavy, and only what asks about all memories needs it

    active, table = state.census, state.census.table
    # That a conflict is over is seen from the other.
    doubted = (table["flags"] & DOUBTED) > 0
    episodic = table["kind"] == KINDS.index(Kind.EPISODIC)
    altered = True if dream.altered is None else active.are_in(dream.altered)
    if atlas is None:
        over = table["until"] <= microseconds(dream.now)
        faded = episodic & (table["seen"] < microseconds(dream.now - _FADES_AFTER))
        return list(active.take(np.flatnonzero(doubted | (altered & (over | faded)))))
    likely = doubted | episodic | (table["until"] < NEVER)
    return [
        active[place]
        for place in np.flatnonzero(doubted | altered).tolist()
        if likely[place] or atlas.may_be_gone(active[place])
    ]


def _expired(memory: Memory, now: datetime) -> Retire | None:
    if memory.valid_until is None or memory.valid_until > now:
        return None
    day = memory.valid_until.date().isoformat()
    return Retire(id=memory.id, reason=f"it was true until {day}", why=Reason.EXPIRED, until=memory.valid_until)


def _faded(memory: Memory, now: datetime) -> Retire | None:
    if memory.kind is not Kind.EPISODIC or recency(memory, now) >= FADED_BELOW:
        return None
    days = (now - memory.last_seen).days
    return Retire(id=memory.id, reason=f"an episode that no session came back to for {days} days", why=Reason.FADED)


def _stale(memory: Memory, places: Places, repository: Repository) -> Retire | None:
    if not places.refuted or _on_open_branch(memory, repository):
        return None
    if any(_speaks_of_its_end(memory.text, name) for name, _commit in places.gone):
        return None
    gone = ", ".join(f"'{name}' was deleted in {commit[:12]}" for name, commit in places.gone)
    return Retire(id=memory.id, reason=gone, why=Reason.STALE)


def _speaks_of_its_end(text: str, name: str) -> bool:
    if _TELLS_OF_BEFORE.search(text):
        return True
    start = text.find(name)
    before, after = text[:start], text[start + len(name) :]
    forbidden = _AGAINST_IT.search(before) and _ALTOGETHER.match(after)
    return bool(forbidden or _ENDING_IT.search(before) or _IT_ENDED.match(after))


def _merged_away(memory: Memory, atlas: Atlas) -> Retire | None:
    """Unfinished work on a branch is over when the branch is merged. What was learned there is not."""
    if not (_UNFINISHED.search(memory.text) or _ONLY_THERE.search(memory.text)):
        return None
    branch, commit = atlas.register.ended_branch(memory.text)
    if not branch:
        return None
    return Retire(id=memory.id, reason=f"branch '{branch}' is merged in {commit[:12]}", why=Reason.STALE)


def _on_open_branch(memory: Memory, repository: Repository) -> bool:
    return memory.branch in repository.branches and memory.branch not in repository.merged_branches


def _renamed(memory: Memory, places: Places) -> Iterator[Change]:
    text, moved = memory.text, dict(places.moved)
    for old, new in places.moved:
        text = re.sub(rf"(?<![\w/.-]){re.escape(old)}(?![\w/-]|\.\w)", new.replace("\\", r"\\"), text)
    about = About(
        paths=tuple(dict.fromkeys(moved.get(path, path) for path in memory.about.paths)),
        symbols=tuple(dict.fromkeys(moved.get(symbol, symbol) for symbol in memory.about.symbols)),
        commands=tuple(
            " ".join(moved.get(word, word) for word in command.split()) for command in memory.about.commands
        ),
        people=memory.about.people,
    )
    if text == memory.text or len(text) > TEXT_LIMIT:
        return
    if any(_speaks_of_its_end(memory.text, old) for old, _new in places.moved):
        return
    told = ", ".join(f"'{old}' is now '{new}'" for old, new in places.moved)
    yield Reword(id=memory.id, reason=told, text=text, was=memory.text, about=about)


def _settled(memory: Memory, state: State) -> Iterator[Change]:
    """A conflict is over when one of the two is no longer active."""
    for other in memory.conflicts_with:
        against = state.memories.get(other)
        if against is not None and not against.active:
            yield Conflict(id=memory.id, reason="the other is no longer active", other=other, settled=True)
