"""What is on or off as long as nobody says otherwise, however it is put, and what it was before where that is told.

"Telemetry is off by default", "an unset telemetry setting means disabled" and "telemetry defaulted to enabled; now to
disabled" give one default of one thing: what nobody has set is what a default is for. The whole statement must be of
that form, with no more than the reason behind it: "off by default in CI", "was off until", "the command's" are others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .reading import read

_ON = re.compile(r"(?:(?:turned|switched) )?(?:enabled?|on|true)|enables|(?:turns?|switch(?:es)?) on", re.IGNORECASE)
_STATE = r"(?:(?:turned |switched )?(?:on|off)|enabled|disabled|true|false)"
_NO_OF = r"(?!(?:if|when|unless|not|never|no|and|or|is|are|was)\b)"
_OF = rf"(?P<of>(?:the |our |all |an? )?[\w`'-]+(?: {_NO_OF}[\w`'()-]+){{0,5}}?)"
_IS = r"(?:is|are|stays?|remains?|has been|have been|should be|must be|should now be|must now be) (?:now )?"
_SETTING = r"(?:settings?|options?|flags?|preferences?)"
_NOT_SET = r"(?:unset|unconfigured|nil|null|`nil`|`null`)"
_INSTEAD = rf"(?:,? (?:instead of|rather than|and not|not) (?P<was>{_STATE}))?"
#: that it can be set says nothing more: "(when `Telemetry` is `nil` or `true`)", "unless a level is set"
_BEHIND = (
    rf"(?: \((?:when|if) [\w` ]{{1,40}}? is {_NOT_SET}(?: or `?(?:true|false)`?)?\)"
    r"|,? unless [\w` ]{1,40}? is (?:set|given)|, (?:users|people|you|one|everybody) can opt (?:out|in)"
    r"|[.,;]? (?:and )?(?:(?:dis|en)abled?|turn(?:ed)? o(?:n|ff))(?: it)? (?:only )?"
    r"when (?:the |a )?(?:users?|people|somebody) [^.;]+)?"
)
_REASON = r"(?:,? (?:because|since|so that|so|as) [^;.]+)?"
#: that nobody has set it, or that this is a change
_BEFORE = (
    r"(?:(?:previously|before|formerly),? )?(?:change (?:it|the [\w ]{2,40}?) so that )?"
    r"(?:(?:if|when|where|while) [\w` ]{2,40}? (?:is|are) "
    rf"(?:not (?:set|configured|given)|{_NOT_SET})(?: \({_NOT_SET}\))?, )?"
)
_CHANGED = (
    rf"{_OF} (?:defaulted to|used to default to) (?P<was>{_STATE})(?:[;,.]|,? but|,? and) (?:now )?"
    rf"(?:(?:it|they|the default) )?(?:now )?(?:(?:defaults? )?to|is|are) (?:now )?(?P<value>{_STATE})(?: by default)?"
)
#: a change that tells both values comes before the half of it
_FORMS = tuple(
    re.compile(f"{_BEFORE}{form}{_BEHIND}{_REASON}", re.IGNORECASE)
    for form in (
        _CHANGED,
        rf"{_OF} {_IS}(?P<value>{_STATE}) (?:by|as) default{_INSTEAD}",
        rf"{_OF} (?:now )?defaults? to (?P<value>{_STATE}){_INSTEAD}",
        rf"by default,? {_OF} {_IS}(?P<value>{_STATE}){_INSTEAD}",
        rf"(?:have|keep|leave|make|turn|switch) {_OF} (?P<value>{_STATE}|enable|disable) by default",
        rf"default {_OF}: (?P<value>{_STATE})",
        rf"the default (?:of|for) {_OF} is (?:now )?(?P<value>{_STATE})(?: now)?{_INSTEAD}",
        rf"an? {_NOT_SET} {_OF} {_SETTING} (?:now )?(?:means|counts as|is treated as) (?P<value>{_STATE}){_INSTEAD}",
    )
)
#: one of these is in every form
_WORDS = ("default", "Default", "means", "counts as", "treated as")
#: words of a subject that say no more than that it is set, and that nobody has
_SET_AS = re.compile(
    rf"^(?:the |an? )?(?:{_NOT_SET} (?:\({_NOT_SET}\) )?)?(?=.+ {_SETTING}$)|(?<=\w) {_SETTING}$", re.IGNORECASE
)


@dataclass(frozen=True)
class Default:
    """What the default is of, by the keys of its words in order; whether it is on, and was if that is told."""

    of: tuple[str, ...]
    on: bool
    was: bool | None


@lru_cache(maxsize=4096)
def default_of(text: str) -> Default | None:
    """Given a statement, return the default that it gives, or None where it gives none, or one for some only."""
    # Few statements are of this sort, and merge asks of all that it holds against each other.
    if not any(word in text for word in _WORDS):
        return None
    bare = " ".join(text.split()).rstrip(".!")
    match = next(filter(None, (form.fullmatch(bare) for form in _FORMS)), None)
    if match is None:
        return None
    of = tuple(word.key for word in read(_SET_AS.sub("", match["of"])).words)
    was = match.groupdict().get("was")
    return Default(of, _is_on(match["value"]), _is_on(was) if was else None) if of else None


def _is_on(state: str) -> bool:
    return _ON.fullmatch(state) is not None
