"""What must agree before two statements can be one: how sure and how many, what stands before or after what, and who.

Such words are small and say everything: "may" is not "must", "some" is not "all", "from A to B" is not "from B to A".
Each question here can only keep two statements apart.
"""

from __future__ import annotations

import re

from .compare import aligned
from .reading import Reading, Word, canonical

_PERHAPS = r"(?-i:may)|might|could|perhaps|possibly|maybe|probably|seems?|apparently"
_SORTS_OF_CERTAINTY = (
    re.compile(rf"\b(?:{_PERHAPS})\b", re.IGNORECASE),
    re.compile(r"\b(?:sometimes|often|rarely|seldom|occasionally|mostly|frequently)\b", re.IGNORECASE),
    re.compile(r"\b(?:some|several|many|most|few|certain|a couple of)\b(?!\s+of\s+the\s+time)", re.IGNORECASE),
    re.compile(r"\b(?:at least|or more|no less than)\b", re.IGNORECASE),
    re.compile(r"\b(?:at most|up to|no more than|or less)\b", re.IGNORECASE),
    re.compile(r"\b(?:more than|over|above)\s+[\d$\u20ac]", re.IGNORECASE),
    re.compile(r"\b(?:less than|fewer than|below|under)\s+[\d$\u20ac]", re.IGNORECASE),
    re.compile(r"\b(?:almost|nearly|hardly|barely)\b", re.IGNORECASE),
    re.compile(r"\b(?:tried|attempted|considered|evaluated|asked|used to|failed to)\b", re.IGNORECASE),
    re.compile(r"\bonce\b(?!\s+(?:an?|per|every|each|the|it|they|we|you|all|at)\b)", re.IGNORECASE),
)
_ABLE = re.compile(r"\bcan\b", re.IGNORECASE)
_OBLIGED = re.compile(r"\b(?:must|shall|should|ha(?:s|ve) to|needs? to|required to|always)\b", re.IGNORECASE)
_COMING = re.compile(r"\b(?:will|going to|plans? to|planned|want to|wants to|should|todo)\b", re.IGNORECASE)
_PROPOSES = re.compile(
    r"\b(?:plan(?:s|ned|ning)? to|might|maybe|perhaps|consider(?:s|ing|ed)?|propos\w+|suggest\w*|"
    r"thinking (?:of|about))\b|\?\s*$",
    re.IGNORECASE,
)
_OWNER = re.compile(r"\b([A-Za-z][\w-]*)['\u2019]s\s")
_PAST = re.compile(
    r"(?:\w{2,}ed|ran|went|took|gave|did|made|got|sent|built|wrote|kept|held|broke|began|came|saw|threw|chose)$",
    re.IGNORECASE,
)
#: such a word before another says which one is meant, though in other places it says little
_WHICH = re.compile(
    r"\b(?:the|an?|every|each|all|our|my)\s+(start|new|right|best|good|case|work|correct|run|whole|set)\s+(?=[\w`])",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\bonly\s+(?:[\w`]+\s+){0,2}?(?:when|if|after|before|on|in|for|with|by|at)\s+(?:the\s+|an?\s+|all\s+)*(?P<on>[\w`/.-]+)"
    r"|\bonly\s+(?:the\s+|an?\s+)?(?P<next>[\w`/.-]+)|(?P<last>[\w`/.-]+)\s+only\s*(?:[.,;]|$)",
    re.IGNORECASE,
)

#: what such a word governs says which of two things is which
_GOVERNORS = (
    "before after until when if whenever while unless from to into onto of than above below behind without through"
)
_GOVERNED = re.compile(
    rf"\b(?P<by>{'|'.join(_GOVERNORS.split())})\s+"
    r"(?:(?:a|an|the|each|every|any|all|our|my|its|their|his|her|being|it|they|you|we|is|are)\s+)*"
    r"(?P<what>`[^`]+`|[\w./@:-]*\w(?:\(\))?)"
    r"|(?P<owner>`[^`]+`|\w[\w./-]*)['\u2019]s\s",
    re.IGNORECASE,
)
_TIMELY = {"whenever": "when", "if": "when", "when": "when", "while": "when"}
_TIMES = frozenset({"before", "after", "until", "when", "unless"})
_OPPOSITE = frozenset(
    frozenset(pair.split()) for pair in ("to from", "into from", "before after", "above below", "until from")
)
_MOVABLE = re.compile(
    r"\b(?P<by>in|on|at|for|from|during|under|with|after|within|by|before|when|if|while|because|since|as|to|every|each|"
    r"whenever|unless|until|without|via|of|only|once|per|over|through|across|between|against|first|use|which)\s+"
    r"(?:(?:a|an|the|its?|their|they|you|we|our|every|each|there|all|any|is|are|no|one|start|I|was|were)\s+)*`?$",
    re.IGNORECASE,
)
_SORTS_OF_PLACE = {
    "whenever": "when",
    "if": "when",
    "since": "because",
    "as": "because",
    "within": "in",
    "on": "in",
    "at": "in",
    "each": "every",
}
#: with what a thing is done, in either order: "use `uv` to install", "install with `uv`"
_MEANS = frozenset({"use", "with", "to", "for", "via", "by"})
_DENIALS = re.compile(r"\b(not|never|no|nothing|none|nobody)\b")
_COPULA = re.compile(r"\b(?:is|are)\s+(?!\w+ed\b)")
_BE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|get|gets|got)\s+(?:\w+ly\s+|now\s+|never\s+|always\s+|not\s+)*$", re.IGNORECASE
)


def disagree(one: str, other: str, first: Reading, second: Reading) -> str:
    """Given two statements that seem to say the same and how they read, return why they do not, or ""."""
    for sort in _SORTS_OF_CERTAINTY:
        if bool(sort.search(one)) != bool(sort.search(other)):
            return "one is surer than the other, or of more"
    for able, obliged in ((one, other), (other, one)):
        if _ABLE.search(able) and _OBLIGED.search(obliged) and not _OBLIGED.search(able) and not _ABLE.search(obliged):
            return "one may and the other must"
    if says_which(one) != says_which(other):
        return "one says which, and the other does not"
    only = [
        {canonical((it["on"] or it["next"] or it["last"]).strip("`.").lower()) for it in _ONLY.finditer(text)}
        for text in (one, other)
    ]
    if all(only) and not only[0] & only[1]:
        return "they are of different ones only"
    if _still_to_come(one, other, first, second):
        return "one is still to come"
    return _crossed(_governed(one), _governed(other), _all_keys(first) & _all_keys(second))


def _all_keys(reading: Reading) -> frozenset[str]:
    return frozenset(word.key for word in reading.words)


def says_which(text: str) -> set[str]:
    """Given a statement, return the small words that tell which one of a sort it is of: "the new parser"."""
    return {it.lower() for it in _WHICH.findall(text)}


def denials(text: str) -> list[str]:
    """Given a statement, return the words by which it denies something."""
    return sorted("not" if it in {"never", "no"} else it for it in _DENIALS.findall(text.lower()))


def hesitates(text: str) -> bool:
    """Tell whether a statement only asks, proposes or plans."""
    return bool(_PROPOSES.search(text))


def of_another(one: str, other: str) -> bool:
    """Tell whether one of two statements is of somebody, and the other of something that is theirs."""
    owners = [{match[1].lower() for match in _OWNER.finditer(text)} for text in (one, other)]
    return _names_itself(owners[0] - owners[1], other) or _names_itself(owners[1] - owners[0], one)


def _names_itself(owners: set[str], text: str) -> bool:
    return any(re.search(rf"(?<!of\s)(?<!by\s)\b{re.escape(it)}\b(?!['\u2019]s)", text, re.IGNORECASE) for it in owners)


def _still_to_come(one: str, other: str, first: Reading, second: Reading) -> bool:
    if bool(_COMING.search(one)) == bool(_COMING.search(other)):
        return False
    coming, done = (first, second) if _COMING.search(one) else (second, first)
    surfaces = {word.key: word.surface for word in coming.words}
    text = other if coming is first else one
    return any(
        _PAST.search(word.surface)
        and word.key in surfaces
        and not _PAST.search(surfaces[word.key])
        and not _BE.search(text[: word.start])
        for word in done.words
    )


def _governed(text: str) -> set[tuple[str, str]]:
    """Return each preposition with the key of the word right behind it; whose a thing is counts as "of"."""
    found = set()
    for match in _GOVERNED.finditer(text):
        by = (match["by"] or "of").lower()
        what = (match["what"] or match["owner"]).strip("`").removesuffix("()").rstrip(".")
        plain = re.fullmatch(r"[A-Za-z]+", what)
        found.add((_TIMELY.get(by, by), canonical(what) if plain else what))
    return found


def _crossed(one: set[tuple[str, str]], other: set[tuple[str, str]], shared: frozenset[str]) -> str:
    for by in {by for by, _ in one} & {by for by, _ in other}:
        mine, their = ({what for it, what in side if it == by} for side in (one, other))
        if not mine & their and mine <= shared and their <= shared:
            return f"what stands after '{by}' is another thing"
    for by, what in one:
        for its, same in other:
            if what != same or by == its or (by, what) in other or (its, same) in one:
                continue
            if frozenset({by, its}) in _OPPOSITE or {by, its} <= _TIMES:
                return f"one says '{by}' where the other says '{its}'"
    return ""


def in_order(one: str, other: str, first: Reading, second: Reading) -> bool:
    """Given two statements with shared words, tell whether these stand in one order, but for phrases that moved.

    A phrase of place or time may stand at either end, a clause before or after another, and the verb where the voice
    is another one. Whatever else changes places changes who does it to whom.
    """
    mine, their = (_sequence(reading, first, second) for reading in (first, second))
    if _one_moved(one, other, mine, their):
        return True
    parted = [_by_clause(reading, words) for reading, words in ((first, mine), (second, their))]
    return parted[0].keys() == parted[1].keys() and all(
        _one_moved(one, other, words, parted[1][clause]) for clause, words in parted[0].items()
    )


def _by_clause(reading: Reading, words: list[Word]) -> dict[tuple[str, frozenset[str]], list[Word]]:
    """Return words by the clause that they stand in: what that begins with, and which words it has."""
    clauses: dict[int, list[Word]] = {}
    for word in words:
        clauses.setdefault(word.clause, []).append(word)
    begins = {at: reading.connectors[at] if reading.connectors[at].isalpha() else "" for at in clauses}
    return {
        (_SORTS_OF_PLACE.get(begins[at], begins[at]), frozenset(word.key for word in some)): some
        for at, some in clauses.items()
    }


def _one_moved(one: str, other: str, mine: list[Word], their: list[Word]) -> bool:  # noqa: PLR0911 - a table of cases
    """Tell whether words of two texts stand in one order, but for one run of them that may stand elsewhere."""
    kept = aligned([word.key for word in mine], [word.key for word in their])
    left = [at for at in range(len(mine)) if at not in {pair[0] for pair in kept}]
    right = [at for at in range(len(their)) if at not in {pair[1] for pair in kept}]
    if not left and not right:
        return True
    if [mine[at].key for at in left] != [their[at].key for at in right] or not _is_run(left) or not _is_run(right):
        return False
    passed = [(at, to) for at, to in kept if (at < left[0]) != (to < right[0])]
    if not passed:
        return True
    in_one = all(
        side[run[0]].clause == side[at].clause
        for side, run, at in ((mine, left, passed[0][0]), (their, right, passed[0][1]))
    )
    sides = (
        ((one, mine[left[0]]), (other, their[right[0]]), len(left)),
        ((one, mine[passed[0][0]]), (other, their[passed[0][1]]), len(passed)),
    )
    for (text, word), (its, same), length in sides:
        here, there = _led_by(text, word), _led_by(its, same)
        if here and (here == there or {here, there} <= _MEANS):
            return True
        if length == 1 and "which" in {here, there}:
            return True  # "the deleted file", "the file, which I deleted"
        if length == 1 and in_one and (_BE.search(text[: word.start]) or _BE.search(its[: same.start])):
            return True
    return all(_is_copula(text, words) for text, words in ((one, mine), (other, their)))


def _led_by(text: str, word: Word) -> str:
    """Return the preposition or the like that a word stands behind, as a sort of them, or ""."""
    match = _MOVABLE.search(text[: word.start])
    return _SORTS_OF_PLACE.get(match["by"].lower(), match["by"].lower()) if match else ""


def _sequence(reading: Reading, first: Reading, second: Reading) -> list[Word]:
    shared = first.keys & second.keys
    return [word for word in reading.words if word.heavy and word.key in shared and word.key != "only"]


def _is_run(places: list[int]) -> bool:
    return bool(places) and places[-1] - places[0] == len(places) - 1


def _is_copula(text: str, words: list[Word]) -> bool:
    """Tell whether a statement is of the form "X is Y" and no more."""
    return len(_COPULA.findall(text)) == 1 and all(word.clause == 0 for word in words)
