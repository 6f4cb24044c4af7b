"""What was going on around a message: who it answers, how it was received, whether it was the last word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ....sessions.events import Act, Event, Role

_PUSHBACK = re.compile(
    r"^(?:no|nope|nah|hmm+|hm|but|sorry|ugh|wait|stop|again|still|why|actually|thinking again|"
    r"taking a step back|not)\b"
    r"|\b(?:(?:is|are|was|'s|are|does|did|do|should|would|could|can)(?:n't| not)|not correct|incorrect|"
    r"wrong|instead|rather|no need|"
    r"don'?t|doesn'?t|didn'?t|isn'?t|shouldn'?t|can'?t|won'?t|never|always|must|should|prefer|why not|"
    r"why are we|still|however|but|"
    r"not sure|questioning|wondering|i wonder|missing|revert|undo|remove)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:not (?:correct|right|true|what)|incorrect|wrong|doesn'?t work|don'?t|do not|never|no,|"
    r"i did not|you (?:forgot|missed)|"
    r"that'?s not|isn'?t (?:it|that|right)|instead of|why (?:not|are|do|did|can'?t)|should(?:n'?t| not)?|still)\b",
    re.IGNORECASE,
)
_CONCEDES = re.compile(
    r"^\W*(?:you(?:'| a)re (?:absolutely |completely |totally |quite )?(?:right|correct)|good (?:catch|"
    r"point|question|call|idea|thinking)|great (?:catch|point|question|observations?)|"
    r"(?:that'?s )?(?:a )?(?:fair|valid|excellent) (?:point|question)|i was wrong|my mistake|apologies|"
    r"i apologi[sz]e|sorry|got it|understood|makes sense|that makes sense|"
    r"i see|ah[, ]|right[, ]|agreed)",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:summary|here's what|what (?:was|i) (?:changed|done|did|implemented|fixed)|changes made|the fix|"
    r"root cause|implemented|complete|all done)\b|^(?:done|fixed)\b",
    re.IGNORECASE,
)
#: tools by which agents change files, in the names that clients give them
EDITORS = frozenset(
    {"edit", "write", "multiedit", "notebookedit", "update", "apply_patch", "str_replace", "replace", "write_file"}
)
#: characters of a person's message that are listened to for its tone; what follows is detail or a paste
_HEARD = 600


@dataclass(frozen=True)
class Setting:
    """The surroundings of one event. ``prompt`` is the number of the person's event it answers, or None."""

    prompt: int | None
    pushed: bool  # the person's words that it answers push back
    pushed_hard: bool
    concedes: bool  # it begins by admitting that the person is right
    ends_turn: bool  # the person speaks next, or nobody
    ends_session: bool  # the last such message of the session
    doubted: bool  # the person pushes back on it
    stopped: bool  # the person rejects or interrupts before the agent is done
    after_failure: bool  # the tool that ran just before failed
    before_work: bool  # a tool is called right after it
    before_edit: bool  # a file is edited before the person speaks again: what it describes may be just what changes
    place: float  # 0 for the first event, 1 for the last
    turn: int
    first_after_prompt: bool
    closes: bool  # it sums up what was done


def settings(events: Sequence[Event]) -> list[Setting]:
    """Given the events of a session in order, return the surroundings of each."""
    speeches = [i for i, event in enumerate(events) if event.act is Act.SAID and event.role is Role.AGENT]
    last_speech = speeches[-1] if speeches else -1
    found: list[Setting] = []
    prompt: int | None = None
    turn = 0
    spoken = False
    upcoming = _following(events)
    for index, event in enumerate(events):
        answer = prompt
        following = upcoming[index]
        words = events[prompt].text if prompt is not None else ""
        person = event.role is Role.USER and bool(event.text)
        agent = event.role is Role.AGENT and event.act is Act.SAID
        next_person = following.person
        ends_turn = agent and following.speaks != Role.AGENT
        found.append(
            Setting(
                prompt=answer,
                pushed=_pushes(words),
                pushed_hard=_pushes_hard(words),
                concedes=agent and bool(_CONCEDES.match(event.text)),
                ends_turn=ends_turn,
                ends_session=index == last_speech,
                doubted=next_person is not None and _pushes_hard(events[next_person].text),
                stopped=following.stopped,
                after_failure=_failed_before(events, index),
                before_work=index + 1 < len(events) and events[index + 1].act is Act.CALL,
                before_edit=following.edits,
                place=index / max(1, len(events) - 1),
                turn=turn,
                first_after_prompt=agent and not spoken,
                closes=agent and bool(_CLOSES.search(event.text[:300])),
            )
        )
        if person:
            prompt, spoken = index, False
            turn += 1
        elif agent:
            spoken = True
    return found


@lru_cache(maxsize=256)
def _pushes(words: str) -> bool:
    return bool(_PUSHBACK.search(words[:_HEARD]))


@lru_cache(maxsize=256)
def _pushes_hard(words: str) -> bool:
    return bool(_STRONG.search(words[:_HEARD]))


@dataclass(frozen=True)
class _Following:
    person: int | None  # the next event with a person's words
    speaks: Role | None  # who speaks next
    stopped: bool  # a person interrupts or rejects before speaking at ease
    edits: bool  # a file is edited before a person speaks


def _following(events: Sequence[Event]) -> list[_Following]:
    found: list[_Following] = []
    person: int | None = None
    speaks: Role | None = None
    stopped = edits = False
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        found.append(_Following(person, speaks, stopped, edits))
        if event.act in {Act.INTERRUPTED, Act.REJECTED}:
            stopped = True
        elif event.role is Role.AGENT and event.act is Act.SAID:
            stopped = False
        if event.role is Role.USER and event.text:
            person, speaks = index, Role.USER
            stopped, edits = event.act is Act.REJECTED, False
        elif event.act is Act.CALL and event.tool.lower() in EDITORS:
            edits = True
        elif event.act is Act.SAID and event.role is Role.AGENT:
            speaks = Role.AGENT
    return found[::-1]


def _failed_before(events: Sequence[Event], index: int) -> bool:
    # Only failures have a result of their own, so a call without one just before worked.
    return index > 0 and events[index - 1].act is Act.RESULT and events[index - 1].ok is False
