"""What a statement speaks of, where it does not say so itself: the list's introduction, the heading, the file at hand.

Only what is said in so many words is put before a statement, in a short plain form, and is quoted as evidence too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....language.sentences import Form, Sentence
from ....language.stems import words
from .chatter import is_chatter
from .standing import NAMED

#: what a heading says beside its subject: its number, an answer, a mark, a remark on its state
_BEGINS = re.compile(
    r"^(?:(?:\d{1,2}[.)]|(?:step|phase|issue|fix|bug|part|change|problem|finding) \d{1,2}[:.]?)\s*"
    r"|(?:yes|no|now|so|currently|here|finally|done|perfect|great)[,!.:]?\s+|[^\w`\"'(./-]+\s*)+",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s+\([^()`]+\)")
#: words of headings that say what sort of thing stands below, and nothing of what that is about
_GENERAL = frozenset(
    words(
        """
    a actual added after all also an analysis and answer approach are background been before behavior behaviour
    benefit benefits both bug bugs can cause causes change changed changes code complete completed conclusion
    context could created criteria critical current decision design detail details difference differences do does
    done example examples explanation feature features file files final finding findings first five fix fixed fixes
    flow following for found four gets happened happening happens has have here how i impact implementation
    implemented important improved improvement improvements in insight insights is issue issues it item items key
    last logged look looks made main matter matters modified more my needed new next note notes now of old only
    option options or other our output overview phase plan point points problem problems proposed question questions
    real reason reasons recommendation recommendations remaining removed requirements result results review root
    scope second see should show shows so solution solutions some state status step steps still structure summaries
    summary task tasks test testing tests that the there these third this those three to todo two update updated
    usage verification was we were what when where which who why with work working works would you your
    """
    )
)
#: a thing that is in a file and has no name, so that the file that was worked on says which it is
_PART_OF_CODE = re.compile(
    r"^(?:the|this|that|these|those|both|two|three|several|all|each|now|only|earlier|current|old|new|other|first|second"
    r"|existing|actual|real|search|setting|empty|string| )+ (?:code|checks?|search|functions?|methods?|implementation"
    r"|logic|loop|fields?|fallback|notice|warning|message|prompt|window|timeout|flags?|options?|tests?|places|locations"
    r"|handlers?|condition|counts?|list|view|lines|mapping|width|harness|parameters?|entry|entries|rule|order|comments?"
    r"|variable|constant|type|struct|class|loops|calls?|callers?|issue|bug|problem)\b"
    r"(?!['-]| (?:is|was)[^.]{0,30} that\b|\s+[`\"(])",
    re.IGNORECASE,
)
#: what was done, as it is told when it is done
_JUST_DONE = re.compile(
    r"\b(?:is|are|will) now\b|\bnow (?:[a-z]+ly )?[a-z]+(?:s|ed)\b"
    r"|^(?:added|removed|renamed|moved|replaced|changed|increased|reduced|extracted|simplified)\b",
    re.IGNORECASE,
)
#: what is no file's
_AT_LARGE = re.compile(
    r"^(?:the |this |all |both )?(?:\w+ )?(?:branch|pr|pull|plan|docs?|documentation|project|work)\b", re.IGNORECASE
)
_CODE = re.compile(r"`[^`]+`")
#: a name that only code has, and that is in some file
_OF_CODE = re.compile(r"`[A-Za-z_]\w*(?:\.\w+)*(?:\(\))?`|\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*|\b\w+\(\)")
#: what holds wherever it is written down: when, if and for what, and what somebody types
_HOLDS = re.compile(r"^(?:when|if|for|once|after|before)\b|`[a-z][\w-]* [a-z<-]", re.IGNORECASE)
_LONGEST = 100
_MOST_WORDS = 14
_ANNOUNCED = re.compile(
    r"\b(?:here|following|these|below)\b|^(?:the |all )?(?:\w+ )?(?:changes?|improvements|fixes)\b", re.IGNORECASE
)


def introduction(text: str, sentences: Sequence[Sentence], number: int) -> Sentence | None:
    """Given a message, its sentences and the number of a list item, return what introduces the list that it is in.

    That is the nearest line above that ends in a colon and stands further left, or is no item.
    """
    column = _column(text, sentences[number].start)
    for before in reversed(sentences[:number]):
        outside = before.form is not Form.ITEM or _column(text, before.start) < column
        if outside and before.text.endswith(":"):
            return before
        if before.form is not Form.ITEM or before.lead != sentences[number].lead:
            return None
        if outside:
            column = _column(text, before.start)
    return None


def left_its_list(sentences: Sequence[Sentence], number: int) -> bool:
    """Given a message's sentences and the number of one, tell whether its lead introduced a list that is over."""
    own = sentences[number]
    if own.form is Form.ITEM or own.lead_at is None:
        return False
    return any(it.start == own.lead_at[0] for it in sentences[:number])


def heads(sentences: Sequence[Sentence], number: int) -> bool:
    """Given a message's sentences and the number of one, tell whether its lead is a heading right above it.

    What follows upon a list has left that behind, and often the heading too.
    """
    own = sentences[number]
    if own.form is Form.ITEM:
        return True
    return not any(it.form is Form.ITEM for it in sentences[:number] if it.lead_at == own.lead_at)


def only_name(lead: str) -> str:
    """Given what introduces a list, return the one name in it, or "" where it has none or several."""
    names = set(_CODE.findall(lead))
    return names.pop() if len(names) == 1 else ""


def as_subject(lead: str) -> str:
    """Given a heading or the introduction of a list, return the subject that it names, or "" where it names none."""
    lead = _REMARK.sub("", _BEGINS.sub("", lead)).strip(" :.!?,;")
    if not lead or is_chatter(lead) or _GENERAL.issuperset(re.findall(r"[\w`]+", lead.lower())):
        return ""
    if len(lead) > _LONGEST or len(lead.split()) > _MOST_WORDS or _ANNOUNCED.match(lead):
        named = NAMED.search(lead)
        return named.group() if named and named.group().startswith("`") else ""
    return lead


def is_of_code(text: str) -> bool:
    """Given a statement, tell whether it speaks of a nameless part of the code, or of what was just done to some."""
    return bool(_PART_OF_CODE.match(text)) or (
        bool(_JUST_DONE.search(text)) and not NAMED.search(text) and not _AT_LARGE.match(text)
    )


def names_code(text: str) -> bool:
    """Given a statement, tell whether it speaks of something in the code by its name, and of no command."""
    return bool(_OF_CODE.search(text)) and not _HOLDS.search(text)


def _column(text: str, start: int) -> int:
    return start - (text.rfind("\n", 0, start) + 1)
