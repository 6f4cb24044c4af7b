"""Plain text out of Markdown: what a sentence says without how it was set."""

from __future__ import annotations

import re

_CODE = re.compile(r"(`+)([^`\n]{1,400})\1")
_LINK = re.compile(r"!?\[([^\]\[\n]{1,300})\]\((?:<[^>\n]{0,500}>|[^()\s]{0,500})\)")
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,400}?(?:\*[^*\n]{1,200}?){0,4})(?<=\S)\*\*")
_STARS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*(?![\w*])")
_UNDERLINES = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])_(?!\w)")
_STRUCK = re.compile(r"~~([^~\n]{1,300})~~")
_TAG = re.compile(
    r"</?(?:b|i|em|strong|code|kbd|br|sub|sup|u|details|summary|p|span|div|a)\b[^<>\n]{0,200}>", re.IGNORECASE
)
#: what each kind of emphasis has in it, in the order in which they are taken off
_MARKS = (("**", _STRONG), ("~~", _STRUCK), ("*", _STARS), ("_", _UNDERLINES))
_ENTITY = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&nbsp;": " "}
_PICTURE = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u25a0-\u25ff]")
_QUOTES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u200b": None, "\ufeff": None}
)


def fold_space(text: str) -> str:
    """Given a text, return it with every run of white space as one blank, none at the ends."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """Given a piece of Markdown of one line or paragraph, return its words: no emphasis, links, tags or pictures.

    Code spans stay as they are, in backticks, because what is in them must be read literally.
    """
    if "`" not in text:
        return fold_space(_unmark(_bare(text)))
    pieces: list[str] = []
    last = 0
    for code in _CODE.finditer(text):
        pieces += [_bare(text[last : code.start()]), "\0"]
        last = code.end()
    pieces.append(_bare(text[last:]))
    spans = iter([f"`{fold_space(code.group(2))}`" for code in _CODE.finditer(text)])
    joined = _unmark("".join(pieces))
    return fold_space("".join(next(spans) if piece == "\0" else piece for piece in re.split("(\0)", joined)))


def _bare(text: str) -> str:
    """Return a text without tags, entities and pictures. Most have none, and looking for one mark is quick."""
    text = text.replace("\0", "")
    if not text.isascii():
        text = _PICTURE.sub("", text.translate(_QUOTES))
    if "&" in text:
        for entity, character in _ENTITY.items():
            text = text.replace(entity, character)
    return _TAG.sub(" ", text) if "<" in text else text


def _unmark(text: str) -> str:
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    for mark, pattern in _MARKS:
        if mark in text:
            text = pattern.sub(r"\1", text)
    return text.replace("**", "")
