"""How a statement is read before it is compared: content words with their sign, identifiers, numbers, clauses.

A sign is negative where the words speak against a thing: "never push", "Postgres instead of Redis" (Redis), "moved
from npm to pnpm" (npm). Statements are at most 300 characters, so every search here is short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from ....language.stems import stem
from ..vocabulary import CANONICAL, CATEGORIES, FUNCTION_WORDS, LIGHT, NUMBERS, OPPOSITES

FEW = 3  # fewer words find little
_OF_ONESELF = re.compile(r"^I\s+(?:(?:have|now|just|am|usually)\s+)*(?P<verb>[a-z]+)")
#: who moves lives elsewhere then, who joins works there
_SETTLED = {"move": "live", "reloc": "live", "join": "work"}

_TOKEN = re.compile(
    r"""(?P<code>`[^`]+`)
      | (?P<date>\b\d{4}-\d\d-\d\d\b)
      | (?P<flag>(?<![\w-])--?[A-Za-z][\w-]*)
      | (?P<number>\#?\d+(?:[.,:]\d+)*[A-Za-z%]{0,3}\b%?)
      | (?P<word>[~./@]{0,3}[^\W\d][\w'\u2019]*(?:[-./:@]+\w[\w'\u2019]*)*(?:\(\))?)
      | (?P<mark>[;:,.!?()\u2014\u2013])""",
    re.VERBOSE,
)
#: "10MB" is read as "10 MB"
_MEASURED = re.compile(r"^(?P<number>\d+(?:[.,]\d+)*)(?P<unit>s|h|d|ms|sec|min|hr|kb|mb|gb|tb)$", re.IGNORECASE)
_NAME = re.compile(r"[_/.:@~\d]|[a-z][A-Z]|\(\)")
_SIMPLE = re.compile(r"^[A-Za-z]+$")

_NEGATIONS = (
    "not never no don't dont doesn't didn't cannot can't won't wouldn't shouldn't mustn't isn't aren't wasn't weren't "
    "without outside avoid neither nor forbid forbidden disallow prohibit prohibited disallowed refuse nothing none"
)
_NEGATORS = frozenset(_NEGATIONS.split())
#: "never without a review" is for the review
_UNDOING = frozenset({"without", "outside"})
#: after these the statement is for its object again
_FOR = frozenset({"but", "always", "instead", "only"})
#: a clause begins here
_OPENINGS = (
    "because since so otherwise when if unless while whereas although though until before after once where which "
    "therefore thus hence but as"
)
_CONNECTORS = frozenset(_OPENINGS.split())
#: but not before a date or a number
_DATING = frozenset({"since", "until", "before", "after", "as", "once"})
_NO_TERM = _NEGATORS | _CONNECTORS
_HARMLESS = re.compile(r"\b(?:not only|not just|no matter|whether or not|if not|why not|no doubt)\b", re.IGNORECASE)

#: "instead of X", "rather than X": only the thing itself is spoken against, not what follows a preposition
_REJECTED = re.compile(
    r"\b(?:instead of|rather than|in place of)\s+(?P<thing>(?:(?!\b(?:for|in|on|when|to|with|at|by|from|because|so|"
    r"since|and|if)\b)[^;:,.()]|\.(?=\w)){1,80})",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\b(?:chang|switch|mov|migrat|went|converted|ported|renam|rais|lower|bump|increas|reduc|upgrad|downgrad)\w*\s+"
    r"(?:[\w`'-]+\s+){0,5}?from\s+(?P<thing>[^;,()]{1,80}?)\s+to\b",
    re.IGNORECASE,
)
_REPLACED = re.compile(r"\breplac(?:e|es|ed|ing)\s+(?P<thing>[^;,()]{1,80}?)\s+(?:with|by)\b", re.IGNORECASE)
#: the words before a verb, back to where their clause begins
_BEFORE_VERB = r"(?P<thing>(?:(?!\b(?:and|but|so|because|which|that|then)\b)[^;,.()]){1,80}?)\s+"
_REPLACED_BY = re.compile(
    _BEFORE_VERB + r"(?:is|are|was|were|has been|have been|got)\s+(?:now\s+)?replaced\s+(?:by|with)\b",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"\b(?:revert|drop|abandon|discontinu|rolled back|gave up|decided against|stop(?:ped)? using|got rid of|"
    r"moved away from|no longer)(?:ed|ped|s|ing)?\s+(?:on\s+)?(?P<thing>[^;,.()]{1,120})",
    re.IGNORECASE,
)
_OVER = re.compile(
    _BEFORE_VERB + r"(?:(?:was|were|is|are) (?:wrong|a mistake|a bad idea|gone|history|obsolete"
    r"|off the table)|(?:goes|go|went|is going|has to go) away)\b",
    re.IGNORECASE,
)
#: "previously it was X; now it is Y": the X alone
_FORMERLY = re.compile(
    r"\b(?:previously|formerly|originally|until now|before this)\b[^.;]{1,100}?"
    r"\b(?:to|is|was|were|as|at|used|had|got)\s+(?P<thing>(?:(?!\bnow\b)[^;.,()]){1,40}?)\s*(?:[;.,\u2014\u2013]|\bbut\b|\band\b)[^;.]{0,20}?\bnow\b",
    re.IGNORECASE,
)
#: without one of these none of the above matches; most statements have none
_MAY_REVERSE = re.compile(
    r"\b(?:instead of|rather than|in place of|from|replac|revert|drop|abandon|discontinu|rolled back|gave up|decided"
    r"|stop|got rid|moved away|no longer|wrong|mistake|bad idea|gone|history|obsolete|off the table|away|now)",
    re.IGNORECASE,
)
#: and the two that try every word of a text ask for more before they do
_REVERSALS = (
    *((pattern, _MAY_REVERSE) for pattern in (_REJECTED, _FROM_TO, _REPLACED)),
    (_FORMERLY, re.compile(r"\bnow\b", re.IGNORECASE)),
    (_REPLACED_BY, re.compile(r"replaced", re.IGNORECASE)),
    (_UNDONE, _MAY_REVERSE),
    (_OVER, re.compile(r"wrong|mistake|bad idea|gone|history|obsolete|off the table|away", re.IGNORECASE)),
)
#: "committing to main is forbidden"
_FORBIDDEN = re.compile(
    _BEFORE_VERB + r"(?:(?:is|are)\s+(?:strictly\s+)?(?:forbidden|prohibited|disallowed)"
    r"|(?:must|should|may|can|shall)\s*(?:not|never)\s+be\s+(?:used|done|run|made|set|taken|put))\b",
    re.IGNORECASE,
)
_MAY_FORBID = re.compile(r"forbidden|prohibited|disallowed|(?:not|never) be ", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"\b(?:from now on|from here on|going forward|no longer|not \w+(?: \w+){0,4} any ?more|as of \d{4}-\d\d-\d\d|"
    r"chang(?:e|ed|ing) (?:[\w`'-]+ ){1,6}?to be|changed (?:my|our) minds?|we (?:now|changed)|now uses?|"
    r"has changed|used to)\b",
    re.IGNORECASE,
)


#: what tells how a thing was found, and nothing of it
_OPENING = re.compile(
    r"\s*(?:(?:so|and|but|also|then|wait|ok|okay|yes|right|indeed|confirmed|fixed|done|found|note|fyi)(?:\s*[,:\u2014\u2013-]\s+|\s+(?=that\b))"
    r"|(?:we|the team)\s+(?:have\s+)?(?:decided|agreed)\s+to\s+|(?:but|and|so)\s+(?:then\s+)?(?=[`\w])"
    r"|(?:it\s+(?:turns|turned)\s+out|(?:I|we)\s+(?:found|noticed|notice|learned|learnt|saw|see|discovered|confirmed)(?:\s+out)?|"
    r"as\s+(?:discussed|agreed|noted|mentioned)|note|remember|please\s+note|"
    r"(?:the\s+)?(?:root\s+cause|real\s+cause|cause|problem|issue|bug)\s+(?:is|was|here\s+is|here\s+was))\s*(?:,|that\b|[\u2014\u2013-]\s)\s*"
    r"|(?:the\s+)?(?:root\s+cause|real\s+cause|cause|problem|issue|bug)\s*[:.\u2014\u2013-]\s+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Word:
    """One content word: ``key`` compares, ``sign`` is -1 where it is spoken against, ``clause`` counts from 0."""

    key: str
    sign: int
    clause: int
    sort: str  # name (an identifier), number, date, word, or light (says little)
    start: int
    before: str  # the function word or other word right before it, lower case
    surface: str = ""  # as it was written

    @property
    def heavy(self) -> bool:
        """Whether the statement would be another one without it."""
        return self.sort != "light"


@dataclass(frozen=True)
class Reading:
    """A statement as it is compared."""

    words: tuple[Word, ...]
    connectors: tuple[str, ...]  # what each clause begins with; "" for the first
    reverses: bool  # it says that something was otherwise before

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of the heavy words."""
        return frozenset(word.key for word in self.words if word.heavy)


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Given a statement, return its reading."""
    text = _without_opening(text)
    rejected = list(_against(text))
    against = [*rejected, *_forbidden(text)]
    words: list[Word] = []
    connectors = [""]
    sign, before = 1, ""
    harmless = [match.span() for match in _HARMLESS.finditer(text)]
    tokens = list(_tokens(text))
    for (kind, piece, start), following in zip(tokens, [*(token[0] for token in tokens[1:]), ""], strict=False):
        lower = piece.lower().replace("\u2019", "'")
        if kind == "mark" or (lower in _CONNECTORS and not (lower in _DATING and following in {"date", "number"})):
            if kind != "mark" or piece not in ".,!?" or words:
                connectors.append(lower)
            sign, before = 1, lower
        elif lower in _NEGATORS and kind == "word" and not _inside(start, harmless):
            sign, before = -sign if lower in _UNDOING and sign < 0 else -1, lower
        elif lower in _FOR:
            sign, before = 1, lower
            if lower == "only":
                words.append(Word("only", 1, len(connectors) - 1, "word", start, before))
        elif kind == "word" and (lower in FUNCTION_WORDS or lower in _CONNECTORS):
            before = lower
        else:
            spoken = -1 if _inside(start, against) else sign
            spoken = -spoken if kind == "word" and is_opposite(lower) else spoken
            for key, sort in _keys(kind, piece):
                words.append(Word(key, spoken, len(connectors) - 1, sort, start, before, piece))
                before = lower
    return Reading(tuple(_sorted_out(words)), tuple(connectors), bool(rejected) or bool(_AFTERWARDS.search(text)))


def _without_opening(text: str) -> str:
    """Return a text with blanks in the place of what only leads up to a statement: "it turned out that"."""
    while opening := _OPENING.match(text):
        text = " " * opening.end() + text[opening.end() :]
    return text


def _sorted_out(words: list[Word]) -> Iterator[Word]:
    """Yield the words, those light that only say what sort of thing a name right beside them is: "the flag `-x`"."""
    for index, word in enumerate(words):
        last = words[index - 1] if index else None
        following = words[index + 1] if index + 1 < len(words) else None
        names = (last and last.sort == "name" and word.before == last.surface.lower()) or (
            following and following.sort == "name" and following.before == word.surface.lower()
        )
        yield replace(word, sort="light") if names and word.sort == "word" and word.key in CATEGORIES else word


#: an environment variable that a command is given, which others speak of by its name alone
_GIVEN = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?==)")


def keys(text: str) -> frozenset[str]:
    """Given a statement, return the keys under which statements of the same thing are found.

    Where it has few that matter, the others count too: "I use Vim" and "I now use Helix" share no more.
    """
    found = frozenset(key for key, sort, _surface in terms(text) if sort != "light") | frozenset(_GIVEN.findall(text))
    if len(found) >= FEW:
        return found
    mine = _OF_ONESELF.match(text)
    verb = canonical(mine["verb"]) if mine else ""
    return frozenset(key for key, _sort, _surface in terms(text)) | (
        {f"I {_SETTLED.get(verb, verb)}"} if verb else set()
    )


@lru_cache(maxsize=16)
def terms(text: str) -> tuple[tuple[str, str, str], ...]:
    """Given a statement, return its words in order: key, sort, as written. Without signs, and so cheaper than read."""
    found: list[tuple[str, str, str]] = []
    for kind, piece, _start in _tokens(_without_opening(text)):
        if kind != "mark" and (lower := piece.lower()) not in FUNCTION_WORDS and lower not in _NO_TERM:
            found += [(key, sort, piece) for key, sort in _keys(kind, piece)]
    return tuple(found)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(text):
        yield match.lastgroup or "", match[0], match.start()


@lru_cache(maxsize=65536)
def _keys(kind: str, piece: str) -> list[tuple[str, str]]:  # noqa: PLR0911 - a table of cases
    """Return the keys of one token with their sorts: a hyphenated word has one for each part."""
    figures = NUMBERS.get(piece.lower(), "") if kind == "word" else ""
    if kind == "number" and (measured := _MEASURED.match(piece)):
        unit = {"s": "second", "h": "hour", "d": "day"}.get(measured["unit"].lower(), measured["unit"].lower())
        return [(measured["number"].replace(",", ""), "number"), (canonical(unit), "word")]
    if figures or kind in {"date", "number"}:
        return [(figures or piece.lower().lstrip("#").replace(",", ""), "date" if kind == "date" else "number")]
    bare = piece.strip("`").strip().removesuffix("()").strip("'\u2019") if kind == "code" else piece
    if kind in {"code", "flag"} and not _SIMPLE.match(bare):
        return [(" ".join(bare.split()), "name")]
    bare = bare.rstrip(".:").replace("\u2019", "'").removesuffix("'s")
    if kind == "code":
        return [(canonical(bare), "name")]
    if bare.lower() in LIGHT:
        return [(bare.lower(), "light")]
    if _NAME.search(bare):
        return [(bare.removesuffix("()"), "name")]
    parts = [
        (key, "light" if key in LIGHT or part.lower() in LIGHT else "word")
        for part in bare.split("-")
        if part and part.lower() not in FUNCTION_WORDS
        for key in [canonical(part)]
    ]
    return parts or [(bare.lower(), "word")]  # "one-on-one"


@lru_cache(maxsize=65536)
def canonical(word: str) -> str:
    """Given a word, return the stem that stands for it and its plain synonyms."""
    key = stem(word.lower())
    return CANONICAL.get(key, key)


@lru_cache(maxsize=65536)
def is_opposite(word: str) -> bool:
    """Given a word in lower case, tell whether its key is that of its opposite."""
    return stem(word) in OPPOSITES


def _against(text: str) -> Iterator[tuple[int, int]]:
    if not _MAY_REVERSE.search(text):
        return
    for pattern, may_match in _REVERSALS:
        for match in pattern.finditer(text) if may_match.search(text) else ():
            yield match.span("thing")


def _forbidden(text: str) -> Iterator[tuple[int, int]]:
    if _MAY_FORBID.search(text):
        yield from (match.span("thing") for match in _FORBIDDEN.finditer(text) if match["thing"].lower() != "it")


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)
