"""Who said the text that stands in a Codex message.

The client gives the model much of its own in the user's place: AGENTS.md, the environment, skills, notes on turns that
were interrupted. What an editor adds stands before the person's request, under a heading of its own.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Speech(NamedTuple):
    """What a text in the user's place turned out to be; each part is empty where there is none of it."""

    words: str = ""  # a person's own
    inserted: str = ""  # the client's: context that nobody said


#: what the client inserts, and nobody types
_INSERTED = re.compile(
    r"# AGENTS\.md instructions\b|"
    r"<(?:environment_context|user_instructions|(?:skills|permissions)[_ ]instructions|turn_aborted|user_shell_command|"
    r"subagent_notification|hook_prompt|goal_context|codex_internal_context)[\s>]"
)
# Families of further ones: the last word of a name decides.
_FAMILIES = re.compile(
    r"<(?:[a-z]{1,30}[_ ]){0,4}(?:instructions|context|notification|mode|switch|spec|amendment|prompt|shell_cmd|action|"
    r"skills?|plugins|subagents|warning|image)[\s>]",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<([A-Za-z][A-Za-z_-]{0,40})[ >]")

#: how the context of an editor begins, also others' than these, and the heading under which the person's words follow
_SETUP = ("# Context from my IDE setup", "# Files mentioned by the user")
_REQUEST = "## My request for Codex:"

_CITATION = ("<oai-mem-citation>", "</oai-mem-citation>")
_PLAN = ("<proposed_plan>", "</proposed_plan>")


def hear(text: str, *, confirmed: bool) -> Speech:
    """Given a text in the user's place, return what in it a person typed and what the client inserted.

    Where no event of the log confirms that somebody typed it, more counts as inserted: also a text that is one element
    from its first to its last character, whatever its name.
    """
    text = text.strip()
    if _INSERTED.match(text) or (not confirmed and (_FAMILIES.match(text) or _is_element(text))):
        return Speech(inserted=text)
    # The last heading: a file that is open in the editor could hold an earlier one (invariant 7).
    before, heading, request = text.rpartition(_REQUEST)
    if heading and text.startswith("# "):
        return Speech(request.strip(), before)
    return Speech(inserted=text) if text.startswith(_SETUP) else Speech(text)


def said(text: str) -> list[str]:
    """Given an agent's message, return what it says: without citations for the client, a proposed plan on its own.

    The client cuts the same out before it repeats a message in its second form.
    """
    text, _ = _cut(text, _CITATION)
    text, plans = _cut(text, _PLAN)
    return [part.strip() for part in (text, *plans) if part.strip()]


def _is_element(text: str) -> bool:
    opening = _ELEMENT.match(text)
    return opening is not None and text.endswith(f"</{opening[1]}>")


def _cut(text: str, marks: tuple[str, str]) -> tuple[str, list[str]]:
    """Given a text and the marks around an element, return the text outside it and the texts inside."""
    kept: list[str] = []
    inside: list[str] = []
    place = 0
    while (start := text.find(marks[0], place)) >= 0:
        end = text.find(marks[1], start)
        if end < 0:
            break
        kept.append(text[place:start])
        inside.append(text[start + len(marks[0]) : end])
        place = end + len(marks[1])
    kept.append(text[place:])
    return "".join(kept), inside
