"""What speaks for and against a passage: named features of language and of the dialogue, none of any project."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ....language.identifiers import Names, identifiers
from ....language.sentences import Form
from ....sessions.events import Act, Event, Role
from .chatter import is_report
from .dialogue import Setting
from .laid_down import is_listed_rule, is_of_the_moment, is_rule, is_so_here
from .lasting import LASTS, PASSING, SURELY, UNLIKELY
from .lasting import lasts as odds_of_lasting
from .passages import Passage
from .phrases import COMPILED, LEAD_PATTERNS, WITH_CASE
from .statements import dangles, points_elsewhere

#: words that begin a line of a change list
_CHANGED = re.compile(
    r"^(?:[^:.]{1,60}:\s+|[`\"*]?[\w./-]+[`\"*]?\s*(?:[-\u2013\u2014]|\u2192)\s+)?(?:now |also )?"
    r"(?:added|implements|now calls|updated|fixed|removed|renamed|"
    r"replaced|changed|created|moved|deleted|modified|refactored|implemented|extracted|"
    r"cleaned|introduced|converted|simplified|improved|adds|updates|removes|add|update|create|modify|"
    r"remove|delete|rename|replace|move|extract|change|refactor|implement|fix|consolidated?|corrected|"
    r"switched|reduced|increased|kept|verified|verifies|tests?|validates)\b",
    re.IGNORECASE,
)

#: what only changed a comment
_COMMENTED = re.compile(
    r"^(?:`?[\w./-]+`?(?: \([^)]*\))?\s*[-:\u2013]\s*)?\w+ (?:the |an? )?(?:\w+ )?comments?\b", re.IGNORECASE
)
#: a line of a change list that has one of these says more than the change itself shows
_EXPLAINS = frozenset({"reason", "contrast", "must", "cause", "default", "design", "abandons"})
_WHAT_FOR = re.compile(r"\bto (?!the\b|an?\b|be\b|use\b)[a-z]+ \S|, (?:prevent|avoid|allow|ensur|keep|mak|so)\w* ")
_TEST_FIRST = re.compile(
    r"^[`\"]?(?:Test[A-Z]|test_|tests?/)\w*|^[Tt]ests?: |^`?\w*[Tt]est\w*`? (?:tests|verifies|checks)\b"
)
#: ways that were weighed, whichever was taken
_OPTIONS = re.compile(
    r"^(?:the )?(?:options?|alternatives?|possible (?:fixes|solutions|approaches)|(?:two|three|some|several) (?:options"
    r"|ways|approaches))\b[^:.]{0,40}:|^to fix (?:this|it|that),? we (?:should|could|can|need)\b"
    r"|^(?:either|we could|we can|we might|you(?:'ll| will|'d) (?:also )?(?:want|need) to)\b"
    r"|^the (?:\w+[- ])?(?:best|cheapest|cleanest|easiest|lightest|quickest|safest|simplest)[\w-]* (?:\w+ )?"
    r"(?:approach|fix|option|solution|way)\b[^.:]{0,20} (?:is|would be|might be) to\b",
    re.IGNORECASE,
)
#: work that is still to be done
_TO_DO = re.compile(r"\bneeds to be (?:cleaned|fixed|reworked|tidied)\b", re.IGNORECASE)
#: what any book on the language says
_COMMON = re.compile(
    r"^In (?:Go|Python|Rust|Java|JavaScript|TypeScript|C|C\+\+|C#|Ruby|Kotlin|Swift|Scala|PHP|Bash|SQL|"
    r"Git|Docker|Linux|general|most)[ ,]"
)
_LOOSE = re.compile(
    r"^(?:(?:please|then|also|and|but|just|always|never|don't|do not|only|keep|make|"
    r"let) )*[\w'`-]+(?: [\w'`-]+){0,6} (?:it|them|that|this|those)"
    r"(?:[.,;!]|$| (?:again|too|also|instead|by|in|to|with|from|for|at|on|after|before)\b)",
    re.IGNORECASE,
)
#: the usual finite verbs; a line without any is a heading or the name of something
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|does|do|did|can|could|will|would|must|should|may|might|"
    r"needs?|uses?|gets?|"
    r"makes?|runs?|shows?|goes|means|never|always|don't|\w+n't|[a-z]{3,}(?:[^s\W_]s|sses|ches|shes|ted|"
    r"ned|red|led|sed|ded|ved|ced|"
    r"ged|ked|ped|med))\b",
)
#: of a text in lower case
_INSIGHT = re.compile(
    r"\b(?:key (?:insight|point|difference|finding)|insight|turns out|root cause|the (?:real|actual|true|"
    r"underlying) (?:issue|problem|"
    r"cause|bug|reason)|important(?:ly)?|note that|gotcha|caveat|the catch|crucial\w*|critical\w*|"
    r"the problem (?:is|was)|the "
    r"(?:bug|issue) (?:is|was)|the reason|that'?s why|in fact|actually|this means|which means|"
    r"misdiagnos\w*|i was wrong)\b",
)
_ASKED = re.compile(
    r"^(?:(?:and |so |ok(?:ay)?,? |hmm,? )?(?:can|could|would|will|do|does|did|is|are|what|where|which|"
    r"who|why|how|when|shall|should) (?:you|we|i|it|this|that|there|the|me)?)",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"^(?:(?:please|pls|can you|could you|can we|could we|let'?s|i want you to|now|then|also|ok|okay|yes|"
    r"and)[, ]+)*(?:add|create|write|make|run|check|review|look|fix|update|commit(?! (?:messages?|"
    r"subjects?|titles?|bodies))|push|implement|explain|"
    r"show|find|read|tell|give|"
    r"double|verify|test|investigate|continue|go|proceed|start|try|take|help|print|do|open|generate|"
    r"rename|move|analy[sz]e|re-?check|summari[sz]e)\b",
    re.IGNORECASE,
)
_ONE_OFF = re.compile(
    r"\b(?:for now|this time|just this once|for this (?:one|pr|commit|session)|don'?t worry|don'?t (?:fix|"
    r"change|touch|do|commit) any\w+|just (?:validate|check|let me know)|skip (?:it|"
    r"this|that)|ignore (?:it|this|that))\b",
    re.IGNORECASE,
)
#: a person holds up the agent's own claim, mostly to doubt it
_QUOTES_AGENT = re.compile(
    r"\byou (?:also |just |previously |earlier )?(?:said|say|mention(?:ed)?|wrote|claim(?:ed)?)\b", re.IGNORECASE
)
_DECIDES = re.compile(
    r"(?:^|[.;,:] |\band |\bso )we(?:'ll| will| now)? (?:move|use|drop|keep|switch|go|take|replace|stay|stop|remove"
    r"|store|put|run|pin|ship|deploy|(?:do not|don't)(?! (?:have|need|know|see))|never|always)\b"
    r"|\bgoes? away\b|\bwas (?:wrong|a mistake)\b",
    re.IGNORECASE,
)
#: what is given up is worth more than what is done
_DROPS = re.compile(
    r"\b(?:remove|drop|delete|get rid of|revert|undo|scrap|throw (?:away|out)|give up)\b.{0,80}"
    r"\b(?:completely|entirely|altogether|feature|command|flag|option|not (?:helping|needed|worth|used)|no longer)\b",
    re.IGNORECASE,
)
_REMEMBER = re.compile(
    r"\b(?:remember (?:this|that|to)|from now on|(?:in|for) (?:the )?future|going forward|as a rule|every time|"
    r"each time|by convention|our (?:convention|rule|policy|standard))\b",
    re.IGNORECASE,
)

#: characters: below the first a statement has no room for a reason, above the second it has, above the third it rambles
_SHORT, _LONG, _VERY_LONG = 60, 170, 240
#: characters of a message: a remark, an explanation, a report
_REMARK, _EXPLANATION, _REPORT = 400, 1500, 4000
_OPENING = 400  # characters of a message that count as its beginning
_OPENING_SENTENCES = 2
_FEW_NAMES = 3
_LONG_PROMPT = 500  # characters: a description of a task, or a paste
_PAIR = 2
_QUOTED = 2  # quotation marks
_TAKEN_OFF = 12  # characters of opening words


@dataclass(frozen=True)
class Session:
    """What is known of the whole session when one passage of it is judged; stems are of content words."""

    of_people: frozenset[str]  # stems that people used
    spread: Mapping[str, int]  # in how many events each stem was said
    events: int  # how many events had words


def signals(
    passage: Passage, event: Event, setting: Setting, session: Session, stems: Sequence[str]
) -> dict[str, float]:
    """Given a passage, its event, surroundings and content stems, return its features: name to value, none is 0."""
    person = event.role is Role.USER
    names = identifiers(passage.text)
    found = {"bias": 1.0}
    found |= dict.fromkeys(_said(passage.text), 1.0)
    found |= _form(passage, event, names)
    found |= _place(passage, event, setting)
    found |= _echo(session, stems, setting)
    if person:
        found |= _of_person(passage, event, setting)
    return found


@lru_cache(maxsize=4096)
def _said(text: str) -> frozenset[str]:
    """Return the names of the patterns that a statement has."""
    lower = text.lower()
    return frozenset(name for name, pattern in COMPILED.items() if pattern.search(text if name in WITH_CASE else lower))


def _explains(text: str, event: Event) -> bool:
    """Tell whether a line of a change list says more than the change; a commit's line does where it says what for."""
    return bool(_said(text) & _EXPLAINS) or (event.act is Act.CALL and bool(_WHAT_FOR.search(text)))


def _form(passage: Passage, event: Event, names: Names) -> dict[str, float]:
    text, person = passage.text, event.role is Role.USER
    first = passage.sentences[0]
    raw = " ".join(sentence.text for sentence in passage.sentences)
    length = len(text)
    facts = {
        "length": math.log(length / 100),
        "short": length < _SHORT and not person,
        "long": length > _LONG,
        "very_long": length > _VERY_LONG,
        "sentences_2": len(passage.sentences) == _PAIR and not passage.listed,
        "sentences_3": len(passage.sentences) > _PAIR and not passage.listed,
        "list": passage.listed,
        "recovered": passage.instead_of is not None,
        "under_name": passage.lead_at is not None,
        "item": first.form is Form.ITEM and not passage.listed,
        "names_1": names.count == 1,
        "names_2": 1 < names.count <= _FEW_NAMES,
        "names_4": names.count > _FEW_NAMES,
        "paths": bool(names.paths),
        "symbols": bool(names.symbols),
        "flags": bool(names.flags),
        "changed": bool(_CHANGED.match(text)),
        "bare_change": not person
        and bool(_CHANGED.match(text))
        and (passage.listed or bool(_COMMENTED.match(text)) or not _explains(text, event)),
        "test_first": bool(_TEST_FIRST.match(text)),
        "options": bool(_OPTIONS.match(text)) or (not person and bool(_TO_DO.search(text))),
        "reports": is_report(text),
        "common": bool(_COMMON.match(text)),
        "labelled": bool(re.match(r"^[^:`]{3,40}: ", text)),
        "path_first": bool(re.match(r"^`?[\w./-]+/[\w./-]+`?", text)),
        "name_first": bool(re.match(r"^`", text)),
        "dangles": dangles(text),
        "points": points_elsewhere(text),
        "colon_end": raw.rstrip().endswith(":"),
        "bang": "!" in text,
        "quotes": text.count('"') >= _QUOTED,
        "code_share": sum(len(span) for span in re.findall(r"`[^`]*`", text)) / max(1, length),
        "stripped": len(raw) - length > _TAKEN_OFF,
        "loose": bool(_LOOSE.match(text)),
        "verbless": not _VERB.search(text),
        "insight": bool(_INSIGHT.search(raw.lower())),
        "parenthesis": "(" in text,
        "dash": bool(re.search(r"\s[-\u2013\u2014]\s", text)),
    }
    found = {name: float(value) for name, value in facts.items() if value}
    found |= {name: 1.0 for name, pattern in LEAD_PATTERNS.items() if first.lead and pattern.search(first.lead)}
    return found


def _place(passage: Passage, event: Event, setting: Setting) -> dict[str, float]:
    if event.role is Role.USER:
        return {"late": setting.place} if setting.place else {}
    facts = {
        "pushed": setting.pushed,
        "pushed_hard": setting.pushed_hard,
        "concedes": setting.concedes,
        "concedes_first": setting.concedes and passage.first <= _OPENING_SENTENCES,
        "ends_turn": setting.ends_turn,
        "ends_session": setting.ends_session,
        "doubted": setting.doubted,
        "stopped": setting.stopped,
        "after_failure": setting.after_failure,
        "before_work": setting.before_work,
        "late": setting.place,
        "answers_first": setting.first_after_prompt,
        "closes": setting.closes,
        "opens_message": passage.first == 0,
        "early_in_message": passage.start < _OPENING,
        "message_long": len(event.text) > _EXPLANATION,
        "message_very_long": len(event.text) > _REPORT,
        "committed": event.act is Act.CALL and passage.instead_of is None,
        "message_short": len(event.text) < _REMARK,
    }
    return {name: float(value) for name, value in facts.items() if value}


def _echo(session: Session, stems: Sequence[str], setting: Setting) -> dict[str, float]:
    """Return how the passage's words recur: in what people said, and over the session."""
    unique = set(stems)
    if not unique:
        return {}
    shared = len(unique & session.of_people) / len(unique)
    spread = sum(math.log1p(session.spread.get(stem, 0)) for stem in sorted(unique)) / len(unique)
    facts = {
        "people_words": shared,
        "spread": spread / math.log1p(max(2, session.events)),
        "content": math.log(len(unique) / 8),
        "turn_0": setting.turn <= 1,
    }
    return {name: float(value) for name, value in facts.items() if value}


def _of_person(passage: Passage, event: Event, setting: Setting) -> dict[str, float]:
    raw = passage.sentences[0].text
    lasts = not is_of_the_moment(raw)
    listed = is_listed_rule(passage.sentences[0])
    odds = max(odds_of_lasting(sentence.text) for sentence in passage.sentences)
    facts = {
        "person": True,
        "person_rejected": event.act is Act.REJECTED,
        "person_asks": bool(_ASKED.match(raw)) or raw.rstrip().endswith("?"),
        "person_task": bool(_TASK.match(raw)),
        "person_states": not _TASK.match(raw) and not _ASKED.match(raw) and not raw.rstrip().endswith("?"),
        "person_one_off": bool(_ONE_OFF.search(passage.text)),
        "person_remember": bool(_REMEMBER.search(event.text)),
        "person_must": "must" in _said(passage.text),
        "person_negates": "negation" in _said(passage.text),
        "person_reasons": "reason" in _said(passage.text),
        "person_prefers": "prefers" in _said(passage.text),
        "person_quotes": bool(_QUOTES_AGENT.search(event.text)),
        "person_rule": (lasts and is_rule(passage.text) and odds > UNLIKELY) or listed,
        "person_listed": listed,
        "person_here": (lasts and is_so_here(passage.text)) or odds >= LASTS,
        "person_lasts": odds >= SURELY,
        "person_passing": odds <= PASSING and not _REMEMBER.search(event.text),
        "person_decides": bool(_DECIDES.search(passage.text)),
        "person_drops": bool(_DROPS.search(passage.text)),
        "person_first": setting.turn == 0,
        "person_long": len(event.text) > _LONG_PROMPT,
        "person_i": "first_person" in _said(passage.text),
    }
    return {name: float(value) for name, value in facts.items() if value}
