"""One statement in one of its forms: what English says in several ways, put in the one that is compared.

Each change of form here keeps the meaning, so two statements that read alike in plain words say the same. Nothing that
is stored is changed, and nothing is retired by it: it can only join what would have stood side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from ..vocabulary import NUMBERS
from .names import spelt_alike

_NUMBER = r"(?:\d|[$\u20ac\u00a3]\d|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b)"
#: the other words for the same, each group for one
_PHRASES = (
    (r"\b(?:is|are|am|was|were) (?:not able|unable) to\b", "can not"),
    (r"\b(?:is|are|am|was|were) able to\b|\bha(?:s|ve) the ability to\b", "can"),
    (r"^it is (?:not possible|impossible) to\b", "you can not"),
    (r"^it is possible to\b", "you can"),
    (r"^it is (?:necessary|required) to\b", "you must"),
    (r"^what(?: is|['\u2019]s) the (?:best |easiest |fastest )?way to\b", "how do I"),
    (r"\b(?:in order|so as) to\b", "to"),
    (r"\b(?:due|owing) to\b|\bas a result of\b|\bon account of\b", "because of"),
    (r"\bhalf an hour\b", "30 minutes"),
    (r"\ba quarter of an hour\b", "15 minutes"),
    (r"\ban hour and a half\b", "90 minutes"),
    (r"\bprior to\b", "before"),
    (r"\b(?:provided that|in the event that|in case that)\b", "if"),
    (r"\b(?:a lot|lots|plenty|a great deal) of\b", "many"),
    (rf"(?<!no )(?<!not )\b(?:more than|in excess of)(?=\s{_NUMBER})", "over"),
    (rf"(?<!no )(?<!not )\b(?:less|fewer) than(?=\s{_NUMBER})", "under"),
    (rf"\b(?:approximately|roughly|around)(?=\s{_NUMBER})", "about"),
    (rf"\b(?P<way>fell|rose|grew|dropped|declined|increased|decreased|shrank)(?=\s{_NUMBER})", r"\g<way> by"),
    (r"\b(?:turn|switch|shut)(?:s|es|ed|ing)? off\b", "disable"),
    (r"\b(?:turn|switch)(?:s|es|ed|ing)? on\b(?! the\b)", "enable"),
    (r"\b(?:is|are|was|were) (?:made up|composed) of\b", "consists of"),
    (r"\b(?:is|are|was|were) (?:located|situated)\b", "is"),
    (r"\b(?:lies|stands|sits) (?=(?:in|on|at|near|opposite|beside|behind|next|north|south|east|west)\b)", "is "),
    (r"\b(?:pass|supply|specify)(?:es|ing)? (?:the )?(?=`-)", "use "),
    (r"\bby hand\b", "manually"),
    (r"\b(?:gives?|gave|giving) back\b", "return"),
    (r"\b(?:carry|carries|carried) out\b", "perform"),
    (r"\b(?:finds?|found) out\b", "discover"),
    (r"\blook(?:s|ed|ing)? for\b", "search for"),
    (r"\b(?:takes?|took) place\b", "happens"),
    (r"\b(?:makes?|made|making) use of\b", "use"),
    (r"\b(?:continues|goes on|went on|goes ahead|proceeds) and\b", ""),
    (r"\b(?:cannot|can['\u2019]t|could not|couldn['\u2019]t)\b", "can not"),
    (r"\b(?:do|does) not (?P<what>[^,;.]{1,80}?),? any ?(?:more|longer)\b", r"no longer \g<what>"),
    (r"\bto the (?P<way>north|south|east|west|left|right) of\b", r"\g<way> of"),
    (r"\ba height of (?P<size>\d[\d.,]*\s\w+)", r"\g<size> high"),
    (r"\b(?P<size>\d[\d.,]*\s\w+) tall\b", r"\g<size> high"),
    (r"\ba length of (?P<size>\d[\d.,]*\s\w+)", r"\g<size> long"),
    (r"\ba width of (?P<size>\d[\d.,]*\s\w+)", r"\g<size> wide"),
    (r"\ba depth of (?P<size>\d[\d.,]*\s\w+)", r"\g<size> deep"),
    (r"\s(?:\u2192|->|=>)\s", " \u2014 "),
)
_CHANGES = tuple((re.compile(pattern, re.IGNORECASE), put) for pattern, put in _PHRASES)
#: "`util.go:14-22`" is in `util.go`, "`$(date)`" is what `date` says
_LINES = re.compile(r"(?<=\w):\d+(?:-\d+)?`")
_RUN = re.compile(r"`\$\((?P<what>[^`()]+)\)`")

_SUBORDINATE = re.compile(r"^(?:since|because)\s+(?P<why>[^,;]*[^\W\d][^,;]*),\s+(?P<what>[^;]+)$", re.IGNORECASE)
_THEREFORE = re.compile(
    r"^(?P<why>[^;]+?),\s+(?:and\s+)?(?:so|therefore|thus|hence)\s+(?!that\b)(?P<what>[^;]+)$", re.IGNORECASE
)
_CAUSAL = re.compile(r"\b(?:so|because|since|therefore|thus|hence)\b", re.IGNORECASE)
_THERE_IS = re.compile(
    r"^there\s+(?:is|are)\s+(?P<what>(?!no\b|not\b)[^,;]+)\s+(?:in|on|at)\s+(?P<where>(?:the|our|an?|each|every)\s+[^,;]{1,40})$",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"^there\s+(?:must|ha(?:s|ve) to)\s+be\s+(?P<what>[^,;]{1,60})\s+for\s+(?P<whose>[^,;]{1,60})$", re.IGNORECASE
)
_FRONTED = re.compile(
    r"^(?P<where>(?:on|in|at|during|since|every|each|by|under|with|from)\b[^,;]{1,40}),\s+(?P<what>[^,;]+)$",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"^(?P<what>[^;]+),\s+(?P<who>(?!and\b|but\b|which\b)[\w ]{2,40})\s+(?P<said>said|says|reported|announced)$",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^(?P<what>[^,;]*\b(?:nothing|nobody|none))\s+(?P<where>(?:with|on|in|at|during|for)\s+[^,;]+)$", re.IGNORECASE
)
_MISSING_FROM = re.compile(
    r"^(?P<what>[^,;]{1,60}?)\s+(?:is|are)\s+missing\s+(?:from|in)\s+(?P<where>[^,;]{1,60})$", re.IGNORECASE
)
_LACKS = re.compile(r"\b(?:lacks?|is missing|are missing|has no|have no)\b(?!\s+(?:from|in)\b)", re.IGNORECASE)
_WHOM = r"(?:(?:the|our|my|his|her|their|its|every|each|all)\s+\w+|[A-Z]\w+|him|them|us|me|you)"
_WHAT = r"(?:(?:the|an?|some|\d+|two|three|his|her|its|their|our|my)\s+[^,;.]+?|[a-z]+(?=$))"
_GIVES = re.compile(
    r"\b(?P<verb>gave|gives?|sent|sends?|lent|lends?|offers?|offered|showed|shows?|taught|brings?|brought|hands?|handed|"
    rf"sells?|sold|awarded|awards?)\s+(?P<whom>{_WHOM})\s+(?P<what>{_WHAT})"
    r"(?=\s+(?:in|on|at|for|after|before|when|because|last|next|every|to)\b|[.,;]|$)"
)
_OWNED = re.compile(
    r"\b(?P<who>(?:(?:the|our|my|an?|every|each)\s+)?(?!(?:it|he|she|that|there|here|what|who|let|how|where)['\u2019])"
    r"(?:[A-Za-z][\w-]*|`[^`]+`))['\u2019]s\s+(?P<what>[A-Za-z][\w-]*|`[^`]+`)(?=\s|[.,;:]|$)",
    re.IGNORECASE,
)
_SIZE = r"\d[\d.,]*\s?(?:[kmgt]i?b|bytes?|seconds?|minutes?|hours?|days?|lines?|rows?|items?|characters?|pages?)"
_OF_SIZE = re.compile(rf"\b(?P<what>[a-z]+)\s+of\s+(?P<size>{_SIZE})\b", re.IGNORECASE)
_LASTING = re.compile(
    rf"(?<![\w-])(?P<count>\d+|one|{'|'.join(NUMBERS)})[\s-]?(?P<unit>min|minute|hour|hr|h)s?\b(?!['\u2019-])",
    re.IGNORECASE,
)
_SECONDS = {"min": 60, "minute": 60, "hour": 3600, "hr": 3600, "h": 3600}
#: three or more of one sort, or two that do or are something together
_ITEM = r"(?:`[^`]+`|[^\W\d_][\w-]*)"
_LIST = re.compile(rf"(?<![\w`,-])(?P<first>(?:{_ITEM},\s+)+){_ITEM},?\s+(?P<by>and|or)\s+{_ITEM}(?![\w`-])")
_COUPLE = re.compile(
    rf"^(?:both\s+|the\s+)?{_ITEM}\s+(?P<by>and)\s+(?:the\s+)?{_ITEM}(?=\s+(?:are|were|have|do|must|need)\b)"
    rf"|(?<=\s){_ITEM}\s+and\s+{_ITEM}$",
    re.IGNORECASE,
)
_HAVING = re.compile(
    r"\b(?:needs?|requires?|supports?|contains?|includes?|has|have|sells?|uses?|likes?|speaks?|accepts?|knows?|covers?|"
    r"provides?|offers?|with|of|for)\s+(?:both\s+)?$",
    re.IGNORECASE,
)
_ONE_OF = re.compile(_ITEM)
#: where there is an order, it says something
_ORDERED = re.compile(
    r"\b(?:respectively|order\w*|first|then|before|after|next|finally|last|priorit\w+|sequence|preced\w+|former|latter|"
    r"versus|vs|from|between|steps?)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Given a statement, return it in the form in which it is compared with what is worded otherwise."""
    text = _RUN.sub(r"`\g<what>`", _LINES.sub("`", text.strip().rstrip(".:")))
    for pattern, put in _CHANGES:
        text = pattern.sub(put, text)
    for change in _FORMS:
        text = change(text)
    return text


#: a full stop that ends no sentence: "Inc.", "F.C.", "Ph.D.", "L. Ron"
_ABBREVIATED = re.compile(
    r"\b((?:[A-Za-z]{1,3}\.)+[A-Z]|[A-Z](?=\. (?:[A-Z]\.|[A-Z][a-z]|v[ao]n |d[eiu] ))"
    r"|Inc|Ltd|Co|Corp|Jr|Sr|St|vs|approx|Dr|Mr|Mrs|Ms|Prof|Gen|Col|Capt|Gov|Sen|Rev)\.(?=\s)"
)


def without_dots(text: str) -> str:
    """Given a statement, return it without the full stops of abbreviations."""
    return _ABBREVIATED.sub(r"\1", text)


def alike_in_form(one: str, other: str) -> tuple[str, str]:
    """Given two statements, return both in plain form, with one spelling for each name."""
    return spelt_alike(plain(one), plain(other))


def _causes(text: str) -> str:
    """The reason stands last: "a, so b" and "since a, b" are "b because a"."""
    match = _SUBORDINATE.match(text) or _THEREFORE.match(text)
    if match is None or re.search(r"[.!?]\s", text) or _CAUSAL.search(match["why"]) or _CAUSAL.search(match["what"]):
        return text
    return f"{match['what']} because {match['why']}"


def _has(text: str) -> str:
    """Where a thing is, or is not, that has it or lacks it."""
    text = _THERE_IS.sub(r"\g<where> has \g<what>", text)
    text = _NOTHING.sub(r"\g<where> \g<what>", _NEEDED.sub(r"\g<whose> needs \g<what>", text))
    text = _FRONTED.sub(r"\g<what> \g<where>", text)
    text = _SAID.sub(r"\g<who> \g<said> \g<what>", text)
    text = _MISSING_FROM.sub(r"\g<where> does not have \g<what>", text)
    return _LACKS.sub("does not have", text)


def _gives(text: str) -> str:
    return _GIVES.sub(r"\g<verb> \g<what> to \g<whom>", text)


def _owns(text: str) -> str:
    return _OF_SIZE.sub(r"\g<size> \g<what>", _OWNED.sub(r"the \g<what> of \g<who>", text))


def _lasts(text: str) -> str:
    return _LASTING.sub(_in_seconds, text)


def _in_seconds(match: re.Match[str]) -> str:
    count = {"one": "1"}.get(match["count"].lower()) or NUMBERS.get(match["count"].lower(), match["count"])
    return f"{int(count) * _SECONDS[match['unit'].lower()]} seconds"


def _lists(text: str) -> str:
    """What is listed stands in one order, unless the order may say something."""
    if _ORDERED.search(text):
        return text
    for pattern in (_LIST, _COUPLE):
        text = pattern.sub(_sorted_list, text)
    return text


def _sorted_list(match: re.Match[str]) -> str:
    by = match["by"] or "and"
    if match["by"] is None and not _HAVING.search(match.string[: match.start()]):
        return match[0]
    items = [it for it in _ONE_OF.findall(match[0]) if it.lower() not in {"and", "or", "both", "the"}]
    if any(re.search(r"ed$|ing$", it) for it in items):
        return match[0]  # what is done first may matter
    joined = sorted(items, key=str.lower)
    return f"{', '.join(joined[:-1])} {by} {joined[-1]}"


_FORMS: tuple[Callable[[str], str], ...] = (_causes, _has, _gives, _owns, _lasts, _lists)
