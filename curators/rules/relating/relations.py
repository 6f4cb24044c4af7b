"""How two statements stand to each other, by rules: a table of decisions over how each one reads.

Two kinds of mistake are possible and they are not equal: leaving two statements side by side costs a line, joining or
retiring wrongly loses what somebody knew. So wherever the words leave a doubt the answer is UNRELATED, or CONTRADICTS
where both cannot be true. Similarity alone never decides: a pair differs in one word and says the opposite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import structs

from ....memory.records import Memory, Trust, normalized
from ...draft import Judgement, Relation
from .agree import denials, disagree, excepts, hesitates, of_another, of_others, says_which
from .changed import is_of_another
from .claims import stated
from .compare import Pair, explains, forbidden, sign, substitutes, weigh
from .compare import pair as pair_of
from .defaults import default_of
from .defined import defined
from .done_away import done_away, revived
from .framed import DOUBTFUL, REPLACED, hides_value, odds
from .framed import values as framed_values
from .order import in_order
from .plain import alike_in_form, without_dots
from .reading import Word, read
from .rephrased import same_sentence
from .restated import restated
from .revised import denied, revised
from .slots import other_value
from .told import says_since, sort_of, tokens, unexplained
from .voices import is_other_voice, is_turned

#: least share of a statement that must occur in the other before they can be of one subject and attribute
SAME_SUBJECT = 0.5
#: it is enough where a person rejects two things that the older states, and names a third that both are for
DECIDED = 0.25
#: least share of the words of the longer statement that both have before they are held together in plain words
LEAST_ALIKE = 0.35
#: least share, both ways, before opposite signs mean opposite statements
OPPOSITE = 0.75
#: least weight of heavy words before "it says all that, and more" can be trusted
ENOUGH = 3
#: most weight of what a statement says besides a sentence that both have, and may be let go: an aside of two words
ASIDE = 2.0

_JOINS = frozenset({Relation.SAME, Relation.REFINES})
#: what another form of the words may still join
_STANDS_APART = frozenset({Relation.UNRELATED, Relation.CONTRADICTS})


def judge(older: Memory, newer: Memory) -> Judgement:
    """Given two memories, the one with the older evidence first, return how the newer stands to the older.

    REFINES only where the newer says all that the older says. SAME also where the older says all that the newer says.
    """
    if older.scope != newer.scope:
        return _no("they are of different scopes")
    if normalized(older.text) == normalized(newer.text):
        return Judgement(Relation.SAME, "the wording is the same")
    older, newer = (structs.replace(it, text=without_dots(it.text)) for it in (older, newer))
    pair = pair_of(older, newer)
    judgement = _as_worded(older, newer, pair)
    if judgement.relation not in _STANDS_APART or not pair.shared:
        return judgement
    words = sorted((len(pair.older.keys), len(pair.newer.keys)))
    if len(pair.shared) < max(LEAST_ALIKE * words[1], SAME_SUBJECT * words[0]):
        return judgement
    texts = alike_in_form(older.text, newer.text)
    if texts == (older.text, newer.text):
        return judgement
    older, newer = (structs.replace(it, text=text) for it, text in zip((older, newer), texts, strict=True))
    again = _as_worded(older, newer, pair_of(older, newer))
    return again if again.relation in _JOINS else judgement


def _as_worded(older: Memory, newer: Memory, pair: Pair) -> Judgement:
    for rule in (
        _claimed,
        _revised,
        _revived,
        _nothing_shared,
        _defaulted,
        _stated,
        _framed,
        _done_away,
        _denied,
        _reversed,
        _opposed,
        _equal,
        _contained,
        _rephrased,
        _restated,
        _defined,
        _revalued,
    ):
        judgement = rule(older, newer, pair)
        if judgement:
            return _unless_they_disagree(older, newer, pair, judgement)
    return _no("they share words, not a statement")


def _unless_they_disagree(older: Memory, newer: Memory, pair: Pair, judgement: Judgement) -> Judgement:
    """Join only what is as sure, of as many, and of the same ones in the same places."""
    if judgement.relation not in _JOINS:
        return judgement
    if hides_value(older.text, newer.text):
        return _no("they differ in a word that stands elsewhere in both")
    if is_turned(older.text, newer.text) and not is_other_voice(older.text, newer.text, pair.older, pair.newer):
        return _no("they say of different ones that they do it")
    why = of_others(older.text, newer.text) or disagree(
        _core(older.text, pair.older_only, pair.newer_only),
        _core(newer.text, pair.newer_only, pair.older_only),
        pair.older,
        pair.newer,
    )
    return _no(why) if why else judgement


def _core(text: str, alone: Sequence[Word], other: Sequence[Word]) -> str:
    """Return a text up to what it alone says, where the other has nothing alone: an explanation has its own "may"."""
    return text[: alone[0].start] if alone and not other and alone[0].clause else text


def states(text: str, statement: str) -> bool:
    """Given a text's sentence and a memory's statement, tell whether the sentence says all of the statement."""
    there, asked = read(text), read(statement)
    signs = {word.key: word.sign for word in there.words}
    heavy = [word for word in asked.words if word.heavy]
    return weigh(heavy) >= ENOUGH and all(signs.get(word.key) == word.sign for word in heavy)


def _claimed(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """Both are of the form "attribute of subject is value"."""
    old, new = older.claim, newer.claim
    if old is None or new is None:
        return None
    if (_fold(old.subject), _fold(old.attribute)) != (_fold(new.subject), _fold(new.attribute)):
        return None
    if _fold(old.value) != _fold(new.value):
        return _overrule(pair, f"{new.attribute} of {new.subject} was '{old.value}' and is now '{new.value}'")
    return None


def _nothing_shared(_older: Memory, _newer: Memory, pair: Pair) -> Judgement | None:
    return None if pair.shared else _no("they have no word in common that matters")


def _defaulted(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """Both say whether one thing is on as long as nobody says otherwise."""
    old, new = default_of(older.text), default_of(newer.text)
    if old is None or new is None or old.of != new.of:
        return None
    if old.on == new.on:
        return Judgement(Relation.SAME, "they give the same default of the same")
    why = f"by default it was {_switched(old.on)} and is now {_switched(new.on)}"
    return _ended(pair, why) if new.was == old.on else _overrule(pair, why)


def _stated(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """Both say what the value of one thing is, in whatever words."""
    old, new = stated(older.text), stated(newer.text)
    if old is None or new is None:
        return None
    if old.of != new.of:
        return _no("they are of different things") if old.of - new.of and new.of - old.of else None
    if len({sort_of(tokens(it.value)) in {"date", "number", "often"} for it in (old, new)}) > 1:
        return None
    if old.value == new.value:
        return Judgement(Relation.SAME, "they give the same value of the same")
    return _overrule(pair, f"the same is '{new.value}' where it was '{old.value}'")


def _done_away(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """The newer tells of the very change that made the older history."""
    why = done_away(older.text, newer.text, pair.older, pair.newer) if pair.later and pair.outgrown else ""
    return Judgement(Relation.SUPERSEDES, why) if why else None


def _framed(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """They differ in one value alone, and the frame tells whether there is one at a time."""
    found = odds(older.text, newer.text)
    if found is None or found < DOUBTFUL:
        return None
    values = framed_values(older.text, newer.text)
    why = f"the same with '{values[1]}' in place of '{values[0]}'"
    return _overrule(pair, why) if found >= REPLACED else Judgement(Relation.CONTRADICTS, why)


def _revived(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """One uses what the other does away with: nobody may have decided that, or the change had not come so far."""
    if not pair.later:
        return None
    if name := revived(older.text, newer.text):
        return Judgement(Relation.CONTRADICTS, f"{name} was done away with, and is used")
    if name := revived(newer.text, older.text):
        return Judgement(Relation.CONTRADICTS, f"{name} is used, and was done away with later")
    return None


def _revised(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """The newer gives another value in the place of the older one's, or tells of the change."""
    if not pair.later:
        return None
    texts = older.text, newer.text
    bare = unexplained(older.text), unexplained(newer.text)
    values = revised(*texts) or (revised(*bare) if bare != texts else None)
    return _overrule(pair, f"it was '{values[0]}' and is now '{values[1]}'") if values else None


def _denied(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """The very words of the other, and a "not"."""
    if not denied(older.text, newer.text):
        return None
    if pair.newer.reverses or newer.trust is Trust.USER or says_since(newer.text):
        return _ended(pair, "the newer denies just that")
    return Judgement(Relation.CONTRADICTS, "one denies what the other says")


def _reversed(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """The newer says in words that something is no longer so, and the older says just that."""
    if not pair.newer.reverses or not pair.later or hesitates(newer.text) or of_another(older.text, newer.text):
        return None
    if is_of_another(older.text, newer.text) or excepts(newer.text):
        return None
    if all(any(word.sort == "name" for word in side) for side in (pair.older_only, pair.newer_only)):
        return None  # each names a thing that the other does not: another command, another file
    against = {word.key for word in pair.newer.words if word.heavy and word.sign < 0}
    stated = {word.key: word for word in pair.older.words if word.heavy and word.sign > 0}
    rejected = against & stated.keys()
    subject = {key for key in pair.shared - against if key in stated}
    share = pair.covered(pair.older)
    alone = weigh(stated[key] for key in rejected) / (weigh(pair.older.words) or 1.0)
    decided = newer.trust is Trust.USER and len(rejected) > 1 and share >= DECIDED
    if rejected and ((subject and (share >= SAME_SUBJECT or decided)) or alone >= OPPOSITE):
        return _ended(pair, "the newer says that this is no longer so")
    return None


def _opposed(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:  # noqa: PLR0911 - a table of cases
    """The same words with opposite signs."""
    if not pair.flipped:
        return None
    if any(sign(pair.older, key) < 0 and sign(pair.newer, key) < 0 for key in pair.shared):
        if not (pair.older_only or pair.newer_only) and forbidden(pair.older) == forbidden(pair.newer):
            return Judgement(Relation.SAME, "they speak against the same in the same words")
        return _no("both speak against the same thing")
    if len({"without" in text.lower() for text in (older.text, newer.text)}) > 1:
        return _no("one is of those with a thing and the other of those without")
    if len(pair.flipped) == 1 and denials(older.text) == denials(newer.text) != []:
        return _no("both deny, and may deny the same")
    if substitutes(*([word.key for word in reading.words if word.heavy] for reading in (pair.older, pair.newer))):
        return _no("they speak for a thing and against another")
    both = min(pair.covered(pair.older), pair.covered(pair.newer))
    if both < OPPOSITE or len(pair.shared) < 2:  # noqa: PLR2004 - one word is no statement
        return _no("they speak for and against a thing, but not of the same")
    if pair.later and newer.trust is Trust.USER and pair.entitled:
        return Judgement(Relation.SUPERSEDES, "a person said the opposite later")
    return Judgement(Relation.CONTRADICTS, "one says the opposite of the other")


def _equal(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """No heavy word is without a partner."""
    if pair.older_only or pair.newer_only:
        return None
    if not in_order(older.text, newer.text, pair.older, pair.newer):
        if is_other_voice(older.text, newer.text, pair.older, pair.newer):
            return Judgement(Relation.SAME, "one is the other in the passive voice")
        return _no("the same words in another order")
    return Judgement(Relation.SAME, "they say the same in nearly the same words")


def _contained(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """One says all that the other says; what it adds must explain, since what narrows is another statement."""
    if pair.older_only and pair.newer_only:
        return None
    rich, poor = (older, newer) if pair.older_only else (newer, older)
    extra = pair.older_only or pair.newer_only
    reading = pair.older if pair.older_only else pair.newer
    if rich.trust is Trust.AGENT and poor.trust is Trust.USER:
        return _no("an agent's addition is not a person's word")
    if len(pair.shared) < 2 or not explains(reading, extra, pair.shared):  # noqa: PLR2004 - one word is no statement
        return None
    if not in_order(older.text, newer.text, pair.older, pair.newer):
        return _no("the same words in another order")
    return _more(
        rich is newer, "the newer says all that the older says, and why", "the older says all that the newer says"
    )


def _rephrased(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """A sentence of one is a sentence of the other in other words, and one of the two adds next to nothing to it.

    Words may be added on either side, never one in the place of another: that is how two rules differ which are alike.
    """
    core = same_sentence(older.text, newer.text)
    if not core:
        return None
    alone_older = [word for word in pair.older_only if word.key not in core]
    alone_newer = [word for word in pair.newer_only if word.key not in core]
    if weigh(alone_newer) <= ASIDE and not (older.trust is Trust.AGENT and newer.trust is Trust.USER):
        return Judgement(Relation.SAME, "they say the same in other words")
    if weigh(alone_older) <= ASIDE and not (newer.trust is Trust.AGENT and older.trust is Trust.USER):
        return Judgement(Relation.REFINES, "the newer says the same in other words, and more")
    return _no("they have a sentence in common, and each says more")


def _restated(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """One session says a thing again, with more."""
    rich = restated(older, newer, pair)
    if rich is None:
        return None
    return _more(rich is newer, "the session says it again, and more", "the session said it before, and more")


def _defined(older: Memory, newer: Memory, _pair: Pair) -> Judgement | None:
    """Both say what one named thing is or does."""
    more = defined(older.text, newer.text)
    rich, poor = (older, newer) if more == 1 else (newer, older)
    if not more or (rich.trust is Trust.AGENT and poor.trust is Trust.USER):
        return None
    return _more(
        rich is newer,
        "the newer says of the same thing all that the older says, and more",
        "the older says of the same thing all that the newer says",
    )


def _revalued(older: Memory, newer: Memory, pair: Pair) -> Judgement | None:
    """The same frame around one value: same subject, same attribute, another value."""
    values = other_value(older, newer, pair) if says_which(older.text) == says_which(newer.text) else None
    return _overrule(pair, f"the same with '{values[1]}' in place of '{values[0]}'") if values else None


def _more(newer_says_more: bool, refines: str, same: str) -> Judgement:  # noqa: FBT001 - of two reasons one
    return Judgement(Relation.REFINES, refines) if newer_says_more else Judgement(Relation.SAME, same)


def _overrule(pair: Pair, why: str) -> Judgement:
    if pair.later and pair.entitled:
        return Judgement(Relation.SUPERSEDES, why)
    return Judgement(Relation.CONTRADICTS, why)


def _ended(pair: Pair, why: str) -> Judgement:
    """As ``_overrule``, where the newer says in words that what the older says is over, and so knows of it."""
    return Judgement(Relation.SUPERSEDES, why) if pair.later and pair.outgrown else _overrule(pair, why)


def _switched(on: bool) -> str:  # noqa: FBT001 - the one thing that it is about
    return "on" if on else "off"


def _fold(text: str) -> str:
    return " ".join(text.casefold().strip("`").split())


def _no(why: str) -> Judgement:
    return Judgement(Relation.UNRELATED, why)


#: a rule of the table: a judgement, or None to ask the next
Rule = Callable[[Memory, Memory, Pair], Judgement | None]
