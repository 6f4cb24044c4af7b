"""What makes a reader pass over a statement that the scorer likes: kinds of wording that were true for an hour.

Language models that read as members of the team, and had not seen these rules, marked a thousand lines of real
sessions *keep* or *drop*. What they drop is seldom badly worded. It is a bug described while it was still there, an
edit retold, a reply torn from its conversation, an option on the table. Such a draft is still evidence and may be
asked for, so it is kept under its topic; but a doubt lowers its score below what MEMORY.md shows.

Each row says what share was kept of the lines that distil had chosen and the row doubts; of those that no row doubts it
was 83 of 100. The rows were made from these same marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ....sessions.events import Role
from .laid_down import is_rule

#: log odds for each doubt: one is enough to take a draft from any usual score to less than even
WEIGHT = -4.0

#: a person whose sentence begins so lays down a rule, whatever else the words look like
_RULE = re.compile(
    r"(?:^|[.;:!] )(?:\S+ ){0,2}(?:must|never|always|from now on|make sure"
    r"|(?:don't|do not)(?! (?:have|need|know|see)))\b",
    re.IGNORECASE,
)
#: the signals by which a person's words are a decision or a rule
_LASTING = frozenset({"person_decides", "person_remember"})
#: what holds until or unless something is done is how things work, not a fault being mended
_CAUSE = re.compile(r"\broot cause\b|\breal cause\b|\bturns out\b", re.IGNORECASE)
_CONDITIONAL = re.compile(r"\b(?:until|unless)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Doubt:
    """One kind of wording. ``agent`` and ``person`` say in whose mouth it counts; ``why`` is for whoever asks.

    With ``before_edit`` it counts only where the agent went on to edit files before the person spoke again.
    """

    name: str
    pattern: str
    why: str
    agent: bool = True
    person: bool = True
    unless_rule: bool = False  # a person's rule is one, however it is said
    unless_conditional: bool = False
    unless_cause: bool = False  # a root cause teaches, also when what it caused is mended
    before_edit: bool = False
    cased: bool = False  # its pattern tells capitals from small letters; the others are held against small letters

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, once it is needed: who asks for the reasons alone has no time for all of them."""
        return re.compile(self.pattern)


def _any(*alternatives: str) -> str:
    return "|".join(alternatives)  # against the text in small letters: that is three times as fast


TABLE: tuple[Doubt, ...] = (
    Doubt(
        "defect",
        _any(
            r"\b(?:is|are) (?:(?:currently|still|also|just|only) )?(?:missing|hardcoded|not (?:being|set|passed|saved)"
            r"|never|incorrectly|unused|dead|being (?:dropped|lost|ignored)|empty|lost|dropped|overwritten"
            r"|duplicated)\b",
            r"(?:\b(?:isn't|aren't)|'s not|'re not) (?:being|set|passed|in|integrated|saved)\b",
            r"\b(?:doesn't|don't|does not|do not|never|only) (?:currently )?"
            r"(?:include|set|have|detect|create|output|copy|pass|map|get|save|capture|handle)s?\b",
            r"\bthe (?:real |actual |main )?(?:issue|problem|bug) is\b",
            r"^(?:bug|issue|problem)\b",
            r"\bthere(?:'s| is) an? (?:\w+ )?(?:bug|mismatch|race|conflict)\b",
            r"\bneeds? to be (?:fixed|cleaned)\b|\b(?:currently|still) (?:broken|failing)\b",
            r"\bremains? empty\b|\bcompeting\b|\bthrows?\b|\bcauses? the\b",
        ),
        "describes a fault as still there, and the session went on to mend it (12 of 100 kept)",
        person=False,
        unless_conditional=True,
    ),
    Doubt(
        "retells",
        _any(
            r"^(?:updated?|added?|removed?|changed|created?|fixed|renamed?|moved|deleted|refactored|replaced|extracted"
            r"|implemented|made|modified|redesigned|declared|captured|introduced|simplified|converted)\b",
            r"^[\w -]{1,40}: (?:updated|added|removed|changed|created|fixed|renamed|moved|modified)\b",
            r"^`?[\w./-]+\.\w{1,5}`?:? (?:updated|added|removed|changed|created|fixed|renamed|moved|modified)\b",
            r"\b(?:has|have) been (?:updated|implemented|added)\b",
            r"\bthe fix\b",
        ),
        "retells an edit, which the history of the code shows (37 of 100 kept)",
        person=False,
    ),
    Doubt(
        "converses",
        _any(
            r"^(?:look|looking|notice|note|ah|okay|yeah|so|like|just|right|not|you|i|we|can|could|please|also|but|and|or|now"
            r"|then|here|yes|no[,.]|give .{0,40} (?:try|look|go)|if i|if you|thinking|wondering|in terms|of|btw"
            r"|(?:for )?the (?:first|second|last)(?: one| part| point)? (?:is|was|we|you|i))\b",
            r"\b(?:my|your) ",
        ),
        "is a turn of a conversation (22 of 100 kept)",
        unless_rule=True,
    ),
    Doubt(
        "speaks_of_self",
        r"\b(?:I|I'm|I'd|I've|i|me|my|[Yy]ou|your|[Yy]ou've|[Yy]ou're)\b",
        "is about the speaker or the listener (12 of 100 kept)",
        agent=False,
        unless_rule=True,
        cased=True,
    ),
    Doubt(
        "symptom",
        _any(
            r"\b(?:is|are) (?:showing|displaying|failing|not working|broken)\b",
            r"\bin theory\b",
            r"\bwe have a bug\b",
            r"^the (?:issue|problem|bug) (?:is|was)\b",
        ),
        "reports what went wrong, and not why or what holds instead (too few to tell: 3 of 5 kept)",
        agent=False,
    ),
    Doubt(
        "one_occasion",
        # a status, a port or part of a date is a value and not a figure
        _any(
            r"(?<![:.\w/-])(?<!status )(?<!port )(?<!code )\d{3,}(?![\w.-])",
            r"`[0-9a-f]{7,40}`",
            r"\b\d+ ?ms\b",
            r"\b\d+ (?:tests|files|lines|findings|tasks)\b",
        ),
        "holds figures of one occasion (none of the chosen kept, 8 of 100 of all)",
        person=False,
    ),
    Doubt(
        "instance",
        r"\b(?=[0-9a-f]{0,11}[0-9])(?=[0-9a-f]{0,11}[a-f])[0-9a-f]{12,40}\b",
        "is about one commit or one session (none of 3 kept)",
        cased=True,
    ),
    Doubt(
        "of_tests",
        _any(
            r"^(?:tests?|`?[\w./-]*_test\.\w+`?): ",
            r"^`?(?:test_?\w*|[\w./-]*_test\.\w+)`?(?: ?\([^)]*\))? (?:tests|verif|checks|covers)",
        ),
        "tells what a test tests, which the test shows (none of 4 kept)",
        person=False,
    ),
    Doubt(
        "subjectless",
        _any(r"^(?:be|been|being|gets?|got|has|have|had) "),
        "begins with a verb that has lost its subject (none of 3 kept)",
        unless_rule=True,
    ),
    Doubt(
        "unnamed",
        _any(
            r"^(?:the|these|those|this|that|both|such) (?:[a-z]+ ){0,2}(?:code|check|search|branch|fallback|function"
            r"|field|fix|issue|value|file|list|document|prompt|warning|session|hook|method|logic|loop|command|test|flag"
            r"|error|creation|change|conversion|linter|ui|tool|condition|conflict|setting|struct|helper|handler|output"
            r"|message|string|data|feature|script|approach|behaviou?r|implementation|step|key|part|case|line|documentation|docs"
            r"|(?:test )?harness)s?"
            r"(?: ?[(:]| (?:is|are|was|were|will|has|have|only|now|does|doesn't|can|checks|compare[ds]?|uses?|works?"
            r"|happens?|returns?|shows?|would|should|applies|apply|caught|sums?|contains?|respects?)\b)",
            r"^(?:without|with|first|then|fallback|before|after|new|old):",
            r"^(?:returns|sets|calls|shows|uses|takes|checks|creates|stores|parses|reads|writes|runs|sums)\b",
        ),
        "begins with a thing that only its conversation names (26 of 100 kept)",
        person=False,
    ),
    Doubt(
        "overtaken",
        "",
        "was said before the agent changed the very files that it speaks of (35 of 100 kept)",
        person=False,
        unless_conditional=True,
        unless_cause=True,
        before_edit=True,
    ),
    Doubt(
        "guess",
        _any(r"\b(?:likely|appears? to|seems? to|probably|perhaps|maybe|apparently|presumably)\b"),
        "is not sure of itself (none of 4 kept)",
        person=False,
    ),
    Doubt(
        "history",
        _any(r"\b(?:was|were)\b"),
        "tells what was, and not what holds (50 of 100 kept)",
        person=False,
        unless_cause=True,
    ),
    Doubt(
        "request",
        _any(
            r"^(?:update|fix|check|implement|investigate|review|write|create|run|look|add|remove|delete|change|rename"
            r"|move)\b"
        ),
        "asks for something that was done then and there (16 of 100 of all kept)",
        agent=False,
        unless_rule=True,
    ),
    Doubt("slight", r"^.{1,85}$", "has no room for a reason (38 of 100 kept)", person=False),
    Doubt(
        "option",
        _any(
            r"^(?:options?|consider|we could|could|if we|we can|we need to|we should"
            r"|there are (?:two|three|several|real)|with |without |scenario)",
            r"\bcould (?:use|also)\b",
            r"\bwe should (?:include|add|remove|fix|change|update|rename|create|make)\b",
            r"\bapproach\b|\blet's\b",
        ),
        "weighs what might be done (35 of 100 kept)",
        unless_rule=True,
    ),
    Doubt(
        "for_now",
        _any(
            r"\bmy (?:new |current )?(?:code|fix)\b",
            r"\bcurrent (?:bug|code)\b",
            r"\bright now\b|\bat the moment\b|\bstill\b|\balready\b|^the current\b",
        ),
        "says how things stand half-way (36 of 100 kept)",
        person=False,
    ),
)


def doubts(
    text: str, role: Role, signals: Mapping[str, float], *, before_edit: bool = False, among: Sequence[Doubt] = TABLE
) -> Iterator[Doubt]:
    """Given a statement, who said it, its signals and what came after, yield what a reader would hold against it."""
    person, lower = role is Role.USER, text.lower()
    rule = person and (bool(_RULE.search(text)) or is_rule(text) or not _LASTING.isdisjoint(signals))
    conditional, cause = bool(_CONDITIONAL.search(text)), bool(_CAUSE.search(text))
    for doubt in among:
        counts = (doubt.person if person else doubt.agent) and (before_edit or not doubt.before_edit)
        excused = (
            (rule and doubt.unless_rule) or (conditional and doubt.unless_conditional) or (cause and doubt.unless_cause)
        )
        if counts and not excused and doubt.compiled.search(text if doubt.cased else lower):
            yield doubt
