"""The same said in the other voice: "the gateway enforces limits" and "limits are enforced by the gateway"."""

from __future__ import annotations

import re

from .reading import Reading, canonical

_BE = r"(?:is|are|was|were|be|been|being|get|gets)"
_PASSIVE = re.compile(
    rf"\b{_BE}\s+(?:(?:always|only|also|now|already|first|\w+ly)\s+)*(?P<verb>\w+(?:ed|en|wn|lt|nt|ne|de|pt|ept|ut|un|ld|ad))\b",
    re.IGNORECASE,
)
_AGENT = re.compile(r"\b(?:by|with)\s+", re.IGNORECASE)
#: "timeouts are set in `limits.toml`": where nobody is told to do it, that does
_WHERE = re.compile(r"\bin\s+", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(?!hand\b|default\b|\w+ing\b)", re.IGNORECASE)
_USE = re.compile(r"^(?:(?:please|always|we)\s+)*use\s+[^,;.]+?\s(?P<goal>(?:for|to)\s)", re.IGNORECASE)
#: "Docker is needed for the tests": they need it
_NEEDED, _NEEDS = re.compile(r"\b(?:by|for)\s+", re.IGNORECASE), frozenset({canonical("need"), canonical("require")})
_DONE = frozenset({"done", "made", "handled", "managed", "formatted", "checked"})
#: who does it goes without saying
_ANYBODY = re.compile(
    r"^(?:(?:please|always)\s+)?(?:(?:we|you|they|I)\s+(?:always\s+|must\s+|now\s+)?)?$", re.IGNORECASE
)


def is_turned(one: str, other: str) -> bool:
    """Given two statements, tell whether one alone says by whom a thing is done: then the two must be held together."""
    by = [bool((passive := _PASSIVE.search(text)) and _BY.search(text, passive.end())) for text in (one, other)]
    return by[0] != by[1]


def is_other_voice(one: str, other: str, reading: Reading, another: Reading) -> bool:
    """Given two statements with the same words and signs, tell whether one is the passive of the other.

    Who does it stands before the verb in one and after "by" in the other, and what it is done to the other way round;
    so "a calls b" is not "b is called by b", nor "b calls a".
    """
    passives = [_PASSIVE.search(text) for text in (one, other)]
    if (passives[0] is None) == (passives[1] is None):
        return False
    if passives[0] is not None:
        return _turned(one, passives[0], reading, other, another)
    return passives[1] is not None and _turned(other, passives[1], another, one, reading)


def _uses(text: str, passive: re.Match[str], reading: Reading, active: str, voice: Reading) -> bool:
    """Tell whether one is "y is done with x" and the other "use x for y"."""
    use, by = _USE.match(active), _AGENT.match(text, passive.end() + 1)
    if use is None or by is None or passive["verb"].lower() not in _DONE:
        return False
    end = use.start("goal")
    means = {word.key for word in voice.words if word.heavy and word.start < end}
    goals = {word.key for word in voice.words if word.heavy and word.start >= end}
    done_to = {word.key for word in reading.words if word.heavy and word.start < passive.start()}
    return bool(means) and goals == done_to and not means & goals


def _turned(text: str, passive: re.Match[str], reading: Reading, active: str, voice: Reading) -> bool:
    if _uses(text, passive, reading, active, voice):
        return True
    verb = canonical(passive["verb"])
    verbs = [word for word in voice.words if verb in {word.key, canonical(word.surface.lower())}]
    if len(verbs) != 1 or any(word.clause for word in (*reading.words, *voice.words) if word.heavy):
        return False
    at = verbs[0].start
    done_to = {word.key for word in reading.words if word.heavy and word.start < passive.start()}
    by = (_NEEDED if verb in _NEEDS else _AGENT).search(text, passive.end()) or _WHERE.search(text, passive.end())
    does = {word.key for word in reading.words if word.heavy and by and word.start >= by.end()}
    before = {word.key for word in voice.words if word.heavy and word.start < at}
    after = {word.key for word in voice.words if word.heavy and word.start > at}
    if _ANYBODY.match(active[:at]):
        return done_to <= after
    return bool(does) and bool(before) and before <= does and done_to <= after and not before & done_to
