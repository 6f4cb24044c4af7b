"""Whether a person lays down what holds from here on, and not what is to be done now: "never mock the database".

A rule is the most that a person can tell a team's agents, and often it is short, names nothing and stands in the middle
of other talk. Nearly any verb can say it ("staging borrows qa's redis"), so no list of verbs knows it.
What tells it from an errand, a question, a complaint and a report is weighed in one table of signs, whose weights were
learned (bench/tune_rules.py) from messages (tests/unit/curators/laid_down.tsv) that people wrote who had not seen it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .laid_down import is_rule, is_so_here, one_of

#: least log odds at which what a person says is taken to hold from here on, and at which there is always room for it
LASTS, SURELY = 1.0, 2.0
#: and up to which what is put as a rule is none: "you never answered"
UNLIKELY = -0.4
#: and up to which it is of the moment
PASSING = -1.25
#: words beyond which a statement says no more by being longer
_AMPLE = 9


#: what stands before what a person has to say
_SAYS = one_of(
    """
    actually also btw fwiw fyi hey(?:_small_thing)? hm+ kindly nope? note oh ok okay pls please right so well yeah
    yep yes
    """
)
_OPENS = re.compile(rf"^(?:{_SAYS}(?:[,:] ?| ))+")
_POLITE = one_of(
    """
    also and (?:can|could)_(?:you|we) first i(?:'d_like|_do_also_want|_need|_want|_would_like)(?:_you)?_to i_would
    i_want just let'?s now ok okay please pls stop then wait we_need_to we_should well yes you_should
    """
)
_ERRANDS = one_of(
    """
    add amend ask bring bump change check clean clear close commit(?!_messages?) compare continue convert copy count
    create debug delete display do double draft drop explain extract figure find fix format generate get give go
    have help hide hook ignore implement import improve inform install investigate leave link list load look
    looks_good make merge mock move open pick print proceed profile pull push put read rebase refactor regenerate
    remove rename replace re-?check re-?run restart restore revert review roll run save search send set shorten show
    skip sort speed split squash start stop summari[sz]e swap take tell test translate try turn undo update use
    upgrade use_the_(?:other|one|same) verify wait write
    """
)
_ASKING = one_of(
    """
    am any_idea are can could did do does has have how is shall should was were what what's when where which who why
    will would
    """
)


@dataclass(frozen=True)
class Sign:
    """One sign's row: its name, what of a message in small letters has it, its weight (log odds), and why it counts."""

    name: str
    pattern: str
    weighs: float
    why: str

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, once it is needed."""
        return re.compile(self.pattern)


TABLE: tuple[Sign, ...] = (
    Sign("bias", r"", -1.05, "where a message without any sign stands"),
    Sign("ample", r"", 1.41, "has room for what holds, in tens of words"),
    Sign("rule", r"", 0.50, "is put as a rule"),
    Sign("so_here", r"", 1.49, "is put as how things are here"),
    Sign(
        "whose",
        r"\b(?:ops|legal|finance|support|design(?:ers?)?|security|marketing|sales|customers?|clients?|translators?"
        r"|lawyers?"
        r"|auditors?|reviewers?|users?|partners?|qa|the \w+ (?:team|people|folks|guys|side))\b",
        1.19,
        "tells of those who are there beyond this hour",
    ),
    Sign(
        "of_a_kind",
        r"^(?!this|does|is|was|has|its|it's|that's|what's|there's|here's|let's|yes|always|unless)(?:[a-z`/-]+ ){0,3}"
        r"[a-z`/-]{2,}s (?:are|aren't|belong|break|can|can't|cannot|carry|come|cost|die|do|don't|end|follow|get|go"
        r"|have|keep"
        r"|live|map|mean|must|need|open|pass|read|run|say|should|sit|stand|start|stay|take|use)\b",
        0.92,
        "says something of all of a kind",
    ),
    Sign(
        "in_general",
        r"^(?:an?|any|every|each|all|no|nobody|nothing|no one|anything|anybody|everything|everybody|everyone|whoever"
        r"|whatever"
        r"|people|most|only) ",
        0.11,
        "begins with any or all, or with none",
    ),
    Sign(
        "prefers",
        r"\bi(?:'d| would)? (?:always |generally |usually |really )?(?:want|hate|like|rather|prefer|love|expect|care)\b"
        r"(?! (?:also )?to (?!keep|have|see)\w+)"
        r"|\bask me (?:first|before)\b|\bwithout asking\b",
        1.19,
        "says what somebody prefers",
    ),
    Sign(
        "whenever",
        r"^(?:when(?:ever)?|if|before|after|for|in|on|anywhere|where(?:ever)?) [^?]{3,60}(?:, | use | pick | we )"
        r"|\bevery time\b|\beach time\b",
        0.72,
        "says in which case",
    ),
    Sign(
        "treat",
        r"^(?:please )?(?:treat|keep|quote|prefer|use|leave|put|name|pin|mark|wrap|log|store|spell|assume|avoid"
        r"|stick|go easy"
        r"|write|ask|version|pass|call|return|prefix|sort|target|give|make|tell|link|cite|pick|round|escape|validate"
        r"|document)\b",
        0.75,
        "tells how to go about something",
    ),
    Sign(
        "from_now_on",
        r"\b(?:from now on|in (?:the )?future|going forward|by convention|as a rule|at all times|our (?:convention"
        r"|rule|policy"
        r"|standard|style)s?)\b",
        0.33,
        "says that it holds from now on",
    ),
    Sign(
        "here",
        r"\b(?:here|in (?:this|our|the) (?:repo|project|code ?base|team|company|org|monorepo)|on our side|at our|for us"
        r"|with us|our)\b",
        0.76,
        "says that it is so here",
    ),
    Sign(
        "forbids",
        r"(?:^|[,;:.] |\b(?:please|so|and|but|then|we) )(?:don't|do not|never|no) (?!worry|need|know|see|think"
        r"|idea)[a-z]+",
        0.73,
        "forbids something",
    ),
    Sign(
        "contrasts",
        r"(?:,|\bbut) (?:and )?not\b|\binstead of\b|\brather than\b|\bnot .*\bbut\b|, never\b|\bover\b",
        0.51,
        "puts one thing in the place of another",
    ),
    Sign(
        "reasons",
        r", (?:so|because|since|otherwise|it|they|that|the|that's|which|we|he|she|or)\b",
        0.67,
        "gives a reason, or what comes of it",
    ),
    Sign(
        "holds",
        r"\b(?:are|belongs?|care|comes?|depends?|follow|gets?|goes?|ha(?:s|ve) to|is|keep|lives?|means?|must|needs?"
        r"|only"
        r"|prefer|requires?|runs?|should|starts?|stayed|stays?|stick|support|takes?)\b|^[\w`]+ not [\w`]+$|\bunless\b"
        r"|\bby default\b|\bwe (?!show|need|had|have|know|see|want|think|get|got|can|could|should|may|might|will|did"
        r"|were|was"
        r"|just)[a-z]+",
        0.08,
        "is told in the present tense",
    ),
    Sign(
        "points",
        r"\b(?:this|that|these|those)\b(?! (?:repo|project|code ?base|team|company|org|is why|person|way|means"
        r"|kind)\b)(?!,)",
        -0.96,
        "points at something at hand",
    ),
    Sign("it", r"\bit(?:'s)?\b", -0.53, "speaks of something that was named before"),
    Sign(
        "one_of_them",
        r"\b(?:the|an?) (?:other|second|first|third|last|same|old|new|next|previous|rest|one)\b|\bone you\b"
        r"|\b(?:both|two|three|half) of\b|\bagain\b|\blike the\b",
        -0.95,
        "is about one of some at hand",
    ),
    Sign(
        "errand",
        rf"^(?:{_POLITE}[, ]+)*{_ERRANDS}\b|^let'?s not\b",
        -1.21,
        "begins with what is to be done",
    ),
    Sign(
        "does_the",
        r"^(?:(?:please|pls|only|just|don't|do not) )*[a-z-]+ (?:the|this|that|these|those|it|both|all|an? \w+ here)\b",
        -1.09,
        "is about one certain thing that something is to be done to",
    ),
    Sign(
        "not_yet",
        r"^(?:please )?(?:don't|do not|no need|never mind|nevermind|forget)\b.*\b(?:yet|now|for|worry|anything|that"
        r"|it)\b",
        -0.92,
        "puts something off",
    ),
    Sign("should_be", r"^(?:this|that|it|these|those|the \w+) (?:should|must|needs?)\b", -1.18, "corrects one thing"),
    Sign("quotes", r"[\"\u201c]|^you (?:wrote|said|mentioned)\b|^[-*>] ", 0.09, "quotes somebody, or a text"),
    Sign(
        "task",
        r"^(?:include|inform|read|reword|replace|update|use \w+ to)\b|\b(?:would be good|i would suggest|i'd suggest"
        r"|how about)\b",
        -0.32,
        "asks for a change",
    ),
    Sign(
        "asks",
        rf"\?|^(?:(?:and|so|but|hm+|ok|also)[, ]+)*{_ASKING}\b(?! be (?:nice|great|good) if)(?!.*, (?:not|never)\b)",
        -1.23,
        "asks",
    ),
    Sign(
        "of_self",
        r"\b(?:i|i'm|i've|i'll|i am|(?<!ask )(?<!asking )me|mine|my)\b(?! (?:prefer|would prefer|'d prefer|want|hate"
        r"|like|rather|love|expect"
        r"|would)\b)",
        -1.40,
        "is about the speaker",
    ),
    Sign(
        "moment",
        r"\b(?:again|already|anymore|any more|at the moment|back|currently|(?<!me )first|for me|for now|in theory"
        r"|just|later|lunch"
        r"|meanwhile|minutes?|monday|next week|now|on my machine|once|right now|same (?:error|problem|issue)"
        r"|something|still"
        r"|the other one|this (?:branch|file|function|morning|once|pr|sprint|test|time|week)|thursday|today|tomorrow"
        r"|tonight"
        r"|tuesday|wednesday|yesterday|yet)\b",
        -0.64,
        "says that it is of the moment",
    ),
    Sign(
        "past",
        r"\b(?:was|were|did|didn't|had|wasn't|weren't|went|got|said|saw|tried|pushed|changed|ran|lost|broke|crashed"
        r"|found"
        r"|failed|forgot|worked|happened|stopped|started|came|took|made|merged|missed|deleted|checked|added|moved"
        r"|stuck|meant"
        r"|has been|have been|i've|you've)\b",
        -0.51,
        "reports what happened",
    ),
    Sign(
        "wrong",
        r"\b(?:wrong|broken|red|fail(?:s|ing|ed)?|crash(?:es|ed|ing)?|errors?|bugs?|weird|stuck|slow|hangs?|messed"
        r"|missing"
        r"|empty|unused|flaky|squashed|cut off|typo|conflicts?|stray|doesn't|isn't working|nothing works|404|500|403"
        r"|ugh|argh"
        r"|mess|strange|nonsense|too (?:big|late|long|many|much|slow|small))\b",
        -0.54,
        "says what is wrong",
    ),
    Sign(
        "hearsay",
        r"^(?:an? |our |the )?(?!an? |our |the )[\w-]+ (?:called|calls|complain(?:s|ed)?"
        r"|report(?:s|ed)?|said|says|told|writes|wrote)\b",
        -1.05,
        "tells what somebody else says is wrong",
    ),
    Sign(
        "guesses",
        r"\b(?:i think|i guess|maybe|perhaps|looks? like|seems?|not sure|probably|wonder|apparently|might|could be"
        r"|or am i"
        r"|no idea|think)\b",
        -0.69,
        "is not sure",
    ),
    Sign(
        "approves",
        r"^(?:ok|okay|yes|yep|good|great|thanks|thank|nice|perfect|cool|awesome|lgtm|looks good|all (?:green|good"
        r"|set)|done"
        r"|sure|fine)\b|\bthanks\b|\blgtm\b",
        -0.70,
        "answers",
    ),
)
WEIGHTS = {row.name: row.weighs for row in TABLE}


@lru_cache(maxsize=2048)
def lasts(text: str) -> float:
    """Given a person's statement, return the log odds that it holds from here on."""
    return sum(WEIGHTS[name] * value for name, value in signs(text).items())


def signs(text: str) -> dict[str, float]:
    """Given a person's statement, return the signs that it has, none of them 0."""
    lower = _OPENS.sub("", text.lower().replace("\u2019", "'").rstrip(".! "))
    found = {row.name: 1.0 for row in TABLE if row.pattern and row.compiled.search(lower)}
    found |= {"rule": 1.0} if is_rule(text) else {}
    found |= {"so_here": 1.0} if is_so_here(text) else {}
    return {"bias": 1.0, "ample": min(len(lower.split()), _AMPLE) / 10} | found
