"""What of a text can be seen.

The rest is taken off before anything looks at a text: an invisible character inside a token, a command to a terminal or
a bidirectional override hides from every rule what a reader would see whole.
"""

from __future__ import annotations

import re
import unicodedata

#: ECMA-48: control sequences (colours, cursor), strings (titles, links) and two-character escapes
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|[\]PX^_][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[ -/]{0,4}[0-~])"
)
#: control, format (zero-width, bidirectional, tags) and lone surrogates; line ends and tabs are white space
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_PLAIN = re.compile(r"[\x20-\x7e\n\t\r]*")


def visible(text: str) -> str:
    """Given any text, return what can be seen of it. Pure and idempotent; line ends and tabs stay."""
    if _PLAIN.fullmatch(text):
        return text
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    return "".join(char for char in text if char in "\n\t\r" or unicodedata.category(char) not in _INVISIBLE)
