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
#: a sign and the step back over it: what a printer would show twice, or another sign instead
_STRUCK_OVER = re.compile(r"[^\n\x08]\x08")
#: control, format (zero-width, bidirectional, tags) and lone surrogates; line ends and tabs are white space
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
_SPACE = "\n\t\r"
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in _SPACE)


def visible(text: str) -> str:
    """Given any text, return what can be seen of it. Pure and idempotent; line ends and tabs stay."""
    # Most texts are printable but for their line ends; no category that is taken off is.
    if text.isprintable() or text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():
        return text
    if "\b" in text:
        text = _STRUCK_OVER.sub("", text)
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if text.isascii():
        return text.encode().translate(None, _CONTROLS).decode()
    hidden = [char for char in set(text) if unicodedata.category(char) in _INVISIBLE and char not in _SPACE]
    return text.translate(dict.fromkeys(map(ord, hidden))) if hidden else text
