"""Whether the words around a weekday speak of what was, of what is to come, or of what is customary."""

from __future__ import annotations

import re

PAST, FUTURE = -1, 1

_HABIT = re.compile(
    r"\b(?:every|each|always|never|usually|normally|typically|generally|often|weekly|daily|monthly|avoid|whenever|any|"
    r"don't|do not|doesn't|does not|shouldn't|should not|must not|nobody|no one|only|mondays|tuesdays|wednesdays|"
    r"thursdays|fridays|saturdays|sundays|weekends)\b|\bno \w+(?: \w+)? on\b",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\bwill\b|'ll\b|\bwon't\b|\bgoing to\b|\bshall\b|\bdue\b|\bdeadline\b|\b(?:is|are|was|were)?\s*(?:scheduled|"
    r"planned|booked|slated|expected)\b|\bupcoming\b|\bplans? to\b|\b(?:is|are) (?:out )?on\s*$|\b(?:starts?|"
    r"begins?|ends|ships|launches|freezes|releasing|shipping|deploying|meeting|moving|switching|leaving|landing|"
    r"leaves|arrives|resumes?|goes live)\b|"
    r"\b(?:is|are) to\b|\b(?:postponed|rescheduled|delayed|deferred|extended) (?:to|until)\b|"
    r"\b(?:let's|remind|must|need to|needs to|have to|has to)\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bbeing )(?<!\bgets )(?<!\bget )\b[a-z]{2,}ed\b|"
    r"\b(?:was|were|had|did|didn't|broke|went|came|made|found|took|got|said|told|saw|ran|began|wrote|met|left|"
    r"sent|built|fell|lost|kept|gave|knew|chose|brought|bought|held|hit|cut|put|thought|caught|wasn't|weren't|"
    r"couldn't|shut down|split|spent|did|done|rose|grew|drew|won|paid|spoke|struck|sank|sold|became|led|drove|"
    r"flew|threw|stood|slid|sought|taught|felt|dealt)\b",
    re.IGNORECASE,
)
#: words in "-ed" that are no past tense
_NOT_PAST = frozenset(
    {
        "need",
        "speed",
        "feed",
        "seed",
        "exceed",
        "proceed",
        "indeed",
        "embed",
        "red",
        "bed",
        "shed",
        "succeed",
        "based",
        "shared",
        "scheduled",
        "planned",
        "booked",
        "slated",
        "expected",
        "supposed",
    }
)


def is_habitual(text: str) -> bool:
    """Given a sentence, tell whether it speaks of a custom or a prohibition rather than of one time."""
    return bool(_HABIT.search(text))


def direction(before: str, after: str) -> int:
    """Given what stands before and after a weekday in its sentence, return PAST, FUTURE, or 0 where nothing tells.

    The nearest word that tells decides, one before it rather than one after.
    """
    for text, nearest in ((before, max), (after, min)):
        marks = [(match.start(), FUTURE) for match in _COMING.finditer(text)]
        marks += [(match.start(), PAST) for match in _GONE.finditer(text) if match[0].lower() not in _NOT_PAST]
        if marks:
            return nearest(marks)[1]
    return 0
