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
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from .secret_places import PLACES
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
            place = bisect(taken, secret)
            free = place == 0 or taken[place - 1].end <= secret.start
            if free and (place == len(taken) or taken[place].start >= secret.end):
                taken.insert(place, secret)
    return [secret for secret in taken if secret.kind]


def _mark(kind: str, value: str) -> str:
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=2, person=b"dreamd-redaction")
    return f"[secret:{kind}:{digest.hexdigest()}]"


# Keys between marks. A block without its end (a cut log) goes as far as its lines look like one.
_PEM = re.compile(
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:[A-Za-z0-9+/=\s\\:,.\"'|>]|-(?!-)){0,20000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"|[A-Za-z0-9+/=\s\\]{0,20000})"
)


def _keys(text: str, _lower: str) -> Iterator[Secret]:
    if "PRIVATE KEY" in text:
        for match in _PEM.finditer(text):
            yield Secret(*match.span(), "private-key")


# Most texts hold no literal at all, so the test for them is what takes time: one flat loop.
_TRIGGERS = tuple((literal, shape) for shape in SHAPES for literal in shape.literals)


def _shapes(text: str, _lower: str) -> Iterator[Secret]:
    tried = {shape for literal, shape in _TRIGGERS if literal in text}
    for shape in [shape for shape in SHAPES if shape in tried] if tried else ():
        group = 1 if shape.pattern.groups else 0
        for match in shape.pattern.finditer(text):
            if not _is_blank(match[group]):
                yield Secret(*match.span(group), shape.kind)


def _places(text: str, lower: str) -> Iterator[Secret]:
    for literal, kind, pattern in PLACES:
        if literal in lower:
            for match in pattern.finditer(text):
                if not _is_reference(match[1]) and not _is_example(match[1]):
                    yield Secret(*match.span(1), kind)


# A name that ends in a word that says secret. What may follow the word: an environment, a number, a form; "tokens" and
# "password_hash" name something else. The pattern begins at the word, not at the name, and so is quick.
_NAMED = re.compile(
    r"(?P<name>(?i:passw(?:or)?d|passphrase|passcode|(?<=[_-])pass|(?<![a-z])pwd|secret|token|credentials?|"
    r"(?:api|app|access|auth|account|private|encryption|signing|master|service|license|shared|session|hmac|webhook|secret)"
    r"[_-]?key|"
    r"(?<![a-z])(?:salt|pepper|pin[_-]?code))"
    r"(?:[_-]?(?i:prod|production|dev|development|test|live|staging|value|base64|b64|v?\d{1,3})){0,2})"
    r"[\"'`\]]{0,2}\s{0,3}(?P<sign>:=|=>|==?|:)\s{0,12}"
    r"(?:(?P<quote>\\?[\"'`])(?P<quoted>[^\"'`\n]{4,400}?)\\?[\"'`]|(?P<bare>[^\s\"'`,;)}\]<>\\]{4,400}))"
)
_NAME_LITERALS = ("pass", "pwd", "secret", "token", "key", "credential", "salt", "pepper", "pin")

# A value that carries its own mark, of a service that nobody has listed: name, "secret" or the like, randomness.
_HOMEMADE = re.compile(
    r"(?<![A-Za-z0-9_-])(?!pk[_-]|pub)((?:[a-z][a-z0-9]{1,20}[_-]){1,3}(?:secret|token|key|apikey|pat|live|prod|sk|priv|private|auth|pw)[_-]"
    r"(?:(?:live|test|prod|dev|v\d)[_-])?)([A-Za-z0-9_-]{16,200})(?![A-Za-z0-9_-])"
)
_HOMEMADE_LITERALS = ("secret", "token", "key", "pat", "live", "prod", "sk", "priv", "auth", "pw")


# The same without a sign: an option of a command, a sentence.
_SAID = re.compile(
    r"(?P<name>--[a-z-]{0,30}?(?:password|passwd|passphrase|token|api-?key|access-key|secret(?:-key)?)|"
    r"\b(?i:password|passphrase|passcode|token|api[ _-]?key|secret(?: key)?) (?:is|was)(?: now)?:?)(?P<sign> )"
    r"[\"'`]?(?P<bare>[^\s\"'`,;)}\]<>\\]{6,400})"
)


def _assignments(text: str, lower: str) -> Iterator[Secret]:
    if any(literal in lower for literal in _NAME_LITERALS):
        for match in _NAMED.finditer(text):
            group = "quoted" if match["quoted"] else "bare"
            if _is_secret_value(match["name"], match[group], quoted=group == "quoted", sign=match["sign"]):
                yield Secret(*match.span(group), _kind_of(match["name"]))
        for match in _SAID.finditer(text):
            value = match["bare"].rstrip(".")
            if _is_secret_value(match["name"], value, quoted=match["name"].startswith("--"), sign=match["sign"]):
                yield Secret(match.start("bare"), match.start("bare") + len(value), _kind_of(match["name"]))
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
    return _is_random(value, _RANDOM_LEAST)


#: shortest password that is told from a word, and shortest value that counts as drawn at random
_PASSWORD_LEAST = 6
_RANDOM_LEAST = 12
#: letters alone must be longer: long words are words
_LETTERS_LEAST = 20
#: bits a character (Shannon): written identifiers with a number at their end rarely reach it
_ENTROPY = 3.0

# Letters alone, with the joints of identifiers and paths: a word of a language, not a value.
_WORDY = re.compile(r"[A-Za-z_]+(?:[.:/-]{1,2}[A-Za-z_]+)*[!?.:]?")


def _is_password(value: str, *, quoted: bool, sign: str) -> bool:
    if " " in value or len(value) < _PASSWORD_LEAST:
        return False
    if _WORDY.fullmatch(value):
        return _case_changes(value) >= len(value) / 4
    classes = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
    # after a bare colon or a verb comes prose more often than a password, so there it takes more to be one
    doubtful = not quoted and sign in {":", " "} and len(value) < _RANDOM_LEAST
    return classes >= 2 + doubtful and not _is_code(value)


def _is_random(value: str, least: int) -> bool:
    """Tell whether a value of at least ``least`` characters looks drawn at random rather than written.

    It needs entropy, no space, and digits or capitals strewn among the letters: a word with a date, a release or a
    number at its end is written.
    """
    if len(value) < least or " " in value or _is_code(value):
        return False
    letters = sum(char.isalpha() for char in value)
    digits = sum(char.isdigit() for char in value)
    if not letters or letters + digits < 0.8 * len(value):
        return False
    if not digits:
        return len(value) >= _LETTERS_LEAST and _case_changes(value) > len(value) / 4
    switches = len(re.findall(r"(?<=\d)[A-Za-z]|(?<=[A-Za-z])\d", value)) + _case_changes(value)
    return _entropy(value) > _ENTROPY and switches >= len(value) / 8


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
    return bool(_BLANK.search(value)) or len(set(value)) < min(4, len(value) / 3)


def _is_example(value: str) -> bool:
    """Tell whether a value says of itself that it is none."""
    return bool(_EXAMPLE.search(value)) or _is_blank(value)


def total(founds: Iterable[dict[str, int]]) -> dict[str, int]:
    """Given counts by kind, return their sum with the kinds in order."""
    sums: Counter[str] = Counter()
    for found in founds:
        sums.update(found)
    return dict(sorted(sums.items()))
