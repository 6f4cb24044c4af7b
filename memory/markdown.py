"""Memories as Markdown. Pure: a rendering is a function of a state, and a line parses back to its memory (``written``).

What a session said is data here, never markup: no HTML, no control or bidirectional characters, no headings, images or
Markdown links smuggled in (a bare address and `[[a note]]` stay as they were said). Inside `code` nothing is escaped,
since nothing is interpreted there.

Every line of a memory ends in its id as a block id (`^k3f9a2qx`, the form that Obsidian uses), so that a person can
edit, move or delete the line and it is still known which memory was meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from ..language.redact import redact_all
from ..language.visible import visible
from .changes import State
from .records import Kind, Memory, Origin

#: agents load the first 200 lines or 25 KB of such a file and silently drop the rest: stay under both
CAP_LINES = 199
CAP_BYTES = 25_000
#: of these, what links to topics of which no memory is shown may take: dreams make few, people any number
_LINKS_BYTES = 10_000

#: headings of a topic file, in order
KINDS = (
    (Kind.SEMANTIC, "Facts and decisions"),
    (Kind.PROCEDURAL, "How it is done here"),
    (Kind.EPISODIC, "What was tried"),
)
_CODE = re.compile(r"(`+)(?:(?!\1).)*?\1(?!`)")
_SPECIAL = re.compile(r"<|!\[|\]\(|\]\[|\]:")
_ESCAPED = re.compile(r"\\(<|!\[|\]\(|\]\[|\]:)")
# at the start of a list item these would open a heading, a quotation, another list, a table
_LEADING = re.compile(r"^(\d*)([#>+*=|~.)-])")
_LEADING_ESCAPED = re.compile(r"^(\d*)\\([#>+*=|~.)-])")


@dataclass(frozen=True)
class Rendering:
    """What is published of one generation: file contents by name relative to the store, and what the cap left out."""

    files: Mapping[str, str]
    shown: int
    active: int


def render(state: State) -> Rendering:
    """Given a state, return its MEMORY.md and topic files."""
    active = {memory.id: memory for memory in state.active()}
    text, shown = render_memory(active, state.shown, state.generation, state.now)
    files = {"MEMORY.md": text}
    topics: dict[str, list[Memory]] = {}
    for memory in active.values():
        topics.setdefault(memory.topic, []).append(memory)
    for topic, members in sorted(topics.items()):
        files[f"topics/{topic}.md"] = render_topic(topic, members, state.topics.get(topic, state.generation))
    return Rendering(files, shown, len(active))


def render_memory(
    active: Mapping[str, Memory], shown: Sequence[str], generation: int, now: datetime | None
) -> tuple[str, int]:
    """Given active memories by id and the ids to show in order, return MEMORY.md within the cap and how many it has."""
    chosen = [active[name] for name in dict.fromkeys(shown) if name in active]
    return render_chosen(Counter(map(attrgetter("topic"), active.values())), chosen, generation, now)


def render_chosen(
    totals: Mapping[str, int], chosen: Sequence[Memory], generation: int, now: datetime | None
) -> tuple[str, int]:
    """Given how many memories each topic has and those to show in order, return what ``render_memory`` does.

    The cap is enforced here whatever was chosen: lines are left out from the end until the rest fits (invariants 4 and
    10).
    """
    while True:
        text = _memory_text(totals, chosen, generation, now)
        if text.count("\n") <= CAP_LINES and len(text.encode()) <= CAP_BYTES:
            return text, len(chosen)
        excess = max(1, (len(text.encode()) - CAP_BYTES) // 400, (text.count("\n") - CAP_LINES) // 2)
        chosen = chosen[:-excess]


def render_topic(topic: str, members: Iterable[Memory], generation: int) -> str:
    """Given a topic's slug and its active memories, return the topic file: everything stands in it, by kind."""
    groups: dict[Kind, list[Memory]] = {kind: [] for kind, _ in KINDS}
    for memory in sorted(members, key=order_of):
        groups[memory.kind].append(memory)
    return topic_file(topic, {kind: lines_for(group) for kind, group in groups.items()}, generation)


def topic_file(topic: str, groups: Mapping[Kind, Sequence[str]], generation: int) -> str:
    """Given a topic's slug, its memories' lines by kind and the generation that last altered one, return the file."""
    lines = [f"# {title(topic)}", "", f"<!-- dreamd generation {generation} -->"]
    for kind, heading in KINDS:
        if groups[kind]:
            lines += ["", f"## {heading}", "", *groups[kind]]
    return "\n".join(lines) + "\n"


def order_of(memory: Memory) -> tuple[datetime, str, int, str]:
    """Given a memory, return what it is sorted by in its topic: oldest first, what one note said as it said it."""
    piece = memory.evidence[0] if memory.evidence else None
    if piece is None or piece.origin is not Origin.ADOPTED:
        return memory.learned, "", 0, memory.id
    note, _, line = piece.record.rpartition("#")
    return memory.learned, note, int(line) if line.isdecimal() else 0, memory.id


def title(topic: str) -> str:
    """Given a topic's slug, return its heading."""
    words = topic.replace("-", " ")
    return words[:1].upper() + words[1:]


def section_for(topic: str, shown: int, total: int) -> str:
    """Given a topic and how many of its memories MEMORY.md shows, return the heading that links to all of them."""
    more = f" ({shown} of {total})" if shown < total else ""
    return f"## {_link(topic)}{more}"


def line_for(memory: Memory) -> str:
    """Given a memory, return its line, without a line end."""
    return lines_for([memory])[0]


def lines_for(memories: Sequence[Memory]) -> list[str]:
    """Given memories, return the line of each, without line ends.

    They are redacted once more on their way out (invariant 8), all at once since that takes a tenth of the time. The
    day on which one was learned stands in its line unless the text has it: an undated decision misleads.
    """
    shown = as_shown(*(memory.text for memory in memories))
    return [dressed(text, memory) for text, memory in zip(shown, memories, strict=True)]


def dressed(text: str, memory: Memory) -> str:
    """Given a memory and its text as it is shown, return its line."""
    day = memory.learned.date().isoformat()
    return f"- {text} ^{memory.id}" if day in text else f"- {text} ({day}) ^{memory.id}"


def as_shown(*texts: str) -> list[str]:
    """Given memories' texts, return each as it stands in its line."""
    return [escape(redacted.text) for redacted in redact_all(list(map(visible, texts)))]


def escape(text: str) -> str:
    """Given text from anywhere, return it as one line that Markdown shows as it is."""
    flat = " ".join(visible(text).split())
    return _LEADING.sub(r"\1\\\2", outside_code(flat, lambda part: _SPECIAL.sub(_backslash, part)))


def unescape(text: str) -> str:
    """Given what ``escape`` made, return the text."""
    return outside_code(_LEADING_ESCAPED.sub(r"\1\2", text), lambda part: _ESCAPED.sub(r"\1", part))


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Given a line and what becomes of Markdown, return the line with its ``code`` as it was."""
    if "`" not in text:
        return change(text)
    parts, last = [], 0
    for match in _CODE.finditer(text):
        parts += [change(text[last : match.start()]), match[0]]
        last = match.end()
    return "".join([*parts, change(text[last:])])


def _memory_text(totals: Mapping[str, int], chosen: Sequence[Memory], generation: int, now: datetime | None) -> str:
    sections: dict[str, list[Memory]] = {}
    for memory in chosen:
        sections.setdefault(memory.topic, []).append(memory)
    day = f", {now.date().isoformat()}" if now else ""
    lines = [
        "# Memory",
        "",
        f"<!-- dreamd generation {generation}{day}: {len(chosen)} of {sum(totals.values())} memories shown -->",
    ]
    for topic, members in sections.items():
        lines += ["", section_for(topic, len(members), totals[topic]), "", *lines_for(members)]
    hidden = sorted(totals.keys() - sections.keys())
    if hidden:
        lines += ["", f"## Also: {_links({topic: totals[topic] for topic in hidden})}"]
    return "\n".join(lines) + "\n"


def _links(totals: Mapping[str, int]) -> str:
    """Return links to topics with how many memories each has; where they are too many, how many more there are."""
    links: list[str] = []
    room = _LINKS_BYTES
    for topic, total in totals.items():
        link = f"{_link(topic)} ({total})"
        room -= len(link) + 2
        if room < 0:
            return f"{', '.join(links)} and {len(totals) - len(links)} more in topics/"
        links.append(link)
    return ", ".join(links)


def _link(topic: str) -> str:
    return f"[{title(topic)}](topics/{topic}.md)"


def _backslash(match: re.Match[str]) -> str:
    return "\\" + match[0]
