"""From a passage of a message to a statement that stands alone.

What was said to one person at one moment ("You're right, …", "Let me …", "Now it …") is taken off, or the passage is
no statement at all. Nothing is added: every word of a statement stands in the passage it came from.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ....language.identifiers import EXTENSION
from ....memory.records import TEXT_LIMIT
from .laid_down import is_rule, is_so_here

#: fewer words say nothing that stands alone
MIN_WORDS = 5
_MIN_LETTERS = 22
#: and of a person's rule, which says it in few: "use tabs, not spaces"
_RULE_WORDS, _RULE_LETTERS = 3, 12
#: share of characters in code beyond which the words between say nothing
_MOST_CODE = 0.6
_CODE = re.compile(r"`[^`]*`")

_ACKNOWLEDGES = (
    r"(?:(?:that'?s|this is|it'?s|what)?\s*(?:a\s+)?(?:very\s+|really\s+)?(?:perfect|great|excellent|good|"
    r"nice|fair|interesting|valid)"
    r"(?:\s+(?:catch|point|question|idea|call|thinking|find|news|observations?|insight|thought|work|feedback))*"
    r"|(?:you'?re|you (?:are|were))\s+(?:absolutely\s+|completely\s+|totally\s+|quite\s+)?(?:right|correct)"
    r"(?:\s+(?:to (?:question|ask|push back on|doubt|wonder)(?: that| this| it)?|on (?:both|all)(?: points|"
    r" counts)?|about that))?"
    r"|(?:all|looks|sounds) good"
    r"|(?:yes|yeah|yep|no|nope|nah|ok|okay|done|fixed|got it|understood|makes sense|that makes sense|"
    r"stop|careful|attention|important|instead(?! of)|note|btw|by the way|while you(?:'re| are) at it|nah|morning|"
    r"one more thing(?: for the future)?|right|ah|aha|oh|hmm+|hm|uh|ugh|wait|"
    r"sorry|thanks|thank you|sure|exactly|correct|absolutely|indeed|agreed|found it|i see(?: now)?|actually|well|"
    r"apologies|my (?:mistake|bad)|i was wrong|alright|cool|wow|oops|please|hey|hi|hello|perfectly clear|success)"
    r"|(?:i(?:'ve)? )?(?:found|see|understand|can see|know|have found|have identified|identified) (?:the|"
    r"an?|what|now what) (?:root cause|bug|issue|problem|culprit|cause|happened|difference)"
    r"|confirmed|not quite|just to be (?:sure|clear|safe)|(?:ah,? )?i remember(?: now)?|"
    r"notice the difference(?: from before)?|(?:the (?:first|second|last) (?:part|point|one)|that|this|it)"
    r"(?:'s| is) (?:not (?:quite )?(?:correct|right|true)|incorrect|wrong)"
    r"|(?:one (?:last|more) (?:thing|modification|change|question)|"
    r"quick (?:follow[ -]?up )?(?:note|question)(?: first)?|"
    r"thinking (?:again|about it)|taking a step back|"
    r"my point is|to clarify|for the record|fyi|side note|(?:just )?wondering(?: now)?|"
    r"in other words))"
)
_OPENER = re.compile(rf"^{_ACKNOWLEDGES}\s*(?:[!.,:;]+|\s[-\u2013\u2014]+|\u2014|\.\.\.)\s+", re.IGNORECASE)
#: what ties a sentence to the one before
CONNECTIVE = re.compile(
    r"^(?:(?:so|and|but|instead(?! of)|btw|by the way|also|however|then|thus|therefore|hence|additionally|"
    r"furthermore|moreover|besides|"
    r"finally|basically|essentially|"
    r"in short|in summary|to summari[sz]e|overall|specifically|importantly|interestingly|unfortunately|fortunately|"
    r"as (?:expected|mentioned|you (?:said|noted|can see))|looking at (?:the|this)[^,]{0,60}|based on [^,]{0,60}|"
    r"after (?:looking|checking|reviewing|investigating)[^,]{0,60}|from what i (?:can )?(?:see|tell)|"
    r"like i said|at the end|first of all|in this case|that said|for context|to be clear|of course|"
    r"obviously|clearly|right now|currently|now|today)"
    r"(?:,\s+|\s+(?=[a-z`\"'])))",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"^(?:(?:please )?note that|this (?:means|implies|confirms|shows) (?:that )?|that means (?:that )?|"
    r"which means (?:that )?|it (?:turns out|appears|seems) (?:that )?|turns out (?:that )?|"
    r"the (?:key|main|important|crucial) (?:insight|point|thing|takeaway|finding)(?: here)? (?:is|was) (?:that )?|"
    r"(?:[^:`]{0,70}, )?(?:i think )?what (?:i|we) (?:really |actually )?want is:?\s|"
    r"i (?:now )?(?:think|believe|guess|feel|assume)(?: like| that)? |"
    r"i (?:now |can (?:now )?)?(?:see|understand|noticed?|realized?|found(?: out)?|learned|confirm(?:ed)?) that |"
    r"(?:i'?d|i would|i'?ll) (?:say|argue|suggest|recommend)(?: that)? |the good news is (?:that )?|"
    r"keep in mind (?:that )?|remember (?:that )?|the point is (?:that )?|"
    r"as you (?:said|noted|mentioned),? |my (?:point|concern) is (?:that )?)",
    re.IGNORECASE,
)
#: an option is no memory, and why it was rejected is one
_REFUSES = re.compile(
    r"^(?:option|approach|alternative|idea|proposal|solution|plan|variant) ?#?\w{1,2} (?:does ?n[o']t|doesn'?t|won'?t|"
    r"will not|can'?t|cannot|wouldn'?t) (?:\w+ ){0,2}?(?:work|do|fit|help)(?: \w+){0,3}?,? (?:since|because|as) ",
    re.IGNORECASE,
)
#: how a person asks for what is to be so
WISH = re.compile(
    r"^(?:please|pls|(?:can|could|should|shall|may) (?:we|you|i)(?: please| also| maybe| just)?|"
    r"let'?s(?: please| just| maybe| also)?(?! not\b)|lets|"
    r"(?:i|we)(?:'d| would)? (?:also )?(?:want|like|prefer|need)(?: you| us)? to(?! be\b)|"
    r"i(?:'d| would)(?: also| rather| really| even| just| always)?(?=\s+[a-z]{3,})"
    r"(?!\s+(?:like|not|prefer|say|be|have)\b)|"
    r"(?:you|we) (?:should|must|need to|have to)(?! (?:not|never)\b)|make sure (?:that )?(?:you|to)|(?:and |"
    r"so )?maybe we (?:can|should|could))\s+",
    re.IGNORECASE,
)
#: "I would not deploy that" asks for it, "I would not care" tells of oneself
_REFRAINS = re.compile(
    r"^i(?:'d| would) not (?!(?:be|bother|care|expect|have|know|like|mind|say|see|think|want|worry)\b)(?=[a-z])",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"^i(?:'ve| have)\s+(?:also\s+|now\s+|just\s+)?([a-z]+ed|made|put|kept|built|written|set|split)\b", re.IGNORECASE
)
_LABEL = re.compile(
    r"^(?:summary|fix(?:ed)?|note|notes|answer|solution|key (?:point|insight|change|difference)s?|"
    r"important|tl;?dr|result|conclusion|"
    r"the (?:fix|problem|issue|solution|short answer|logic|idea|goal)|behaviou?r(?: change)?|overview|"
    r"update|why|reason|problem|issue|impact|explanation|"
    r"context|details?|goal|after|before|now|new|old|corrected|rationale|caveat|warning|recommendation|"
    r"(?:the )?root cause|cause|description|(?:fix|step|issue|finding|change|problem|bug|case) #?\d{1,2}|"
    r"purpose|what|how|effect|finding|question|status|current (?:behaviou?r|state))"
    r"\s*:\s+",
    re.IGNORECASE,
)
_KEPT_LABEL = frozenset(
    {"root cause", "the root cause", "cause", "caveat", "warning", "rationale", "reason", "why", "impact"}
)

_LINE_REFERENCE = re.compile(
    r"\s*\((?:at |on |around |see |in )?(?:lines?|L)\s?~?\d+(?:\s?[-\u2013,]\s?\d+)*\)|"
    r",?\s+(?:at|on|in|around|from) lines? ~?\d+(?:\s?[-\u2013,]\s?\d+)*(?:,? and \d+)?|\s*\(\+\d+/-\d+\)",
    re.IGNORECASE,
)
_PLACE_IN_FILE = re.compile(rf"(\.{EXTENSION}):\d+(?:\s?[-\u2013,:]\s?\d+)*(?=[`\s,.;:)]|$)")
#: what an agent says it does about it, behind the statement
_TAIL = re.compile(
    r"(?:,|\s[-\u2013\u2014])?\s+(?:so|and|but|which is why)?,?\s*(?:now )?(?:I(?:'ll|'m|'d|'ve| will|"
    r" need| should| can't| cannot| don't| have|"
    r" want| am| was| added| fixed)|let me)\b[^.`]*\.?$"
)
_LINE_OF_FILE = re.compile(
    rf"(\.{EXTENSION}`?),?\s+(?:(?:at|on|in|around|from)\s+)?lines?\s~?\d+(?:\s?[-\u2013,]\s?\d+)*", re.IGNORECASE
)
_BARE_LINE = re.compile(r"\blines? \d+", re.IGNORECASE)
#: what is left of "Look at lines 3-5." and of two lines of one file
_LOOK = re.compile(r"^(?:look|see|check)\.\s+", re.IGNORECASE)
_TWICE = re.compile(r"(`[^`]+`) and \1(?!\w)")
#: what names a line has one
_DIGIT = re.compile(r"\d")
#: who speaks for himself of what he does reports, and does not state
_SPEAKS = re.compile(r"\bI(?:'ll|'m|'ve|'d)?\b(?! ?/)")
#: a sentence that has lost its subject
_HEADLESS = re.compile(
    r"^(?:should|would|could|will|can|cannot|can't|may|might|has|have|had|is|are|was|were|does|doesn't|"
    r"did)\s"
)
#: a person's own errands
_ERRAND = re.compile(
    r"\b(?:i )?wonder(?:ing)?\b|\byou(?:'ve| have) (?:\w+ed|put|made|broken)\b"
    r"|^I(?:'m|'ve|'d not| am| was| would not| have| had| just| wonder\w*| checked| tested|"
    r" noticed| see| can see| can't see|"
    r" got| did| get| tried| messed|"
    r" mean| don't know| don't understand| remember| reckon)\b",
    re.IGNORECASE,
)
#: words that point at the conversation, not at the project; of a text in lower case
_HERE = re.compile(
    r"\b(?:this|these|those|that) (?:session|plan|pr|changes?|approach|option|tests?|fix|issue|bug|"
    r"errors?|case|example|ones?|"
    r"time|conversation|message|steps?|section|block|point|review|way|run|output|log|attempt|summary|"
    r"request|question|feedback|"
    r"feature|implementation|update|situation|scenario|logic|pattern|behaviou?r|addresses|solves|way|"
    r"means)\b|\b(?:above|below)\b(?! (?:[\w.-]*[\d/`]|(?:an?|the|one|two|five|ten|twenty|thirty|forty|fifty|zero)\b))"
    r"|\b(?:as before|as expected|as well now|"
    r"earlier today|just now|right now|from before|the (?:pr|pull request)|none block|the (?:old|new) code|"
    r"the (?:fix|change|refactor\w*|update) (?:ensures|makes|handles|adds|now|applies|is)|(?:is|are) now fixed|"
    r"my (?:[a-z-]+ ){0,2}(?:code|fix|research|analysis|plan|changes?|recommendation|summary)|"
    r"your (?:question|point|feedback|"
    r"message|example|screenshot|request|test|changes?|branch|settings|call|preference|case|setup))\b",
)
#: the second half of an answer is no sentence
_ANSWERS = re.compile(r"^(?:done|fixed|right|correct|exactly), (?:with|by|and|now|using|in|on|for|as)\b", re.IGNORECASE)
#: somebody goes on to say what he meant, or only begins: "Like if the commit is not at the top..", "In terms of x."
_MEANS = re.compile(
    r"^like,? (?:if|when|how|it|there|that|this|you|we|i)\b|^(?:in terms of|as for|regarding)\b[^,;:]*$", re.IGNORECASE
)
#: a piece of a list of changes or places, or a note on what was counted
_SCRAP = re.compile(
    r"^(?:there (?:are|were) (?:still |also )?(?:two|three|four|five|several|some|a few|"
    r"\d+) (?:\w+ )?(?:issues|problems|bugs|fixes|places|options|things|ways)\b|lines? \d|\(?\d+\)|"
    r"~?\d+ \w+|for \d+\b|where:|i(?:'ve| have)?:|[^\w`\"'(]|\w\s?[.*|>]|\d{1,3}\\?[.)]\s|\S+:\d+\b|"
    r"[\w.]+(?:, ?\w+)* :?= ?[\w.]+\([^)]*\);?$)",
    re.IGNORECASE,
)
_DANGLES = re.compile(
    r"^(?:(?:since|because|when|if|as|once|and|but|so) )?(?:this|that|these|those|it|they|its|their|he|"
    r"she|which|here|same|such|there|both|either|neither|"
    r"one|another|the (?:same|first|second|latter|former|other|above|following|new one|old one|issue|"
    r"problem|bug|fix|error|test|change|changes|code|function|file|command|field|flag|method|"
    r"implementation|user|output|result|approach|script|plan|next|last|current|only (?:change|remaining|"
    r"one|issue|thing))"
    r"(?=(?:'s|\s+(?:is|are|was|were|does|doesn't|did|didn't|has|have|had|will|would|should|can|could|now|"
    r"isn't|aren't|already|also|only|just|correctly|uses?|works?|looks?|shows?|needs?|gets?|fails?|"
    r"expects?))\b))"
    r"(?=\b|')",
    re.IGNORECASE,
)
#: these point at something and then say it: "the bug was that …", "the test must …"
_SAYS_WHAT = (
    r"the (?:(?:issue|problem|bug)(?: (?:now|here))? (?:is|was)(?: now)?(?: of course)? that\b"
    r"|(?:test|code|user|script)s? (?:needs? to|must|should(?:n't)?|ha(?:s|ve) to)\b)"
)
_THERE = re.compile(
    rf"^(?:{_SAYS_WHAT}|this (?:code ?base|library|module|package|project|repo|repository|service|team)\b|"
    r"there(?:'s| is| are| was| were)\b|(?:both|either|neither|one|another|same|such) "
    r"(?!is\b|are\b|was\b|were\b|way\b|should\b|can\b|could\b|would\b|will\b|has\b|have\b|one\b|"
    r"ones\b|work|pass|need|also\b|now\b|makes?\b|means?\b|gives?\b|allows?\b|ensures?\b|could\b|might\b|"
    r"addresses\b|solves\b|provides\b|happens\b|follows\b|covers\b|includes?\b|fix|session\b|branch\b|"
    r"approach\b|change|file|test|plan|command|repo|time\b|case\b)[`\w-]+)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"(?::|,|;|-|\u2014|\b(?:and|or|but|the|a|an|of|to|in|with|for|is|are|that|because|like|e\.g\.|i\.e\.|"
    r"following|below|above))\s*$",
    re.IGNORECASE,
)
#: and of what a person typed, whose sentence may well end with "by that" or "it is"
_BROKEN_OFF = re.compile(
    r"(?::|,|;|-|\u2014|\b(?:and|or|but|the|a|an|because|like|e\.g\.|i\.e\.|following|below|above))\s*$", re.IGNORECASE
)
#: characters at the end of a stripped text in which that is found, if at all
_END = 12
#: words of a sentence that can be whole although a colon ends it, and what makes it only announce what it shows
_WHOLE = 9
_CLAUSE = re.compile(r"\b(?:that|which|because|since|so)\b[^:]* [a-z]+:$")
_SHOWS = re.compile(
    r"\b(?:following|below|here|steps?|changes?|options?|ways?|things?|issues?|problems?|places?|examples?|like|"
    r"as follows|these|this|that way|two|three|four|five|several|some|include[sd]?|when|if|now|let|both|either|should|"
    r"would|will)\b[^:]{0,60}:$"
    r"|\b(?:is|are|was|were|be|by|with|from|into|to|for|on|in|shows?|says?|uses?|returns?|gives?|means?|\w+ing):$",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"(?<![\w#])#\d\b|\b(?:(?:option|approach|issue|step|phase|fix|point|item|scenario|question)s? ?#?\d|(?:option|"
    r"approach) [A-C]\b|the (?:above|following|below)\b|as (?:shown|described|listed) (?:above|below)|"
    r"see (?:above|below)|\b1,? ?2,? and 3\b|\b1\.\s?\+\s?2)",
    re.IGNORECASE,
)


def dangles(text: str) -> bool:
    """Given a statement, tell whether its first words point at something outside of it."""
    return bool(_DANGLES.match(text)) and not _THERE.match(text)


def points_elsewhere(text: str) -> bool:
    """Given a statement, tell whether it refers to a numbered option or to text around it."""
    return bool(_POINTS.search(text))


@lru_cache(maxsize=1024)  # each is asked of alone, and as the first of its passage
def strip_openers(text: str) -> str:
    """Given a sentence, return it without the words that only greet what was said before."""
    for _ in range(4):
        shorter = behind(_OPENER, text)
        if shorter == text:
            return text
        text = shorter
    return text


def behind(beginning: re.Pattern[str], text: str) -> str:
    """Given what may begin a text, return the text without it: to look for it elsewhere would take long."""
    found = beginning.match(text)
    return text[found.end() :] if found else text


def spoken(text: str) -> str:
    """Given a sentence that a person typed in haste, return it as it would be printed: capitals, no greeting."""
    text = strip_openers(text.strip())
    text = re.sub(r"\bi\b(?=[ ']|$)", "I", text)
    return _capital(text) if text else ""


def shape(text: str, *, person: bool, rule: bool = False) -> str:
    """Given plain text of a passage, return the statement, or "" where there is none.

    A person's is in his words, and a rule may be brief.
    """
    if _ANSWERS.match(text) or _MEANS.match(text):
        return ""
    text = strip_openers(text.strip())
    bare = _unannounced(_without_colon(behind(_REFUSES, _without_label(text)))).lstrip()
    if _SCRAP.match(text) or _SCRAP.match(bare):
        return ""
    text = bare
    if person:
        text = _REFRAINS.sub("Do not ", behind(WISH, text), count=1)
    if doing := _DOING.match(text):
        text = text[doing.start(1) :]
    text = _without_lines(text if person else _without_tail(text))
    text = text.strip().rstrip(";, -\u2013\u2014").strip()
    if (
        not text
        or (_BROKEN_OFF if person else _UNFINISHED).search(text, max(0, len(text) - _END))
        or not _is_whole(text, person=person, rule=rule)
        or text[0] == "("
    ):
        return ""
    if _is_of_the_talk(text, person=person):
        return ""
    if not person and (_HEADLESS.match(text.lower()) or _in_code(text) > _MOST_CODE):
        return ""
    return _capital(text) if len(text) <= TEXT_LIMIT else ""


def _unannounced(text: str) -> str:
    for _ in range(3):
        shorter = behind(_ANNOUNCES, behind(CONNECTIVE, strip_openers(text)))
        if shorter == text:
            break
        text = shorter
    return text


def _is_of_the_talk(text: str, *, person: bool) -> bool:
    if _HERE.search(text.lower()) or (_ERRAND if person else _SPEAKS).search(text):
        return True
    return bool(_DIGIT.search(text) and _BARE_LINE.search(text))


def _without_tail(text: str) -> str:
    # Most have neither word, and the pattern begins with what may be anywhere.
    return _TAIL.sub(".", text, count=1) if "I" in text or "let me" in text else text


def _without_lines(text: str) -> str:
    if not _DIGIT.search(text):
        return text
    bare = _PLACE_IN_FILE.sub(r"\1", _LINE_OF_FILE.sub(r"\1", _LINE_REFERENCE.sub("", text)))
    return _TWICE.sub(r"\1", behind(_LOOK, bare))


def _without_colon(text: str) -> str:
    """Given a sentence, return it with a full stop where it says something whole before what it shows."""
    whole = text.endswith(":") and len(text.split()) >= _WHOLE and _CLAUSE.search(text) and not _SHOWS.search(text)
    return f"{text[:-1]}." if whole else text


def _without_label(text: str) -> str:
    label = _LABEL.match(text)
    if label is None or label.group().strip().rstrip(":").strip().lower() in _KEPT_LABEL:
        return text
    return text[label.end() :]


def _in_code(text: str) -> float:
    return sum(map(len, _CODE.findall(text))) / len(text)


def _is_whole(text: str, *, person: bool, rule: bool) -> bool:
    letters, count = sum(map(str.isalpha, text)), len(text.split())
    brief = count < MIN_WORDS or letters < _MIN_LETTERS
    if brief and not (
        person and count >= _RULE_WORDS and letters >= _RULE_LETTERS and (rule or is_rule(text) or is_so_here(text))
    ):
        return False
    return (
        letters >= len(text) // 2
        and text.count("`") % 2 == 0
        and text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
    )


def _capital(text: str) -> str:
    first = text.split(" ", 1)[0].rstrip(".,;:")
    ordinary = first.replace("'", "").replace("-", "").isalpha() and first.islower()
    text = text[0].upper() + text[1:] if ordinary else text
    return text if text.endswith((".", "!", "?", "`", ")", '"')) else f"{text}."
