"""Two spellings of one name: `Client.open_socket` and `open_socket`, `OrderTotal` and "order total".

Only names of several words, of which two things seldom have the same; and only where neither statement speaks of both.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"`([^`]+)`")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_QUALIFIED = re.compile(r"^[A-Za-z_][\w]*(?:(?:\.|::|#)[A-Za-z_]\w*)*$")
_PATH = re.compile(r"^[\w@~.-]+(?:/[\w@.-]+)+$")
_SEVERAL = 2


def spelt_alike(one: str, other: str) -> tuple[str, str]:
    """Given two statements, return both with one spelling for a name that each spells in another way."""
    mine, their = (dict.fromkeys(it.removesuffix("()") for it in _CODE.findall(text)) for text in (one, other))
    for short, longer, is_mine in (
        *((it, at, True) for it in mine if it not in their for at in their if at not in mine),
        *((it, at, False) for it in their if it not in mine for at in mine if at not in their),
    ):
        if _is_short_for(short, longer) and _only_one(short, (*mine, *their)):
            text = re.sub(rf"`{re.escape(short)}(?:\(\))?`", f"`{longer}`", one if is_mine else other)
            one, other = (text, other) if is_mine else (one, text)
    one = _spelt_as_name(one, [it for it in their if it not in mine])
    return one, _spelt_as_name(other, [it for it in mine if it not in their])


def _is_short_for(short: str, longer: str) -> bool:
    if _PATH.match(longer):
        return "/" in short and longer.endswith("/" + short)
    return (
        bool(_QUALIFIED.match(short) and _QUALIFIED.match(longer))
        and len(_PARTS.findall(short)) >= _SEVERAL
        and re.search(rf"(?:\.|::|#){re.escape(short)}$", longer) is not None
    )


def _only_one(short: str, names: tuple[str, ...]) -> bool:
    return sum(name == short or _is_short_for(short, name) for name in set(names)) == 2  # noqa: PLR2004 - it and the longer


def _spelt_as_name(text: str, names: list[str]) -> str:
    """Put a name in the place of its words, where it is simple and a text has them in a row."""
    for name in names:
        parts = [part.lower() for part in _PARTS.findall(name)]
        if len(parts) >= _SEVERAL and re.fullmatch(r"\w+", name):
            words = r"[\s-]".join(parts)
            text = re.sub(rf"(?<![`\w-]){words}s?(?![`\w-])", f"`{name}`", text, flags=re.IGNORECASE)
    return text
