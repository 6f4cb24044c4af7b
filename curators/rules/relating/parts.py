"""Who has a part, and with what a thing is done, in either voice: "Nora owns the cart", "the cart is owned by Idris".

Only parts that one has alone and of a named thing; who reviews or knows a thing may be many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .reading import canonical

_WHO = r"(?P<value>[A-Z][\w'\u2019-]*(?:\s[A-Z][\w'\u2019-]*)?)"
_DOES = "leads|owns|maintains|manages|heads|handles|writes|chairs|moderates|coordinates"
_DONE = "led|owned|maintained|managed|headed|handled|written|chaired|moderated|coordinated"
_ROLE = "lead|leader|owner|maintainer|manager|head|handler|author|writer|chair|chairperson|moderator|coordinator"
_PARTS = (
    re.compile(rf"^{_WHO}\s+(?P<part>{_DOES})\s+(?P<of>(?!an?\s).+)$"),
    re.compile(rf"^(?P<of>.+?)\s+(?:is|are)\s+(?P<part>{_DONE})\s+by\s+{_WHO}$"),
    re.compile(rf"^[Tt]he\s+(?P<part>{_ROLE})\s+(?:of|for)\s+(?P<of>.+?)\s+is\s+{_WHO}$"),
    re.compile(rf"^(?P<of>.+?)['\u2019]s\s+(?P<part>{_ROLE})\s+is\s+{_WHO}$"),
    re.compile(rf"^{_WHO}\s+is\s+the\s+(?P<part>{_ROLE})\s+(?:of|for)\s+(?P<of>.+)$"),
    re.compile(rf"^{_WHO}\s+is\s+(?P<part>responsible for|in charge of)\s+(?P<of>.+)$"),
)
_TOOL = r"(?P<value>`[^`]+`|[A-Z]\S*(?:\s[A-Z]\S*)?)"
_TOOLS = (
    re.compile(rf"^[Ww]e\s+use\s+{_TOOL}\s+for\s+(?P<of>.+)$"),
    re.compile(rf"^(?P<of>.+?)\s+(?:is|are)\s+(?:done|handled|managed|tracked)\s+(?:with|in|through|by)\s+{_TOOL}$"),
    re.compile(rf"^{_TOOL}\s+is\s+used\s+for\s+(?P<of>.+)$"),
    re.compile(rf"^[Ff]or\s+(?P<of>[^,]+?),?\s+we\s+use\s+{_TOOL}$"),
)
_SAME_PART = {
    "owned": "own",
    "owner": "own",
    "led": "lead",
    "leader": "lead",
    "maintainer": "maintain",
    "manager": "manage",
    "handler": "handle",
    "moderator": "moderate",
    "coordinator": "coordinate",
    "author": "write",
    "writer": "write",
    "chairperson": "chair",
}
_LITTLE = frozenset({"the", "a", "an", "our", "my", "of", "for", "in", "all"})


@dataclass(frozen=True)
class Part:
    """Which part, of what, and who or what has it."""

    part: str
    of: frozenset[str]
    value: str


def part_in(text: str) -> Part | None:
    """Given a statement without "now" and its full stop, return the part that it speaks of, or None."""
    for patterns, used in ((_PARTS, ""), (_TOOLS, "use")):
        for pattern in patterns:
            if match := pattern.match(text):
                of = frozenset(
                    canonical(word) for word in re.findall(r"\w[\w-]*", match["of"].lower()) if word not in _LITTLE
                )
                part = used or match["part"].lower()
                return Part(canonical(_SAME_PART.get(part, part)), of, match["value"]) if of else None
    return None
