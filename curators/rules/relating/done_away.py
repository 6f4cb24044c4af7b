"""Whether a statement tells of a change that made an older one history: replaced, removed, added where it was missing.

Work leaves such pairs behind: "the linter is `flake8`" and "replaced `flake8` with `ruff`", "the struct has no `Kind`
field" and "added the `Kind` field to the struct". They share no frame and may share half of their words, so each case
asks for what cannot be chance: the very value, the very subject, or all that was said to be missing.
"""

from __future__ import annotations

import re

from ..vocabulary import CATEGORIES, FUNCTION_WORDS
from .claims import stated
from .compare import substitutes, weigh
from .reading import Reading, Word, canonical, read

#: what has not happened changes nothing
_NOT_YET = re.compile(
    r"\b(?:not|never|\w+n['\u2019]t|would|could|should|might|may|can|will|shall|must|if|unless|when|until|before|want|plan|"
    r"consider|propos\w+|suggest\w*|maybe|perhaps|instead|try|tried|todo|to be)\b|\?",
    re.IGNORECASE,
)
_IS = r"(?:has been|have been|was|were|is|are|got)\s+(?:now\s+)?(?:(?:completely|entirely|fully)\s+)?"
_THING = r"(?:the\s+|our\s+)?`?{value}`?"
#: ways to say that a value is no longer the one
_REPLACED = (
    rf"\breplac(?:e|ed|es|ing)\s+{_THING}(?:\s+(?:with|by|as)\b|[.,;]|$)",
    rf"{_THING}\s+{_IS}(?:replaced|superseded|renamed|succeeded)\b",
    (
        rf"\b(?:renamed|retired|dropped|removed|superseded|succeeded)\s+{_THING}"
        r"(?:\s+(?:with|by|as|to|in favou?r of)\b|[.,;]|$)"
    ),
)
_VERBS = frozenset(
    {"replac", "renam", "retir", "drop", "remov", "supersed", "succeed", "now", "today", "favour", "favor"}
)
#: "The `entire start` command": a name, with the sort of thing that it names
_NAMED = r"(?:the\s+)?(?P<name>`[^`]+`)(?P<sort>(?:\s+(?!is\b|are\b|was\b|has\b|does\b|now\b|will\b|can\b)[a-z]+){0,2})"
_ABOUT = re.compile(rf"^{_NAMED}\s+(?:is|are|was|has|does|now|will|can)\b", re.IGNORECASE)
_REMOVED = (
    re.compile(rf"^{_NAMED}\s+{_IS}(?:removed|deleted|dropped)(?:$|[.;:,]|\s+(?:since|because|as)\b)", re.IGNORECASE),
    re.compile(
        rf"^(?:we\s+)?(?:removed|deleted|dropped)\s+{_NAMED}(?:$|[.;:,]|\s+(?:since|because|as)\b)", re.IGNORECASE
    ),
)
#: "added `x` to y", and that it went again
_THERE = r"(?:the\s+|an?\s+)?(?P<name>`[^`]+`)(?:\s+(?P<sort>(?!to\b|in\b|into\b|from\b|which\b)[a-z]+))?"
_PUT = re.compile(rf"^(?:we\s+|I\s+)?added\s+{_THERE}(?P<place>\s+(?:to|in|into)\s+[^,;.(]+)?", re.IGNORECASE)
_TAKEN = re.compile(
    rf"^(?:we\s+|I\s+)?(?:removed|deleted|dropped)\s+{_THERE}(?P<place>\s+(?:from|in)\s+[^,;.(]+?)?"
    r"(?:$|[.;:,]|\s+(?:since|because|as)\b)",
    re.IGNORECASE,
)
_SORTS = CATEGORIES | {"line", "entri"}
#: "Replace TIDE_URL with a setting", of an environment variable, whose name is the same wherever it is used
_VARIABLE = re.compile(
    r"^(?:we\s+|I\s+)?(?:replaced?|removed?|dropped?|deleted?|retired?)\s+(?:the\s+)?"
    r"`?(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`?(?:\s+(?:env(?:ironment)?\s+)?var(?:iable)?)?"
    r"(?:$|[.;:,]|\s+(?:with|by|completely|entirely|since|because|as)\b)",
    re.IGNORECASE,
)
_NOT_USED = re.compile(
    r"\b(?:not|never|no longer|cannot|\w+n['\u2019]t|instead|without|removed?|dropped?|replaced?|used to|would|could"
    r"|should|plan)\b|\?",
    re.IGNORECASE,
)
_USED = r"`[^`]*\b{name}=[^`]*`|\b(?:with|via|using|set|setting|through)\s+`?{name}\b"
_MISSING = re.compile(
    r"\b(?:is|are|was|were)\s+missing\b|\black(?:s|ed)?\b|\b(?:has|have|had)\s+no\b|\bdoes(?:n['\u2019]t| not) have\b",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"^(?:[^;]{0,80}?[-:\u2013\u2014]\s+)?(?:(?:I|We)\s+(?:have\s+)?|(?:I|we)['\u2019]ve\s+)?added\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\s*\([^)]*\)")
_LACKING = frozenset({"miss", "lack", "entir", "complet", "have", "add", "field"})
#: least weight of what was missing and is there, a name and where it belongs, and least share of it
_ENOUGH, _NEARLY_ALL = 3.0, 0.75
#: before what says where: there the older may still hold elsewhere
_PLACE = re.compile(
    r"\b(?:in|on|for|at|of|during|under|within|from)\s+(?:(?:the|our|an?|its|their)\s+)?$", re.IGNORECASE
)
#: most words of a new value
_VALUE_WORDS = 3


def done_away(older: str, newer: str, old: Reading, new: Reading) -> str:
    """Given two statements and how they read, return why the older is history by what the newer tells, or ""."""
    return (
        _replaced(older, newer, old, new)
        or _removed(older, newer)
        or _taken_back(older, newer)
        or _added(older, newer, new)
    )


def revived(older: str, newer: str) -> str:
    """Given two statements, return which environment variable the older does away with and the newer uses, or ""."""
    away = _VARIABLE.match(older)
    if not away or not away["name"].isupper() or _NOT_USED.search(newer):
        return ""
    return away["name"] if re.search(_USED.format(name=away["name"]), newer) else ""


def _replaced(older: str, newer: str, old: Reading, new: Reading) -> str:
    """The older gives a value, and the newer says that another took its place there."""
    claim = None if _NOT_YET.search(newer) else stated(older)
    if claim is None or not any(
        re.search(it.format(value=re.escape(claim.value)), newer, re.IGNORECASE) for it in _REPLACED
    ):
        return ""
    # What else the newer speaks of is the new value, or would be another place where the old one was.
    other = [word for word in _heavy(new) if word.key not in old.keys and word.key not in _VERBS]
    elsewhere = any(_PLACE.search(newer[: word.start]) for word in other)
    same = len(other) <= _VALUE_WORDS and _in_one_place(other, new) and not elsewhere
    return f"'{claim.value}' was replaced" if same else ""


def _in_one_place(other: list[Word], new: Reading) -> bool:
    """Tell whether words stand side by side: one value, not a value and whose it is."""
    places = [index for index, word in enumerate(_heavy(new)) if word in other]
    return not places or places[-1] - places[0] == len(places) - 1


def _removed(older: str, newer: str) -> str:
    """The older says something of a named thing, and the newer that this thing is no longer there."""
    about, gone = _ABOUT.match(older), next(filter(None, (it.match(newer) for it in _REMOVED)), None)
    if not about or not gone or about["name"] != gone["name"]:
        return ""
    sorts = {about["sort"].strip().lower(), gone["sort"].strip().lower()} - {""}
    return f"{gone['name']} was removed" if len(sorts) < 2 else ""  # noqa: PLR2004 - two sorts are two things


def _taken_back(older: str, newer: str) -> str:
    """The older says that a named thing was added, and the newer that it was removed, there or everywhere."""
    put, taken = _PUT.match(older), _TAKEN.match(newer)
    if not put or not taken or put["name"] != taken["name"]:
        return ""
    if any(it["sort"] and canonical(it["sort"].lower()) not in _SORTS | FUNCTION_WORDS for it in (put, taken)):
        return ""  # "the `--fast` check" is not `--fast`
    places = [frozenset(word.key for word in read(it["place"] or "").words) for it in (put, taken)]
    return f"{taken['name']} was removed again" if not places[1] or places[0] == places[1] else ""


def _added(older: str, newer: str, new: Reading) -> str:
    """The older says that something is missing somewhere, and the newer that just this was added just there."""
    if not _MISSING.search(older) or not _ADDED.search(newer) or _MISSING.search(newer):
        return ""
    missing = [word for word in _heavy(read(_ASIDE.sub("", older))) if word.key not in _LACKING]
    there = [word for word in missing if word.key in new.keys]
    if weigh(there) < _ENOUGH or weigh(there) <= _NEARLY_ALL * weigh(missing):
        return ""
    named = all(word.key in new.keys for word in missing if word.sort == "name")
    other = substitutes([word.key for word in missing], [word.key for word in _heavy(new)])
    return "what was missing was added" if named and not other else ""


def _heavy(reading: Reading) -> list[Word]:
    return [word for word in reading.words if word.heavy]
