"""Small words that no rule compares and that still make another statement: whose, which of two, where, what is done.

Each question here can only keep two statements apart.
"""

from __future__ import annotations

import re
from itertools import pairwise

from .compare import aligned
from .reading import Reading, Word, canonical

#: of such words two statements have the same, or one of the two has none
_OF_WHOM = (
    (r"\b(?:he|him|his|himself)\b", r"\b(?:she|her|hers|herself)\b"),
    (r"\b(?:my|mine)\b", r"\b(?:your|yours|his|her|their|theirs)\b"),
    (r"\b(?:our|ours)\b", r"\b(?:your|yours|his|her|their|theirs)\b"),
    (r"\b(?:your|yours)\b", r"\b(?:his|her|their|theirs)\b"),
)
_WHOSE = tuple((re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE)) for one, other in _OF_WHOM)
#: what one has and the other has not
_OF_WHICH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:one|two|three|four|five|half|some|part|parts) of\b",
        r"\beither\b",
        r"(?<!at the )\bsame\b(?! time\b)",
        r"\b(?:was|were) once\b",
        r"\b(?:would|could|should) have\b",
    )
)
_ASKS = re.compile(
    r"^(?:so |and |but )?(how (?:many|much|long|often|old|far|big|tall|fast)|how|why|where|when|who|which)\b",
    re.IGNORECASE,
)
#: where a thing is, whose or what it is about; of these only those that cannot mean one tell two statements apart
_PLACES = (
    "out_of on in at under over near for against by to from about since until before after inside within into onto "
    "with of during"
)
_ANYWHERE = re.compile(
    rf"\b(?P<by>{'|'.join(_PLACES.split()).replace('_', ' ')})\s+"
    r"(?:(?:a|an|the|each|every|our|my|its|their|his|her)\s+)*(?P<what>`[^`]+`|[\w./@:-]*\w)",
    re.IGNORECASE,
)
_NEVER = {
    "under": "on in over inside at",
    "near": "in on at inside",
    "inside": "on over",
    "against": "for with",
    "since": "until before by",
    "after": "by within in on at during",
    "before": "from at in on during",
    "until": "on at in",
    "from": "into onto to for",
    "about": "by for from to",
    "for": "with",
    "out_of": "into in on",
}
_APART = frozenset(frozenset({word, other}) for word, others in _NEVER.items() for other in others.split())
_HE_OR_SHE = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
#: what a clause is that begins so
_LINKS = {
    "because": {"reason"},
    "since": {"reason", "time"},
    "so": {"result"},
    "when": {"time", "condition"},
    "whenever": {"time", "condition"},
    "if": {"condition"},
    "unless": {"unless"},
    "until": {"until"},
    "before": {"before"},
    "after": {"time"},
    "once": {"time", "condition"},
    "while": {"time", "contrast"},
    "although": {"contrast"},
    "though": {"contrast"},
    "whereas": {"contrast"},
    "but": {"contrast"},
}
#: light words by what they say is done; of others nothing is asked
_DOING = (
    "give gives",
    "take takes get gets getting receive receives obtain",
    "put puts",
    "keep keeps kept stay stays stayed remain remains remained",
    "make makes making cause causes",
    "come comes",
    "go goes going",
    "start started begin",
    "up",
    "out",
    "good better best right correct correctly properly",
    "new",
    "use uses used using run runs running execute do done doing",
    "let lets",
)
_CLASS = {canonical(word): group for group in _DOING for word in group.split()} | {
    word: group for group in _DOING for word in group.split()
}


def set_apart(one: str, other: str, first: Reading, second: Reading) -> str:
    """Given two statements that seem to say the same and how they read, return which small words deny it, or ""."""
    for mine, their in _WHOSE:
        for it, at in ((one, other), (other, one)):
            if mine.search(it) and their.search(at) and not their.search(it) and not mine.search(at):
                return "they are of other people"
    if any(bool(it.search(one)) != bool(it.search(other)) for it in _OF_WHICH):
        return "one is of one of several, or of another time"
    asked = [match[1].lower() if (match := _ASKS.match(text)) else "" for text in (one, other)]
    if all(asked) and asked[0] != asked[1]:
        return "they ask for different things"
    if _he_or_she(one) != _he_or_she(other) and sorted(_he_or_she(one)) == sorted(_he_or_she(other)):
        return "they say of another one that he or she does it"
    if _linked_otherwise(first, second):
        return "what one gives as the reason, the time or the condition, the other gives as another"
    return _elsewhere(one, other) or _done_otherwise(first, second)


def _he_or_she(text: str) -> list[bool]:
    """Return of each "he" and "she", in order, whether it is a man."""
    return [it.lower().startswith("h") and not it.lower().startswith("her") for it in _HE_OR_SHE.findall(text)]


def _linked_otherwise(first: Reading, second: Reading) -> bool:
    """Tell whether the same words stand in one behind "until" and in the other behind "because"."""
    links = [
        {word.key: _LINKS[by] for word in reading.words if (by := reading.connectors[word.clause]) in _LINKS}
        for reading in (first, second)
    ]
    return any(not links[0][key] & links[1][key] for key in links[0].keys() & links[1].keys())


def _elsewhere(one: str, other: str) -> str:
    """Return why two places, or two ways to count, are not one: "rose by 5" is not "rose to 5"."""
    mine, their = (
        {(it["by"].lower().replace(" ", "_"), it["what"].lower()) for it in _ANYWHERE.finditer(text)}
        for text in (one, other)
    )
    for by, what in mine - their:
        for its in {its for its, same in their - mine if same == what}:
            if frozenset({by, its}) in _APART or ({by, its} == {"by", "to"} and what[0].isdigit()):
                return f"one says '{by}' where the other says '{its}'"
    return ""


def _done_otherwise(first: Reading, second: Reading) -> str:
    """Return why what is done is not the same: in one place "gives" and "takes", or "keeps" and "sells"."""
    keys = [[word.key for word in reading.words] for reading in (first, second)]
    fence = [(-1, -1), *aligned(*keys), (len(keys[0]), len(keys[1]))]
    for left, right in pairwise(fence):
        mine, their = (
            [word for word in reading.words[left[side] + 1 : right[side]] if word.key not in keys[1 - side]]
            for side, reading in ((0, first), (1, second))
        )
        for some, others in ((mine, their), (their, mine)):
            for word in some:
                if (group := _group(word)) and any(it.heavy or _group(it) not in {"", group} for it in others):
                    return f"where one says '{word.surface}' the other says another thing"
    return ""


def _group(word: Word) -> str:
    return "" if word.heavy else _CLASS.get(word.key, _CLASS.get(word.surface.lower(), ""))
