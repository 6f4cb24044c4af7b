"""Tokens that are known by what they look like: the published shapes, whole or broken, and marks of the unlisted.

All of them are long runs of what tokens are made of, so only those are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ..patterns import compiled
from .shapes import BEFORE, classes, heads, shape
from .values import is_placeholder, is_sample
from .view import NEXT_LINE, Secret, View
from .words import is_drawn


def _trie(words: Iterable[str]) -> str:
    """Given words, return a pattern for the longest of them that stands somewhere; it looks at each character once."""
    tails: dict[str, list[str]] = {}
    for word in words:
        if word:
            tails.setdefault(word[0], []).append(word[1:])
    return "|".join(
        re.escape(first) + (f"(?:{_trie(rest)}){'?' if '' in rest else ''}" if any(rest) else "")
        for first, rest in tails.items()
    )


@cache
def _heads() -> tuple[re.Pattern[str], dict[str, list[int]]]:
    """Return a pattern for where a shape could begin, and the rows to try by the head that it found."""
    rows = heads()
    return re.compile(f"{BEFORE}(?:(?P<head>{_trie(rows)})|{'|'.join(classes())})"), rows


_JOINED = r"[\w:!*/.-]{1,80}\Z"


def shaped(view: View) -> Iterator[Secret]:
    """Given texts, return what has a published shape."""
    for start, end in view.runs:
        # some shapes have a colon or an exclamation mark in them, which join other things more often
        joined = view.before(start, _JOINED) if view.flat[start - 1] in ":!" else None
        found = list(_shaped(view.flat, joined.start() if joined else start, end, view.end_of(start)))
        yield from found
        if not found:
            yield from _broken(view, start, end)


def _shaped(flat: str, start: int, end: int, last: int) -> Iterator[Secret]:
    """Return the shapes that begin between two places; they may go on to the last."""
    begins, rows = _heads()
    head = begins.search(flat, start, end)
    while head:
        secret = _shape_at(flat, head.start(), last, rows[head["head"] or ""])
        if secret:
            yield secret
        head = begins.search(flat, secret.end if secret else head.start() + 1, end)


def _shape_at(flat: str, place: int, last: int, rows: list[int]) -> Secret | None:
    for row in rows:
        kind, pattern = shape(row)
        match = pattern.match(flat, place, last)
        if match:
            group = 1 if pattern.groups else 0
            if not is_sample(match[group]):
                return Secret(*match.span(group), kind)
    return None


# What breaks a token: the end of a line, with or without a mark that it goes on; a joint of two strings; a stray quote.
_BREAK = rf"(?:{NEXT_LINE}|[\"'] ?[+.]?\s{{0,40}}[\"']|`)"
_PIECE = r"[A-Za-z0-9_+/~.%$-]"
_BROKEN_OFF = rf"(?:{_PIECE}{{1,400}}{_BREAK}){{1,4}}\Z"
_GOES_ON = rf"(?:{_BREAK}{_PIECE}{{1,400}}){{1,4}}"
_BREAKS = _BREAK
#: characters of the pieces before a run that are looked at
_BACK = 200


def _broken(view: View, start: int, end: int) -> Iterator[Secret]:
    """Given a run, return the shapes that it has together with the pieces on the lines around it."""
    flat = view.flat
    first, last = view.start_of(start), view.end_of(start)
    behind = (
        compiled(_BROKEN_OFF).search(flat, max(first, start - _BACK), start) if _could_go_on_from(flat, start) else None
    )
    ahead = compiled(_GOES_ON).match(flat, end, last) if flat[end : end + 1] in _ENDS else None
    if not behind and not ahead:
        return
    first, last = behind.start() if behind else start, ahead.end() if ahead else end
    head = _heads()[0].search(flat, first, end)
    if not head or not head["head"]:
        return
    places: list[int] = []  # of each character of the joined pieces
    at = first
    for gap in compiled(_BREAKS).finditer(flat, first, last):
        places.extend(range(at, gap.start()))
        at = gap.end()
    places.extend(range(at, last))
    whole = "".join(flat[place] for place in places)
    for secret in _shaped(whole, 0, len(whole), len(whole)):
        begins, ends = places[secret.start], places[secret.end - 1] + 1
        if ends - begins > secret.end - secret.start and begins < end and ends > start:
            yield Secret(begins, ends, secret.kind)


def _could_go_on_from(flat: str, start: int) -> bool:
    """Tell at little cost whether a piece could stand before what breaks it off from a run."""
    mark = flat[start - 1]
    if mark in "\"'":
        return flat[start - 2] in _BEFORE_QUOTE
    if mark != "`":
        start = flat.rfind("\n", max(0, start - _INDENT), start) + 1
    return start > 1 and (flat[start - 2].isalnum() or flat[start - 2] in "\r\\_-+/")


_ENDS = frozenset("\\\n\r\"'`")
_BEFORE_QUOTE = frozenset(" +.\n\"'")
_INDENT = 40


# A value that carries its own mark, of a service that nobody has listed: name, "secret" or the like, randomness.
_MARK = r"(?:secret|token|key|apikey|pat|live|prod|sk|priv|private|auth|pw|tok|sec)"
# What is assigned to a name that says nothing by itself, where the value can be nothing else.
_NAMED = (
    r"(?:(?<![A-Za-z][ _-])(?<![A-Za-z])key(?!s)|(?P<cookie>(?i:sessid|connect\.sid))"
    r"|(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:(?P<sure>pat|auth|skey|seed|wif|psk|login)|session|sess|sid|jwt|bearer|private|"
    r"webhook|dsn|license|licence|mfa|cookie|csrf|xsrf|sas|hmac|community))s?\d?"
    r"[\\\"'`\])}]{0,4}(?:\s{0,3}(?::=|=>|->|=|:)\s{0,3}|,?\s(?=\\{0,4}[\"']))[\\\"'`(\[{]{0,6}\Z"
)
# What a command is given without a name, or a scheme of authorization.
_GIVEN = (
    r"(?<![\w-])(?:(?i:bearer|unseal(?: key)?(?: \d)?:?)|login|auth|masterauth|requirepass|AUTH(?: [\w.-]{1,40})?)"
    r"\s{1,2}\\{0,4}[\"']?\Z"
)
# Keys of Azure say near their end what they are for.
_AZURE = r"(?:\+(?:ASt|ABa|AMC|ARm|ASb|AEh|ACR)|ACDb|APIM|AIoT|AzSe|AzFu|AzCa)[A-Za-z0-9+/_-]{4,8}\Z"
_AZURE_LEAST, _AZURE_MOST, _AZURE_TAIL = 42, 90, 13
_PADDING = "={1,2}"
# What identifies without giving access: small letters and digits, a uuid, a date.
_IDENTITY = r"\A[a-z0-9_./-]+\Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\A[A-Z0-9_./-]+\Z"
_MARKED = rf"(?i:[_-]{_MARK}[_-])"
_HOMEMADE = (
    rf"(?i:(?<![A-Za-z0-9_-])(?!pk[_-]|pub|\w{{1,20}}_p(?:k|ub)_)((?:[a-z][a-z0-9]{{0,20}}[_-]){{1,3}}{_MARK}[_-]"
    r"(?:(?:live|test|prod|dev|v\d)[_-])?)([A-Za-z0-9_-]{16,200})(?![A-Za-z0-9_-]))"
)


#: shortest value that counts as drawn at random; how far back its name stands, and what can stand before the value
_DRAWN_LEAST = 16
_NAME_BACK = 40
_NAMING = frozenset(":=> \t\"'`([{\\")
# What services that nobody has listed give out: a short name, then letters of both cases and digits, many of them.
# Public keys look alike but for their name.
_UNLISTED = (
    r"(?<![A-Za-z0-9_./+-])(?<!sha\d{3}[=:])(?!pk[_-]|pub|phc_|sha|h1|anon|client|site|app|prod_|price_|cus_|evt_|req|msg|toolu|call|resp|chatcmpl)"
    r"[a-z][a-z0-9]{1,11}(?:[_-][a-z0-9]{1,12}){0,3}[_-]"
    r"((?=[A-Z0-9]{0,30}[a-z])(?=[a-z0-9]{0,30}[A-Z])(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{30,120})(?![A-Za-z0-9_-])"
)


def unlisted(view: View) -> Iterator[Secret]:
    """Given texts, return what carries a mark of its own, or is given where a token is."""
    flat = view.flat
    for start, end in view.runs:
        match = compiled(_MARKED).search(flat, start, end) and compiled(_HOMEMADE).search(flat, start, end)
        if match and is_drawn(match[2], _DRAWN_LEAST):
            yield Secret(*match.span(), "homemade-secret")
        match = compiled(_UNLISTED).search(flat, start, end)
        if match and is_drawn(match[1], _DRAWN_LEAST) and not is_sample(match[1]):
            yield Secret(*match.span(), "unlisted-token")
        padding = compiled(_PADDING).match(flat, end)
        last = padding.end() if padding else end
        if _AZURE_LEAST <= end - start <= _AZURE_MOST and compiled(_AZURE).search(flat, end - _AZURE_TAIL, end):
            yield Secret(start, last, "azure-key")
        if _is_given(view, start, flat[start:end]):
            yield Secret(start, last, "secret")


def _is_given(view: View, start: int, value: str) -> bool:
    if view.flat[start - 1] not in _NAMING:
        return False
    name = view.before(start, _NAMED, _NAME_BACK)
    sure = (name["sure"] or name["cookie"]) if name else view.before(start, _GIVEN, _NAME_BACK)
    return (
        (name is not None or sure is not None)
        and is_drawn(value, _DRAWN_LEAST)
        and not is_placeholder(value)
        and (sure is not None or not compiled(_IDENTITY).search(value))
    )
