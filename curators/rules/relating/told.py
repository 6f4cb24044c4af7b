"""A statement of one sentence as it is held against another word by word: without "now", articles and contractions.

Times, rates and numbers with their unit are one word each, so that "twice a week" stands against "every day".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .change_words import DETERMINERS, PREPOSITIONS, UNITS
from .reading import canonical

_CONTRACTED = (
    (re.compile(r"\b(I)['\u2019]m\b"), r"\1 am"),
    (re.compile(r"\b(\w+)['\u2019]ve\b"), r"\1 have"),
    (re.compile(r"\b(\w+)['\u2019]re\b"), r"\1 are"),
    (re.compile(r"\b(it|he|she|that)['\u2019]s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\bcan(?:['\u2019]t|not)\b", re.IGNORECASE), "can not"),
    (re.compile(r"\b(\w+)n['\u2019]t\b"), r"\1 not"),
    (re.compile(r"\b(work(?:s|ed|ing)?) for\b", re.IGNORECASE), r"\1 at"),
    (re.compile(r"\b(Dr|Mr|Mrs|Ms|Prof|St)\.\s"), r"\1 "),
)
#: it says that something was otherwise before
_SINCE = re.compile(
    r"\b(?:right now|as of (?:now|today|this \w+|\d{4}-\d\d-\d\d|\w+ \d{1,2})|now|currently|nowadays|these days|"
    r"today|at present|at the moment|from now on|going forward|from here on|any ?more|any longer|lately|recently)\b,?",
    re.IGNORECASE,
)
_AT_LAST = re.compile(r"\s*,?\s+(?:instead|again|already)$", re.IGNORECASE)
_INSTEAD = re.compile(
    r"\s*,?\s+(?:instead of|rather than|in place of)\s+(?P<old>[^,;]+?)(?P<for>\s+for\s+[^,;]+)?$", re.IGNORECASE
)
#: it may not be so, or so beside something else
_HESITATES = re.compile(
    r"\b(?:if|unless|might|(?-i:may)|could|should|would|maybe|perhaps|probably|plan(?:s|ned|ning)? to|want(?:s|ed)? to|"
    r"consider\w*|propos\w+|suggest\w*|tr(?:y|ied|ying)|will|going to|think|thought|not|never|no|also|too|as well|"
    r"additionally|both|still|than)\b|\?",
    re.IGNORECASE,
)
#: why something is so, behind what is
_WHY = re.compile(
    r"(?:\s+\((?:was|previously|see|e\.g\.|i\.e\.|\d+\s*\+)[^()]*\))?"
    r"(?:,?\s+(?:because|since(?!\s+[\dA-Z])|so that|in order to|"
    r"to\s+(?:keep|avoid|prevent|ensure|reduce|save|help|protect|improve|make sure))\b[^.;:]*"
    r"|,\s+so\b[^.;:]*|\s+for\s+\w+(?:ity|ness|ance|ence)\b[^.;:]*)$"
)
_SEVERAL = re.compile(r"[;:?!]\s|\.\s|[()]")
_CLOCK = r"\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b\.?"
_PERIOD = r"(?:second|minute|hour|day|night|morning|evening|week|month|quarter|year|weekday)s?"
_OFTEN = (
    rf"\b(?:every|each)\s+(?:other\s+|(?:\d+|two|three|four|six)\s+)?{_PERIOD}\b"
    r"|\b(?:daily|weekly|monthly|hourly|yearly)\b"
    rf"|\b(?:once|twice|(?:\d+|two|three|four|five|six) times)\s+(?:an?|per|every|each)\s+{_PERIOD}\b"
)
_WORD = re.compile(
    rf"`[^`]+`|(?i:{_CLOCK}|{_OFTEN})"
    r"|[$\u20ac\u00a3]?\d[\d,]*\d(?:\.\d+)?(?:%|[A-Za-z]{1,3}\b)?(?![\w.:/-])"
    r"|[$\u20ac\u00a3]?[\w][^\s,;`]*%?|[./~$\u20ac@#-][^\s,;`]+"
)
_TIME = re.compile(rf"(?i:{_CLOCK}|\d{{1,2}}:\d\d|\d{{4}}-\d\d-\d\d)$")
_RATE = re.compile(rf"(?i:{_OFTEN})$")
_NUMBER = re.compile(r"^[$\u20ac\u00a3#]?\d[\d.,:/-]*(?P<unit>%|[A-Za-z]{1,3})?$")
_VERSION = re.compile(r"^v?\d+(?:\.\d+)+$")
_NAME = re.compile(r"[_/@.:\d]|[a-z][A-Z]")
_COUNTED = "one two three four five six seven eight nine ten eleven twelve once twice dozen hundred thousand"
_COUNTS = frozenset(_COUNTED.split())
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april may june july august september october november december"
_DATED = frozenset(f"{_WEEKDAYS} {_WEEKDAYS.replace('day', 'days')} {_MONTHS} noon midnight".split())


@dataclass(frozen=True)
class Token:
    """A word: how it compares, as it is written, and the article before it."""

    key: str
    raw: str
    article: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is a number, or says how often."""
        return bool(_NUMBER.match(self.raw)) or self.raw.lower() in _COUNTS

    @property
    def is_rate(self) -> bool:
        """Whether it is of the form "twice a week"."""
        return bool(_RATE.match(self.raw))

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name."""
        return self.raw[0] == "`" or self.raw[0].isupper() or bool(_NAME.search(self.raw))

    @property
    def is_definite(self) -> bool:
        """Whether it stands for the one of its sort: "the team", "Kafka", but not "a reviewer"."""
        return self.article not in {"a", "an"} and (bool(self.article) or self.is_name)

    @property
    def owner(self) -> str:
        """The key without an "'s"."""
        return self.key.removesuffix("'s")


@dataclass(frozen=True)
class Told:
    """A statement without the words that say since when it is so, and whether it had them."""

    words: tuple[Token, ...]
    text: str
    since: bool
    instead: frozenset[str]  # keys of what it says that it is instead of


@lru_cache(maxsize=4096)
def told(text: str) -> Told | None:
    """Given a statement, return how it is held against others; None where it is several sentences, or hesitates."""
    bare = spelt_out(text)
    instead: frozenset[str] = frozenset()
    if match := _INSTEAD.search(bare):
        instead = frozenset(token.key for token in tokens(match["old"]))
        bare = bare[: match.start()] + (match["for"] or "")
    plain = " ".join(_SINCE.sub(" ", _AT_LAST.sub("", _SINCE.sub(" ", bare))).split()).strip(" ,")
    if not plain or _SEVERAL.search(plain) or _HESITATES.search(plain):
        return None
    return Told(tuple(tokens(plain)), plain, plain != bare or bool(instead), instead)


def says_since(text: str) -> bool:
    """Given a statement, tell whether it says that it is so since some time, and was not before."""
    return _SINCE.search(text) is not None


def timeless(text: str) -> str:
    """Given a statement, return it without the words that say since when, and spelt out."""
    return " ".join(_SINCE.sub(" ", spelt_out(text)).split())


@lru_cache(maxsize=8192)
def unexplained(text: str) -> str:
    """Given a statement, return it without the reason or aim that stands last."""
    return _WHY.sub("", text.strip().rstrip("."))


def spelt_out(text: str) -> str:
    """Given a statement, return it without contractions and its full stop."""
    for pattern, full in _CONTRACTED:
        text = pattern.sub(full, text)
    return " ".join(text.strip().rstrip(".!").split())


def tokens(text: str) -> list[Token]:
    """Given a text, return its words without articles."""
    found, article = [], ""
    for match in _WORD.finditer(text):
        raw = match[0].strip("\"'").rstrip(".:!")
        bare = raw.strip("`").lower()
        if not bare or bare in DETERMINERS:
            article = bare
            continue
        owner = re.sub(r"['\u2019]s$", "", bare)
        key = canonical(owner) if re.fullmatch(r"[a-z]+", owner) else owner.replace(",", "")
        found.append(Token(key if owner == bare else f"{key}'s", raw, article))
        article = ""
    return found


def sort_of(words: Sequence[Token]) -> str:  # noqa: PLR0911 - a table of cases
    """Given the words of a value, return of what sort it is; only values of one sort can take each other's place.

    A date, a rate ("often"), a version, a number of some unit, what is counted, a phrase, a name or a word.
    """
    lower = [token.raw.lower() for token in words]
    if any(word in _DATED or _TIME.match(word) for word in lower):
        return "date"
    if len(words) == 1 and words[0].is_rate:
        return "often"
    if len(words) == 1 and _VERSION.match(words[0].raw):
        return "version"
    if any(token.is_number for token in words):
        if all(token.is_number or token.key in UNITS for token in words):
            return "number" if len(units_of(words)) < 2 else "several"  # noqa: PLR2004 - "2 GB for 3 days"
        if not any(token.raw[0].isupper() for token in words):
            return " ".join(["counted", *sorted(token.key for token in words if not token.is_number)])
    if lower[0] in PREPOSITIONS or lower[0] in {"before", "when"}:
        return "phrase"
    return "name" if any(token.is_name for token in words) else "word"


def units_of(words: Sequence[Token]) -> frozenset[str]:
    """Given the words of a value, return what its numbers measure."""
    found = set()
    for token in words:
        match = _NUMBER.match(token.raw)
        found.add(UNITS.get(((match["unit"] or "") if match else token.key).lower(), ""))
    return frozenset(found - {""})
