"""Whether a statement gives another value in the place of the one that an older statement gave, as people tell it.

Two ways of telling are known. The newer may be the older one with another value in one place and a word such as "now"
("uses Envoy", "now uses HAProxy"). Or it tells of the change ("moved from GitLab to GitHub", "was raised to 45
seconds"), which is held against what the older says of the same subject. Both ask that all the rest is the same: of
what has several values at once ("supports", "knows", "reviews") another value takes nothing away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .change_words import ALTERNATIVES, ATTRIBUTES, CHANGES, DETERMINERS, EXCLUSIVE, FILLS, LEADS, MADE, PLACED, POSITIONS, PURPOSES, STATES, UNITS, WHEN
from .claims import is_opinion
from .parts import part_in
from .reading import canonical, is_opposite

#: most words of a value
VALUE_WORDS = 4
#: most words behind a value: what it is a value for
REST_WORDS = 4

_CONTRACTED = (
    (re.compile(r"\b(I)['\u2019]m\b"), r"\1 am"),
    (re.compile(r"\b(\w+)['\u2019]ve\b"), r"\1 have"),
    (re.compile(r"\b(\w+)['\u2019]re\b"), r"\1 are"),
    (re.compile(r"\b(it|he|she|that)['\u2019]s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"\bcan(?:['\u2019]t|not)\b", re.IGNORECASE), "can not"),
    (re.compile(r"\b(\w+)n['\u2019]t\b"), r"\1 not"),
)
#: it says that something was otherwise before
_MARKS = re.compile(
    r"\b(?:right now|as of (?:now|today|this \w+|\d{4}-\d\d-\d\d|\w+ \d{1,2})|now|currently|nowadays|these days|today|"
    r"at present|at the moment|from now on|going forward|from here on|any ?more|any longer|lately|recently|this time)\b,?",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\s*,?\s+(?:instead of|rather than|in place of)\s+(?P<old>[^,;]+?)(?P<for>\s+for\s+[^,;]+)?$", re.IGNORECASE)
_LAST = re.compile(r"\s*,?\s+(?:instead|again|already)$", re.IGNORECASE)
_HESITATES = re.compile(
    r"\b(?:if|unless|might|may|could|should|would|maybe|perhaps|probably|plan(?:s|ned|ning)? to|want(?:s|ed)? to|consider\w*|"
    r"propos\w+|suggest\w*|tr(?:y|ied|ying)|will|going to|think|thought|not|never|no|also|too|as well|additionally|both|still|than)\b|\?",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"[;:?!]\s|\.\s|[()]")
_CLOCK = r"\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b\.?"
_PERIOD = r"(?:second|minute|hour|day|night|morning|evening|week|month|quarter|year|weekday)s?"
_OFTEN = (
    rf"\b(?:every|each)\s+(?:other\s+|(?:\d+|two|three|four|six)\s+)?{_PERIOD}\b|\b(?:daily|weekly|monthly|hourly|yearly)\b"
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
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve once twice dozen hundred thousand".split()
)
_TALLIES = frozenset({"once", "twice", "times", "time"})


@dataclass(frozen=True)
class Token:
    """A word: how it compares, and as it is written."""

    key: str
    raw: str
    indefinite: bool = False  # it is one of several: "a reviewer"
    definite: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is a number or says how often."""
        return bool(_NUMBER.match(self.raw)) or self.raw.lower() in _COUNTS

    @property
    def is_name(self) -> bool:
        """Whether it is written as a name."""
        return self.raw[0] == "`" or self.raw[:1].isupper() or bool(re.search(r"[_/@.:\d]|[a-z][A-Z]", self.raw))


@dataclass(frozen=True)
class Told:
    """A statement as it is held against another: its words without "now" and the like, and whether it had them."""

    words: tuple[Token, ...]
    marked: bool
    was: tuple[str, ...]  # keys of what it says that it is instead of
    hesitates: bool
    text: str


@dataclass(frozen=True)
class Change:
    """A told change: of what, by which sort of verb, from what (perhaps not said) and to what."""

    of: frozenset[str]
    sort: str
    was: tuple[str, ...]
    value: tuple[Token, ...]


def revised(older: str, newer: str) -> tuple[str, str] | None:
    """Given two statements, return the older value and the newer where the newer one replaces it."""
    old, new = told(older), told(newer)
    if old is None or new is None or new.hesitates or old.hesitates:
        return None
    return _in_its_place(old, new) or _changed(older, newer, old, new) or _taken_over(old, new)


def _taken_over(old: Told, new: Told) -> tuple[str, str] | None:
    """Somebody has a part now that somebody else had."""
    mine, their = part_in(old.text), part_in(new.text)
    if not new.marked or not mine or not their or (mine.part, mine.of) != (their.part, their.of):
        return None
    return (mine.value, their.value) if mine.value != their.value else None


def denied(older: str, newer: str) -> bool:
    """Given two statements, tell whether they are the same but for a "not" in one of them."""
    sides = [_spelt_out(_bare(_MARKS.sub(" ", it))).split() for it in (older, newer)]
    words = [[word.strip("`.,").lower() for word in side] for side in sides]
    plain = [[word for word in side if word not in _NOTS] for side in words]
    if len(plain[0]) != len(plain[1]) or len(plain[0]) < 2:  # noqa: PLR2004 - one word is no statement
        return False
    against = [bool(_DENIES & set(side)) + sum(map(is_opposite, side)) for side in words]
    for one, other in zip(*plain, strict=True):
        if {one, other} in ({f"un{one}", one}, {f"un{other}", other}):
            against[0] += 1
        elif canonical(one) != canonical(other):
            return False
    return sum(against) % 2 == 1


def says_since(text: str) -> bool:
    """Given a statement, tell whether it says that it is so since some time, and was not before."""
    return _MARKS.search(text) is not None


_DENIES = frozenset({"not", "never", "no"})
_NOTS = _DENIES | {"longer", "do", "does"}


@lru_cache(maxsize=4096)
def told(text: str) -> Told | None:
    """Given a statement of one sentence, return how it is held against others; None where it is more than one."""
    bare = _bare(_spelt_out(text))
    was: tuple[str, ...] = ()
    if match := _INSTEAD.search(bare):
        was = tuple(token.key for token in _tokens(match["old"]))
        bare = bare[: match.start()] + (match["for"] or "")
    plain = _LAST.sub("", _MARKS.sub(" ", bare))
    marked = plain != bare or bool(was)
    plain = " ".join(plain.split()).strip(" ,")
    if _SEVERAL.search(plain) or not plain:
        return None
    return Told(tuple(_tokens(plain)), marked, was, bool(_HESITATES.search(plain)), plain)


def _bare(text: str) -> str:
    return " ".join(text.strip().rstrip(".!").split())


def _spelt_out(text: str) -> str:
    for pattern, full in _CONTRACTED:
        text = pattern.sub(full, text)
    return text


def _tokens(text: str) -> list[Token]:
    found, article = [], ""
    for match in _WORD.finditer(text):
        raw = match[0].strip("\"'").rstrip(".:!")
        bare = raw.strip("`").lower()
        if not bare or bare in DETERMINERS:
            article = bare
            continue
        owner = re.sub(r"['\u2019]s$", "", bare)
        key = canonical(owner) if re.fullmatch(r"[a-z]+", owner) else owner.replace(",", "")
        found.append(Token(key + ("'s" if owner != bare else ""), raw, article in {"a", "an"}, article not in {"", "a", "an"}))
        article = ""
    return found


def _in_its_place(old: Told, new: Told) -> tuple[str, str] | None:
    """The same words around another value in one place."""
    mine, their = list(old.words), list(new.words)
    marked = new.marked
    if any(token.raw in _LATEST for token in their):
        mine, their = ([token for token in side if token.raw not in _LATEST] for side in (mine, their))
        marked = True
    start = _common(mine, their)
    end = _common(mine[start:][::-1], their[start:][::-1])
    was, value = mine[start : len(mine) - end], their[start : len(their) - end]
    before, behind = mine[:start], mine[len(mine) - end :]
    if not was or not value or max(len(was), len(value)) > VALUE_WORDS:
        if (apart := _apart(mine, their)) is None:
            return None
        before, was, value, behind = apart
    if not was or not value or max(len(was), len(value)) > VALUE_WORDS or len(behind) > max(REST_WORDS, 0 if start else 9):
        return None
    if new.was and not set(new.was) <= {token.key for token in was}:
        return None
    if _has_inside(was) or _has_inside(value):
        return None
    named = (" ".join(token.raw for token in was), " ".join(token.raw for token in value))
    if not before:
        return named if marked and _is_who(was) and _is_who(value) and _leads(behind) else None
    return named if _is_value(before, was, value, behind, marked=marked) else None


def _apart(
    mine: list[Token], their: list[Token]
) -> tuple[list[Token], list[Token], list[Token], list[Token]] | None:
    """Return what stands before the value, the two values, and what stands behind, where a phrase has moved.

    The words are the same but for one run on either side, behind the same word.
    """
    left, right = (
        [at for at, token in enumerate(one) if token.key not in _GOES_WITHOUT and token.key not in {it.key for it in other}]
        for one, other in ((mine, their), (their, mine))
    )
    if not left or not right or left[-1] - left[0] != len(left) - 1 or right[-1] - right[0] != len(right) - 1:
        return None
    if not left[0] or not right[0] or mine[left[0] - 1].key != their[right[0] - 1].key:
        return None
    before, behind = their[: right[0]], their[right[-1] + 1 :]
    was, value = ([side[at] for at in places] for side, places in ((mine, left), (their, right)))
    return (before, was, value, behind) if max(len(was), len(value)) <= VALUE_WORDS else None


_GOES_WITHOUT = frozenset({"we", "they", "is", "are", "was", "were", "be", "has", "have", "been"})


def _has_inside(words: Sequence[Token]) -> bool:
    """Tell whether a run of words is more than one value: it has a verb, or a preposition with what it belongs to."""
    if any(token.key in STATES | EXCLUSIVE and token.raw.islower() for token in words):
        return True
    if len(words) > 1 and any(_RATE.match(token.raw) for token in words):
        return True
    inner = [at for at, token in enumerate(words) if token.raw.lower() in _INNER]
    return any(at == 0 or at == len(words) - 1 or not (words[at - 1].is_number and words[at + 1].is_number) for at in inner)


def _common(one: Sequence[Token], other: Sequence[Token]) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count].key == other[count].key:
        count += 1
    return count


def _is_who(words: Sequence[Token]) -> bool:
    return all(token.raw[:1].isupper() and not token.key.endswith("'s") and not token.is_number for token in words)


def _leads(behind: Sequence[Token]) -> bool:
    """Tell whether what follows a name says what one person is or does alone: "leads the team"."""
    keys = [token.key for token in behind]
    if len(keys) < 2 or behind[1].indefinite or not (behind[1].definite or behind[1].is_name):  # noqa: PLR2004
        return False
    return keys[0] in LEADS or (keys[0] in {"is", "are"} and behind[1].raw[:1].islower())


def _is_value(
    before: Sequence[Token], was: Sequence[Token], value: Sequence[Token], behind: Sequence[Token], *, marked: bool
) -> bool:
    verbs = [at for at, token in enumerate(before) if token.key in EXCLUSIVE or token.key in STATES]
    if not verbs and marked and len(before) > 1 and before[0].key in _PERSONS:
        verbs = [1]
    if not verbs or (verbs[0] == 0 and not marked):
        return False
    sort = _sort(was, behind)
    if sort != _sort(value, behind) or any(token.raw in _FINITE for token in behind):
        return False
    last, verb = before[-1], before[verbs[-1]]
    if verbs[-1] < len(before) - 1:
        # Between the verb and the value stand a preposition, or what is kept there.
        if last.key in {"for", "of", "about", "from", "if", "when"}:
            if last.key == "for" and (sort == "number" or verb.key in PURPOSES):
                return marked
            return verb.key in {"plan", "schedul", "due"} and sort == "date"
        if last.key in {"in", "on", "at"} and sort in {"name", "word"} and verb.key not in PLACED:
            return False
        if last.key in POSITIONS and sort in {"number", "version"}:
            return True
        if last.key not in _PREPOSITIONS and sort not in {"number", "date", "often"} and not (marked and before[0].key == "i"):
            return False
    if last.key in {"is", "are", "am", "be"} and sort == "word":
        of_something = any(token.key in {"of", "for", "my"} or token.key.endswith("'s") for token in before)
        if marked and of_something and all(map(_is_thing, (*was, *value))):
            return True
        return marked and (_is_one_of(was, value) or (before[0].key == "i" and len(before) == 2 and bool(behind)) or bool(ATTRIBUTES & {token.key for token in before}))
    if sort in {"name", "word", "phrase", "several"} or sort.startswith("counted"):
        if last is verb and verb.key in FILLS:
            return False
        return marked and (verb.key in EXCLUSIVE or (verb.key in STATES and last is not verb) or _is_definite(before))
    if marked:
        return True
    return sort == "date" and verb.key in WHEN or sort == "number" and _is_lasting(before, was, behind)


_INNER = frozenset("to in on at with by through via as into from than after for of before when if about per".split())
_FINITE = frozenset({"is", "are", "was", "were", "has", "have", "does", "do", "can", "will", "must"})
_PERSONS = frozenset({"i", "we", "they", "he", "she"})
_PREPOSITIONS = frozenset("to in on at with by through via as into from than after every per least most".split())


def _is_thing(token: Token) -> bool:
    """Tell whether an everyday word may be the name of a thing, and is not how something is."""
    return not _HOW.search(token.raw) and not is_opinion(token.raw)


_HOW = re.compile(r"(?:able|ible|ed|ing|ive|al|ous|ful|less|ic|y|ant|ent|er|est|only)$")


def _is_one_of(was: Sequence[Token], value: Sequence[Token]) -> bool:
    keys = {token.raw.lower() for token in (*was, *value)}
    return any(keys <= group for group in ALTERNATIVES)


def _is_definite(before: Sequence[Token]) -> bool:
    return before[-1].key in {"is", "are", "am"} and before[0].key not in {"there", "it", "this", "that", "one"}


def _is_lasting(before: Sequence[Token], was: Sequence[Token], behind: Sequence[Token]) -> bool:
    """Tell whether a number is how much there is, always: not the number of a thing, nor how often it happened."""
    if any(token.raw.lower() in {"was", "were", "had", "did"} or re.search(r"[a-z]{2}ed$", token.raw) for token in before):
        return before[0].key == "i" and "have" in {token.key for token in before} and bool(behind)
    counted = behind and (behind[0].raw.endswith("s") or behind[0].key in UNITS) and not behind[0].is_name
    return bool(counted) and before[-1].key in (STATES | _PREPOSITIONS) and not any(it.is_number for it in behind)


def _sort(words: Sequence[Token], behind: Sequence[Token]) -> str:
    """Return what sort of value words are: number (of some unit), date, name or word."""
    lower = [token.raw.lower() for token in words]
    if any(word in _DATED or _TIME.match(word) for word in lower):
        return "date"
    if len(words) == 1 and _RATE.match(words[0].raw):
        return "often"
    if len(words) == 1 and _VERSION.match(words[0].raw):
        return "version"
    if any(token.is_number for token in words):
        units = {_unit(token) for token in words} - {""}
        if all(token.is_number or token.key in UNITS or token.raw.lower() in _TALLIES for token in words):
            return "number" if len(units) <= 1 else "several"
        if not any(token.raw[:1].isupper() for token in words):
            return " ".join(["counted", *sorted(token.key for token in words if not token.is_number)])
    if lower[0] in _PREPOSITIONS or lower[0] in {"before", "after", "when"}:
        return "phrase"
    return "name" if any(token.is_name for token in words) else "word"


def _unit(token: Token) -> str:
    match = _NUMBER.match(token.raw)
    return UNITS.get(((match["unit"] or "") if match else token.key).lower(), "")


_LATEST = frozenset({"new", "current"})
_DATED = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays january february march april may june july august september october november december noon midnight".split()
)


def _changed(older: str, newer: str, old: Told, new: Told) -> tuple[str, str] | None:
    """One of the two tells of a change: the other says what it was before, or what it is since."""
    mine, their = change(older), change(newer)
    if their is not None:
        was = mine.value if mine and mine.of == their.of else _said_of(their, old.words)
        after = their.value
        if their.was and was and not set(their.was) <= {token.key for token in was}:
            return None
    elif mine is not None and new.marked:
        was, after = mine.value, _said_of(mine, new.words, since=True)
    else:
        return None
    if not was or not after or [it.key for it in was] == [it.key for it in after]:
        return None
    told_change = their or mine
    if not told_change or not (_comparable(told_change, was, after) or (told_change is their and their.was)):
        return None
    return " ".join(token.raw for token in was), " ".join(token.raw for token in after)


def _comparable(told_change: Change, was: Sequence[Token], after: Sequence[Token]) -> bool:
    sorts = {_sort(was, ()), _sort(after, ())}
    if sorts == {"number"}:
        units = [{_unit(token) for token in side} - {""} for side in (was, after)]
        return units[0] == units[1]
    return len(sorts) == 1 or (told_change.sort == "who" and sorts == {"name", "word"})


def _said_of(told_change: Change, words: Sequence[Token], *, since: bool = False) -> tuple[Token, ...]:
    """Return the value that a plain statement gives of what a change is of, or nothing.

    Before the change it gave what the change was from, if that is told.
    """
    keys = {token.key.removesuffix("'s") for token in words}
    if told_change.was and words and words[0].key == "my":
        keys.add("i")
    if not told_change.of or not told_change.of <= keys:
        return ()
    rest = [at for at, token in enumerate(words) if token.key.removesuffix("'s") not in told_change.of]
    said = [at for at in rest if words[at].key not in STATES | EXCLUSIVE | _PREPOSITIONS | {"for", "of", "we"} or words[at].raw[:1].isupper() and at]
    was = () if since else told_change.was
    verbs = {words[at].key for at in rest if words[at].raw.islower()} & (STATES | EXCLUSIVE)
    if told_change.sort in {"who", "place"}:
        verbs |= told_change.of & (LEADS | PLACED)
    if len(told_change.of) == 1 and not was and told_change.sort in {"use", "back", "any", "told", "made"}:
        # One word is a whole thing or person, of which much is said: only the plainest of it is what changed.
        plain = verbs <= {"is", "are"} and words[0].raw.islower() and told_change.sort == "any"
        if not plain and (since or not verbs <= {"use"}):
            return ()
    size = len(was)
    if was and tuple(token.key for token in words[-size:]) == was and _is_attribute(words[:-size], told_change.of):
        return tuple(words[-size:])
    if not said or said[-1] - said[0] != len(said) - 1 or len(said) > VALUE_WORDS or not (verbs or was):
        return ()
    value = tuple(words[at] for at in said)
    if was:
        return value if set(was) <= {token.key for token in value} else ()
    allowed = CHANGES.get(told_change.sort, frozenset())
    if told_change.sort == "made" and not any(words[at].raw in MADE for at in rest):
        return ()
    if told_change.sort == "version" and value[0].key != told_change.value[0].key and not _is_version(value):
        return ()
    sort = _sort(value, words[said[-1] + 1 :])
    fits = verbs & allowed or (sort in {"number", "date"} and told_change.sort in {"amount", "time", "place", "any"})
    return value if fits else ()


def _is_attribute(words: Sequence[Token], of: frozenset[str]) -> bool:
    """Tell whether words are "the <attribute> of <subject> is": what more they say than the subject is which attribute."""
    if not words or words[-1].key not in {"is", "are"}:
        return False
    rest = [token.key for token in words[:-1] if token.key.removesuffix("'s") not in of | {"of", "for", "i", "my", "we"}]
    return len(rest) <= VALUE_WORDS - 1 and not set(rest) & _PREPOSITIONS


def _is_version(words: Sequence[Token]) -> bool:
    return len(words) <= 2 and bool(re.match(r"v?\d", words[-1].raw))  # noqa: PLR2004 - "version 3"


_VERB = (
    r"(?P<verb>changed|switched|moved|migrated|relocated|transferred|converted|ported|upgraded|downgraded|rewritten|rewrote|"
    r"rebuilt|raised|lowered|increased|reduced|decreased|extended|shortened|bumped|cut|scaled|went|gone|rose|dropped|grew|"
    r"postponed|delayed|slipped|pushed|rescheduled|brought|updated|set|replaced|renamed|reverted|returned)"
)
_AUX = r"(?:(?:has|have|had|was|were|is|are|got|been|be)\s+)*"
_TO = r"(?:\s+(?:up|down|(?P<back>back)|over|forward|out))*(?:\s+from\s+(?P<was>.+?))?\s+(?P<to>to|into|in|with|by)\s+(?P<value>.+)$"
_WE = re.compile(rf"^(?:we|they|the team)\s+{_AUX}{_VERB}\s+(?P<of>(?!from\b|to\b|back\b).+?){_TO}", re.IGNORECASE)
_WE_MOVED = re.compile(rf"^(?P<of>we|i)\s+{_AUX}{_VERB}{_TO}", re.IGNORECASE)
_IT = re.compile(rf"^(?P<of>.+?)\s+{_AUX}{_VERB}(?:\s+(?P<its>(?:its|their|his|her|my|our|the)\s+.+?))?{_TO}", re.IGNORECASE)
_IT_REPLACED = re.compile(
    r"^(?P<of>.+?)\s+(?:has |have )?(?P<verb>replaced)\s+(?:my |our |its |their |the )?(?P<was>.+?)\s+with\s+(?P<value>.+)$",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"^(?P<of>\S+)\s+(?:has |have )?left\s+(?P<was>.+?)\s+and\s+(?:has |have |is |am |are )?(?:now\s+)?"
    r"(?P<verb>joined|works? (?:at|for)|a member of)\s+(?P<value>.+)$",
    re.IGNORECASE,
)
_TOOK_OVER = re.compile(
    r"^(?P<value>[A-Z]\S*(?:\s[A-Z]\S*)?)\s+(?:has\s+taken|took|takes)\s+over\s+(?:from\s+(?P<was>[A-Z]\S*(?:\s[A-Z]\S*)?)\s+)?"
    r"(?:as\s+)?(?P<of>.+)$"
)
_USED_AS = re.compile(r"^(?P<of>.+?)\s+(?:uses?|is using|are using)\s+(?P<value>.+?)\s+as\s+(?:its|their|the|our)\s+(?P<its>.+)$", re.IGNORECASE)
_FOR = re.compile(r"\s+(?:for|as|of)\s+")
_SORT = {
    "any": "changed updated set",
    "place": "moved relocated transferred migrated",
    "use": "switched migrated",
    "made": "rewritten rewrote rebuilt",
    "version": "upgraded downgraded bumped",
    "amount": "raised lowered increased reduced decreased extended shortened cut scaled rose dropped grew gone went",
    "time": "postponed delayed pushed rescheduled brought slipped",
    "back": "back",
    "told": "converted ported replaced renamed reverted returned",
}
_SORT_OF = {verb: sort for sort, verbs in _SORT.items() for verb in verbs.split()}


@lru_cache(maxsize=4096)
def change(text: str) -> Change | None:
    """Given a statement, return the change that it tells of, or None."""
    plain = " ".join(_MARKS.sub(" ", _LAST.sub("", _bare(_spelt_out(text)))).split()).strip(" ,")
    if _SEVERAL.search(plain) or _HESITATES.search(plain):
        return None
    for pattern in (_LEFT, _IT_REPLACED, _WE, _WE_MOVED, _IT, _TOOK_OVER, _USED_AS):
        if match := pattern.match(plain):
            groups = match.groupdict()
            return _change(pattern, groups)
    return None


def _change(pattern: re.Pattern[str], groups: dict[str, str | None]) -> Change | None:
    verb = (groups.get("verb") or "").lower()
    if groups.get("back") and _SORT_OF.get(verb) != "time":
        verb = "back"
    sort = _SORT_OF.get(verb, "any") if pattern not in (_TOOK_OVER, _USED_AS) else "who"
    if groups.get("to") == "in" and verb not in {"rewritten", "rewrote", "rebuilt"}:
        return None
    if (groups.get("to") in {"with", "by"}) != (verb == "replaced") and "to" in groups:
        return None
    value, *behind = _FOR.split(groups["value"] or "", maxsplit=1)
    of = [groups["of"] or "", groups.get("its") or "", *behind]
    subject = frozenset(token.key.removesuffix("'s") for part in of for token in _tokens(part)) - {"of", "for", "in", "we", "they"}
    was = tuple(token.key for token in _tokens(groups.get("was") or ""))
    tokens = tuple(_tokens(value))
    if not tokens or len(tokens) > VALUE_WORDS or len(was) > VALUE_WORDS:
        return None
    return Change(subject, sort, was, tokens)
