"""Many texts seen as one, so that a test costs one pass over all of them rather than a call for each.

The texts are joined by a NUL, before the first as well, and seen in ASCII: what is not becomes a question mark. So each
character keeps its place, lower case does not move it, and the search for a literal goes at the speed of memory. No
literal and no run holds a NUL, and a pattern is tried from where a literal stands to the end of its text: what is found
in many texts is what is found in each alone.
"""

from __future__ import annotations

import codecs
import re
import string
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ..patterns import compiled

#: what tokens are made of, apart from ``:`` and ``=`` that join a name and its value
_TOKEN = frozenset(string.ascii_letters + string.digits + "_-+/~.%$")
_CLASSES = "".join("w" if chr(code) in _TOKEN else " " for code in range(128))
_DIGITS = "".join("0" if chr(code).isdigit() else " " for code in range(128))
#: how tokens begin that are of letters only, or may be by chance
_OF_LETTERS = (
    *(
        "hf_",
        "api_org_",
        "AKIA",
        "ASIA",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "npm_",
        "nfp_",
        "sk_live_",
        "sk_test_",
        "rk_live_",
    ),
    *("xox", "shp", "gsk_", "lin_api_", "glpat-", "whsec_", "dckr_", "figd_", "AIza", "SG."),
)
_FIRST = frozenset(head[0] for head in _OF_LETTERS)
#: shortest run that is looked at; the published shapes are longer
RUN_LEAST = 20
#: the end of a line and what can stand before the text of the next: its number, its place, the mark of a quotation
NEXT_LINE = r"\\{0,4}\r?\\{0,4}\n(?:[ \t]{0,8}\d{1,6}[ :|]|[\w./-]{1,80}:\d{1,6}[:-]|[>+|#] )?[ \t]{0,40}"
_LONG = "w" * RUN_LEAST
#: what stands in the place of a secret
PLACEHOLDER = re.compile(r"\[secret:[a-z0-9-]{1,40}:[0-9a-f]{4}\]")
#: how far back is looked for what must stand before a literal
_BACK = 100


#: what is looked for wherever it stands; a single sign is found several times as fast as a word
LITERALS = (
    *("pass", "pw", "token", "key", "secret", "identified", "securestring", "credential", "in with ", "in as "),
    *("@", "%3a%2f%2f", "{", "<"),
)
#: words that say something only where a sign follows them: "pin: 4821", and not "pin the release"
SIGNED = (
    *(
        "psk",
        "pin",
        "pincode",
        "pin code",
        "pin_code",
        "otp",
        "otp code",
        "otp_code",
        "seed",
        "salt",
        "pepper",
    ),
    *("cred", "creds", "credential", "credentials", "auth", "authtoken", "authtok", "authorization", "login", "sig"),
    *("signature", "cookie", "cookies", "kennwort", "contrasena", "senha", "wachtwoord", "mnemonic", "phrase", "kty"),
    *("recovery codes", "recovery_codes", "backup codes", "backup_codes", "wifi", "private-lines"),
)
#: what is looked for only at a sign, since it begins with one
_AT_SIGNS = ("://", ":5432:", ":*:")
_BETWEEN = frozenset(literal[1:3].rstrip(":") for literal in _AT_SIGNS)
#: what can stand between such a word and its sign
_CLOSERS = "\"'`]) \\*"
_CLOSING = frozenset(_CLOSERS)
_TAIL = 3
_BY_TAIL: dict[str, list[str]] = {}
for _word in sorted(SIGNED, key=len, reverse=True):
    _BY_TAIL.setdefault(_word[-_TAIL:], []).append(_word)


class Secret(NamedTuple):
    """Where a secret stands and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class View:
    """Texts seen as one. ``starts`` has the place in ``flat`` where each text begins, and one place behind them all."""

    flat: str
    low: str
    starts: list[int]
    placeholders: list[tuple[int, int]]

    def end_of(self, place: int) -> int:
        """Given a place in ``flat``, return where its text ends."""
        return self.starts[bisect_right(self.starts, place)] - 1

    def start_of(self, place: int) -> int:
        """Given a place in ``flat``, return where its text begins."""
        return self.starts[bisect_right(self.starts, place) - 1]

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each of ``LITERALS`` and of ``SIGNED`` stands, in whatever case; the latter with ``=`` behind them."""
        found = self._signed()
        low = self.low
        for literal in LITERALS:
            place = low.find(literal)
            if place >= 0:
                places = found[literal] = []
                while place >= 0:
                    places.append(place)
                    place = low.find(literal, place + 1)
        return found

    def _signed(self) -> dict[str, list[int]]:
        """Return where the words of ``SIGNED`` stand that a sign follows; there are fewer signs than short words."""
        found: dict[str, list[int]] = {}
        for sign in ":=":
            place = -1  # of the sign before a part
            parts = self.low.split(sign)
            for part in parts:
                if part[:2] in _BETWEEN and place >= 0:
                    for literal in _AT_SIGNS:
                        if self.low.startswith(literal, place):
                            found.setdefault(literal, []).append(place)
                place += len(part) + 1
                name = part.rstrip(_CLOSERS) if part[-1:] in _CLOSING else part
                for word in _BY_TAIL.get(name[-_TAIL:], ()) or _BY_TAIL.get(name[-2:], ()):
                    if name.endswith(word):
                        found.setdefault(f"{word}=", []).append(place - len(part) + len(name) - len(word))
                        break
        return found

    def before(self, place: int, pattern: str, back: int = _BACK) -> re.Match[str] | None:
        """Given a place and a pattern that ends where its text ends, return its match right before the place."""
        # the NUL before a text is seen, too
        return compiled(pattern).search(self.flat, max(self.start_of(place) - 1, place - back), place)

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """Start and end of each long run of what tokens are made of, unless it is made of words only."""
        flat, classes = self.flat, self.flat.translate(_CLASSES)
        find, digit = classes.find, flat.translate(_DIGITS).find
        runs: list[tuple[int, int]] = []
        start = find(_LONG)
        while start >= 0:
            end = find(" ", start + RUN_LEAST)
            if end < 0:
                end = len(classes)
            if digit("0", start, end) >= 0 or (flat[start] in _FIRST and flat.startswith(_OF_LETTERS, start)):
                runs.append((start, end))
            start = find(_LONG, end)
        return runs


# Signs and names of other languages, as the rules know them. Each keeps its length.
_LOOKALIKES = {
    **dict.fromkeys("\u2192\u21d2\uff1a", ":"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u3000", " "),
    "\uff1d": "=",
    "\u00fc": "u",
    "\u00f1": "n",
}
_ABROAD = (
    ("\u043f\u0430\u0440\u043e\u043b\u044c", "passwd"),  # Russian
    ("\u043a\u043b\u044e\u0447", "?key"),
    ("\u0442\u043e\u043a\u0435\u043d", "token"),
    ("\u0441\u0435\u043a\u0440\u0435\u0442", "secret"),
    ("\u5bc6\u7801", "pw"),  # Chinese, simplified and not
    ("\u5bc6\u78bc", "pw"),
    ("\u53e3\u4ee4", "pw"),
    ("\u30d1\u30b9\u30ef\u30fc\u30c9", "???pw"),  # Japanese
    ("\ube44\ubc00\ubc88\ud638", "??pw"),  # Korean
)
_ERRORS = "dreamd-seen-in-ascii"


def _seen_in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    if len(part) == 1:
        return _LOOKALIKES.get(part, "?"), error.end
    for word, name in _ABROAD:
        part = part.replace(word, name)
    for char in _LOOKALIKES.keys() & set(part):
        part = part.replace(char, _LOOKALIKES[char])
    return part.encode("ascii", "replace").decode(), error.end


codecs.register_error(_ERRORS, _seen_in_ascii)


def view_of(texts: Sequence[str]) -> View:
    """Given texts, return them as one view."""
    whole = "\0" + "\0".join(texts)
    flat = whole if whole.isascii() else whole.encode("ascii", _ERRORS).decode()
    flat = _WRITTEN_ENDS.sub(lambda end: _ENDS[end[0]], flat)
    starts = list(accumulate((len(text) + 1 for text in texts), initial=1))
    placeholders = [mark.span() for mark in PLACEHOLDER.finditer(flat)] if "[secret:" in flat else []
    if placeholders:  # what one says is no name
        flat = PLACEHOLDER.sub(lambda mark: f"[{'#' * (len(mark[0]) - 2)}]", flat)
    return View(flat, flat.lower(), starts, placeholders)


# A line end that is written as one, as in JSON: what follows it begins something.
_ENDS = {"\\n": "\\\n", "\\r": "\\\r", "\\t": "\\\t"}
_WRITTEN_ENDS = re.compile(r"\\[nrt]")
