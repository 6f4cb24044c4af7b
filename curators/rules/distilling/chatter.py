"""What is said in passing: narration, offers, thanks, and what somebody is about to do. It is no statement."""

from __future__ import annotations

import re
from functools import lru_cache

from .statements import CONNECTIVE, WISH, behind, strip_openers

#: words of a wish beyond which it says more than that
_DECIDING = 8
_CHATTER = re.compile(
    r"^(?:(?:now )?let me\b|let'?s (?:see|check|look|start|run|try|fix|verify|do|go|begin|continue|"
    r"implement)\b|(?:now )?i(?:'ll| will| am going to|'m going to|'m gonna| need to| should| can|"
    r" have to| want to(?! have\b)| was| am|'m| still| also need| don't see| apologi[sz]e| suspect|'d be|'d have)\b|"
    r"now (?:i|let|we|the|it|update|add|run|that|for|to)\b|next,? (?:i|let|we)\b|time to\b|here(?:'s| is| are|'re)\b|"
    r"(?:would|do|should|shall|want|can|could|did|does|is|are|has|have|will|what|where|which|who|why|how|"
    r"when) (?:you|me|i|we|this|that|it|there|the)\b[^.]*\?$|"
    r"(?:please )?let me know|feel free|you (?:can|could|may|might|should) (?:now|then|also)|"
    r"(?:all|both|the|unit|integration|lint\w*|existing|full)?\s*(?:\d+ )?(?:tests?|checks?|lint(?:er|"
    r"ing)?|builds?|suite|formatting|verification)\b[^.]{0,40}\b(?:pass(?:es|ed|ing)?|clean|succeed(?:s|"
    r"ed)?|green|work(?:s|ed|ing)?)\b|"
    r"(?:everything|it|this|that|all|both) (?:is |are )?(?:now )?(?:works?|pass(?:es)?|working|done|"
    r"complete[d]?|fixed|looks? good|good|clean|updated)\b|"
    r"(?:all )?(?:changes|fixes|issues|items|steps|tasks)[^.]{0,30}\b(?:complete[d]?|implemented|made|"
    r"done|verified|fixed|addressed|in place)\b|"
    r"(?:running|checking|looking|reading|updating|adding|creating|fixing|searching|testing|verifying|starting|"
    r"waiting|trying|rerunning)(?: [\w`'-]+){0,5}[.:\u2026]*$|"
    r"(?:please )?(?:commit|push|merge|continue|proceed|go (?:ahead|on)|do (?:it|that|this|so))\b[^.]{0,30}[.!]?$|"
    r"(?:yes|yeah|yep|ok|okay|sure|good|nice|great|perfect|thanks|cool)\b(?:[ ,]+[\w']+){0,5}[.!]?$|"
    r"my (?:first|earlier|previous|initial) \w+ (?:was|is) (?:wrong|incorrect)|i was (?:wrong|mistaken)|"
    r"you can (?:re)?(?:build|run|start|test|try|verify)\b[^.]* now\W*$|"
    r"ready (?:to|for)\b|(?:i(?:'ve)? )?(?:updated|revised|rewrote|reworked) the (?:plan|todo|list|issue|ticket|pr)\b|"
    r"found and fixed\b|worth (?:filing|noting)|try (?:it|again|\w+ing)\b|as requested|thanks|thank you|"
    r"the (?:plan|changes?|implementation|code|fix|refactoring|task|work|pr) (?:is|are|has been|"
    r"looks?) (?:now )?(?:complete|done|ready|correct|good|implemented|clean))",
    re.IGNORECASE,
)
#: what a person wants to have is what he decides, in however few words
_WANTS = re.compile(r"^(?:i|we) (?:want|would like) to have\b", re.IGNORECASE)
#: what somebody sees or finds is told in the next sentence
_PERCEIVES = re.compile(
    r"^(?:i(?:'ve)? )?(?:now )?(?:can )?(?:now )?(?:see|understand|found|find|have|know|get|got|"
    r"identified|noticed|spotted|located)"
    r"(?: now)? (?:a |an |the |another |what |how |why |where |both |some |all |it|two|three|\d)[^:`]{0,70}[.!:]?$",
    re.IGNORECASE,
)
#: of a text in lower case, which is quicker than to pass over case at every letter
_OFFERS = re.compile(
    r"\b(?:would you (?:like|prefer)|do you (?:want|prefer)|want me to|should (?:i|we) (?:also |proceed|"
    r"go|add|fix|update|do)|"
    r"let me know|shall i|if you need|what'?s your preference|which (?:would|do) you|"
    r"if you(?:'d)? (?:like|want|prefer)|"
    r"you (?:may|might|could|can|should) (?:want|also|now|need|consider|try))\b",
)

#: what somebody was set to and did, or looks at, or shall try again: true for that moment
_REPORTS = re.compile(
    r"^(?:the |a |this |that |my )?(?:`?[\w-]+`?[- ])?(?:sub-?)?agents? (?:has |have )?(?:successfully |also |just )?"
    r"(?:created?|reported?|simplified|completed?|made|found|fixed|added|updated|finished|identified|ran|did)\b"
    r"|^(?:looking at (?:it|this|the)|in (?:this|that) case)\b"
    r"|^(?:give|try|let) .{0,40}(?:another|a) (?:try|look|go)\b",
    re.IGNORECASE,
)
#: that it went well or is in order, which answers somebody, or what two commits or sessions of that hour had
_SUCCEEDED = re.compile(
    r"\bsuccessfully \w+ed\b|`[0-9a-f]{7,12}`.*`[0-9a-f]{7,12}`"
    r"|\bso (?:it's|that's|this is|it is) (?:fine|ok|okay|correct|safe)\b[^,;]{0,10}$",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)  # a sentence is asked about in each window, and again as evidence
def is_chatter(sentence: str, *, person: bool = False) -> bool:
    """Given one plain sentence, tell whether it only says what somebody does next, offers, asks or reports success.

    A person who says "let's try …" and adds why or with what has decided something.
    """
    bare = strip_openers(sentence)
    wished = False
    if person and (len(bare.split()) > _DECIDING or _WANTS.match(bare)):
        wished, bare = bool(WISH.match(bare)), behind(WISH, bare)
    bare = behind(CONNECTIVE, bare)
    return (
        bare.rstrip().rstrip("\"')").endswith("?")
        or bool(_CHATTER.match(bare))
        or (bool(_PERCEIVES.match(bare)) and not wished)
        or bool(_OFFERS.search(bare.lower()))
    )


def is_report(text: str) -> bool:
    """Given a statement, tell whether it reports what somebody did or saw there and then, or that all is well."""
    return bool(_REPORTS.match(text) or _SUCCEEDED.search(text))
