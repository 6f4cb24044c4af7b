"""Topics that come from elsewhere: names that a file can have, and no more of them than MEMORY.md can link to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .files import parse_topic

#: where a memory stands that has no topic of its own
GENERAL = "general"

#: the sign on a memory whose topic a person chose: no run gives it another (``held``)
CHOSEN = "retopic:*"

#: each topic costs MEMORY.md a link of at most 150 bytes, whether or not it shows a memory of it
MOST_TOPICS = 64


def is_topic(name: str) -> bool:
    """Tell whether a topic's file can have this name."""
    return parse_topic(f"{name}.md") == name


def settle(wanted: Iterable[str], present: Iterable[str]) -> dict[str, str]:
    """Given the topics of new memories, one for each, and those that a store has, return what each becomes.

    The store's own stay. Of new ones as many as there is room for stay, those of most memories first; the rest are
    ``GENERAL``.
    """
    having = {*present, GENERAL}
    counted = Counter(wanted)
    fresh = sorted(counted.keys() - having, key=lambda topic: (-counted[topic], topic))
    room = max(0, MOST_TOPICS - len(having))
    return {topic: topic if topic in having or topic in fresh[:room] else GENERAL for topic in counted}
