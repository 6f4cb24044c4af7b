"""Whether a value is written, made of words, or drawn, made by chance."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

from ..patterns import compiled

#: shortest word: shorter parts stand in anything
_WORD_LEAST = 3
#: share of a word's pairs of letters that must be usual ones, and of one that is longer than most words
_USUAL, _USUAL_IN_LONG, _LONG = 0.66, 0.75, 10
#: share of a value's letters that must stand in words for it to be written
_WRITTEN = 0.7
#: as much of a value tells how the whole was made
_ENOUGH = 128
#: share of letters and digits in what is drawn, how few letters do, and one in how many characters must be one
_PLAIN, _LETTERS_FEW, _LETTERS_SPARSE = 0.75, 2, 12
#: bits a character (Shannon): what is typed with few keys has less
_ENTROPY = 2.4
#: letters of a word that seldom comes about by chance among both cases, and the share of such words' letters
_TELLING, _TELLING_SHARE = 7, 0.34
#: letters a part where cases change by chance; parts of names are longer
_STREWN, _STREWN_PARTS = 3.4, 3

# The pairs of letters that make up 96 in 100 of those in English words and in programs: a letter with those that follow
# it. Of pairs drawn at random four in ten are among them.
_TABLE = """
abcdgiklmnprstuvwy baeilosuy cacehiklmorstu dadeilorsu eacdefgilmnopqrstvwxy faefilorsu geilnrsu haeio
iabcdefglmnoprstvxz keis ladeilostuy mabeimopsu nacdefgiklnopstuv obcdfgiklmnoprstuvw paeiloprstuy qu
racdegiklmnoprstuy sacehilmopstuy tacdefhilmoprstuy uabceilmnprst vaei waeinors xeipt ynpst ze
"""
_PAIRS = frozenset(row[0] + second for row in _TABLE.split() for second in row[1:])

# Words that stand for a value or name its kind.
_STOOD_IN = """
a abc abcd abcdef access account acme add an and any api app auth bar baz bearer change changed changeit changeme
client code config cred credential credentials creds db default demo dev dummy edit empty enter env example examples
fake field file fixme foo for from generate generated get github gitlab goes google hash here hidden id in insert
invalid is it jwt key keys local login long masked me mock mongo mongodb must my mysql n na name new no none not
null of old on one openai or our pass passwd password passwords passwort paste phrase pin placeholder please
postgres postgresql private prod provide put pw pwd qux random real redacted redis refresh replace replaced required
sample secret secrets secure see server service session set should some something staging string stripe strong super
tbd test testing tests text the this tmp to todo token tokens two type unset update url use used user username valid
value variable webhook with wrong x xx xxx xyz yes you your yours yyy zzz
"""
STAND_INS = frozenset(_STOOD_IN.split())

#: a part of a value as names are made of them
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LETTER, _DIGIT = re.compile("[A-Za-z]"), re.compile("[0-9]")
# What is drawn has a long piece; what is joined of short ones is a name with a release and a place.
_PIECE = r"[A-Za-z0-9]{5}"
# Names as programs have them: small words with joints, each perhaps with a number; capitals.
_SNAKE = r"_{0,2}[a-z]{1,30}(?:[._-][a-z]{1,30}){1,8}|_{0,2}[a-z]{1,20}\d{0,4}(?:_[a-z]{1,20}\d{0,4}){2,8}"
CONSTANT = r"_?[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,8}|[A-Z]{1,20}\d?(?:-[A-Z]{1,20}\d{0,4}){1,8}"
_TIME = r"\d{4}-\d\d-\d\d[T_]"
_FILE = "go|py|js|ts|tsx|json|jsonl|ya?ml|md|txt|pem|key|crt|sh|toml|env|ini|cfg|conf|xml|sql|html|log|lock|csv"
#: paths, addresses, expressions, regular expressions, rules of validation
CODE = (
    r"^(?:\.{1,2}/|~/|[A-Za-z]:\\|https?://|file:|[\w.]+\(.*\)$|[\w.]+@[\w.]+\.\w{2,4}$|[\w.-]+:\d{2,5}$)"
    rf"|/[\w.-]{{0,80}}\.[a-z][a-z0-9]{{1,7}}$|\.(?:{_FILE})$"
    r"|::\w|->|=>|&&|\|\||\[\^|\[a-z|\[A-Z|\[0-9|\\[dwsS]|\.[*+](?:/|$)|\(\?:|\b(?:required|nullable|min|max)[|:]"
)


def is_written(value: str) -> bool:
    """Tell whether words make up most of a value's letters."""
    parts = PART.findall(value)
    letters = sum(map(len, parts))
    return letters > 0 and sum(len(part) for part in parts if is_word(part.lower())) >= _WRITTEN * letters


@lru_cache(maxsize=1024)
def is_word(part: str) -> bool:
    """Tell whether small letters make a word, or could."""
    if part in STAND_INS:
        return True
    pairs = [part[place : place + 2] in _PAIRS for place in range(len(part) - 1)]
    return len(part) >= _WORD_LEAST and sum(pairs) >= (_USUAL if len(part) <= _LONG else _USUAL_IN_LONG) * len(pairs)


def is_drawn(value: str, least: int) -> bool:
    """Tell whether a value of at least ``least`` characters looks drawn at random."""
    if len(value) < least or " " in value:
        return False
    value = value[:_ENOUGH]
    letters, digits = len(_LETTER.findall(value)), len(_DIGIT.findall(value))
    if letters < max(_LETTERS_FEW, len(value) / _LETTERS_SPARSE) or letters + digits < _PLAIN * len(value):
        return False
    if not compiled(_PIECE).search(value) or _is_name(value) or is_written(value) or _entropy(value) < _ENTROPY:
        return False
    return digits > 0 or is_strewn(value) or not has_case(value)


def _is_name(value: str) -> bool:
    """Tell whether a value is made as names, times, paths and the vendors' examples are."""
    if "EXAMPLE" in value or any(compiled(form).fullmatch(value) for form in (_SNAKE, CONSTANT)):
        return True
    parts = PART.findall(value)
    telling = sum(len(part) for part in parts if len(part) >= _TELLING and is_word(part.lower()))
    return (
        (has_case(value) and telling >= _TELLING_SHARE * sum(map(len, parts)))
        or compiled(_TIME).match(value) is not None
        or compiled(CODE).search(value) is not None
    )


def has_case(value: str) -> bool:
    """Tell whether a value has both small letters and capitals."""
    return not (value.islower() or value.isupper())


def is_strewn(value: str) -> bool:
    """Tell whether small letters and capitals change as in no name: its parts would be longer."""
    parts = PART.findall(value)
    return has_case(value) and len(parts) >= _STREWN_PARTS and sum(map(len, parts)) < _STREWN * len(parts)


def _entropy(value: str) -> float:
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())
