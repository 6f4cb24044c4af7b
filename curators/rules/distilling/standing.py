"""Whether a statement can be understood alone, and is still worth it later: signs that a reader judges it by.

``weights`` says what a careful engineer would write down of a session. A reader who was not there sees the line alone:
does it name what it speaks of, or does it say "both hooks" and "the issue"? Does it hold, or did it for an hour?

Two readers who had not seen these rules marked 434 statements of 64 sessions, chosen or nearly chosen. Each row is
a sign and what it weighs in the log odds that they would keep the line (bench/tune_distil.py). On sessions that the
weights never saw they told a kept line from another in .72 of the pairs; by ``weights`` alone it is .62. To choose
another wording of the same by these signs brought nothing beyond that. What the session goes on to mend is told as
history (``mended``), and then the signs of a fault weigh nothing.

Four stricter readers, who looked up in the logs what had become of each, then marked the 258 lines that were chosen by
these weights (84 kept). From those the weights were drawn on: a line with room for its reason is what they keep, and a
line on a test or a page is not. Of such chosen lines, on unseen sessions, .35 are kept now where it was .33.

Two more readers marked each of the 258 lines that were chosen then, with no more than the line (67 of 100 kept; they
agree on 94). What they hold against a line that the signs did not have is in the table since, from "points" on; with
these, kept and other lines are told apart in .73 of the pairs of unseen sessions, without in .64.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ....sessions.events import Role
from .doubts import TABLE as DOUBTS
from .doubts import doubts

#: how much of a reader's log odds is added to the others. Each tenth more costs .006 of the labelled notes, and brings
#: .01 more lines that a reader keeps
SHARE = 0.38
#: about what a line that may be chosen has of a reader's log odds, so that as many are chosen as without
_USUAL = 0.5

#: a word that can only be a name: code, two capitals, an option, a path, a file, a call
NAMED = re.compile(
    r"`[^`]+`|\b[a-z]+[A-Z]\w+|\b[A-Z][a-z]+[A-Z]\w*|(?<![\w-])--[a-z][\w-]+|\b\w+[_/]\w[\w/.-]*"
    r"|\b[\w-]+\.[a-z]{1,5}\b(?! )|\w+\(\)"
)
# All but names is looked for in small letters, which is several times as fast as not to tell them from capitals.
#: the subject is no more than "the test", "both hooks", "all these"
_BARE_SUBJECT = re.compile(
    r"^(?P<subject>(?:the|this|that|these|those|both|all|each|every|such|two|three|four|five|some|several|an?|another"
    r"|other|any|one|our|its|their)\b[^.:;,]{0,60}?)\s+(?:is|are|was|were|has|have|had|do|does|did|\w+n't|will|would"
    r"|should|can|could|may|might|must|cannot|needs?|uses?|gets?|shows?|fails?|works?|returns?|sets?|handles?|checks?"
    r"|takes?|happens?|exists?|appears?|looks?|creates?|includes?|contains?|compares?|expects?|failed|applies|comes?"
    r"|goes|makes?|means?|runs?|now|only|already|also|never|always|correctly|respects?|preserves?|stores?|calls?"
    r"|writes?|reads?|warns?|clears?|allows?|ensures?|complains?|captures?|tracks?|prints?|keeps?)\b",
)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|both|all|each|such) [a-z]")
_DETERMINER = re.compile(r"^(?:the|this|that|these|those|both|two|three|four|all|each|such) [a-z]")
_COUNTED = re.compile(r"^(?:both|two|three|four|five|six|all (?:\d|of|the|these|those))\b")
#: "Saves a copy to …": who does is in the heading
_VERB_FIRST = re.compile(
    r"^(?:only |also |then |now )?[a-z]*[a-rt-z](?:s|es)\b(?= (?:an?|the|all|any|if|when|that|whether|each|only"
    r"|both|it|to|up|on|from|in|with|for|as|their|its|existing|missing|multiple)\b| `)",
)
#: words in s that begin a sentence and are no verbs
_NO_VERB = re.compile(r"^(?:this|always|sometimes|perhaps|was|is|has|does|unless|as|us|[a-z]+(?:ss|ions|ments))\b")
_PRONOUN = re.compile(r"\b(?:it|its|it's|they|their|them|he|she)\b")
#: a label that means something only beside others: "Without: …", "Now: …"
_RELATIVE_LABEL = re.compile(
    r"^(?:before|after|now|without|with|first|second|then|fallback|current|lower|upper|new|old|where|why|how|when|note|bug"
    r"|problem|issue|scenario|impact|example|legend|key|output)\b[^:]{0,40}:",
)
_PROPOSES = re.compile(r"\b(?:should|could|let's|needs? to)\b")
_LACKS = re.compile(
    r"\b(?:is|are|isn't|aren't|doesn't|don't|not) (?:(?:currently|still|only|also|being) )*(?:missing|hardcoded|unused"
    r"|incomplete|set|include|exist|duplicat\w+|have)\b",
)
#: the files, functions and cases of tests, as most languages name them
_TESTS = re.compile(
    r"\b\w+_(?:test|spec)\.\w+|\b\w+\.(?:test|spec)\.\w+|\bTest[A-Z]\w+|\btest_\w+|\bsubtests?\b"
    r"|\b[Tt]est (?:helpers?|harness|suite|cases?)\b|\(t(?:, |\))"
)
#: what is written about the code, and not what it does
_WRITINGS = re.compile(r"\breadmes?\b|\b\w+\.(?:mdx?|rst|adoc)\b|\b(?:stale|code|doc) comments?\b|\bdocstrings?\b")
#: "this won't say", "change this so that", "is intentional here", "for the first we need"
_POINTS = re.compile(
    r"(?:\b(?:this|these|those|here)|(?:^|[.;:] )that)(?:[.,;:]| (?:is|was|are|were|will|won't|would|should|does"
    r"|doesn't|has|too|also|so|to|as|by|in|on|with|and|or|but|change|branch|feature|code|issue|bug)\b)"
    r"|\bfor the (?:first|second|last)\b|\b(?:for|do|option|only) \d\.?$"
)
#: the subject is a word for some part of any work
_ANY_PART = re.compile(
    r"^(?:the|this|that|all|these|both) (?:(?:actual|real|earlier|current|new|old|first|second|main|returned|whole|same"
    r"|existing) )*(?:implementation|search|check|linter|issue|problem|test|session|agent|code|logic|fix|approach"
    r"|fallback|document|documentation|prompt|notice|warning|feature|default|function|field|timeline|bug|user|change"
    r"|branch|file|flag|loop|error|hook|value|message|list|plan|commit|pr)s?\b(?! (?:of|for)\b| in `)"
)
_TIDIED = re.compile(
    r"\b(?:simplif\w+|redundant|duplicat(?:e|ed|ion)|re-?implement\w*|all references|refactor\w*|cleaned up|tidied"
    r"|lines to \d+)\b"
)
_APPROVES = re.compile(
    r"\b(?:it's fine|is (?:actually )?(?:correct|fine|intentional)|was actually|all edge cases|clearly|as expected"
    r"|is now useful)\b"
)
_THERE_IS = re.compile(r"^(?:`[^`]+`: )?there(?:'s| is| are)\b")
_CONTRASTS = re.compile(r"\b(?:instead|rather than|no longer)\b")
_CONDITION = re.compile(r"\b(?:when|if|unless|until|only)\b")
#: the short name of a commit or a session: seven or more hexadecimal digits, letters and digits mixed
_INSTANCE = re.compile(r"\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b")
#: a subject stands in the first words of a sentence
_OPENING = 7
#: characters beyond which a statement says no more by being longer
_AMPLE = 240


@dataclass(frozen=True)
class Sign:
    """One sign's row: its name, what it weighs in a reader's log odds, and why it says anything."""

    name: str
    weighs: float
    why: str


TABLE: tuple[Sign, ...] = (
    Sign("read", -0.60, "where a line without any sign stands with a reader"),
    Sign("nameless", -0.11, "names nothing that can be looked up"),
    Sign("nameless_the", -0.31, "speaks of the or this thing, and names nothing"),
    Sign("names_early", 0.07, "names what it speaks of in its first words"),
    Sign("names_dense", 0.24, "names in ten words"),
    Sign("counted", -0.57, "begins with a number of things, and does not name them"),
    Sign("verb_first", -0.05, "begins with what something does, and does not say what"),
    Sign("lacks", -0.25, "says in the present tense that something is missing, which is mended soon"),
    Sign("proposes", -0.19, "says what should or could be done"),
    Sign("by_parts", 0.21, "has parts, which say more"),
    Sign("holds_now", 0.40, "says how it is now, after a change"),
    Sign("of_tests", -0.13, "tells of a test, and not of what it tests"),
    Sign("of_writings", -0.31, "tells of a page or a comment, and not of what stands there"),
    Sign("points", -0.40, "says this or here, and means what was before it"),
    Sign("any_part", -0.65, "its subject is a word for some part of any work"),
    Sign("tidied", -1.20, "tells how code was tidied, which changes nothing for who uses it"),
    Sign("approves", -0.85, "finds something in order, which is no news later"),
    Sign("there_is", -0.60, "says only that there is something"),
    Sign("contrasts", 0.60, "says what holds and what does not"),
    Sign("conditional", 0.75, "says when something holds"),
    Sign("instance", -0.50, "is about one commit or one session"),
    Sign("mended", 0.55, "tells what was wrong, and that it was mended"),
    Sign("ample", 0.49, "has room for a reason, in hundreds of characters"),
    Sign("read_converses", -0.20, "is a turn of a conversation"),
    Sign("read_defect", -0.33, "describes a fault as still there"),
    Sign("read_speaks_of_self", -0.45, "is about the speaker or the listener"),
    Sign("read_symptom", -0.41, "reports what went wrong, and not why"),
    Sign("read_one_occasion", -0.30, "holds figures of one occasion"),
    Sign("read_slight", -0.78, "has no room for a reason"),
    Sign("read_unnamed", -0.51, "begins with a thing that only its conversation names"),
    Sign("read_option", -0.10, "weighs what might be done"),
    Sign("read_overtaken", -0.50, "was said before the very files were changed"),
    Sign("read_for_now", -0.36, "says how things stand half-way"),
    Sign("read_history", 0.15, "tells what was, and why it changed"),
)
WEIGHTS = {row.name: row.weighs for row in TABLE}
_DOUBTS = tuple(doubt for doubt in DOUBTS if f"read_{doubt.name}" in WEIGHTS)


def standing(text: str, role: Role, signals: Mapping[str, float], *, before_edit: bool = False) -> dict[str, float]:
    """Given a statement, who said it, its signals and what came after, return the signs that it has, none of them 0."""
    lower, names = text.lower(), len(NAMED.findall(text))
    facts = {
        "read": True,
        "nameless": not names,
        "nameless_the": not names and bool(_DEFINITE.search(lower)),
        "names_early": names_early(text),
        "names_dense": 10 * names / len(text.split()),
        "counted": bool(_COUNTED.match(lower)),
        "verb_first": _verb_first(lower),
        "lacks": bool(_LACKS.search(lower)),
        "proposes": bool(_PROPOSES.search(lower)),
        "by_parts": ";" in text,
        "holds_now": " now " in text,
        "of_tests": bool(_TESTS.search(text)),
        "of_writings": bool(_WRITINGS.search(lower)),
        "points": bool(_POINTS.search(lower)),
        "any_part": bool(_ANY_PART.match(lower)),
        "tidied": bool(_TIDIED.search(lower)),
        "approves": bool(_APPROVES.search(lower)),
        "there_is": bool(_THERE_IS.match(lower)),
        "contrasts": bool(_CONTRASTS.search(lower)),
        "conditional": bool(_CONDITION.search(lower)),
        "instance": bool(_INSTANCE.search(lower)),
        "mended": lower.startswith("bug fixed"),
        "ample": min(len(text), _AMPLE) / 100,
    }
    found = {name: float(value) for name, value in facts.items() if value}
    held = doubts(text, role, signals, before_edit=before_edit, among=_DOUBTS)
    return found | {f"read_{doubt.name}": 1.0 for doubt in held}


def parts(signs: Mapping[str, float], table: Mapping[str, float] = WEIGHTS) -> dict[str, float]:
    """Given the signs of a statement and what they weigh with a reader, return what each adds to its log odds."""
    return {name: SHARE * (table[name] * value - _USUAL * (name == "read")) for name, value in signs.items()}


def needs_context(text: str) -> bool:
    """Given a statement, tell whether it looks as if the words before it said what it speaks of."""
    return not NAMED.search(text) or leans_on_pronoun(text) or leans(text)


def leans(text: str) -> bool:
    """Given a statement, tell whether it speaks of a thing that it does not name: "the check", "both", "this"."""
    lower = text.lower()
    return (
        _bare_subject(text, lower)
        or continues(text)
        or bool(_COUNTED.match(lower))
        or (bool(_DETERMINER.match(lower)) and not names_early(text))
    )


def continues(text: str) -> bool:
    """Given a statement, tell whether any heading above it says more of what it speaks of than it does itself."""
    lower = text.lower()
    return _verb_first(lower) or bool(_RELATIVE_LABEL.match(lower))


def names_early(text: str) -> bool:
    """Given a statement, tell whether its first words hold a name."""
    return bool(NAMED.search(" ".join(text.split(maxsplit=_OPENING)[:_OPENING])))


def _bare_subject(text: str, lower: str) -> bool:
    found = _BARE_SUBJECT.match(lower)
    return found is not None and not NAMED.search(text[: found.end("subject")])


def _verb_first(lower: str) -> bool:
    return bool(_VERB_FIRST.match(lower)) and not _NO_VERB.match(lower)


def leans_on_pronoun(text: str) -> bool:
    """Given a statement, tell whether a pronoun comes before any name in it."""
    found = _PRONOUN.search(text.lower())
    return found is not None and not NAMED.search(text[: found.start()])
