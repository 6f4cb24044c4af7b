"""Secrets out of a text, before anything is stored, hashed or sent (invariant 8).

Three nets, the most certain first, in ``secrets``: the published shapes of services (``shapes``, ``tokens``) and keys
between their marks (``blocks``); places where only a secret can stand (``places``, ``commands``: the password in a URL,
an Authorization header, an option's argument); and assignments to a name that says secret, of a value that looks like
one (``names``, ``signs``, ``values``). Hashes, uuids, pictures and lock files are left alone because no net asks for
entropy without a name or a shape.

A secret becomes ``[secret:<kind>:<4 hex>]``. The four digits come from a digest of the value, so that two occurrences
are seen as one and a value of enough entropy cannot be found from them. A placeholder is never touched again.
"""

from __future__ import annotations

import hashlib
from bisect import bisect, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from .purged import NOTHING, Purged, find_purged
from .secrets.blocks import blocks
from .secrets.commands import commanded
from .secrets.names import assigned
from .secrets.places import placed
from .secrets.tokens import shaped, unlisted
from .secrets.view import PLACEHOLDER, Secret, View, view_of

__all__ = ["REDACTION", "Redacted", "Secret", "find_secrets", "redact", "redact_all", "total"]

#: number of these rules: stored beside what was redacted, raised whenever a rule changes
REDACTION = 4

_PURGED = "purged"
#: how often a text that has secrets is looked at again for what was glued to them
_MOST_LOOKS = 4


class Redacted(msgspec.Struct, frozen=True, gc=False):
    """A text without its secrets. ``cuts`` are the replaced spans of the original with their placeholders' lengths.

    There are many and most are clean; the garbage collector need not look at them, since they hold only plain values.
    """

    text: str
    found: dict[str, int] = {}
    cuts: tuple[tuple[int, int, int], ...] = ()

    def moved(self, place: int, *, end: bool = False) -> int:
        """Given a place in the original, return it in the redacted text; inside a secret it is the secret's edge."""
        shift = 0
        for start, stop, length in self.cuts:
            if place >= stop:
                shift += length - (stop - start)
            elif place > start:
                return start + shift + (length if end else 0)
        return place + shift

    def origin(self, place: int) -> int:
        """Given a place in the redacted text that is within no placeholder, return it in the original."""
        shift = 0
        for start, stop, length in self.cuts:
            if place <= start + shift:
                break
            shift += length - (stop - start)
        return place - shift


class Cut(NamedTuple):
    """What is taken from a text, and what stands in its place."""

    start: int
    end: int
    kind: str
    mark: str


def redact(text: str, purged: Purged = NOTHING) -> Redacted:
    """Given any text, return it with each secret replaced by a placeholder, and how many of each kind there were.

    A value of ``purged`` is a secret whatever it looks like. Pure and idempotent; takes time linear in the length of
    the text.
    """
    return redact_all((text,), purged)[0]


def redact_all(texts: Sequence[str], purged: Purged = NOTHING) -> list[Redacted]:
    """Given texts, return each as ``redact`` would, in much less time."""
    by_text = _cuts_of(dict(enumerate(texts)))
    fresh = by_text
    for _ in range(_MOST_LOOKS):
        # Where one secret is glued to another, only a placeholder in its place shows where the other ends.
        left = {number: _without(texts[number], by_text[number]) for number in fresh}
        fresh = _cuts_of({number: it.text for number, it in left.items()})
        if not fresh:
            break
        for number, cuts in fresh.items():
            more = [it._replace(start=left[number].origin(it.start), end=left[number].origin(it.end)) for it in cuts]
            by_text[number] = sorted(by_text[number] + more)
    if purged.rows:
        for number, text in enumerate(texts):
            cuts = _with_purged(text, by_text.get(number, []), purged)
            if cuts:
                by_text[number] = cuts
    redacted = list(map(Redacted, texts))
    for number, cuts in by_text.items():
        redacted[number] = _without(texts[number], cuts)
    return redacted


def _cuts_of(texts: Mapping[int, str]) -> dict[int, list[Cut]]:
    """Given texts by number, return what a look at them cuts from those that have a secret."""
    numbers, view = list(texts), view_of(tuple(texts.values()))
    found: dict[int, list[Cut]] = {}
    for secret in _found(view):
        place = bisect_right(view.starts, secret.start) - 1
        start, end = secret.start - view.starts[place], secret.end - view.starts[place]
        mark = _mark(secret.kind, texts[numbers[place]][start:end])
        found.setdefault(numbers[place], []).append(Cut(start, end, secret.kind, mark))
    return found


def _with_purged(text: str, cuts: list[Cut], purged: Purged) -> list[Cut]:
    """Given what is cut from a text, return it with the purged values, each cut whole; placeholders are not touched."""
    placeholders = [match.span() for match in PLACEHOLDER.finditer(text)]
    both = cuts[:]
    for start, end, digits in find_purged(text, purged):
        place = bisect(placeholders, (end,)) - 1
        if place < 0 or placeholders[place][1] <= start:
            both.append(Cut(start, end, _PURGED, f"[secret:{_PURGED}:{digits}]"))
    merged: list[Cut] = []
    for cut in sorted(both, key=lambda cut: (cut.start, -cut.end, cut.kind != _PURGED)):
        last = merged[-1] if merged else None
        if last is None or last.end <= cut.start:
            merged.append(cut)
        elif last.end < cut.end:  # one of the two is purged
            merged[-1] = Cut(last.start, cut.end, _PURGED, (last if last.kind == _PURGED else cut).mark)
    return merged


def find_secrets(text: str) -> list[Secret]:
    """Given any text, return its secrets in order, none overlapping another."""
    return [Secret(start - 1, end - 1, kind) for start, end, kind in _found(view_of((text,)))]


def _found(view: View) -> list[Secret]:
    taken = [Secret(*span, "") for span in view.placeholders]
    for net in (blocks, shaped, placed, assigned, commanded, unlisted):
        for secret in net(view):
            place = bisect(taken, secret)
            free = place == 0 or taken[place - 1].end <= secret.start
            if free and (place == len(taken) or taken[place].start >= secret.end):
                taken.insert(place, secret)
    return [secret for secret in taken if secret.kind]


def _without(text: str, cuts: list[Cut]) -> Redacted:
    pieces: list[str] = []
    place = 0
    for cut in cuts:
        pieces += (text[place : cut.start], cut.mark)
        place = cut.end
    pieces.append(text[place:])
    return Redacted(
        "".join(pieces),
        dict(Counter(cut.kind for cut in cuts)),
        tuple((cut.start, cut.end, len(cut.mark)) for cut in cuts),
    )


def _mark(kind: str, value: str) -> str:
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=2, person=b"dreamd-redaction")
    return f"[secret:{kind}:{digest.hexdigest()}]"


def total(founds: Iterable[dict[str, int]]) -> dict[str, int]:
    """Given counts by kind, return their sum with the kinds in order."""
    sums: Counter[str] = Counter()
    for found in founds:
        sums.update(found)
    return dict(sorted(sums.items()))
