"""Assignments to a name that says secret, of a value that looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .secret_values import is_example, is_password, is_random, is_reference
from .secret_view import Secret, View

# The words of a name that say secret, by the literal at which they are found, and what must stand before.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("pass", r"(?:passw(?:or)?d|passphrase|passcode)", ""),
    ("pass", "pass", r"[_-]"),
    ("pwd", "pwd", r"(?<![a-z])"),
    ("secret", "secret(?:[_-]?key)?", ""),
    ("token", "token", ""),
    ("credential", "credentials?", ""),
    (
        "key",
        "key",
        (
            r"(?i:api|app|access|auth|account|private|encryption|signing|master|service|license|shared|session|hmac|webhook)"
            r"[ _-]?"
        ),
    ),
    ("salt", "salt", r"(?<![a-z])"),
    ("pepper", "pepper", r"(?<![a-z])"),
    ("pin", "pin[_-]?code", r"(?<![a-z])"),
)

# What may follow the word: an environment, a number, a form; "tokens" and "password_hash" name something else. Then a
# sign, or what is said in a sentence; a mere space only after an option of a command.
_ASSIGNED = (
    r"(?:[_-]?(?i:prod|production|dev|development|test|live|staging|value|base64|b64|v?\d{1,3})){0,2}"
    r"(?:[\"'`\]]{0,2}\s{0,3}(?P<sign>:=|=>|==?|:)\s{0,12}"
    r"|(?P<said> (?:is|was)(?: now)?:? [\"'`]?|(?P<option> )[\"'`]?))"
    r"(?:(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n]{4,400}?)\\?[\"'`]|(?P<bare>[^\s\"'`,;)}\]<>\\]{4,400}))"
)
_OPTION = re.compile(r"(?<![\w-])--[a-z-]{0,30}\Z")


class Name(NamedTuple):
    """A name with what is assigned to it, and what must stand before."""

    pattern: re.Pattern[str]
    before: re.Pattern[str] | None


def _by_literal() -> dict[str, list[Name]]:
    names: dict[str, list[Name]] = {}
    for literal, word, before in _WORDS:
        ahead = re.compile(rf"{before}\Z") if before else None
        names.setdefault(literal, []).append(Name(re.compile(f"(?i:{word}){_ASSIGNED}"), ahead))
    return names


_NAMES = _by_literal()


def assigned(view: View) -> Iterator[Secret]:
    """Given texts, return what is assigned to a name that says secret and looks like one."""
    for literal, names in _NAMES.items():
        done = 0
        for place in view.places_of(literal):
            for name in names if place >= done else ():
                secret = _assigned_at(view, place, literal, name)
                if secret:
                    done = secret.end
                    yield secret


def _assigned_at(view: View, place: int, literal: str, name: Name) -> Secret | None:
    match = name.pattern.match(view.flat, place, view.end_of(place))
    if not match or (name.before and not view.stands_before(place, name.before)):
        return None
    option = match["option"] is not None
    if option and not view.stands_before(place, _OPTION):
        return None
    group = "quoted" if match["quoted"] else "bare"
    value = match[group].rstrip(".") if match["said"] else match[group]
    if not _is_secret(literal, value, quoted=group == "quoted" or option, sign=match["sign"] or " "):
        return None
    return Secret(match.start(group), match.start(group) + len(value), _KINDS.get(literal, "secret"))


_KINDS = {"pass": "password", "pwd": "password", "token": "token", "key": "key"}
#: shortest value that counts as drawn at random
_RANDOM_LEAST = 12


def _is_secret(literal: str, value: str, *, quoted: bool, sign: str) -> bool:
    """Given a name that says secret and what is assigned to it, tell whether the value is one.

    A password may be short, so for it two kinds of characters do; anything else must look drawn at random. Prose after
    a colon ("the token: it expires") is neither.
    """
    value = value.strip()
    if literal in {"pass", "pwd"}:
        likely = is_password(value, quoted=quoted, sign=sign)
    else:
        likely = is_random(value, _RANDOM_LEAST)
    return likely and not is_reference(value) and not is_example(value) and "[secret:" not in value


# A value that carries its own mark, of a service that nobody has listed: name, "secret" or the like, randomness.
_HOMEMADE = re.compile(
    r"(?<![A-Za-z0-9_-])(?!pk[_-]|pub)((?:[a-z][a-z0-9]{1,20}[_-]){1,3}(?:secret|token|key|apikey|pat|live|prod|sk|priv|private|auth|pw)[_-]"
    r"(?:(?:live|test|prod|dev|v\d)[_-])?)([A-Za-z0-9_-]{16,200})(?![A-Za-z0-9_-])"
)


_MARKED = re.compile(r"[_-](?:secret|token|key|apikey|pat|live|prod|sk|priv|private|auth|pw)[_-]")


def homemade(view: View) -> Iterator[Secret]:
    """Given texts, return what carries a mark of its own."""
    for start, end in view.runs:
        match = _MARKED.search(view.flat, start, end) and _HOMEMADE.search(view.flat, start, end)
        if match and is_random(match[2], 16) and not is_example(match[0]):
            yield Secret(*match.span(), "homemade-secret")
