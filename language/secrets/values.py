"""Whether a value is a secret, for those who found it where one could stand.

A token is drawn. A password may be written by a person, and then only its mixture of signs tells it from a word. What
stands for a value (a placeholder, a variable, a type) is neither.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from ..patterns import compiled
from .words import CODE, CONSTANT, PART, STAND_INS, is_drawn, is_strewn, is_written

#: shortest and longest password that is told from a word, and shortest of letters only
_PASSWORD_LEAST, _PASSWORD_MOST, _LETTERS_LEAST = 6, 128, 10
#: how many kinds of signs a password has where it is certain to be one; more parts than this make a phrase
_KINDS, _PARTS = 2, 2
#: shortest value that mixes signs as no name does, in so many kinds; shortest that may hold words, too
_MIXED_LEAST, _MIXED, _ODD_LEAST = 8, 3, 30
#: words of a passphrase
_PHRASE_LEAST = 4
#: different characters that are few in a value of many; digits of a number in a name
_FEW, _MANY, _NUMBER = 6, 24, 2
#: how much of a row's value must be the row; how much of a value is looked at for counting, and how much of it counts
_ROW_SHARE, _HEAD, _COUNTED = 1 / 3, 64, 0.6
_LEAST_DIFFERENT = 4


class _Mixture(NamedTuple):
    """Which kinds of signs a value has. Joints are those of names and paths."""

    small: bool
    capital: bool
    digit: bool
    special: bool
    joint: bool

    @classmethod
    def of(cls, value: str) -> _Mixture:
        kinds = ("[a-z]", "[A-Z]", "[0-9]", r"[^\w./:-]", r"[_./:-]")
        return cls(*(re.search(kind, value) is not None for kind in kinds))


def is_password(value: str, *, certain: bool) -> bool:
    """Given a value where a password could stand, tell whether it looks like one.

    Where it is ``certain`` that the value is what the name says, two kinds of signs do. After a mere colon or a verb
    comes prose more often than a password, so there it takes more.
    """
    if " " in value or not _PASSWORD_LEAST <= len(value) <= _PASSWORD_MOST or _is_named(value):
        return False
    if value.isdigit():
        return certain and not compiled(_DATE).match(value)
    if compiled(_WORDY).fullmatch(value):
        long = len(value) >= _LETTERS_LEAST and value.isalpha()
        return not is_written(value) and (long or is_strewn(value) or compiled(_FOURS).fullmatch(value) is not None)
    return _is_certain_password(value) if certain else _is_sure_password(value)


def _is_named(value: str) -> bool:
    """Tell whether a value is a path, an expression, the name of a way to encrypt, or a constant's."""
    return (
        (value[0] == "/" and is_written(value))
        or compiled(CODE).search(value) is not None
        or compiled(_ALGORITHM).match(value) is not None
        or compiled(CONSTANT).fullmatch(value) is not None
    )


def _is_certain_password(value: str) -> bool:
    it = _Mixture.of(value)
    if not (it.capital or it.digit) and is_written(value) and len(PART.findall(value)) > _PARTS:
        return False  # words with signs between them
    # a name with joints that speaks of secrets is the name of one
    named = it.joint and not it.special and is_written(value) and compiled(_OF_SECRETS).search(value) is not None
    return it.small + it.capital + it.digit + (it.special or it.joint) >= _KINDS and not named


def _is_sure_password(value: str) -> bool:
    """Tell whether a value is a password even where a word could stand."""
    it = _Mixture.of(value)
    if it.small + it.capital + it.digit + it.special < _KINDS or not (it.digit or it.special):
        return False
    if (it.digit and it.special) or compiled(_PHRASE).fullmatch(value):
        return True
    many = sum(char.isdigit() for char in value) >= _NUMBER
    alone = it.digit and not it.joint and not compiled(_STEP).fullmatch(value)
    return alone or (it.small and it.capital and many) or not is_written(value)


def is_mixed(value: str) -> bool:
    """Tell whether a value that is too short or too odd for a drawn one mixes signs as no name does."""
    if compiled(_PHRASE).fullmatch(value):
        return STAND_INS.isdisjoint(value.split("-"))
    it = _Mixture.of(value)
    kinds = it.small + it.capital + it.digit + it.special
    if len(value) >= _ODD_LEAST and " " not in value and len(set(value)) >= _ODD_LEAST / 2:
        return kinds > _MIXED and not compiled(CODE).search(value)
    return (
        len(value) >= _MIXED_LEAST
        and (kinds > _MIXED or (kinds == _MIXED and not is_written(value)))
        and is_password(value, certain=True)
    )


def is_stated_password(value: str) -> bool:
    """Given a value of which a sentence says that it is the password, tell whether it looks like one.

    Beside what is one anywhere, this is a word with a number behind it, as people make passwords and programs names, or
    a number alone.
    """
    if value.isdigit():
        return is_password(value, certain=True)
    return compiled(_WORD_WITH_NUMBER).fullmatch(value) is not None and not _is_named(value)


def is_passphrase(value: str) -> bool:
    """Tell whether a value is a row of words that make no sentence."""
    words = value.split(" ")
    return (
        len(words) >= _PHRASE_LEAST
        and all(compiled(_PHRASE_WORD).fullmatch(word) for word in words)
        and STAND_INS.isdisjoint(words)
        and _SENTENCE.isdisjoint(words)
    )


# Words drawn from a list, and a number.
_PHRASE = r"(?:[a-z]{4,12}[-_.]){3,8}\d{1,4}|(?:[A-Z][a-z]{3,11}){3,8}\d{1,4}[^\w\s]?"
_PHRASE_WORD = r"[a-z]{3,12}\d{0,4}|\d{1,4}"
_SENTENCE = frozenset({"are", "be", "can", "cannot", "does", "has", "have", "if", "may", "that", "was", "were", "will"})
# Letters alone, with the joints of identifiers and paths: a word of a language, not a value.
_WORDY = r"[A-Za-z_]+(?:[.:/-]{1,2}[A-Za-z_]+)*[!?.:]?"
# What some give out as a password: four times four letters.
_FOURS = r"[a-z]{4}(?:-[a-z]{4}){3}"
# A word with a number, small: a step of something, a release of something.
_STEP = r"[a-z]{2,}\d{1,3}|v\d[\w.]*"
# With fewer letters it is a step, a phase or a stage.
_WORD_WITH_NUMBER = r"[a-z]{6,20}\d{1,4}"
_DATE = r"(?:19|20)\d\d[01]\d[0-3]\d"
_OF_SECRETS = r"(?i:pass|pwd|secret|token|key|cred|auth)"
_ALGORITHM = (
    r"(?i:sha|md|aes|rsa|hs|rs|es|ps|ed|x|pbkdf|bcrypt|scrypt|argon|oauth|base|utf|u?int|float|ecdsa|hmac|secp|blake|http|"
    r"tls|(?:var)?char|(?:var)?binary|string|bytes)-?\d+(?![A-Za-z]*\d[A-Za-z])\w{0,12}(?:[-_/][A-Za-z0-9]+){0,3}\Z"
)

# A name for a value that stands elsewhere: variables, templates, calls, types, stores of secrets.
_REFERENCE = (
    r"\$[\w{(]|\$$|%\w+%|%[({]|%[sdv]$|\{[{%]|\{[\w.!:\[]*\}?$|<[^>]*>?$|[*&@:?][A-Za-z_]\w*$|#\{|!\w|\[|"
    r".{0,200}(?:\$\{|\$\(|\{\{|\{%|\(\)|\.\.\.)|"
    r"(?i:process\.env|os\.(?:environ|getenv)|env|secrets|vars?|config|self|this|local|data|module|each|"
    r"options|args|params|request|req|settings|ctx|cfg|props|state|input|event|body|form|user|response|res)\b[.\[(]|"
    r"(?i:op|vault|secret|ssm|env|keyring|awskms|gcpkms|arn|ref|file|urn|projects|sha\d+|md5|cipher)[:/=]|ENC\[|"
    r"(?i:none|null|nil|true|false|undefined|string|str|bytes|secretstr|buffer)\b(?![!@#$%^&*+-]|\.\w)"
)
# What begins so is meant to be seen.
_PUBLIC = r"pk[._-]|phc_|pub[_-]|sb_publishable_|ssh-|age1|AAAA[BCE]3Nza"
# The same where no quote holds the value: calls, members, subscripts.
_CALL = r"[A-Za-z_][\w.]*[(\[<{]"
_EXPRESSION = r"[A-Za-z_]\w*(?:(?:\.|->)[A-Za-z_]\w*){1,8}$"


def is_reference(value: str, *, quoted: bool = True) -> bool:
    """Tell whether a value names a place where the value stands, or what kind of value it is."""
    if compiled(_REFERENCE).match(value) or compiled(_PUBLIC).match(value):
        return True
    if quoted:
        return False
    return compiled(_CALL).match(value) is not None or (
        compiled(_EXPRESSION).match(value) is not None
        and not any(is_drawn(part, _MIXED_LEAST) for part in re.split(r"\.|->", value))
    )


def is_blank(value: str) -> bool:
    """Tell whether a value is a row of one sign, or counts up, as what stands for a value in instructions does."""
    row = compiled(_ROW).search(value)
    if (row and len(row[0]) >= _ROW_SHARE * len(value)) or compiled(_BLANK).search(value):
        return True
    if len(set(value)) < min(_LEAST_DIFFERENT, _ROW_SHARE * len(value)):
        return True
    head = value[:_HEAD]
    return sum(ord(after) - ord(before) == 1 for before, after in pairwise(head)) >= _COUNTED * (len(head) - 1)


_ROW = r"(.)\1{7,}"
_BLANK = r"x{4,}|X{4,}|\*{3,}|\.{3,}|_{4,}"


def is_sample(value: str) -> bool:
    """Tell whether what has a token's shape is made up for instructions: blank, or words.

    A vendor's own example has the shape and is taken for a secret: that costs nothing.
    """
    digits = sum(char.isdigit() for char in value)
    return (
        is_blank(value)
        or (len(value) >= _MANY and len(set(value)) <= _FEW)
        or (digits <= _NUMBER and not value.isupper() and is_written(value) and not is_strewn(value))
    )


def is_placeholder(value: str) -> bool:
    """Tell whether a whole value says of itself that it is none; a password may hold such a word among others."""
    if is_blank(value):
        return True
    parts = compiled(_PART_OR_NUMBER).findall(value)
    return bool(parts) and all(
        compiled(_COUNT).fullmatch(it) if it.isdigit() else it.lower() in STAND_INS for it in parts
    )


_PART_OR_NUMBER = rf"{PART.pattern}|\d+"
# Numbers that only count.
_COUNT = r"0*[1-9]?|1234?5?6?7?8?9?0?|([0-9])\1*|00\d|42|99"
