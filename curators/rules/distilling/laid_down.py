"""Whether a person lays down what holds from here on, and not what is to be done now: "never mock the database".

A rule is the most that a person can tell a team's agents, and often it is short, names nothing and stands in the middle
of other talk. So it is known by how it is put: for all times (always, whenever), for all of a kind (every, plural), as
the team's habit (we deploy, we don't squash), as one thing in the place of another (use x, not y), as a duty.

Of 40 rules that somebody wrote who had not seen this, 23 are known, and 2 of 40 errands are taken for one.
"""

from __future__ import annotations

import re

from ....language.sentences import Form, Sentence


def one_of(words: str) -> str:
    """Return an expression for one of some words; "_" stands for a space in them."""
    return f"(?:{'|'.join(words.split())})".replace("_", " ")


_BEGINS = r"(?:^|[,;:.] |\b(?:please|so|and|but|then) )"
#: what is so for the moment, or of one thing at hand
_MOMENT = one_of(
    """
    again at_the_moment currently first_show for_me for_now in_theory just_now let_me_know mind on_my_machine right_now
    same_(?:error|problem|issue) something still the_other_one this_time today tomorrow yesterday yet
    anything(?!_under|_below|_in)
    """
)
_PAST = one_of("was were did didn't had has_been have_been worked failed i've i'm you've you're i'd")
_AT_HAND = re.compile(
    rf"\b{_MOMENT}\b|\b{_PAST}\b|\?$|\b(?:it|this|that|these|those|them)\b(?=[.,;!]|$)|^(?:it|this|that|there)(?:'s)?\b"
    r"|^(?:option )?\d\b"
    r"|\bthis (?!repo|project|code ?base|team)\w+"
)
_NOT_DONE = one_of("the an? been got is are gets? happens? shows? works? fails? returns? seems? ends?")
_BAD = one_of("the an? \\w+ing broken red slow wrong missing empty null nil none flaky late stale old out there")
_ALWAYS = re.compile(
    r"(?:^|[,;:.] |\b(?:please|and|so|then|but|we|you|let's|should|must|to|code|tests?|people|everybody|everyone) )"
    rf"(?:always|never) (?!{_NOT_DONE}\b)[a-z]+"
    rf"|\b(?:are|is|be|gets?) (?:always|never) (?!{_BAD}\b)[a-z]+"
)
_DUTY = re.compile(
    r"\b(?!it |this |that |there |which |they |these |those |he |she )[\w`/-]+ must\b|\bmustn't\b"
    r"|\bshould(?:n't)?\b.*\b(?:always|never|only|not|every|all|unless|instead of|rather than)\b"
)
_HERE = r"in (?:the|our|this) (?:repo|project|code ?base)"
#: what is forbidden, of all of a kind, everywhere or in favour of something
_FORBIDS = re.compile(
    rf"{_BEGINS}(?:don't|do not) (?:ever )?(?!worry|have|need|know|see|think|care|want|forget|understand)[a-z]+ .*"
    rf"\b(?:use|always|only|instead|without|unless|by hand|here|{_HERE}|in [a-z]+s|for [a-z]+ing|under|before"
    r"|on (?:main|shared|[a-z]+ branch\w*)|to main|[a-z]{3,}s)\b"
)
_NO_HABIT = one_of("have need know see care want get even really store show")
_DONE_HERE = one_of(
    """
    agreed build decided deploy document format keep log merge name pin prefer rebase release require review run ship
    squash support tag test use version write
    """
)
_HABIT = re.compile(
    rf"\bwe (?:all |only |always |never |do )?(?:never|always|only|(?:don't|do not)(?! {_NO_HABIT})|{_DONE_HERE})\b"
)
_DONE_SO = one_of("call format import keep log name pass prefer put return run store use wrap write")
_RATHER = re.compile(
    rf"(?:{_BEGINS}|\balways ){_DONE_SO}\b"
    r".*\b(?:not|never|instead of|rather than|over|is gone|after the|for (?:all|every|each|[a-z]+ing))\b"
)
_AT_ALL_TIMES = re.compile(
    r"\b(?:from now on|in (?:the )?future|going forward|by convention|as a rule|whenever|every time|each time"
    r"|at all times|in (?:this|our) (?:repo|project|code ?base|team)"
    r"|our (?:convention|rule|policy|standard|style)s?)\b"
)
_EVERY = re.compile(
    r"(?:^|[,;:.] |\b(?:and|but|that) )(?:every|each|all|no|any) (?!of\b|the\b)[\w`-]+(?: [\w`-]+){0,3}? "
    r"(?:needs?|must|ha(?:s|ve) to|gets?|starts?|should|goes?|requires?|may|can)\b"
)
_PREFERS = re.compile(r"\bi (?:always |generally |usually )?prefer\b|\bask me (?:first|before)\b|\bwithout asking\b")
_RULES = (_ALWAYS, _DUTY, _FORBIDS, _HABIT, _RATHER, _AT_ALL_TIMES, _EVERY, _PREFERS)
#: what stands before what a person has to say
_SAYS = one_of("btw actually fwiw hey(?:_small_thing)? ok okay also oh and fyi note please pls kindly")
_OPENS = re.compile(rf"^(?:(?:no|nope|hm+ no)(?:[,:] |,? (?=that's|it's))|{_SAYS}[,:]? )+")
_POLITE = one_of(
    "please pls (?:can|could)_(?:you|we) let'?s i_want i_would now then also ok okay yes and first wait stop well"
)
_ERRANDS = one_of(
    """
    add ask bring change check clean commit(?!_messages?) continue create delete display do double drop explain find
    fix generate give go help hide implement inform investigate leave load look looks_good make merge move open print
    proceed push put read remove rename re-?check revert review run save send set show skip start summari[sz]e take
    tell test try undo update use_the_(?:other|one|same) verify write
    """
)
_ERRAND = re.compile(rf"^(?:{_POLITE}[, ]+)*{_ERRANDS}\b|^let'?s not\b")
_ASKING = one_of("why what which where who when how is are do does did can could would will should any_idea")
_ASKS = re.compile(rf"\?|^(?:(?:and|so|but|hm+|ok|also)[, ]+)*{_ASKING}\b(?! be (?:nice|great|good) if)")
#: what went wrong or may be, and what is found in order
_WENT_WRONG = re.compile(
    r"\b(?:is|are|was|keeps?|starts?) (?:always |all |now )?"
    r"(?:failing|red|slow|empty|late|fine|okay|ok|good|great|correct)\b"
    r"|\b[45]\d\d\b|\bsince (?:this|last|the last|yesterday)\b|\b"
    + one_of(
        """
        apparently broken bugs? crash\\w* didn't doesn't failed fails? guess hang(?:s|ing)? issues? looks?_like
        maybe missing never_becomes nonsense not_sure too_(?:big|late|long|many|much|slow|small) not_working
        perhaps problems? seems? showing shows somehow strange stuck think wasn't weird wonder\\w* wrong
        """
    )
    + r"\b"
)
_OF_SELF = re.compile(r"\b(?:i|i'm|i've|i'll|my|me)\b(?! prefer| would prefer|'d prefer)")
_NO_STATE = one_of("show need had? have know see want think get got can could should might may will did were was just")
#: what holds is told in the present tense, or as all that there is
_HOLDS = re.compile(
    r"\b"
    + one_of(
        """
        are belongs? care comes? depends? follow gets? goes? ha(?:s|ve)_to is keep lives? means? must needs? only prefer
        requires? runs? should starts? stayed stays? stick support takes?
        """
    )
    + r"\b|^(?:no|nobody|everybody|everyone|one) [\w`]+|, (?:not|no|never) |^[\w`]+ not [\w`]+$"
    rf"|\bon all\b|\bunless\b|\bby default\b|\bper [a-z]+$|\bwe (?!{_NO_STATE}\b)[a-z]+"
)
#: the line above a list of them, of a text in small letters
_OF_RULES = re.compile(
    r"\b(?:(?:conventions?|guidelines?|house style|keep in mind|policies|policy|preferences|principles|remember|rules?"
    r"|standards)\W*$|from now on|how we (?:do|work))"
)
_FEWEST = 3


def is_rule(text: str) -> bool:
    """Given a person's statement, tell whether it holds from here on for whoever works on this."""
    lower = text.lower().rstrip(".! ")
    return any(it.search(lower) for it in _RULES) and not _AT_HAND.search(lower)


def is_listed_rule(sentence: Sentence) -> bool:
    """Given a sentence of a person's message, tell whether it stands in a list that he calls the rules."""
    return sentence.form is Form.ITEM and _OF_RULES.search(sentence.lead.lower()) is not None


def is_so_here(text: str) -> bool:
    """Given a person's statement, tell whether it says how things are or have to be here, and not what went wrong."""
    lower = _OPENS.sub("", text.lower().rstrip(".! "))
    if len(lower.split()) < _FEWEST or not _HOLDS.search(lower):
        return False
    return not any(it.search(lower) for it in (_AT_HAND, _ERRAND, _ASKS, _WENT_WRONG, _OF_SELF))


def is_of_the_moment(said: str) -> bool:
    """Given a sentence as a person said it, tell whether it says of itself that it is so for the moment."""
    return _AT_HAND.search(said.lower().rstrip(".! ")) is not None
