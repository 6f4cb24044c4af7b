"""A statement of the form "the attribute of a subject is a value", however it is put.

"The owner of billing is Dana", "Dana is the owner of billing" and "we changed the owner of billing to Dana" are one
claim. Only what has one value at a time is a claim: a definite attribute, or a relation that holds to one thing ("lives
in"). What somebody knows, uses or supports may have many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .reading import read

#: most words of a subject and of a value
_SUBJECT_WORDS, _VALUE_WORDS = 10, 6

_NAMELIKE = r"(?:`[^`]+`|[A-Z][\w.&'\u2019-]*|[\w.+-]+@[\w.-]+|[\w./:-]*[\d_/@][\w./:%@-]*)"
_SOFT = r"(?:now|currently|today|set to|still|called|named|about|roughly|exactly|approximately)"
_IS = rf"\s+(?:is|was|=|equals)\s+(?:{_SOFT}\s+)*"
_CHANGED = "changed|set|raised|lowered|increased|reduced|updated|bumped|switched"
_FROM_TO = r"\s+(?:from\s+.+?\s+)?to\s+(?P<value>\S.*)$"
_VALUED = rf"{_IS}(?P<article>(?:an?|the)\s+)?(?P<place>(?:in|at|on)\s+)?(?P<value>\S.*)$"
_FORMS = (
    re.compile(rf"^(?P<subject>.+){_VALUED}"),
    re.compile(rf"^(?P<subject>.+?){_VALUED}"),
    re.compile(rf"^(?:(?:We|I|They)\s+)?(?:have\s+)?(?i:{_CHANGED})\s+(?P<subject>(?:the|our|its|my)\s+.+?){_FROM_TO}"),
    re.compile(rf"^(?P<subject>.+?)\s+(?:was|were|has been|is|got)\s+(?:{_CHANGED}){_FROM_TO}"),
)
#: "the registry: 1.4.2", "TIMEOUT = 30"
_PAIR = re.compile(r"^(?P<subject>[\w`.\s-]{2,60}?)\s*(?::\s|\s?=\s?)\s*(?P<value>`?[^\s`]+`?(?: [A-Za-z%]{1,12})?)$")
#: "we use Kafka as the message broker"
_USED_AS = re.compile(
    r"^(?:We|I|They)\s+(?:now\s+)?use\s+(?P<value>\S+(?:\s\S+)?)\s+as\s+(?P<subject>(?:the|our|my)\s.+)$"
)
#: "plays the sport of tennis": it says itself of what sort the value is
_SORTED = re.compile(
    r"^(?P<subject>\S.*\s(?:the (?:city|town|country|state|continent|language|religion|sport|field|position|team|genre|"
    r"profession|party|league|club|company|school|university|province|region) of))\s+(?P<value>\S.*)$"
)
#: "Paris is the capital of France"
_INVERSE = re.compile(rf"^(?P<value>{_NAMELIKE}(?:\s+{_NAMELIKE}){{0,3}}){_IS}(?P<subject>the\s+.+?\s(?:of|for)\s+.+)$")
#: to whom or what a thing stands so, it stands so to one at a time
_WHERE = r"(?: the \w+ of)?"
_RELATION = re.compile(
    r"^(?P<subject>.+?\s+(?:lives? in|resides? in|works? (?:for|at|in the field of)|reports to|belongs to|"
    r"points (?:to|at)|plays (?:for|the \w+ of)|speaks the language of|meets at|listens on(?: port)?|"
    r"runs on port|"
    rf"(?:is|was) (?:now )?(?:married to|born in{_WHERE}|a citizen of|headquartered in|based in|located in{_WHERE}|"
    rf"(?:founded|created|written|developed|directed|produced|performed) (?:by|in{_WHERE})|"
    r"(?:owned|led|headed|run|managed|employed) by|hosted (?:on|by|at)|educated at|affiliated with(?: the \w+ of)?|"
    r"associated with the \w+ of|famous for|named after|assigned to|scheduled for|due on)|"
    rf"died in{_WHERE}|moved to|joined))\s+(?P<value>(?:the\s+)?\S.*)$"
)
_DEFINITE = re.compile(
    r"^(?:the|our|my|your|its|their|this)\s|['\u2019]s\s|^`[^`]+`$|^[A-Z][\w.]*$|^[\w.]*_\w+$",
    re.IGNORECASE,
)
_INDEFINITE = re.compile(
    r"^(?:an?|one|some|each|every|another|any|all|most|both|no|many|several|there|it|this|that|what|who|"
    r"which|he|she|we)\b",
    re.IGNORECASE,
)
#: what is said of such a thing is one of many
_LOOSE = re.compile(
    r"\b(?:problem|issue|cause|reason|fix|solution|step|example|bug|error|idea|question|answer|thing|result|goal|point|"
    r"difference|alternative|option|part|way|plan|lesson|trick|catch|risk|workaround|symptom|culprit|failure|change|"
    r"member|sign|hint|advantage|drawback|benefit|rule|exception|requirement|task|todo|note|concern|first|second|third|"
    r"next|last|previous|other|another)s?\b",
    re.IGNORECASE,
)
#: of such a thing one lower-case word may be the value
_STATES = re.compile(
    r"\b(?:status|state|colou?r|level|mode|format|type|theme|language|encoding|strategy|protocol|licen[cs]e|"
    r"engine|backend|"
    r"provider|style|sport|religion|instrument|genre|profession|occupation|favou?rite [\w-]+|mascot|animal)\b",
    re.IGNORECASE,
)
#: and these are no value of anything, but an opinion of it
_OPINIONS = re.compile(
    r"\b(?:wrong|right|fine|good|bad|ok|okay|slow|fast|broken|missing|unused|used|important|required|"
    r"optional|necessary|"
    r"useful|useless|confusing|unclear|clear|correct|incorrect|odd|new|old|stale|empty|big|small|large|enough|low|high|"
    r"great|nice|easy|hard|tricky|risky|safe|unsafe|available|unavailable|gone|there|here|done|ready|valid|"
    r"invalid|stable|"
    r"unstable|flaky|documented|undocumented|deprecated|simple|complex|sensitive|insensitive|random|unknown|known)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|no|none|nothing|neither|without|isn't|wasn't|doesn't|cannot|can't|if|unless|when|while|"
    r"because|but|"
    r"or|instead|rather|except|only|until|since|maybe|perhaps|probably|might|should|would|could|than)\b",
    re.IGNORECASE,
)
_SWITCH = re.compile(r"on|off|yes|no|true|false|enabled|disabled", re.IGNORECASE)
_UNITS = re.compile(
    r"^(?:~|<|>|about |at least |at most )?[$\u20ac\u00a3]?\d[\d.,:]*\s*(?:%|[A-Za-z]{1,12}(?:\s+(?:per|a|"
    r"an)\s+\w+|/\w+)?)?$"
)
_PROPER = re.compile(rf"^{_NAMELIKE}(?:\s+(?:of|the|and|&|de|van|von|der|di|da|{_NAMELIKE}))*$")
_ACRONYM, _PERSON = re.compile(r"^(?:[Tt]he|[Oo]ur)\s+C[A-Z]O$"), re.compile(r"^[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)+$")
_WORD = re.compile(r"^[a-z][\w-]*(?:\s+[a-z][\w-]*)?$")


#: who says so is no part of it
_ACCORDING = re.compile(r",?\s+according to [^,;:.]+$", re.IGNORECASE)


@dataclass(frozen=True)
class Stated:
    """A claim as it is compared: what it is of, by the keys of its words, and the value."""

    of: frozenset[str]
    value: str


@lru_cache(maxsize=4096)
def stated(text: str) -> Stated | None:
    """Given a statement, return the claim that it makes, or None where it is none."""
    bare = _ACCORDING.sub("", text.strip().rstrip(".!")).strip()
    if _NEGATIVE.search(bare):
        return None
    if pair := _PAIR.match(bare):
        alone = " " not in pair["value"] and re.search(r"[\d/`@]", pair["value"])
        telling = (alone or _UNITS.match(pair["value"]) or _SWITCH.fullmatch(pair["value"])) and not _LOOSE.search(
            pair["subject"]
        )
        return _claim(pair["subject"], pair["value"]) if telling else None
    if re.search(r"[;:?!]\s|,\s|\.\s|[()]", bare):
        return None
    return _related(bare) or _inverse(bare) or _attributed(bare)


def is_opinion(word: str) -> bool:
    """Given a word, tell whether it is what somebody finds of a thing, and no value."""
    return _OPINIONS.search(word) is not None


def _attributed(text: str) -> Stated | None:
    for form in _FORMS:
        match = form.match(text)
        if match is None:
            continue
        groups = match.groupdict()
        subject, value = match["subject"], match["value"]
        if not _is_definite(subject):
            return None
        article, place = groups.get("article"), groups.get("place")
        owned = re.search(r"\bof\b|['\u2019]s\s", subject) is not None
        plain = _WORD.match(value) is not None and not _OPINIONS.search(value)
        fits = _is_name(value) or (plain and not place and (bool(_STATES.search(subject)) or (bool(article) and owned)))
        if fits and len(value.split()) <= _VALUE_WORDS:
            return _claim(subject, value)
    return None


def _inverse(text: str) -> Stated | None:
    match = _INVERSE.match(text)
    if match is None or not _is_definite(match["subject"]) or not _PROPER.match(match["value"]):
        return None
    return _claim(match["subject"], match["value"])


def _related(text: str) -> Stated | None:
    if (match := _SORTED.match(text)) and not _INDEFINITE.match(match["subject"]):
        value = match["value"]
        return _claim(match["subject"], value) if _is_name(value) or _WORD.match(value) else None
    if (match := _USED_AS.match(text)) and _is_name(match["value"]):
        return _claim(match["subject"], match["value"])
    match = _RELATION.match(text)
    if match is None or _INDEFINITE.match(match["subject"]):
        return None
    value = match["value"].removeprefix("the ")
    fits = _is_name(value) or (match["subject"].endswith("famous for") and len(value.split()) <= _VALUE_WORDS)
    return _claim(match["subject"], value) if fits else None


def _is_definite(subject: str) -> bool:
    return bool(
        _DEFINITE.search(subject)
        and not _INDEFINITE.match(subject)
        and not _LOOSE.search(_head(subject))
        and len(subject.split()) <= _SUBJECT_WORDS
    )


def _head(subject: str) -> str:
    """Return what a subject is, without whose: "the colour" of "the colour of the error banner"."""
    own = re.split(r"\s(?:of|for|in|on|to|behind|at|from)\s", subject, maxsplit=1)[0]
    return re.split(r"['\u2019]s\s", own)[-1]


def _is_name(value: str) -> bool:
    return _PROPER.match(value) is not None or _UNITS.match(value) is not None


def _claim(subject: str, value: str) -> Stated | None:
    reading = read(subject)
    # Who speaks of themselves says so; anybody's words would be another's.
    keys = frozenset(word.key for word in reading.words) | ({"I"} if subject.startswith(("I ", "My ")) else set())
    names = any(word.sort == "name" for word in reading.words)
    # One everyday word alone may be anybody's: "the port is 8080". Of a "CTO" there is one.
    names = names or bool(_ACRONYM.match(subject) and _PERSON.match(value))
    if len(keys) < (1 if names else 2):
        return None
    return Stated(keys, " ".join(value.replace("`", "").casefold().split()))
