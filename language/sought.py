"""What a person wants to be rid of, as it can stand in a text, and where it stands.

A value does not only stand as it was typed: inside JSON or a URL, in Markdown, in lower case, packed as base64. Each of
these forms is sought with it. What is found in the middle of a word is the whole word, because a table of digests can
only be asked about words (``purged``).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from ..errors import PurgeError
from .visible import visible

#: shorter values stand in too many places by chance, and a digest of them is soon guessed
LEAST = 6

_WORD = re.compile(r"\w")
#: what redaction wrote is no value
PLACEHOLDER = re.compile(r"\[secret:[a-z0-9-]{1,40}:[0-9a-f]{4}\]")
#: must never be found, or what was replaced would be replaced again
_OWN = ("[secret:purged:1f3a]", "secret-purged-1f3a")


@dataclass(frozen=True)
class Sought:
    """A pattern that finds a value in all of its forms, or whatever a person's own expression matches."""

    pattern: re.Pattern[str]
    forms: tuple[str, ...] = ()  # of a value that was given

    def masked(self, text: str) -> str:
        """Given a text, such as a file's name, return it so that it can be shown: no value stands in it."""
        for value in set(self.values(text)):
            text = text.replace(value, "[secret]")
        return text

    def values(self, text: str) -> Iterator[str]:
        """Given a text, yield each value that stands there, as often as it does.

        Raises PurgeError where a match is too short to be a value.
        """
        if not self.pattern.search(text):
            return
        done = 0
        taken = [match.span() for match in PLACEHOLDER.finditer(text)]
        for match in self.pattern.finditer(text):
            start, end = match.span()
            if any(start < stop and end > begin for begin, stop in taken):
                continue
            if end - start < LEAST:
                raise PurgeError("", f"it matches less than {LEAST} characters", _NARROWER)
            start, end = _whole(text, start, end)
            if start >= done:
                done = end
                yield text[start:end]


def seek(wanted: str, *, is_regex: bool) -> Sought:
    """Given a value, or a regular expression, return what finds it.

    Raises PurgeError where it is too short, is no expression, or would match what dreamd itself writes.
    """
    forms = () if is_regex else forms_of(wanted)
    if is_regex:
        try:
            pattern = re.compile(wanted)
        except (re.error, RecursionError, OverflowError) as error:
            # Not what the error says: it may quote the expression.
            where = f" (character {error.pos})" if isinstance(error, re.error) and error.pos is not None else ""
            raise PurgeError("", f"it is no regular expression{where}") from None
        if pattern.search(""):
            raise PurgeError("", "it matches nothing at all, and so everywhere", _NARROWER)
    else:
        pattern = re.compile("|".join(map(re.escape, forms)))
    if any(pattern.search(own) for own in _OWN):
        raise PurgeError("", "it matches the placeholders that dreamd writes", _NARROWER)
    return Sought(pattern, forms)


def forms_of(value: str) -> tuple[str, ...]:
    """Given a value, return the forms in which it can stand in a text, the longest first.

    Raises PurgeError where it is too short.
    """
    plain = visible(value).strip()
    if len(plain) < LEAST:
        raise PurgeError("", f"it is shorter than {LEAST} characters", "it would stand in too many places by chance")
    data = value.encode("utf-8", "surrogatepass")
    forms = {
        value,
        plain,
        " ".join(plain.split()),  # as a memory's text has it
        plain.lower(),
        json.dumps(plain)[1:-1],
        json.dumps(plain, ensure_ascii=False)[1:-1],
        quote(plain, safe="", errors="replace"),
        re.sub(r"(<|!\[|\]\(|\]\[|\]:)", r"\\\1", plain),  # as Markdown has it
        *(base64.b64encode(it).decode() for it in (data, data + b"\n")),
    }
    return tuple(sorted((form for form in forms if len(form) >= LEAST), key=lambda form: (-len(form), form)))


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    while start and _WORD.match(text[start]) and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and _WORD.match(text[end - 1]) and _WORD.match(text[end]):
        end += 1
    return start, end


_NARROWER = "say more exactly what is meant"
