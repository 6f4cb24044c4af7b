"""Places where only a secret can stand, whatever it looks like: in a URL before the @, in a header, on a command line.

A row has the literal (in lower case) at which its pattern begins, the kind, the pattern, whose group 1 is the secret,
and, where it matters, what must stand before the literal. Repetitions are bounded, so that each pattern takes time
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..patterns import compiled
from .values import is_password, is_placeholder, is_reference
from .view import NEXT_LINE, Secret, View
from .words import is_drawn, is_written


class Place(NamedTuple):
    """One place. Where words could stand, too, the secret must not be made of them."""

    kind: str
    pattern: str
    before: str
    doubt: str  # "?" or "!" as in the table


_IS = r"(?:\\{0,8}[\"'`]|%22|&quot;)?\s{0,3}[:=,]\s{0,3}(?:\\{0,8}[\"'`]|%22|&quot;)?"
_SCHEME = r"(?i:bearer|basic|token|api-?key|bot|digest|negotiate|splunk|key|ssws|genie-?key|hawk|jwt|oauth)\s{1,3}"
_USER = r"[^\s:/@\"'<>`]{0,100}"
#: what stands between a command and its option, and what an option is given
_COMMAND = r"[^\n;|&]{0,200}?\s"
_ARGUMENT = r"[\"']?([^\s\"'-][^\s\"']{3,200})"
_PAIR = r"[\w.@+-]{2,60}\s?[:/]\s?([^\s\"'`,;()\\]{6,100})"
#: the same where only words tell that it is one: a host's path and an address are none
_LOGIN = (
    r"[\"'`]?[\w+-](?:[\w.+-]{0,40}@[\w.-]{1,60}|[\w+-]{1,40})[\"'`]?(?:\s?:|\s?/\s?)[\"'`]?(?!/)"
    r"([^\s\"'`,;()\\]{6,100})"
)
#: an address that has a user's name before a password: no word stands there for anything else
_QUERY = r"(?i:user(?:name)?|usr|login|uid|e?mail|account)=(?P<user>[^\s&\"'<>`]{1,80})&(?:[^\s&\"'<>`]{1,40}&){0,3}"
_IN_QUERY = r"=([^\s&#\"'<>`()\\;,]{4,200})"
_WORDS = r"((?:[a-z]{3,8} ){11,23}[a-z]{3,8})"

# Literal, kind, pattern, what must stand before. The secret is group 1, of what stands before where the pattern has
# none. A question mark before the kind: words could stand there, too.
_TABLE: tuple[tuple[str, str, str, str], ...] = (
    # addresses
    ("://", "url-token", r"://([^\s:/@\"'<>`]{8,200}):(?:x-oauth-basic)?@[\w.\[-]", ""),
    (
        "://",
        "url-password",
        rf"://(?P<user>{_USER}):(?!x-oauth-basic@)([^\s@/\"'<>`]{{2,200}}?)@[\w.\[\]$-]",
        r"[a-zA-Z][\w+.-]{1,30}",
    ),
    (
        "://",
        "url-password",
        rf"://(?P<user>{_USER}):(?!x-oauth-basic@)([^\s\"'<>`]{{6,100}}?)@[\w.-]{{1,80}}:\d{{2,5}}/",
        r"[a-zA-Z][\w+.-]{1,30}",
    ),
    ("://", "?url-token", r"://([A-Za-z0-9_-]{20,200})@(?!o\d|[\w.-]{0,60}sentry)[\w.-]", "https?"),
    ("%3a%2f%2f", "url-password", r"(?i:%3A%2F%2F)(?P<user>[\w.+-]{0,80})%3A([^\s&\"'<>]{2,200}?)%40", ""),
    ("@", "url-password", r"@(?:tcp|unix)\(", r"(?P<user>[\w.-]{1,40}):([^\s:@/\"'`]{4,60})"),
    ("@", "url-password", r"@", r"(?:oracle:thin:|\bsqlplus (?:-\w )?[\"']?)(?P<user>[\w$]{1,40})/([^\s/@\"']{3,60})"),
    # signatures in addresses
    (
        "sig=,signature=",
        "signature",
        r"(?i:sig(?:nature)?)=([A-Za-z0-9%+/_~.-]{27,2000}={0,2})",
        r"(?:[?&;\"'\s]|&amp;|[Xx]-[A-Za-z]{3,5}-)",
    ),
    ("token", "session-token", r"(?i:token)=([A-Za-z0-9%+/_=-]{40,4000})", r"(?i:security-)"),
    # headers
    ("authorization=", "authorization", rf"(?i:authorization){_IS}{_SCHEME}([A-Za-z0-9_.~+/=:-]{{8,4000}})", ""),
    ("authorization=", "?authorization", rf"(?i:authorization){_IS}([A-Za-z0-9_.~+/=:-]{{16,4000}})", ""),
    (
        "key",
        "?api-key-header",
        rf"(?i:key){_IS}([A-Za-z0-9_.~+/=-]{{12,400}})",
        r"(?<!\w)(?i:(?:x-(?:[a-z]{1,20}-)?)?api-|api)",
    ),
    (
        "token",
        "?token-header",
        rf"(?i:token){_IS}([A-Za-z0-9_.~+/=-]{{12,400}})",
        r"\b(?i:x|private|job|deploy|circle|github|vault)-(?:[A-Za-z]{1,20}-){0,2}",
    ),
    # commands
    ("pass", "password", rf"pass\s{{1,3}}-p ?{_ARGUMENT}", r"\bssh"),
    ("pass", "password", rf"pass:{_ARGUMENT}", r"-pass(?:in|out)?[ =][\"']?|\bopenssl\b[^\n]{0,60}"),
    (
        "pass",
        "password",
        rf"passwd\s{{1,3}}-\w{{0,3}}b\w{{0,3}}\s{{1,3}}(?:\S{{1,80}}\s{{1,3}}){{1,2}}{_ARGUMENT}",
        "ht",
    ),
    ("pass", "password", r"passwd\b", r"(?P<user>[\w.-]{1,40}):([^\s\"'|]{4,40})[\"']?\s{0,3}\|\s{0,3}(?:sudo )?ch"),
    (
        "pass",
        "?password",
        r"pass\s{0,2}[:=]?\s{0,2}[\w.@+-]{1,60}\s?/\s?([^\s\"'`,;)]{5,80})",
        r"(?i:user|login)(?:name)?\s?/\s?",
    ),
    ("pass", "password", r"password\s{1,3}(\S{3,200})", r"\blogin\s{1,3}\S{1,80}\s{1,3}"),  # .netrc
    (
        "identified",
        "password",
        r"(?i:identified\s{1,3}(?:with\s{1,3}[\w'\"]{1,40}\s{1,3})?(?:by|as)\s{1,3}(?:password\s{1,3})?)['\"]([^'\"\n]{3,200})['\"]",
        "",
    ),
    (
        "pass",
        "!password",
        r"(?:(?<=[a-z] )|(?<= \w{2} ))pass(?:word|phrase|code|wd)(?!\w)",
        r"(?i:use|with|try|set|enter|put|type)\s[\"'`]?(\S{6,80}?)[\"'`]?\s(?i:as|for)\s(?:[\w']{1,15}\s){0,3}",
    ),
    (
        "pass",
        "password",
        r"(?i:password)[^\n()]{0,12}\)\.(?:type|fill|send_?[kK]eys|setValue|clear\(\)\.type)\([\"']([^\"'\n]{4,200})[\"']",
        "",
    ),
    ("in with ,in as ", "!password", rf"(?i:in (?:with|as) ){_LOGIN}", r"(?i:\b(?:log|sign)(?:ged|ed)?[ -]?)"),
    ("credential", "!password", rf"(?i:credentials? (?:are|is|were):?\s){_LOGIN}", ""),
    ("pass", "password", rf"(?i:pass(?:w(?:or)?d|phrase)?){_IN_QUERY}", _QUERY),
    ("pw", "password", rf"(?i:pwd?){_IN_QUERY}", _QUERY),
    ("auth=", "!password", rf"(?<![a-z])(?i:auth){_IS}{_PAIR}", ""),
    ("cred=,creds=,credential=,credentials=", "!password", rf"(?i:credentials?|creds?){_IS}{_PAIR}", ""),
    ("login=", "!password", rf"(?i:login){_IS}{_PAIR}", ""),
    ("secret", "!password", r"secret\s(?:\d\s)?([^\s\\]{6,200})", r"(?:enable|username\s\S{1,40}\s[^\n]{0,40})\s"),
    (
        "secret",
        "!password",
        rf"secrets?\b[^\n]{{0,200}}{NEXT_LINE}([^\s\"'\\]{{6,200}})(?=[\s\\\"'\0]|\Z)",
        r"(?<![\w-])(?:kubectl|oc|vault|op|aws|gcloud|az|doppler|pass)\s[^\n]{0,80}",
    ),
    (
        "secret",
        "otp-seed",
        r"(?i:secret(?: key)?)[^\n:]{0,20}:\s{1,3}((?=[A-Za-z ]{0,60}[2-7])(?:[A-Za-z2-7]{4} ){3,12}[A-Za-z2-7]{4})",
        "",
    ),
    ("key", "!password", r"key\s(?:\d\s)?([^\s\\]{6,200})", r"(?:isakmp|pre-shared-|radius\S{0,20}|tacacs\S{0,20})\s?"),
    (
        "securestring",
        "password",
        r"(?i:securestring)(?i: -string)?\s{1,3}\\{0,4}[\"']([^\"'\n\\]{4,200})\\{0,4}[\"']",
        "",
    ),
    ("wifi=", "password", r"(?i:wifi:)[^\n]{0,80}?;P:([^;\n]{4,80});", ""),
    # registries, clusters, databases
    ("auth=", "registry-auth", r"auth\\{0,8}\"\s{0,3}:\s{0,3}\\{0,8}\"([A-Za-z0-9+/=_-]{12,2000})", '"'),
    ("auth=,authtoken=", "registry-auth", r"auth(?:[Tt]oken)?[ =]\s{0,3}[\"']?([A-Za-z0-9+/=_-]{12,2000})", ":_"),
    ("auth=", "basic-auth", rf"(?i:auth){_IS}[\"'](?P<user>[\w.@+-]{{1,60}}):([^\s\"']{{4,100}})[\"']", ""),
    (
        "auth=",
        "basic-auth",
        r"(?i:auth)\s?=\s?\(\s{0,3}\\{0,8}[\"'](?P<user>[^\s\"'\\]{1,80})\\{0,8}[\"'],\s{0,3}\\{0,8}[\"']([^\s\"'\\]{4,100})\\{0,8}[\"']",
        "",
    ),
    ("key", "azure-storage-key", r"(?i:key)=([A-Za-z0-9+/%]{40,120}={0,2})", r"(?i:account|sharedaccess)"),
    ("key", "private-key", rf"key\b[^\n]{{0,40}}{NEXT_LINE}([A-Za-z0-9+/]{{43}}=)", "gen"),
    ("key", "private-key", r"(?i:key-data:)\s{0,3}[\"']?([A-Za-z0-9+/=]{60,8000})", "client-"),
    (":5432:", "password", r":5432:[\w.*-]{1,60}:(?P<user>[\w.*-]{1,60}):([^\s:]{4,100})", r"[\w.*-]{1,80}"),
    (":*:", "password", r":\*:[\w.*-]{1,60}:(?P<user>[\w.*-]{1,60}):([^\s:]{4,100})", r"[\w.*-]{1,80}"),
    ("{", "password-hash", r"\{(?:S?SHA(?:256|384|512)?|CRYPT|SMD5)\}([A-Za-z0-9+/$.]{20,140}={0,2})", ""),
    # words from which a wallet is made again
    ("phrase=", "recovery-phrase", rf"(?i:phrase){_IS}\\{{0,8}}[\"'`]?{_WORDS}", ""),
    ("mnemonic=", "recovery-phrase", rf"(?i:mnemonic){_IS}\\{{0,8}}[\"'`]?{_WORDS}", ""),
)


class Places(NamedTuple):
    """The places that a literal begins, and one pattern that matches where any of them does."""

    gate: str
    rows: list[Place]


def _by_literal() -> dict[str, Places]:
    places: dict[str, list[Place]] = {}
    gates: dict[str, list[str]] = {}
    for literals, kind, pattern, before in _TABLE:
        place = Place(kind.lstrip("?!"), pattern, rf"(?:{before})\Z" if before else "", kind[0])
        for literal in literals.split(","):
            gates.setdefault(literal, []).append(pattern.replace("(?P<user>", "(?:"))
            places.setdefault(literal, []).append(place)
    return {literal: Places("|".join(gates[literal]), rows) for literal, rows in places.items()}


_PLACES = _by_literal()


def placed(view: View) -> Iterator[Secret]:
    """Given texts, return what stands where only a secret can."""
    found = view.places
    for literal, (gate, rows) in _PLACES.items():
        if literal not in found:
            continue
        match, done = compiled(gate).match, 0
        for at in found[literal]:
            secret = _placed_at(view, at, rows) if at >= done and match(view.flat, at) else None
            if secret:
                done = secret.end
                yield secret


def _placed_at(view: View, at: int, places: list[Place]) -> Secret | None:
    last = view.end_of(at)
    for place in places:
        match = compiled(place.pattern).match(view.flat, at, last)
        behind = view.before(at, place.before) if match and place.before else None
        if not match or (place.before and not behind):
            continue
        found = match if match.re.groups else behind
        if place.doubt == "?" and view.flat[match.end() : match.end() + 1] == "(":
            continue  # a call
        if found and _is_secret(found, _user_of(match, behind), doubt=place.doubt):
            return Secret(*found.span(found.re.groups), place.kind)
    return None


def _user_of(*matches: re.Match[str] | None) -> str:
    return next((match["user"] for match in matches if match and "user" in match.re.groupindex), "")


def _is_secret(found: re.Match[str], user: str, *, doubt: str) -> bool:
    value = found[found.re.groups]
    # a password that is its user's name is the default that everybody knows
    if value == user or is_reference(value) or is_placeholder(value):
        return False
    if doubt == "!":
        return is_password(value, certain=False) or is_drawn(value, _DRAWN_LEAST)
    return doubt != "?" or not is_written(value)


_DRAWN_LEAST = 16
