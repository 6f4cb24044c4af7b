"""Secrets out of a text, before anything is stored, hashed or sent (invariant 8).

Three nets, the most certain first: keys between PEM marks and the published shapes of services (``secret_shapes``);
places where only a secret can stand (the password in a URL, an Authorization header); and assignments to a name that
says secret, of a value that looks like one. Hashes, uuids, pictures and lock files are left alone because no net asks
for entropy without a name or a shape.

A secret becomes ``[secret:<kind>:<4 hex>]``. The four digits come from a digest of the value, so that two occurrences
are seen as one and a value of enough entropy cannot be found from them. A placeholder is never touched again.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from .secret_shapes import SHAPES

#: number of these rules: stored beside what was redacted, raised whenever a rule changes
REDACTION = 1

_PLACEHOLDER = re.compile(r"\[secret:[a-z0-9-]{1,40}:[0-9a-f]{4}\]")


class Secret(NamedTuple):
    """Where a secret stands and what it is."""

    start: int
    end: int
    kind: str


class Redacted(msgspec.Struct, frozen=True):
    """A text without its secrets. ``cuts`` are the replaced spans of the original with their placeholders' lengths."""

    text: str
    found: dict[str, int] = {}
    cuts: tuple[tuple[int, int, int], ...] = ()

    def moved(self, place: int, *, end: bool = False) -> int:
        """Given a place in the original, return it in the redacted text; inside a secret it is the secret's edge."""
        shift = 0
        for start, stop, length in self.cuts:
            if place >= stop:
                shift += length - (stop - start)
            elif place > start:
                return start + shift + (length if end else 0)
        return place + shift


def redact(text: str) -> Redacted:
    """Given any text, return it with each secret replaced by a placeholder, and how many of each kind there were.

    Pure and idempotent; takes time linear in the length of the text.
    """
    secrets = find_secrets(text)
    if not secrets:
        return Redacted(text)
    pieces: list[str] = []
    cuts: list[tuple[int, int, int]] = []
    place = 0
    for secret in secrets:
        mark = _mark(secret.kind, text[secret.start : secret.end])
        pieces += (text[place : secret.start], mark)
        cuts.append((secret.start, secret.end, len(mark)))
        place = secret.end
    pieces.append(text[place:])
    return Redacted("".join(pieces), dict(Counter(secret.kind for secret in secrets)), tuple(cuts))


def find_secrets(text: str) -> list[Secret]:
    """Given any text, return its secrets in order, none overlapping another."""
    taken = [Secret(*match.span(), "") for match in _PLACEHOLDER.finditer(text)] if "[secret:" in text else []
    lower = text.lower()
    for net in (_keys, _shapes, _places, _assignments):
        for secret in net(text, lower):
            if all(secret.end <= other.start or secret.start >= other.end for other in taken):
                taken.append(secret)
    return sorted(secret for secret in taken if secret.kind)


def _mark(kind: str, value: str) -> str:
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=2, person=b"dreamd-redaction")
    return f"[secret:{kind}:{digest.hexdigest()}]"


# Keys between marks. A block without its end (a cut log) goes as far as its lines look like one.
_PEM = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z0-9+/=\s\\:,.\"'|>-]{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\]{0,20000})"
)


def _keys(text: str, _lower: str) -> Iterator[Secret]:
    if "PRIVATE KEY" in text:
        for match in _PEM.finditer(text):
            yield Secret(*match.span(), "private-key")


def _shapes(text: str, _lower: str) -> Iterator[Secret]:
    for shape in SHAPES:
        if any(literal in text for literal in shape.literals):
            group = 1 if shape.pattern.groups else 0
            for match in shape.pattern.finditer(text):
                value = match[group]
                if not _is_blank(value):
                    yield Secret(*match.span(group), shape.kind)


# Places where only a secret stands: literal (lower case) that must occur, kind, pattern with the secret as group 1.
_PLACES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("eyj", "jwt", re.compile(r"(?<![\w.-])(eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{0,2000})(?![\w-])")),
    ("eyj", "jwt", re.compile(r"(?<![\w.-])(eyJ[\w-]{8,4000}\.[\w-]{0,1000}\.[\w-]{8,100}\.[\w-]{8,8000}\.[\w-]{8,100})(?![\w-])")),
    ("://", "url-password", re.compile(r"\b[a-zA-Z][\w+.-]{1,30}://[^\s:/@\"'<>`]{0,100}:([^\s@/\"'<>`]{2,200})@[\w.\[\]-]")),
    ("://", "url-token", re.compile(r"\bhttps?://([A-Za-z0-9_-]{20,200})@[\w.-]")),
    (
        "authorization",
        "authorization",
        re.compile(
            r"(?i:authorization)[\"']?\s{0,3}[:=,]\s{0,3}[\"'`]?(?:(?i:bearer|basic|token|apikey|bot|digest|negotiate|splunk)\s{1,3})?"
            r"([A-Za-z0-9_.~+/=:-]{8,4000})"
        ),
    ),
    ("bearer ", "bearer-token", re.compile(r"\b(?i:bearer) ([A-Za-z0-9_.~+/-]{16,4000}={0,2})")),
    (
        "api-key",
        "api-key-header",
        re.compile(r"\b(?i:x-(?:[a-z]{1,20}-)?api-key|api-key|apikey)[\"']?\s{0,3}:\s{0,3}[\"'`]?([A-Za-z0-9_.~+/=-]{12,400})"),
    ),
    (
        "-token",
        "token-header",
        re.compile(r"\b(?i:(?:x|private|job|deploy)-(?:[a-z]{1,20}-){0,2}token)[\"']?\s{0,3}:\s{0,3}[\"'`]?([A-Za-z0-9_.~+/=-]{12,400})"),
    ),
    ("curl", "basic-auth", re.compile(r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]?[\"']?[\w.@+-]{1,80}:([^\s\"'@:/]{4,100})")),
    ("mysql", "password", re.compile(r"\bmysql(?:dump|admin)?\b[^\n|;]{0,200}?\s-p([^\s\"'-][^\s\"']{3,80})")),
    ("sshpass", "password", re.compile(r"\bsshpass\s{1,3}-p[ ]?[\"']?([^\s\"']{4,80})")),
    ("password", "password", re.compile(r"\bmachine\s{1,3}[\w.-]{1,100}\s{1,3}login\s{1,3}\S{1,80}\s{1,3}password\s{1,3}(\S{3,200})")),
    ("auth", "registry-auth", re.compile(r"(?:\"auth\"\s{0,3}:\s{0,3}\"|:_auth(?:Token)?\s{0,3}=\s{0,3}\"?)([A-Za-z0-9+/=_-]{12,2000})")),
    ("key-data", "private-key", re.compile(r"\bclient-key-data:\s{0,3}\"?([A-Za-z0-9+/=]{60,8000})")),
    ("cookie", "cookie", re.compile(r"(?i:\b(?:set-)?cookie):[^\n]{0,300}?(?i:sess[a-z]{0,6}|sid|auth|token|jwt)[\w.-]{0,30}=([\w%.+/=-]{16,2000})")),
)


def _places(text: str, lower: str) -> Iterator[Secret]:
    for literal, kind, pattern in _PLACES:
        if literal in lower:
            for match in pattern.finditer(text):
                if not _is_reference(match[1]) and not _is_example(match[1]):
                    yield Secret(*match.span(1), kind)


# A name that says secret. What may follow the word: an environment, a number, a form; "tokens" and "password_hash"
# name something else.
_NAME_WORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|apikey|secret[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|"
    r"encryption[_-]?key|signing[_-]?key|master[_-]?key|service[_-]?key|license[_-]?key|account[_-]?key|shared[_-]?key|"
    r"client[_-]?secret|credentials?|webhook[_-]?(?:secret|key)|app[_-]?key|session[_-]?key|hmac[_-]?key|"
    r"secret[_-]?access[_-]?key|salt|pepper|passcode|pin[_-]?code"
)
_NAMED = re.compile(
    rf"(?<![A-Za-z])(?P<name>(?:[A-Za-z0-9]{{1,30}}[_.-]){{0,6}}?[A-Za-z0-9]{{0,30}}?(?i:{_NAME_WORDS})"
    r"(?:[_-]?(?i:prod|production|dev|development|test|live|staging|value|base64|b64|v?\d{1,3})){0,2})"
    r"[\"'`\]]{0,2}\s{0,3}(?P<sign>:=|=>|==?|:)\s{0,3}"
    r"(?:(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n]{4,400}?)\\?[\"'`]|(?P<bare>[^\s\"'`,;)}\]<>\\]{4,400}))"
)
_NAME_LITERALS = ("pass", "pwd", "secret", "token", "key", "credential", "salt", "pepper", "pin")

# A value that carries its own mark, of a service that nobody has listed: name, "secret" or the like, randomness.
_HOMEMADE = re.compile(
    r"(?<![A-Za-z0-9_-])((?:[a-z][a-z0-9]{1,20}[_-]){1,3}(?:secret|token|key|apikey|pat|live|prod|sk|priv|private|auth|pw)[_-]"
    r"(?:(?:live|test|prod|dev|v\d)[_-])?)([A-Za-z0-9_-]{16,200})(?![A-Za-z0-9_-])"
)
_HOMEMADE_LITERALS = ("secret", "token", "key", "pat", "live", "prod", "sk", "priv", "auth", "pw")


def _assignments(text: str, lower: str) -> Iterator[Secret]:
    if any(literal in lower for literal in _NAME_LITERALS):
        for match in _NAMED.finditer(text):
            group = "quoted" if match["quoted"] else "bare"
            if _is_secret_value(match["name"], match[group], quoted=group == "quoted", sign=match["sign"]):
                yield Secret(*match.span(group), _kind_of(match["name"]))
    if any(literal in lower for literal in _HOMEMADE_LITERALS):
        for match in _HOMEMADE.finditer(text):
            if _is_random(match[2], 16) and not _is_example(match[0]):
                yield Secret(*match.span(), "homemade-secret")


_PASSWORD_NAME = re.compile(r"(?i:pass|pwd)")


def _kind_of(name: str) -> str:
    lower = name.lower()
    for part, kind in (("pass", "password"), ("pwd", "password"), ("token", "token"), ("key", "key")):
        if part in lower:
            return kind
    return "secret"


def _is_secret_value(name: str, value: str, *, quoted: bool, sign: str) -> bool:
    """Given a name that says secret and what is assigned to it, tell whether the value is one.

    A password may be short, so for it two kinds of characters do; anything else must look drawn at random. Prose after
    a colon ("the token: it expires") is neither.
    """
    value = value.strip()
    if _is_reference(value) or _is_example(value) or "[secret:" in value:
        return False
    if _PASSWORD_NAME.search(name):
        return _is_password(value, quoted=quoted, sign=sign)
    return _is_random(value, 12)


# Letters alone, with the joints of identifiers and paths: a word of a language, not a value.
_WORDY = re.compile(r"[A-Za-z_]+(?:[.:/-]{1,2}[A-Za-z_]+)*[!?.:]?")


def _is_password(value: str, *, quoted: bool, sign: str) -> bool:
    if " " in value or len(value) < 6 or _WORDY.fullmatch(value):
        return False
    classes = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
    if not quoted and sign == ":" and classes < 3 and len(value) < 10:
        return False
    return classes >= 2 and not _is_code(value)


def _is_random(value: str, least: int) -> bool:
    """Tell whether a value of at least ``least`` characters looks drawn at random rather than written.

    It needs letters and digits, no space, and the entropy of its characters (Shannon, bits a character) above 3.0, which
    written identifiers with a number at their end rarely reach within one word.
    """
    if len(value) < least or " " in value or _is_code(value):
        return False
    letters = sum(char.isalpha() for char in value)
    digits = sum(char.isdigit() for char in value)
    if letters + digits < 0.8 * len(value):
        return False
    if not digits:
        # letters alone: only when case changes as it never does in words
        return len(value) >= 20 and _case_changes(value) > len(value) / 4
    if not letters:
        return False
    # a word with a number, a date or a release in it is written: what is random is digits among letters
    switches = len(re.findall(r"(?<=\d)[A-Za-z]|(?<=[A-Za-z])\d", value))
    return _entropy(value) > 3.0 and (switches >= 3 or _case_changes(value) > len(value) / 4)


def _case_changes(value: str) -> int:
    return len(re.findall(r"[a-z][A-Z]|[A-Z][a-z]", value))


def _entropy(value: str) -> float:
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())


# A name for a value that stands elsewhere: variables, templates, calls, types, paths.
_REFERENCE = re.compile(
    r"[$%{<@*&#]|\[|.{0,40}(?:\$\{|\$\(|\{\{|\{%|%[sdv]\b|\(\)|\.\.\.)|(?:process\.env|os\.(?:environ|getenv)|env|secrets|vars|config|self|this|"
    r"options|args|params|request|req|settings|ctx|cfg)\b[.\[(]|[\w.]{1,80}\(|(?:None|null|nil|true|false|undefined|string|str|bytes)\b",
    re.IGNORECASE,
)


def _is_reference(value: str) -> bool:
    return bool(_REFERENCE.match(value))


def _is_code(value: str) -> bool:
    """Tell whether a value is a path, an address or an expression rather than one drawn at random."""
    return bool(
        value.startswith(("/", "./", "../", "~/", "http://", "https://"))
        or re.search(r"[(){}<>|\\]|\.(?:go|py|js|ts|json|ya?ml|md|txt|pem|key|sh|toml|env)\b|::|->|=>|&&", value)
    )


# What stands for a value in instructions. A published shape is redacted even where it is a vendor's own example, since
# that costs nothing; only rows of one character are told apart there.
_BLANK = re.compile(r"x{5,}|X{5,}|\*{3,}|\.{3,}|0{10,}")
_EXAMPLE = re.compile(
    r"example|sample|dummy|placeholder|changeme|change[-_]me|redacted|your[-_]|[-_]here\b|insert|todo|replace|^(?:test|fake|mock)[-_]",
    re.IGNORECASE,
)


def _is_blank(value: str) -> bool:
    """Tell whether a value is a row of one sign that stands for a value."""
    return bool(_BLANK.search(value)) or (len(value) >= 8 and len(set(value)) <= 3)


def _is_example(value: str) -> bool:
    """Tell whether a value says of itself that it is none."""
    return bool(_EXAMPLE.search(value)) or _is_blank(value)


def total(founds: Iterable[dict[str, int]]) -> dict[str, int]:
    """Given counts by kind, return their sum with the kinds in order."""
    sums: Counter[str] = Counter()
    for found in founds:
        sums.update(found)
    return dict(sorted(sums.items()))
