"""Secrets that a block of text holds: keys between marks, what a cluster calls a secret, the cookies of a header.

A block is found at a literal; within it stand one or several secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..patterns import compiled
from .values import is_password, is_placeholder, is_reference
from .view import NEXT_LINE, Secret, View
from .words import is_drawn

#: how far a block may reach before the literal at which it is found, and behind it
_APART = 4000
_QUOTE = r"\\{0,4}[\"']"


def blocks(view: View) -> Iterator[Secret]:
    """Given texts, return the secrets that blocks of them hold."""
    found = view.places
    for literals, look in _BLOCKS:
        for literal in literals:
            done = 0
            for place in found.get(literal, ()):
                if place >= done:
                    done, secrets = look(view, place, done)
                    yield from secrets


#: where what was looked at ends, and the secrets there
_Found = tuple[int, list[Secret]]

# Keys between marks. A block without its end (a cut log) goes as far as its lines look like one.
_PEM = (
    r"KEY(?: BLOCK)?-----"
    r"(?:(?:[A-Za-z0-9+/=\s\\:,.\"'|>]|-(?!-)){0,20000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    rf"|(?:{NEXT_LINE}(?:[A-Za-z0-9+/=]{{1,200}}|[A-Z][\w-]{{2,20}}: [^\n]{{1,80}}|)(?=[\s\\\"',\0]|\Z)){{1,400}}"
    r"|[A-Za-z0-9+/=\s\\]{0,20000})"
)
_PEM_BEGINS = r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE \Z"
_BASE64 = r"[A-Za-z0-9+/]{16}"


def _private_key(view: View, place: int, _done: int) -> _Found:
    match = compiled(_PEM).match(view.flat, place, view.end_of(place))
    begins = view.before(place, _PEM_BEGINS) if match else None
    if match and begins and compiled(_BASE64).search(match[0]):
        return match.end(), [Secret(begins.start(), match.end(), "private-key")]
    return place, []


_PUTTY = rf"(?i:private-lines):\s{{1,3}}\d{{1,3}}{NEXT_LINE}((?:[A-Za-z0-9+/=]{{1,80}}(?:{NEXT_LINE}|\Z)){{1,99}})"


def _putty_key(view: View, place: int, _done: int) -> _Found:
    match = compiled(_PUTTY).match(view.flat, place, view.end_of(place))
    return place, [Secret(*match.span(1), "private-key")] if match else []


# A JSON Web Key with what makes it private.
_JWK_PART = rf"{_QUOTE}(?:d|p|q|dp|dq|qi|k){_QUOTE}\s{{0,3}}:\s{{0,3}}{_QUOTE}([\w-]{{16,2000}})"


def _web_key(view: View, place: int, done: int) -> _Found:
    start, end = _around(view, place, done)
    return end, [Secret(*match.span(1), "private-key") for match in compiled(_JWK_PART).finditer(view.flat, start, end)]


def _around(view: View, place: int, done: int) -> tuple[int, int]:
    return max(view.start_of(place), done, place - _APART), min(place + _APART, view.end_of(place))


# A manifest of Kubernetes: its kind may stand before its data or after it.
_KIND = rf"(?i:kind)(?:{_QUOTE})?:\s{{0,3}}(?:{_QUOTE})?\Z"
_DATA = (
    rf"(?<![\w-])(?:data|stringData)(?:{_QUOTE})?:\s{{0,3}}\{{?"
    rf"((?:(?:{NEXT_LINE}|,?\s{{0,3}})(?!kind|type|metadata|apiVersion|immutable)"
    rf"(?:{_QUOTE})?[\w.-]{{1,200}}(?:{_QUOTE})?:[^\n{{}},]{{1,8000}}){{1,60}})"
)
_ENTRY = rf":[ \t]{{1,9}}(?![\w.-]{{1,200}}:\s)(?:{_QUOTE})?([^\s\"',\\]{{6,8000}})|:{_QUOTE}([^\s\"',\\]{{6,8000}})"
# The command that makes one.
_CREATED = r"secret (?:generic|tls|docker-registry)\b[^\n]{0,2000}"
_FROM_LITERAL = r"--from-literal[= ][\"']?[\w.-]{1,200}=[\"']?([^\s\"']{4,400})"


def _kubernetes(view: View, place: int, done: int) -> _Found:
    end, entries = place, []
    created = compiled(_CREATED).match(view.flat, place, view.end_of(place))
    if created:
        end = created.end()
        entries = [
            match
            for match in compiled(_FROM_LITERAL).finditer(view.flat, *created.span())
            if is_password(match[1], certain=True)
        ]
    elif view.before(place, _KIND):
        start, end = _around(view, place, done)
        entries = [
            entry
            for data in compiled(_DATA).finditer(view.flat, start, end)
            for entry in compiled(_ENTRY).finditer(view.flat, *data.span(1))
        ]
    values = [(entry.span(entry.lastindex or 0), entry[entry.lastindex or 0]) for entry in entries]
    return end, [
        Secret(*span, "kubernetes-secret")
        for span, value in values
        if not is_reference(value) and not is_placeholder(value)
    ]


# The keys and salts of WordPress, one a line, of any signs.
_DEFINING = r"define\(\s{0,3}['\"]\w{0,30}\Z"
_DEFINED = (
    r"define\(\s{0,3}['\"](?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)['\"],\s{0,20}['\"]([^'\n]{32,120})['\"]"
)


def _defined_keys(view: View, place: int, done: int) -> _Found:
    if not view.flat.startswith(("'", '"'), place + len("key")) or not view.before(place, _DEFINING):
        return place, []
    start, end = _around(view, place, done)
    return end, [Secret(*match.span(1), "key") for match in compiled(_DEFINED).finditer(view.flat, start, end)]


# Codes for who lost a second factor, one a line.
_CODES = (
    r"(?i:(?:recovery|backup)[ _-]codes?)[^\n]{0,80}"
    rf"((?:{NEXT_LINE}(?:[-*] |\d{{1,2}}[.)] )?[\w-]{{6,24}}(?=[\s\\\"'\0]|\Z)){{1,20}})"
)
_CODE = r"(?<![\w-])[A-Za-z0-9]{4,12}(?:-[A-Za-z0-9]{4,12}){0,3}(?=[\s\\\"'\0]|\Z)"


def _recovery_codes(view: View, place: int, _done: int) -> _Found:
    codes = compiled(_CODES).match(view.flat, place, view.end_of(place))
    if not codes:
        return place, []
    found = [
        match
        for match in compiled(_CODE).finditer(view.flat, *codes.span(1))
        if any(char.isdigit() for char in match[0])
    ]
    return codes.end(), [Secret(*match.span(), "recovery-code") for match in found]


# What is put into a table with a column that says secret.
_INSERTED = r"(?i:pass[^()\n]{0,120}\)\s{0,3}values\s{0,3}\()([^\n]{1,600})"
_STRING = r"'([^'\n]{6,200})'"


def _inserted(view: View, place: int, _done: int) -> _Found:
    values = compiled(_INSERTED).match(view.flat, place, view.end_of(place))
    if not values:
        return place, []
    found = [
        match
        for match in compiled(_STRING).finditer(view.flat, *values.span(1))
        if is_password(match[1], certain=False)
    ]
    return values.end(), [Secret(*match.span(1), "password") for match in found if not is_placeholder(match[1])]


_COOKIES = r"(?i:cookies?)[\"']?\s{0,3}[:=]\s{0,3}[\"'{]?[^\n]{0,4000}"
_COOKIE = r"(?:^|[;\s\"'{,:])([\w.%-]{1,80})=([\w%.+/=~:-]{12,2000})"
#: shortest cookie that says by its name what it is for, and shortest of any name
_SESSION = r"(?i:sess|sid|auth|token|jwt|remember|csrf|xsrf|login|user)"
_SESSION_LEAST, _COOKIE_LEAST = 12, 24


def _cookies(view: View, place: int, _done: int) -> _Found:
    line = compiled(_COOKIES).match(view.flat, place, view.end_of(place))
    if not line:
        return place, []
    secrets = []
    for match in compiled(_COOKIE).finditer(view.flat, *line.span()):
        least = _SESSION_LEAST if compiled(_SESSION).search(match[1]) else _COOKIE_LEAST
        if is_drawn(match[2].replace("%", ""), least) and not is_placeholder(match[2]):
            secrets.append(Secret(*match.span(2), "cookie"))
    return line.end(), secrets


# What is found at which literals. Each is given the place, and where the one before it ended.
_BLOCKS: tuple[tuple[tuple[str, ...], Callable[[View, int, int], _Found]], ...] = (
    (("key",), _private_key),
    (("private-lines=",), _putty_key),
    (("kty=",), _web_key),
    (("secret",), _kubernetes),
    (("key",), _defined_keys),
    (("recovery codes=", "recovery_codes=", "backup codes=", "backup_codes="), _recovery_codes),
    (("pass",), _inserted),
    (("cookie=", "cookies="), _cookies),
)
