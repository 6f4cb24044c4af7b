"""A phrase in its place: what stands around it, which way the words look, and how its date is best written there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from .calendar_words import Span
from .tense import direction, is_habitual

#: before a date these stay; "on", "in" and "at" give way to what the date takes
_KEEP = frozenset(
    {
        *("since", "until", "till", "by", "before", "after", "from", "through", "to", "for", "of", "during"),
        *("starting", "beginning", "as of", "than", "between", "around"),
    }
)
_COPULA = re.compile(r"\s+(?:was|is|were|will be|had been|has been)\b")
#: a name stands here, or another word that the phrase belongs to
DETERMINED = re.compile(r"\b(?:the|our|my|your|their|this|that|a|an|each|every|any)\s+$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """A phrase where it stands: the match, the bounds of its sentence, and when it was said (local time)."""

    match: re.Match[str]
    sentence: tuple[int, int]
    spoken: datetime

    @property
    def today(self) -> date:
        """The local day on which it was said."""
        return self.spoken.date()

    @property
    def phrase(self) -> str:
        """The words themselves."""
        return self.match[0]

    @property
    def before(self) -> str:
        """What stands before it in its sentence."""
        return self.match.string[self.sentence[0] : self.match.start()]

    @property
    def after(self) -> str:
        """What stands after it in its sentence."""
        return self.match.string[self.match.end() : self.sentence[1]]

    @property
    def prep(self) -> str:
        """Its preposition in lower case, or nothing."""
        return (self.match.groupdict().get("prep") or "").lower()

    @property
    def opens(self) -> bool:
        """Whether it begins its sentence."""
        return not self.before.strip(" \t\n-*\u2022>(")

    def way(self, *, habits: bool = True) -> int:
        """Return PAST or FUTURE as the words around tell, or 0; ``habits`` makes what is customary 0."""
        if habits and is_habitual(self.before + self.phrase + self.after):
            return 0
        return direction(self.before + self.prep, self.after)

    def render(self, span: Span) -> str:
        """Given the span that is meant, return it in the form that reads well in this place."""
        if self.match.groupdict().get("owner"):
            return self._owned(span)
        if self.prep in _KEEP:
            return f"{self.match['prep']} {span.bare}"
        between = re.search(r"\bbetween\b[^.;]{1,60}\band\s+$", self.before, re.IGNORECASE)
        if between or (self.opens and not self.prep and _COPULA.match(self.after)):
            return span.bare[:1].upper() + span.bare[1:] if self.phrase[:1].isupper() else span.bare
        return self.begin(f"{span.alone} {span.bare}")

    def begin(self, text: str) -> str:
        """Given what replaces the phrase, return it with a capital where the phrase began its sentence with one."""
        return text[:1].upper() + text[1:] if self.phrase[:1].isupper() and self.opens else text

    def _owned(self, span: Span) -> str:
        prep = f"{self.match['prep']} " if self.prep else ""
        if not prep and DETERMINED.search(self.before):
            return span.adjective
        article = "The" if self.opens and self.phrase[:1].isupper() and not prep else "the"
        return f"{prep}{article} {span.adjective}"
