"""A fault that the same session mended is told as history: "Bug fixed 2026-03-02: `X` drops Y. Fix: Added …".

Told as it was said, it would send the next reader to look for what is no longer there. That it was mended is taken
from what was said of it: files of code were changed after it, the agent ended its turn by saying that it is done, in
words that come back to the fault, and the person went on without denying that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from itertools import product
from zoneinfo import ZoneInfo

from ....language.sentences import Sentence, split
from ....memory.records import TEXT_LIMIT
from ....sessions.events import Act, Event, Role, Transcript
from .chatter import is_chatter
from .evidence import content_stems
from .passages import Passage
from .standing import NAMED
from .statements import behind, dangles, shape
from .work import File, Turn, Work

#: of a text in small letters: something is not as it should be
_FAULT = re.compile(
    r"\b(?:is|are|was|were) (?:(?:currently|still|also|just|only) )?(?:missing|hardcoded|incorrect|wrong|unused"
    r"|never|being (?:dropped|lost|ignored|filtered)|lost|dropped|overwritten|duplicated|failing|broken|ignored"
    r"|not (?:being|passed|saved|working|integrated|included|checked|updated|called|tracked|captured|detected|handled"
    r"|stored|shown|logged|sent))\b"
    r"|\b(?:isn't|aren't|'s not|'re not) (?:being|passed|integrated|saved|working|a valid|included|checked|called)\b"
    r"|\b(?:doesn't|don't|does not|do not|never|didn't|did not) (?:currently )?(?:include|set|have|detect|create|output"
    r"|copy|pass|map|get|save|capture|handle|receive|check|update|track|respect|match|show|contain|use the|write)\b"
    r"|\bthe (?:real |actual |main |root )?(?:issue|problem|bug|cause)(?: here| now)? is\b|\b(?:current|the) bug\b"
    r"|\bthere(?:'s| is) an? (?:\w+ )?(?:bug|mismatch|conflict|race)\b"
    r"|\b(?:throws|crashes|fails|hangs|overwrites|loses)\b"
    r"|\bcompeting\b|\bjunk\b|\bcontradict(?:s|ing)\b|\bends? up not\b|\bis showing\b|\bbecause we never\b"
    r"|\bonly (?:set|contains|checks|handles|works|stops|passed)\b|\bknows about\b.*\binternals\b"
    r"|\bget(?:s|ting)? (?:filtered out|lost|dropped|ignored|overwritten)\b"
    r"|\bcauses? [^.;]{3,40} to (?:fail|crash|hang|break)\b|\bconfirmed bug\b"
    r"|\b(?:currently|still) broken\b|\bstale (?:comment|doc)|\bhas a (?:bug|race)\b"
    r"|\bexpects? [^.;]{3,60}? but (?:receives|gets|is given|finds)\b",
)
#: nothing is known to be a fault that was only guessed, or stays for a reason
_GUESS = re.compile(
    r"^(?:if two|why)\b|\b(?:will not|won't) (?:be )?(?:fix|change)\w*|\b(?:on purpose|by design|intentional\w*)\b"
    r"|\bso\b[^.;]*\b(?:must|ha(?:s|ve) to|needs? to)\b"
    r"|\b(?:likely|probably|perhaps|maybe|might|seems?|appears?|could|incorrectly report\w+)\b"
)
#: a person's sentence that says what shall be, whatever is wrong
_ASKS = re.compile(r"\b(?:must|never|always|let's|want|need|make sure|please|can we|could we|from now on)\b")
#: how an agent says that it is done
_DONE = re.compile(
    r"^\W*(?:(?:perfect|great|excellent|good|yes|you're right)\b[^.!,:]{0,40}[.!,:]+\s*){0,2}(?:\W*)"
    r"(?:fixed|done|all done|the fix (?:is|was|works)|i've (?:fixed|implemented|made|added|updated|moved|reverted)"
    r"|all (?:\w+ ){0,2}(?:tests|changes|checks|issues|tasks|linting)\b[^.!]{0,40}\b(?:pass\w*|complete\w*|resolved"
    r"|made|implemented|fixed|done)|(?:lint\w*|tests?|both|implementation|everything)\b[^.!]{0,40}\b(?:pass\w*|complete\w*)"
    r"|both \w+ pass|we just fixed|it(?:'s working| works) now|now\b"
    r"|[^.!:]{3,80}\b(?:has|have) been (?:fixed|\w+ed)\b)",
    re.IGNORECASE,
)
#: how a person says that it is not
_DENIED = re.compile(
    r"\b(?:still|again|not (?:working|correct|right|fixed|perfect\w*|what)|doesn't work|does not work|same (?:error"
    r"|issue|problem)|revert|undo|wrong|broken|why)\b|^\W*(?:no|nope|but|hmm+)\b"
)
#: how he asks for something once more, or after a reason, which says nothing of whether it is right
_ASKS_MORE = re.compile(
    r"\b(?:add|check|explain|list|look|print|review|run|show|summari[sz]e|tell)\b[^.!?]*\bagain\b[^.!?]*"
    r"|\bwhy (?:is|was|do we need|did you (?:add|change)) (?:the|this|that) [^.!?]*\b(?:needed|change|added)\b"
)
_HEARD = 200
_OF_TESTS = re.compile(r"\btest|tests?\b")
_FIX = re.compile(
    r"^(?:`[^`]+`(?: \([^)]*\))?(?: ?:| [-\u2013\u2014])\s+)?(?:the fix|added|changed|removed|updated|replaced|moved"
    r"|made|increased|fixed|modified|reverted|renamed|extracted|wrapped|captured|declared|implemented|inverted)\b"
    r"(?! the plan\b)|\bnow\b|\b(?:has|have) been \w+ed\b",
    re.IGNORECASE,
)
#: content stems that what was done shares with the fault, and where that is done only when the person has spoken again
_SHARED, _SHARED_LATER = 2, 4
#: characters of a message that lists many faults, of which some are left: what is mended is named when it is done
_REPORT = 1500
#: so many turns later, at most
_LATER = 6
_SAID_THAT = re.compile(
    r"^(?:the (?:real |actual |main |root )?(?:issue|problem|bug|cause)(?: here| now)? (?:is|was)(?: now)?"
    r"(?: of course)? that |there are (?:two|three|several|\d) (?:issues|problems|bugs): "
    r"|(?:confirmed )?(?:bug|issue|problem)(?::| [-\u2013\u2014]) )",
    re.IGNORECASE,
)
#: what was so as long as the fault was there
_AS_YET = re.compile(r"\s*\([^()]*\b(?:currently|still) [^()]*\)", re.IGNORECASE)
_DID = re.compile(r"^I (?=(?:\w+ed|made)\b)")


@dataclass(frozen=True)
class Mending:
    """The event in which a fault was said to be mended, where it says so, its day, and the sentence that says how."""

    index: int
    said: tuple[int, int]
    day: date | None
    how: Sentence | None
    told: str


def mending(
    transcript: Transcript, index: int, text: str, work: Work, taken: Sequence[tuple[int, Passage]] = ()
) -> Mending | None:
    """Given a statement and its event, return how the session mended the fault that it states; None where it did not.

    ``taken`` are events and the passages of them that are told by themselves.
    """
    event = transcript.events[index]
    person = event.role is Role.USER
    lower = _AS_YET.sub("", text).lower()
    turn = work.turn_of(index)
    if event.act is Act.CALL or turn is None or not states_fault(lower, person=person):
        return None
    content = frozenset(content_stems(text))
    done = _done(transcript.events, index, turn, work, content)
    if done is None:
        return None
    closing, last = done, transcript.events[done]
    names = {named.group().strip("`").removesuffix("()") for named in NAMED.finditer(text)}
    if len(event.text) > _REPORT and names and not any(name in last.text for name in names):
        return None
    day = last.time.astimezone(_zone(transcript.zone)).date() if last.time else None
    best: tuple[int, Sentence, str] | None = None
    about_tests = bool(_OF_TESTS.search(lower))
    for sentence, told in _fixes(last):
        if _OF_TESTS.search(told.lower()) and not about_tests:
            continue
        shared = len(content & frozenset(content_stems(told)))
        free = not any(
            told in it.text or (at == closing and sentence.start < it.end and it.start < sentence.end)
            for at, it in taken
        )
        if free and shared >= _SHARED and (best is None or shared > best[0]):
            best = shared, sentence, told
    done_at = _DONE.match(last.text)
    said = done_at.span() if done_at else (0, 0)
    return Mending(closing, said, day, best[1] if best else None, best[2] if best else "")


def states_fault(lower: str, *, person: bool) -> bool:
    """Given a statement in small letters and whether a person said it, tell whether it says that something is wrong."""
    return bool(_FAULT.search(lower)) and not _GUESS.search(lower) and not (person and _ASKS.search(lower))


def led_astray(transcript: Transcript, index: int, text: str, work: Work) -> bool:
    """Given a statement and its event, tell whether the agent complains, changes files, and was not right.

    Either the person says so, or it only guessed, and what it found is told after the change.
    """
    event = transcript.events[index]
    turn = work.turn_of(index)
    if event.role is Role.USER or event.act is Act.CALL or turn is None or not work.edited(index, turn.end):
        return False
    lower = text.lower()
    return bool(_FAULT.search(lower)) and (bool(_GUESS.search(lower)) or _is_denied(transcript.events, turn))


def _done(events: Sequence[Event], index: int, turn: Turn, work: Work, content: frozenset[str]) -> int | None:
    """Return the event in which the first changes after a fault was stated are said to be done, if they are of it."""
    denied = False
    for later, one in enumerate(work.following(turn)[: 1 + _LATER]):
        closing = one.closing
        if closing is None or closing <= index or not work.edited(index, closing):
            continue
        if _is_denied(events, one):
            denied = True
            continue
        shared = len(content & frozenset(content_stems(events[closing].text)))
        enough = shared >= (_SHARED_LATER + denied if later else _SHARED)
        done = _DONE.match(events[closing].text)
        echoed = done is not None and any(start < done.end() for start, _end in events[closing].echoes)
        return closing if enough and done and not echoed else None
    return None


def as_history(passage: Passage, found: Mending, file: File | None = None) -> Passage:
    """Given a passage that states a fault, how that was mended and in which file, return it as history.

    As much of that is told as there is room for, and the passage itself is returned where there is none for the day.
    """
    day = f"Bug fixed {found.day.isoformat()}" if found.day else "Bug fixed"
    label = "" if found.told.lower().startswith(("fix", "the fix")) else "Fix: "
    how = [(f" {label}{found.told}", (found.index, found.how.start, found.how.end))] if found.how else []
    where = [(f" in `{file.name}`", (file.index, file.start, file.end))] if file else []
    for fix, place in product([*how, None], [*where, None]):
        begins = f"{day}{place[0] if place else ''}: "
        text = begins + _closed(_capital(_AS_YET.sub("", behind(_SAID_THAT, passage.text)))) + (fix[0] if fix else "")
        if len(text) <= TEXT_LIMIT:
            grounds = [(found.index, *found.said), *(it[1] for it in (fix, place) if it)]
            return replace(passage, text=text, beside=(*passage.beside, *grounds))
    return passage


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text[:1].isalpha() and text.split(" ", 1)[0].isalpha() else text


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _fixes(event: Event) -> Iterator[tuple[Sentence, str]]:
    """Yield the sentences of a message that tell of a change, each with how it is told."""
    for sentence in split(event.text):
        if any(start < sentence.end and sentence.start < end for start, end in event.echoes):
            continue
        told = shape(behind(_DID, sentence.text), person=False)
        if told and not is_chatter(sentence.text) and not dangles(told) and _FIX.search(told):
            yield sentence, told


def _is_denied(events: Sequence[Event], turn: Turn) -> bool:
    if turn.end >= len(events):
        return False
    return bool(_DENIED.search(_ASKS_MORE.sub("", events[turn.end].text[:_HEARD].lower())))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # as dates are resolved: an unknown zone counts as UTC
        return UTC
