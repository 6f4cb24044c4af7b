"""What is on or off as long as nobody says otherwise, however it is put, and what it was before where that is told.

"Telemetry is off by default", "an unset telemetry setting means disabled" and "telemetry defaulted to enabled; now to
disabled" give one default of one thing: what nobody has set is what a default is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .reading import Word, read

_ON = re.compile(r"enabled?|enables|on|true|turns? on", re.IGNORECASE)
_STATE = r"(?:enabled|disabled|on|off|true|false)"
_OF = (
    r"(?P<of>(?:(?!\b(?:if|when|unless|not|never|no|only|except|but|and|or|is|are|means?)\b)[^;:,.()])"
    r"{2,60}?)"
)
_IS = r"(?:is|are|was|were|stays?|remains?|(?:should|must|will)\s+(?:now\s+)?be)\s+(?:now\s+)?"
_NOT_SET = r"(?:unset|unconfigured|missing|absent|nil|null)"
_INSTEAD = rf"(?:\s*,?\s+(?:instead of|rather than|and not|not)\s+(?P<was>{_STATE})\b)?"
_CHANGED = (
    rf"{_OF}\s+(?:defaulted to|used to default to)\s+(?:being\s+)?(?P<was>{_STATE})"
    rf"(?:[;,.]|,?\s+(?:but|and))\s+(?:now\s+)?(?:(?:it|they|the default)\s+)?(?:now\s+)?"
    rf"(?:(?:defaults? )?to|is|are)\s+(?:now\s+)?(?P<value>{_STATE})(?:\s+by default)?"
)
_MEANS = rf"{_NOT_SET}\s+{_OF}\s+(?:now\s+)?(?:means|counts as|is treated as)\s+(?P<value>{_STATE})\b{_INSTEAD}"
#: a change that tells both values comes before the half of it
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        _CHANGED,
        rf"{_OF}\s+{_IS}(?P<value>{_STATE})\s+by\s+default{_INSTEAD}",
        rf"{_OF}\s+(?:now\s+)?default(?:s|ed)?\s+to\s+(?:being\s+)?(?P<value>{_STATE})\b{_INSTEAD}",
        rf"by\s+default,?\s+{_OF}\s+{_IS}(?P<value>{_STATE})\b{_INSTEAD}",
        rf"\b(?P<value>enables?|disables?|turns? (?:on|off))\s+{_OF}\s+by\s+default{_INSTEAD}",
        _MEANS,
    )
)
#: so it is only for some: "in CI", "for guests", "except on Windows"
_FOR_SOME = re.compile(
    r"^\s+(?:in|for|on|at|with|during|under|inside|within)\b|\b(?:only|except|but|not)\b", re.IGNORECASE
)
#: another statement
_MORE = re.compile(r"[;:?!]|\.\s")
#: words for that nobody has set a thing, that it is one that is set, and that it was changed
_SETTING = re.compile(
    rf"\b(?:{_NOT_SET}|settings?|options?|values?|flags?|nobody|nothing|otherwise|explicitly|given|set|configured"
    r"|change[sd]?|behaviou?r|previously|default)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Default:
    """What the default is of, by the keys of its words; whether it is on; and whether it was, where this is told."""

    of: frozenset[str]
    on: bool
    was: bool | None
    beside: tuple[Word, ...]  # what is said before it, beside that nobody has set the thing
    behind: str

    @property
    def bare(self) -> bool:
        """Whether no more than a name is said before it, of the command that does it, and behind it the reason."""
        return all(word.sort == "name" for word in self.beside) and not _MORE.search(self.behind)

    @property
    def whole(self) -> bool:
        """Whether nothing else is said, before it or behind."""
        return not self.beside and not self.behind


@lru_cache(maxsize=4096)
def default_of(text: str) -> Default | None:
    """Given a statement, return the default that it gives, or None where it gives none, or one for some only."""
    bare = text.strip().rstrip(".!").strip()
    match = next(filter(None, (form.search(bare) for form in _FORMS)), None)
    if match is None or _FOR_SOME.search(bare[match.end() :]):
        return None
    of = frozenset(word.key for word in _said(match["of"]))
    beside = tuple(word for word in _said(bare[: match.start()]) if word.key not in of)
    was = match.groupdict().get("was")
    told = _is_on(was) if was else None
    return Default(of, _is_on(match["value"]), told, beside, bare[match.end() :]) if of else None


def _is_on(state: str) -> bool:
    return _ON.fullmatch(" ".join(state.split())) is not None


def _said(text: str) -> list[Word]:
    """Return the heavy words of a text; "`nil`" is no name of anything."""
    words = read(_SETTING.sub(" ", text).replace("` `", " ")).words
    return [word for word in words if word.heavy]
