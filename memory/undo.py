"""What takes a generation back, and what stands against that. Pure.

The memories become what they were before it, in every field, with signs of what was done to them, by which later runs
know that (``held``). Of what came since, only what is still in force stands against it: a change that was itself taken
back is as if it had never been made. And what a generation added is put away whatever upkeep did to it since (another
topic, a look at the repository), as long as nothing rests on it that did not come with it: no person's change, no
evidence of a later session, no memory that ended for its sake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from msgspec.structs import replace

from ..errors import RefusedError
from .amend import Amendment
from .changes import Change, Restore, Retire, State, alter, fold, touched
from .entry import Entry, EntryKind
from .held import signs
from .records import BY_HAND, Memory, Reason

#: so many memories are named in a refusal
_NAMED = 3


def undo(entry: Entry, before: State, state: State, later: Iterable[Entry], person: str) -> Amendment:
    """Given an entry, the state before it, the present one, and the entries since, return what takes it back.

    Positions stay where they are: what was read is not read again. Raises RefusedError where what a later entry did to
    one of the same memories is in force, or where the entry is a purge.
    """
    number = entry.header.generation
    if entry.header.kind is EntryKind.PURGE:
        raise RefusedError(f"undo of generation {number}", "what was purged is gone")
    concerned = dict.fromkeys(chain.from_iterable(map(touched, entry.changes)))
    known = {name: before.memories[name] for name in concerned if name in before.memories}
    made = fold(known, entry.changes, entry.header.now)
    _refuse_dependent(number, _in_the_way(known, made, state, _in_force(made, later)))
    is_again = entry.header.kind is EntryKind.UNDO
    reason = f"{person} took back generation {number}, an undo" if is_again else f"{person} undid generation {number}"
    held = _signs(entry)
    changes: list[Change] = []
    for name in concerned:
        old, present = known.get(name), state.memories[name]
        if old is None:
            if not _is_put_away(present):
                changes += [] if present.active else [Restore(name, reason)]
                changes.append(Retire(name, reason, why=Reason.UNDONE, by=person))
            continue
        # What it put there goes, what it took away comes back, and what others took back stays so.
        stay = set(present.held) - (set(made[name].held) - set(old.held)) | (set(old.held) - set(made[name].held))
        as_it_was = replace(old, held=tuple(sorted(stay | held.get(name, set()))))
        if as_it_was != present:
            changes.append(Restore(name, reason, as_it_was=as_it_was))
    return Amendment(EntryKind.UNDO, tuple(changes), _shown(before, state, changes))


def _signs(entry: Entry) -> dict[str, set[str]]:
    """Return by memory the signs of what an entry did to it."""
    held: dict[str, set[str]] = {}
    for change in entry.changes:
        for name, sign in signs(change).items():
            held.setdefault(name, set()).add(sign)
    return held


def _in_force(made: Mapping[str, Memory], later: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Given memories as an entry left them, return by id the later entries that altered one and were not taken back.

    What brings a memory to where it has been before takes back all that lies between, by whatever verb.
    """
    present = dict(made)
    stood = {name: [_bare(memory)] for name, memory in made.items()}
    found: dict[str, list[Entry]] = {name: [] for name in made}
    for entry in later:
        altered = set()
        for change in entry.changes:
            for name in present.keys() & touched(change):
                present[name] = alter(change, name, present[name], entry.header.now)
                altered.add(name)
        for name in altered:
            bare = _bare(present[name])
            if bare in stood[name]:
                place = stood[name].index(bare)
                del stood[name][place + 1 :], found[name][place:]
            else:
                stood[name].append(bare)
                found[name].append(entry)
    return found


def _in_the_way(
    known: Mapping[str, Memory], made: Mapping[str, Memory], state: State, in_force: Mapping[str, list[Entry]]
) -> dict[str, Entry]:
    """Return by id the newest entry in force on each memory that cannot be put back."""
    added = {name: memory for name, memory in made.items() if name not in known}
    came_with = {piece for memory in added.values() for piece in _leans_on(memory)}
    found = {}
    for name, entries in in_force.items():
        present = state.memories[name]
        if name in known:
            stands = _bare(present) != _bare(known[name])
        else:
            by_hand = any(entry.header.kind is not EntryKind.DREAM for entry in entries)
            end = present.retired
            is_joined = end is not None and end.reason is Reason.DUPLICATE and end.by not in added
            stands = not _is_put_away(present) and (by_hand or is_joined or not _leans_on(present) <= came_with)
        if entries and stands:
            found[name] = entries[-1]
    return found


def _leans_on(memory: Memory) -> set[object]:
    """Return what a memory was established by, and what ended for its sake: all that is lost with it."""
    return {*memory.evidence, *memory.sessions, *memory.supersedes}


def _is_put_away(memory: Memory) -> bool:
    return memory.retired is not None and memory.retired.reason in BY_HAND


def _bare(memory: Memory) -> Memory:
    """Return a memory without the signs on it, which no reader sees."""
    return replace(memory, held=())


def _refuse_dependent(number: int, in_the_way: Mapping[str, Entry]) -> None:
    """Refuse where something is in the way. The newest is named, since that can be taken back first."""
    if not in_the_way:
        return
    newest = max((entry.header for entry in in_the_way.values()), key=lambda header: header.generation)
    names = sorted(name for name, entry in in_the_way.items() if entry.header is newest)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    raise RefusedError(
        f"undo of generation {number}",
        f"generation {newest.generation} ({newest.kind}) altered {', '.join(names[:_NAMED])}{more} since",
        f"undo {newest.generation} first, or correct the memories by hand",
    )


def _shown(before: State, state: State, changes: Iterable[Change]) -> tuple[str, ...]:
    """Return what MEMORY.md shows: as now, without what is put away, and again what it showed of what comes back."""
    gone = {change.id for change in changes if isinstance(change, Retire)}
    back = {
        change.id: change.as_it_was
        for change in changes
        if isinstance(change, Restore) and change.as_it_was is not None
    }
    stays = [name for name in state.shown if name not in gone and not (name in back and not back[name].active)]
    again = [name for name in before.shown if name in back and back[name].active and name not in stays]
    return (*stays, *again)
