"""Places where only a secret can stand, whatever it looks like: in a URL before the @, in a header, on a command line.

A row has the literal (in lower case) at which its pattern begins, the kind, the pattern, whose group 1 is the secret,
and, where it matters, what must stand before the literal. Repetitions are bounded, so that each pattern takes time
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .secret_values import is_example, is_reference
from .secret_view import Secret, View


class Place(NamedTuple):
    """One place."""

    kind: str
    pattern: re.Pattern[str]
    before: re.Pattern[str] | None


# literal, kind, pattern, what must stand before
_TABLE: tuple[tuple[str, str, str, str], ...] = (
    (
        "secret",
        "aws-secret",
        r"(?i:secret_?-?(?:access_?-?)?key(?:_?id)?)[\"']?\s{0,3}[:=]\s{0,3}[\"']?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/])",
        "(?i:aws_?-?)",
    ),
    ("x-amz-", "aws-signature", r"(?i:X-Amz-(?:Signature|Security-Token))=([A-Za-z0-9%+/=-]{40,2000})", ""),
    ("sig=", "azure-sas", r"sig=([A-Za-z0-9%+/]{40,80}(?:%3D|=){0,2})(?![A-Za-z0-9])", r"[?&\"'\s]"),
    ("key", "azure-storage-key", r"(?i:key)=([A-Za-z0-9+/]{60,90}={0,2})", "(?i:account)"),
    ("://", "url-password", r"://[^\s:/@\"'<>`]{0,100}:([^\s@/\"'<>`]{2,200})@[\w.\[\]-]", r"[a-zA-Z][\w+.-]{1,30}"),
    ("://", "url-token", r"://([A-Za-z0-9_-]{20,200})@[\w.-]", "https?"),
    (
        "auth",
        "authorization",
        (
            r"(?i:authorization)[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?"
            r"(?:(?i:bearer|basic|token|apikey|bot|digest|negotiate|splunk)\s{1,3})?([A-Za-z0-9_.~+/=:-]{8,4000})"
        ),
        "",
    ),
    ("bearer ", "bearer-token", r"(?i:bearer) ([A-Za-z0-9_.~+/-]{16,4000}={0,2})", r"(?<!\w)"),
    (
        "key",
        "api-key-header",
        r"(?i:key)[\"']?\s{0,3}:\s{0,3}[\"'`]?([A-Za-z0-9_.~+/=-]{12,400})",
        r"(?<!\w)(?i:(?:x-(?:[a-z]{1,20}-)?)?api-|api)",
    ),
    (
        "token",
        "token-header",
        r"(?i:token)[\"']?\s{0,3}:\s{0,3}[\"'`]?([A-Za-z0-9_.~+/=-]{12,400})",
        r"\b(?i:x|private|job|deploy)-(?:[A-Za-z]{1,20}-){0,2}",
    ),
    ("curl", "basic-auth", r"curl\b[^\n]{0,300}?\s(?:-u|--user)[ =]?[\"']?[\w.@+-]{1,80}:([^\s\"'@:/]{4,100})", ""),
    ("mysql", "password", r"mysql(?:dump|admin)?\b[^\n|;]{0,200}?\s-p([^\s\"'-][^\s\"']{3,80})", ""),
    ("pass", "password", r"pass\s{1,3}-p[ ]?[\"']?([^\s\"']{4,80})", r"\bssh"),
    (
        "pass",  # .netrc
        "password",
        r"password\s{1,3}(\S{3,200})",
        r"\blogin\s{1,3}\S{1,80}\s{1,3}",
    ),
    ("auth", "registry-auth", r"auth\"\s{0,3}:\s{0,3}\"([A-Za-z0-9+/=_-]{12,2000})", '"'),
    ("auth", "registry-auth", r"auth(?:Token)?\s{0,3}=\s{0,3}\"?([A-Za-z0-9+/=_-]{12,2000})", ":_"),
    ("key", "private-key", r"key-data:\s{0,3}\"?([A-Za-z0-9+/=]{60,8000})", "client-"),
    (
        "cookie",
        "cookie",
        r"(?i:cookie):[^\n]{0,300}?(?i:sess[a-z]{0,6}|sid|auth|token|jwt)[\w.-]{0,30}=([\w%.+/=-]{16,2000})",
        "",
    ),
)


def _by_literal() -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = {}
    for literal, kind, pattern, before in _TABLE:
        ahead = re.compile(rf"{before}\Z") if before else None
        places.setdefault(literal, []).append(Place(kind, re.compile(pattern), ahead))
    return places


_PLACES = _by_literal()


def placed(view: View) -> Iterator[Secret]:
    """Given texts, return what stands where only a secret can."""
    for literal, places in _PLACES.items():
        done = 0
        for place in view.places_of(literal):
            for kind, pattern, before in places if place >= done else ():
                match = pattern.match(view.flat, place, view.end_of(place))
                if not match or (before and not view.stands_before(place, before)):
                    continue
                if not is_reference(match[1]) and not is_example(match[1]):
                    done = match.end(1)
                    yield Secret(*match.span(1), kind)
