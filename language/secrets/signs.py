"""What stands between a name and the value that is assigned to it, in code, data, commands and sentences."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..patterns import compiled
from .view import NEXT_LINE, View


class Assigned(NamedTuple):
    """A value with its place. It is ``certain`` where its form says that it is what the name says.

    It is ``stated`` where a sentence says that the name's value is this, and says no more of it.
    """

    start: int
    end: int
    value: str
    certain: bool
    quoted: bool
    stated: bool


_QUOTE = r"(?:\\{0,8}[\"'`]|%22|&quot;|&#3[49];|\*\*)"
# What may follow the word in a name: an environment, a number, a form. "tokens" and "password_hash" name something
# else.
_SUFFIX = (
    r"(?:[_.-]?(?i:prod|production|dev|development|test|live|staging|local|main|primary|secondary|new|old|current|value|"
    r"base|confirm|confirmation|text|plain|plaintext|string|str|base64|b64|hex|v?\d{1,3})(?![a-z])){0,2}"
)
_LINES = rf"(?:{NEXT_LINE}){{1,2}}"
#: a quote that holds a value, perhaps with a letter that says of what kind it is
_HELD = r"(?=[bruNL@]{0,2}\\{0,8}[\"'`])"
_IS = r"(?i:is|was|ist|lautet|es|est)"
_MADE = r"(?:(?:is|was|has been|have been|gets?|got)(?: now)? )?(?:set|reset|changed|rotated|updated|switched) to"
_MAYBE_QUOTE = r"\\{0,8}[\"']?"
_FIELD = (
    rf"{_MAYBE_QUOTE}(?:[A-Za-z]\w{{0,20}}){_MAYBE_QUOTE}\s{{0,12}}[=:]\s{{0,3}}{_MAYBE_QUOTE}[\w.]{{1,30}}{_MAYBE_QUOTE}"
    rf"(?:{NEXT_LINE}|[ \t,;]){{1,8}}"
)
_SIGNS = {
    # the name of one field and the value of the next: XML, lists of variables, declarations
    "pair": (
        rf"(?:{NEXT_LINE}|[ \t,;}}{{/>)]){{0,12}}(?:{_FIELD}){{0,3}}(?:-\s{{1,4}})?"
        rf"{_QUOTE}?(?i:value|content|default|secretvalue){_QUOTE}?\s{{0,3}}[=:]\s{{0,3}}"
    ),
    # the parts of a form that is sent
    "form": rf"(?<=[\"'`]){NEXT_LINE}{NEXT_LINE}(?=[^\s-])",
    "assign": (
        # with a type before the sign, or a default behind another value
        r"\s{0,3}(?:(?::[^\n=:\"'(),;]{1,40}|\s[^\n=:\"'(),;{]{1,30}|\s\{ get; set; \})\s{0,3}=\s{0,3}"
        rf"{_HELD}|\[\]\s{{0,2}}=|(?:\|\||\?\?|\bor\b)\s{{0,3}}{_HELD}"
        r"|:=|=>|!==?|[?+]?===?|[?+]?=|:-|::?(?!//)|%3[AaDd]|=3D|\\u003[Dd])(?:\*\*)?"
        rf"(?:{_LINES}|\s{{0,12}})(?:[|>][+-]?(?:{NEXT_LINE}|\s{{1,20}}))?"
    ),
    "tag": r"\s{0,3}(?:</[\w:]{1,30}>|(?<![-=])>)[\s\d:\\]{0,24}(?:<[\w:]{1,30}>)?(?=[^<>\n]{4,400}</)",
    "cell": r"\s{0,20}\|\s{0,20}",
    "item": rf"\s{{0,3}},\s{{0,12}}{_HELD}",
    "call": rf"[({{]\s{{0,3}}{_HELD}",
    "asked": r"\s\[[^\]\n]{0,20}\]:\s",
    # sentences
    "far": (
        r"(?:\s\([^()\n]{1,60}\)|\s(?i:for|of|on|to|in|at|von|f.r|de|pour)(?:\s[^\s:=]{1,30}){1,6}?"
        r"|[;,.]?\s(?:the )?(?:new |old )?(?:value|one))"
        rf"\s?(?::|=|\s{_IS}:?)(?:{_LINES}|\s{{1,3}})"
    ),
    "said": rf"\s(?:{_MADE}|{_IS}|are|will be|should be|to|=)(?: now)?:?\s(?:\*\*)?",
    "space": r"(?: /t \w{1,20} /d)?[ \t]{1,3}",
}
_WRAPPED = (
    r"(?:(?:SecretStr|Secret|SecureString|bytes|bytearray|str|String)\(|ConvertTo-SecureString(?: -String)?\s{1,3})?"
    r"(?:[bruNL@]{1,2}(?=\\{0,8}[\"']))?"
)
# A bare value ends where its line or list goes on; a bracket or a quote belongs to it where something follows.
_VALUE = (
    r"(?:(?:\"\"(?=\")|''(?='))?(?P<q>[\"'`])(?P<quoted>(?:\\[^\n]|(?!(?P=q))[^\n\\]){1,400})(?P=q)"
    r"|(?:\\{1,8}[\"'`](?=\\{1,8}[\"'`])){0,2}(?P<e>\\{1,8}[\"'`]|%22|&quot;|&#3[49];)(?P<inner>[^\n]{1,400}?)(?P=e)"
    r"|(?<=>)(?P<element>[^<>\n]{1,400}?)\s{0,20}(?=</)"
    r"|(?:\\{0,8}[\"'`])?(?P<bare>(?:[^\s\"'`,;()\[\]{}<>\\&|%]|[\"'`()\[\]{}](?=[A-Za-z0-9])"
    r"|%(?!2[026]|3[Bb])|&(?![\w.-]{1,30}=|\w{2,6};)){1,400}))"
)
_ANY_SIGN = "|".join(f"(?P<{name}>{sign})" for name, sign in _SIGNS.items())
_ASSIGNED = rf"{_SUFFIX}(?P<named>{_QUOTE}?)[\])}}]{{0,2}}(?:{_ANY_SIGN}){_WRAPPED}{_VALUE}"
# A sentence that goes on without a sign or a value: most that speak of secrets.
_GOES_ON = (
    r"s?[ ](?!(?:is|was|are|ist|lautet|es|est|will|should|has|set|changed|to|for|of|on|in|at|von|f.r|de|pour|or|string)"
    r"\b)[a-z]+(?=[ .,;:!?)\n])"
)
_OPTION = r"(?<![\w-])--?[A-Za-z-]{0,30}\Z"
# Commands and files in which a mere space stands between a name and its value.
_SPACED = r"(?:(?<!\w)(?i:env|arg|setx|set)\s{1,3}(?:-[A-Za-z]{1,3}\s)?[\w.-]{0,40}|(?i:require|master|store|key))\Z"
_LINE_END = r"[\"'`*]{0,3}[,;]?[ \t]{0,9}(?:\Z|\0|\r?\n|\\[rn]|#\s|</)"
# "the password is kept by the server" says something of a password, "the password is this, as before" what it is: there
# the sentence, or a part of it, ends.
_STATES = rf"\s{_IS}(?: now)?:?\s"
_CLAUSE_END = r"[.,;:!?)*]{1,3}(?=\s|\Z|\0|\\[rn])|[ \t]{0,9}(?:\Z|\0|\r?\n|\\[rn])"
_FIELD_ALONE = r"[\w.-]{1,40}="
_IDENTIFIER = r"[A-Za-z_]\w*"


def goes_on(view: View, place: int) -> bool:
    """Given where a word ends, tell whether its sentence goes on without a sign or a value."""
    return compiled(_GOES_ON).match(view.flat, place) is not None


def assigned_to(view: View, start: int, place: int) -> Assigned | None:
    """Given where the word that says secret starts and ends, return what is assigned to the name, if anything is."""
    flat = view.flat
    match = compiled(_ASSIGNED).match(flat, place, view.end_of(place))
    if not match:
        return None
    group = next(name for name in ("quoted", "inner", "element", "bare") if match[name] is not None)
    sign = next(name for name in _SIGNS if match[name] is not None)
    first, last = match.span(group)
    quoted = group != "bare"
    if sign in _SPOKEN and not quoted:
        last = first + len(match[group].rstrip(".,:;?*"))
    if sign == "space" and compiled(_FIELD_ALONE).match(match[group]):
        return None
    if (sign in {"item", "call"} and not quoted) or (sign in {"item", "form"} and not match["named"]):
        return None
    if group == "bare" and flat[last : last + 1] == "(":
        return None
    if sign == "space":
        certain = quoted or any(view.before(start, before) for before in (_OPTION, _SPACED))
    else:
        certain = _is_certain(match, sign, group, at_end=compiled(_LINE_END).match(flat, last) is not None)
    stated = compiled(_STATES).match(match[sign]) is not None and compiled(_CLAUSE_END).match(flat, last) is not None
    return Assigned(first, last, flat[first:last], certain=certain, quoted=quoted, stated=sign == "said" and stated)


_SPOKEN = frozenset({"cell", "far", "said", "space"})


def _is_certain(match: re.Match[str], sign: str, group: str, *, at_end: bool) -> bool:
    if sign in _SPOKEN:
        return group != "bare" or (sign == "far" and at_end)
    if sign != "assign":
        return sign != "call"
    equals = "=" in match[sign] or "%3" in match[sign]
    if group != "bare":
        return equals or match["q"] != "`"
    if equals and match[sign] == match[sign].strip():
        return True
    return at_end and not (equals and compiled(_IDENTIFIER).fullmatch(match[group]))
