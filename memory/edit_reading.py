"""What edited files ask for. Pure: from files as they were found to changes.

Each line is compared with the memory whose id it bears, as that was in the generation that the file declares, and as it
is now; so an edit of an older rendering changes only what was written, and where somebody else changed the same memory
meanwhile both texts stay. A line without an id that says what a memory says is that memory. Lines count together
whatever file they stand in: what is gone here may have been moved there.

Writing is never dropped; removing is held back where in doubt. A file that declares no generation, or several, or in
which a merge left its markers, or whose end is missing, removes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from ..language.purged import NOTHING, Purged
from .changes import Add, Change, Merge, Restore, Retire, Retopic, Reword, State, fold
from .edit_lines import clean, dated, is_same, joined, pieces, rendered, said_anew, spellings, topic_under, whole_lines
from .edited import MEMORY, Edited, topic_of
from .markdown import KINDS, render_memory
from .plan import loss_bound
from .records import Evidence, Kind, Memory, Origin, Reason, Trust, derive_id, keep_evidence, normalized
from .topic import CHOSEN, GENERAL
from .written import Line, parse

#: all texts that each memory ever had, by id
History = Callable[[], Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class Reading:
    """What the files ask for, what MEMORY.md then shows (None: as before), and what is said about it."""

    changes: tuple[Change, ...]
    shown: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


class _Written(NamedTuple):
    """A line that speaks of a memory, and the file in which it stands.

    ``named`` by its id, or by what it says; ``was_here`` where the memory's line was published in that file.
    """

    line: Line
    file: Edited
    named: bool
    was_here: bool


def compare(
    found: Sequence[Edited], state: State, now: datetime, history: History, purged: Purged = NOTHING
) -> Reading:
    """Given edited files and the present state, return the changes that they ask for and what MEMORY.md then shows.

    Of several contents of one file the first counts as the newest. Files that ask for more removals than the loss
    bound only add: an emptied file is an accident until somebody says otherwise.
    """
    reader = _Reader(state, now, purged, history)
    for edited in found:
        reader.read(edited)
    reader.settle()
    changes = tuple(reader.changes)
    return Reading(changes, _shown(state, changes, tuple(dict.fromkeys(reader.shown)), now), tuple(reader.notes))


class _Reader:
    """Collects what several files say together, and then what that asks for."""

    def __init__(self, state: State, now: datetime, purged: Purged, history: History) -> None:
        self.state = state
        self.now = now
        self.purged = purged
        self.history = history
        self.changes: list[Change] = []
        self.shown: list[str] = []
        self.notes: list[str] = []
        self.written: dict[str, list[_Written]] = {}
        self.new: list[tuple[Line, Edited]] = []
        self.moved: dict[str, str] = {}
        self.stayed: set[str] = set()  # where it was in MEMORY.md: another line with its id is a copy
        # by name of file: the ids that were there, those of them whose absence counts, and those that are there
        self.before: dict[str, set[str]] = {}
        self.owed: dict[str, set[str]] = {}
        self.here: dict[str, set[str]] = {}
        self.gone: set[str] = set()
        self.changed: set[str] = set()
        self.taken = set(state.memories)
        self.texts = {normalized(memory.text): memory.id for memory in state.memories.values() if memory.active}

    def read(self, edited: Edited) -> None:
        """Find out of which memory each line of a file speaks."""
        text, is_cut = whole_lines(edited.text, edited.base)
        members = {line.id: line for line in parse(edited.base) if line.id}
        here = self.here.setdefault(edited.name, set())
        self.before.setdefault(edited.name, set()).update(members)
        self.owed.setdefault(edited.name, set()).update(() if is_cut or edited.has_conflict else members)
        if edited.gone:
            self.gone.add(edited.name)
        waiting: list[Line] = []
        for line in parse(clean(text, self.purged)):
            name = line.id if line.id in self.state.memories else self._said(line)
            if not name:
                waiting.append(line)
                continue
            if waiting and line.id:
                memory = self.state.memories[name]
                was = members.get(name) or rendered(next(iter(edited.versions(memory)), memory))
                line = joined(waiting, line, was)  # noqa: PLW2901 - it is that line, whole
            if line.text:  # an id alone: its line was emptied
                self._of_memory(name, line, edited, members.get(name))
                here.add(name)
                self.new += [(it, edited) for it in waiting]
                waiting = []
        self.new += [(it, edited) for it in waiting]

    def settle(self) -> None:
        """Turn all that was read into changes."""
        for name, written in self.written.items():
            self._known(self.state.memories[name], written)
        for line, edited in self.new:
            self._add(*dated(line, self.now), line.heading, edited)
        for name in self.stayed & self.moved.keys():
            del self.moved[name]
        self._move()
        self._forget()

    def _said(self, line: Line) -> str:
        """Return the id of the active memory that a line says, word for word."""
        for text, day in spellings(line.whole):
            name = self.texts.get(normalized(text))
            if name and day in {"", self.state.memories[name].learned.date().isoformat()}:
                return name
        return ""

    def _of_memory(self, name: str, line: Line, edited: Edited, member: Line | None) -> None:
        was_here = bool(member) or (not edited.base and edited.is_of(self.state.memories[name]))
        self.written.setdefault(name, []).append(_Written(line, edited, bool(line.id), was_here))
        if edited.name != MEMORY or not member:
            return
        if member.heading == line.heading:
            self.stayed.add(name)
        elif member.heading in edited.text:
            topic = topic_under(line.heading)
            if topic and topic_under(member.heading):
                self.moved[name] = topic

    def _known(self, memory: Memory, written: list[_Written]) -> None:
        changed = [it for it in written if not self._is_unchanged(memory, it)]
        same = [it for it in written if it not in changed]
        changed.sort(key=lambda it: not it.was_here)
        if not (memory.active or changed):
            self._restore(memory, written)
        for it in changed:
            text = said_anew(it.line, next(iter(it.file.versions(memory)), memory))
            # A copy of the line was written on, and the line itself is still there; in a conflict it is the other side.
            is_copy = any(other.file is it.file for other in same) and not it.file.has_conflict
            is_copy = is_copy or not (it.was_here or memory.id in self.missing)
            is_free = memory.active and memory.id not in self.changed and not is_copy
            if not (is_free and self._is_base(memory, it.file) and self._reword(memory, text, it)):
                self._add(text, self.now, it.line.heading, it.file)
        if memory.id in self.changed:
            self.new += [(it.line, it.file) for it in same if not it.named]

    def _is_unchanged(self, memory: Memory, it: _Written) -> bool:
        """Tell whether a line says what its memory says, or said where the file comes from."""
        versions = it.file.versions(memory)
        if not it.named or any(is_same(it.line, version) for version in (memory, *versions)):
            return True
        earlier = () if versions else self.history().get(memory.id, frozenset())
        return any(is_same(it.line, replace(memory, text=text)) for text in earlier)

    def _is_base(self, memory: Memory, file: Edited) -> bool:
        """Tell whether a memory still is what it was when its line was changed."""
        texts = {version.text for version in file.versions(memory)}
        return memory.text in texts or not (texts or self.history().get(memory.id, frozenset()) - {memory.text})

    def _reword(self, memory: Memory, text: str, it: _Written) -> bool:
        first, *rest = pieces(text, self.purged) or [""]
        if not first or first == memory.text:
            return False
        evidence = self._evidence(first, it.file)
        reason = f"its line in {it.file.name} was changed by hand"
        self.changes.append(Reword(memory.id, reason, (evidence,), text=first, was=memory.text))
        self._distrust(memory, evidence)
        self.changed.add(memory.id)
        self.texts.pop(normalized(memory.text), None)
        self.texts[normalized(first)] = memory.id
        for piece in rest:
            self._add(piece, self.now, it.line.heading, it.file)
        return True

    def _restore(self, memory: Memory, written: list[_Written]) -> None:
        """Bring back what somebody wrote back into a file whose own generation did not have it any more."""
        for it in written:
            versions = it.file.versions(memory)
            if versions and not any(version.active for version in versions):
                self.changes.append(Restore(memory.id, f"its line was written into {it.file.name} again by hand"))
                self._distrust(memory, self._evidence(memory.text, it.file))
                self.texts[normalized(memory.text)] = memory.id
                if it.file.name == MEMORY:
                    self.shown.append(memory.id)
                return

    def _distrust(self, memory: Memory, evidence: Evidence) -> None:
        """Take a person's trust from a memory: that comes only from a person's own words (invariant 7)."""
        if memory.trust is Trust.USER:
            joined = Merge(
                memory.id,
                "it has an agent's trust from now on, since it is not known who edits a file by hand",
                joined=keep_evidence((*memory.evidence, evidence), memory.text),
                sessions=memory.sessions,
                people=memory.people,
                trust=Trust.AGENT,
                learned=memory.learned,
                last_seen=memory.last_seen,
                factors=memory.factors,
            )
            self.changes.append(joined)

    def _add(self, text: str, learned: datetime, heading: str, file: Edited) -> None:
        came_and_went = self.retired.get(normalized(text), [])
        if file.states and any(not file.versions(memory) for memory in came_and_went):
            return  # it was taken in from such a file before
        kind = next((kind for kind, title in KINDS if file.topic and title == heading), Kind.SEMANTIC)
        for piece in pieces(text, self.purged):
            if normalized(piece) in self.texts:
                continue
            evidence = self._evidence(piece, file)
            name = derive_id(evidence, piece, self.taken)
            self.taken.add(name)
            self.texts[normalized(piece)] = name
            topic = file.topic or topic_under(heading) or GENERAL
            memory = Memory(
                id=name,
                kind=kind,
                text=piece,
                topic=topic,
                held=() if topic == GENERAL else (CHOSEN,),
                trust=Trust.AGENT,
                evidence=(evidence,),
                learned=learned,
                last_seen=self.now,
            )
            self.changes.append(Add(name, f"written into {file.name} by hand", memory=memory))
            if file.name == MEMORY:
                self.shown.append(name)

    @cached_property
    def retired(self) -> dict[str, list[Memory]]:
        """The memories that are no longer active, by their texts."""
        found: dict[str, list[Memory]] = {}
        for memory in self.state.memories.values():
            if not memory.active:
                found.setdefault(normalized(memory.text), []).append(memory)
        return found

    @cached_property
    def missing(self) -> dict[str, str]:
        """The memories whose line is gone, each with the file where it was; known when all was read."""
        missing = {name: file for file, ids in sorted(self.owed.items()) for name in sorted(ids - self.here[file])}
        return {name: file for name, file in missing.items() if name in self.state.memories}

    def _arrived(self) -> dict[str, str]:
        return {name: file for file, ids in sorted(self.here.items()) for name in ids - self.before[file]}

    def _move(self) -> None:
        arrived = self._arrived()
        moved = {name: topic_of(arrived[name]) for name in self.missing if name in arrived}
        for name, topic in {**self.moved, **moved}.items():
            memory = self.state.memories[name]
            if memory.active and topic and topic != memory.topic:
                where = arrived.get(name, MEMORY) if name in moved else MEMORY
                self.changes.append(Retopic(name, f"its line was moved in {where} by hand", topic=topic, by="edit"))

    def _forget(self) -> None:
        kept = self._arrived().keys() | self.changed | self.moved.keys()
        forgotten = [name for name in self.missing if name not in kept and self.state.memories[name].active]
        bound = loss_bound(len(self.state.active()))
        if len(forgotten) > bound:
            what = f"{len(forgotten)} lines were removed by hand, more than the loss bound of {bound}: they are back"
            self.notes.append(what)
            return
        for name in forgotten:
            where = self.missing[name]
            what = f"its file {where} was deleted" if where in self.gone else f"its line was removed from {where}"
            self.changes.append(Retire(name, f"{what} by hand", why=Reason.FORGOTTEN, by="edit"))

    def _evidence(self, text: str, file: Edited) -> Evidence:
        return Evidence(Origin.EDIT, record=f"{file.name}@{self.state.generation + 1}", quote=text, time=self.now)


def _shown(state: State, changes: tuple[Change, ...], fresh: tuple[str, ...], now: datetime) -> tuple[str, ...] | None:
    """Return what MEMORY.md shows. What was written into it comes last, or first where it would fall off the end."""
    if not fresh:
        return None
    active = {name: it for name, it in fold(state.memories, changes, now).items() if it.active}
    shown = tuple(dict.fromkeys((*state.shown, *fresh)))
    _, fits = render_memory(active, shown, state.generation + 1, now)
    return shown if fits == len(active.keys() & set(shown)) else tuple(dict.fromkeys((*fresh, *state.shown)))
