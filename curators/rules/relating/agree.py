"""What must agree before two statements can be one: how sure and how many, where, before or after what, and who.

Such words are small and say everything: "may" is not "must", "some" is not "all", "from A to B" is not "from B to A".
Each question here can only keep two statements apart.
"""

from __future__ import annotations

import re

from .order import BE
from .reading import Reading, canonical
from .small_words import set_apart

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
    re.compile(r"\bstop(?:s|ped|ping)?\s+to\b", re.IGNORECASE),
    re.compile(r"(?<!each )\bother\b(?! than\b| words\b| hand\b)", re.IGNORECASE),
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
_EXCEPTS = re.compile(
    r"\b(?:any|every|no)(?:body|one|thing|where)\s+(?:else\s+)?(?:but|than)\b|\bexcept\b"
    r"|\b(?:other|apart|aside) (?:than|from)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:^|[.;]\s)(fix|solution|workaround|todo|plan|proposal|idea|question|expected|actual|before|after|old|new|wrong|"
    r"right|bad|good|hypothesis|theory)\s*:\s",
    re.IGNORECASE,
)
_SAME_LABEL = {"solution": "fix", "theory": "hypothesis"}
_CONJOINED = r"\b{}\s+(?:the\s+|an?\s+)?(`[^`]+`|[\w-]+)"
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
#: of all of a sort, and of the one that something more tells from the others
_ALL_OF_THEM = re.compile(r"^(?:all|every|each|any|both)\b", re.IGNORECASE)
_ANY_OF_THEM = re.compile(r"\b(?:all|every|each|any|both)\b", re.IGNORECASE)
_ONE_OF_THEM = re.compile(r"^(?:the|our|my|this|that)\s+[\w`-]+\s+[\w`-]+", re.IGNORECASE)
#: who does it, where it is done
_DOER = re.compile(
    r"\b(?:is|are|was|were|been|being)\s+(?:\w+ly\s+)?\w+(?:ed|en|un|ne|pt|nt|ld)\s+by\s+(?:the\s+|an?\s+|our\s+)?"
    r"(?P<who>[\w`/.-]+)",
    re.IGNORECASE,
)
_COMPOUND = re.compile(r"(?<![\w`/.-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w`/-]|\.\w)", re.IGNORECASE)
#: "opt in" and "opt out"
_PARTICLE = re.compile(r"\b([a-z]{2,})\s+(in|out|on|off|up|down)\b", re.IGNORECASE)
_OTHER_WAY = {"in": "out", "out": "in", "on": "off", "off": "on", "up": "down", "down": "up"}
_TIMELY = {"whenever": "when", "if": "when", "when": "when", "while": "when"}
_TIMES = frozenset({"before", "after", "until", "when", "unless"})
_OPPOSITE = frozenset(
    frozenset(pair.split()) for pair in ("to from", "into from", "before after", "above below", "until from")
)
_DENIALS = re.compile(r"\b(not|never|no|nothing|none|nobody)\b")


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
    why = _of_others_only(one, other) or _of_any_or_all(one, other)
    if why or _still_to_come(one, other, first, second):
        return why or "one is still to come"
    shared = _all_keys(first) & _all_keys(second)
    return _crossed(_governed(one), _governed(other), shared) or set_apart(one, other, first, second)


def _of_others_only(one: str, other: str) -> str:
    only = [
        {canonical((it["on"] or it["next"] or it["last"]).strip("`.").lower()) for it in _ONLY.finditer(text)}
        for text in (one, other)
    ]
    return "they are of different ones only" if all(only) and not only[0] & only[1] else ""


def _of_any_or_all(one: str, other: str) -> str:
    if _labels(one) != _labels(other):
        return "one is of what was, or is to be, and the other is not"
    if any(_conjoined(it, "or") & _conjoined(at, "and") for it, at in ((one, other), (other, one))):
        return "one is of any and the other of all"
    return ""


def of_others(one: str, other: str) -> str:
    """Given two statements, return why they are of different ones: of all and of one, other doers, compounds; or ""."""
    for it, at in ((one, other), (other, one)):
        if _ALL_OF_THEM.match(it) and _ONE_OF_THEM.match(at) and not _ANY_OF_THEM.search(at):
            return "one is of all and the other of one"
    doers = [{canonical(it["who"].strip("`.").lower()) for it in _DOER.finditer(text)} for text in (one, other)]
    if all(doers) and not doers[0] & doers[1]:
        return "they say of different ones that they do it"
    compounds = [{it.lower() for it in _COMPOUND.findall(text)} for text in (one, other)]
    mine, their = compounds[0] - compounds[1], compounds[1] - compounds[0]
    if any(not set(it.split("-")).isdisjoint(at.split("-")) for it in mine for at in their):
        return "they name different ones"
    ways = [{(canonical(it[1].lower()), it[2].lower()) for it in _PARTICLE.finditer(text)} for text in (one, other)]
    if any((verb, _OTHER_WAY[way]) in ways[1] - ways[0] for verb, way in ways[0] - ways[1]):
        return "one says the opposite of the other"
    return ""


def _labels(text: str) -> set[str]:
    """Return by what word before a colon a statement says that it is not simply so."""
    return {_SAME_LABEL.get(it.lower(), it.lower()) for it in _LABEL.findall(text)}


def _conjoined(text: str, by: str) -> set[str]:
    """Return the keys of the words that such a word joins to others."""
    return {canonical(it.strip("`").lower()) for it in re.findall(_CONJOINED.format(by), text, re.IGNORECASE)}


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


def excepts(text: str) -> bool:
    """Tell whether a statement leaves something out of what it says: "no longer for anybody but admins"."""
    return bool(_EXCEPTS.search(text))


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
        and not BE.search(text[: word.start])
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
