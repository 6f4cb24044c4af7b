"""What each sign is to those who compare words: part of one, end of a sentence, or nothing that is seen.

As tables, so that what looks at all signs at once (``runs``) and its compiled form go by the same.
"""

from __future__ import annotations

import re

from ..language.visible import visible

#: of bytes, as parts of words; these are bits
LETTER, ALNUM, JOINT, ESCAPE = 1, 2, 4, 8
#: of bytes, as parts of sentences
STOP, CLOSING, BLANK, LINE = 1, 2, 3, 4

#: control and format characters of the first plane (Unicode categories Cc and Cf) beyond ASCII. All signs of the other
#: planes are taken for hidden: the tags among them are, and none of them is a letter that a comparison would miss
_RANGES = (
    (0x80, 0x9F),
    (0xAD, 0xAD),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
)
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def _classes(*, other_letters: bool) -> bytes:
    """Return for each byte what it is; ``other_letters`` takes bytes of other alphabets for letters."""
    table = bytearray(256)
    for code in range(256):
        letter = chr(code)
        if code >= 0x80:  # noqa: PLR2004 - where ASCII ends
            table[code] = LETTER | ALNUM if other_letters else 0
        elif letter.isalpha():
            table[code] = LETTER | ALNUM
        elif letter.isdigit() or letter in "<&":  # what follows is the name of an element or of a sign, and no word
            table[code] = ALNUM
        elif letter == "\\":
            table[code] = ESCAPE
        elif letter in "-./_":
            table[code] = JOINT
    return bytes(table)


#: what each byte is in a word, where the Latin alphabet is spoken and where another is
LATIN = _classes(other_letters=False)
OTHER = _classes(other_letters=True)


def _kinds() -> bytes:
    table = bytearray(256)
    for kind, signs in ((STOP, b".!?:;"), (CLOSING, b"\"'`*_)"), (BLANK, b" \t"), (LINE, b"\n")):
        for sign in signs:
            table[sign] = kind
    return bytes(table)


#: what each byte is in a sentence
KINDS = _kinds()


def _hidden() -> bytes:
    table = bytearray(1 << 16)
    for first, last in _RANGES:
        table[first : last + 1] = b"\1" * (last + 1 - first)
    return bytes(table)


#: of each sign of the first plane beyond ASCII whether it cannot be seen
HIDDEN = _hidden()


def seen(data: bytes | bytearray) -> bytes:
    """Given a text as it stands in a log, return what of it can be seen, its escapes of signs resolved."""
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), data.decode("utf-8", "replace"))
    return visible(text).encode("utf-8", "replace")
