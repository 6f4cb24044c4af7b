"""Whether a value is a secret, for those who found it under a name that says so."""

from __future__ import annotations

import math
import re
from collections import Counter

#: shortest password that is told from a word, and shortest value that counts as drawn at random
_PASSWORD_LEAST = 6
_RANDOM_LEAST = 12
#: letters alone must be longer: long words are words
_LETTERS_LEAST = 20
#: bits a character (Shannon): written identifiers with a number at their end rarely reach it
_ENTROPY = 3.0

# Letters alone, with the joints of identifiers and paths: a word of a language, not a value.
_WORDY = re.compile(r"[A-Za-z_]+(?:[.:/-]{1,2}[A-Za-z_]+)*[!?.:]?")


def is_password(value: str, *, quoted: bool, sign: str) -> bool:
    """Given a value and how it is written, tell whether it looks like a password."""
    if " " in value or len(value) < _PASSWORD_LEAST:
        return False
    if _WORDY.fullmatch(value):
        return _case_changes(value) >= len(value) / 4
    classes = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))
    # after a bare colon or a verb comes prose more often than a password, so there it takes more to be one
    doubtful = not quoted and sign in {":", " "} and len(value) < _RANDOM_LEAST
    return classes >= 2 + doubtful and not _is_code(value)


def is_random(value: str, least: int) -> bool:
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


def is_reference(value: str) -> bool:
    """Tell whether a value names a place where the value stands."""
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


def is_blank(value: str) -> bool:
    """Tell whether a value is a row of one sign that stands for a value."""
    return bool(_BLANK.search(value)) or len(set(value)) < min(4, len(value) / 3)


def is_example(value: str) -> bool:
    """Tell whether a value says of itself that it is none."""
    return bool(_EXAMPLE.search(value)) or is_blank(value)
