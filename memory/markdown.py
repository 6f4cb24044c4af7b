"""Memories as Markdown, both ways. Pure: a rendering is a function of a state, and a line parses back to its memory.

What a session said is data here, never markup: no HTML, no control or bidirectional characters, no headings, links or
block ids smuggled in. Inside `code` nothing is escaped, since nothing is interpreted there.

Every line of a memory ends in its id as a block id (`^k3f9a2qx`, the form that Obsidian uses), so that a person can
edit, move or delete the line and it is still known which memory was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..language.redact import redact
from ..language.visible import visible
from .changes import State
from .records import Kind, Memory

#: agents load the first 200 lines or 25 KB of such a file and silently drop the rest: stay under both
CAP_LINES = 199
CAP_BYTES = 25_000

_KINDS = (
    (Kind.SEMANTIC, "Facts and decisions"),
    (Kind.PROCEDURAL, "How it is done here"),
    (Kind.EPISODIC, "What was tried"),
)
_DECLARED = re.compile(r"^<!-- dreamd generation (\d+)\b.*-->\s*$", re.MULTILINE)
_LINE = re.compile(r"^\s*[-*+]\s+(?P<text>.*?)(?:\s+\((?P<date>\d{4}-\d\d-\d\d)\))?\s+\^(?P<id>[0-9a-z]{8})\s*$")
_BULLET = re.compile(r"^\s*[-*+]\s+(?P<text>\S.*)$")
_CODE = re.compile(r"(`+)(?:(?!\1).)*?\1(?!`)")
_SPECIAL = re.compile(r"<|!\[|\]\(|\]\[|\]:")
_ESCAPED = re.compile(r"\\(<|!\[|\]\(|\]\[|\]:)")
# at the start of a list item these would open a heading, a quotation, another list, a table
_LEADING = re.compile(r"^(\d*)([#>+*=|~.)-])")
_LEADING_ESCAPED = re.compile(r"^(\d*)\\([#>+*=|~.)-])")
_MARKER = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)")


@dataclass(frozen=True)
class Rendering:
    """What is published of one generation: file contents by name relative to the store, and what the cap left out."""

    files: Mapping[str, str]
    shown: int
    active: int


@dataclass(frozen=True)
class Line:
    """One line of a published file: ``id`` is empty where a person wrote a new one.

    ``day`` is the date in brackets before the id, which ``text`` does not have.
    """

    text: str
    id: str = ""
    day: str = ""


def render(state: State) -> Rendering:
    """Given a state, return its MEMORY.md and topic files."""
    active = {memory.id: memory for memory in state.active()}
    text, shown = render_memory(active, state.shown, state.generation, state.now)
    files = {"MEMORY.md": text}
    for topic in sorted({memory.topic for memory in active.values()}):
        members = [memory for memory in active.values() if memory.topic == topic]
        files[f"topics/{topic}.md"] = render_topic(topic, members, state.topics.get(topic, state.generation))
    return Rendering(files, shown, len(active))


def render_memory(
    active: Mapping[str, Memory], shown: Sequence[str], generation: int, now: datetime | None
) -> tuple[str, int]:
    """Given active memories by id and the ids to show in order, return MEMORY.md within the cap and how many it shows.

    The cap is enforced here whatever was chosen: lines are left out from the end of ``shown`` until the rest fits
    (invariants 4 and 10).
    """
    chosen = [active[name] for name in dict.fromkeys(shown) if name in active]
    while True:
        text = _memory_text(active, chosen, generation, now)
        if text.count("\n") <= CAP_LINES and len(text.encode()) <= CAP_BYTES:
            return text, len(chosen)
        excess = max(1, (len(text.encode()) - CAP_BYTES) // 400, (text.count("\n") - CAP_LINES) // 2)
        chosen = chosen[:-excess]


def render_topic(topic: str, members: Iterable[Memory], generation: int) -> str:
    """Given a topic's slug and its active memories, return the topic file: everything, grouped by kind."""
    lines = [f"# {title(topic)}", "", f"<!-- dreamd generation {generation} -->"]
    ordered = sorted(members, key=lambda memory: (memory.learned, memory.id))
    for kind, heading in _KINDS:
        group = [memory for memory in ordered if memory.kind is kind]
        if group:
            lines += ["", f"## {heading}", "", *map(line_for, group)]
    return "\n".join(lines) + "\n"


def title(topic: str) -> str:
    """Given a topic's slug, return its heading."""
    words = topic.replace("-", " ")
    return words[:1].upper() + words[1:]


def section_for(topic: str, shown: int, total: int) -> str:
    """Given a topic and how many of its memories MEMORY.md shows, return the heading that links to all of them."""
    more = f" ({shown} of {total})" if shown < total else ""
    return f"## {_link(topic)}{more}"


def line_for(memory: Memory) -> str:
    """Given a memory, return its line, without a line end.

    It is redacted once more on its way out (invariant 8). The day on which it was learned stands in the line unless the
    text has it: an undated decision misleads.
    """
    text = escape(redact(visible(memory.text)).text)
    day = memory.learned.date().isoformat()
    return f"- {text} ^{memory.id}" if day in text else f"- {text} ({day}) ^{memory.id}"


def escape(text: str) -> str:
    """Given text from anywhere, return it as one line that Markdown shows as it is."""
    flat = " ".join(visible(text).split())
    parts, last = [], 0
    for match in _CODE.finditer(flat):
        parts += [_SPECIAL.sub(_backslash, flat[last : match.start()]), match[0]]
        last = match.end()
    parts.append(_SPECIAL.sub(_backslash, flat[last:]))
    return _LEADING.sub(r"\1\\\2", "".join(parts))


def unescape(text: str) -> str:
    """Given what ``escape`` made, return the text."""
    text = _LEADING_ESCAPED.sub(r"\1\2", text)
    parts, last = [], 0
    for match in _CODE.finditer(text):
        parts += [_ESCAPED.sub(r"\1", text[last : match.start()]), match[0]]
        last = match.end()
    parts.append(_ESCAPED.sub(r"\1", text[last:]))
    return "".join(parts)


def declared_generation(text: str) -> int | None:
    """Given a published file, return the generation that its comment line declares."""
    match = _DECLARED.search(text)
    return int(match[1]) if match else None


def undeclared(text: str) -> str:
    """Given a published file, return it without the comment that declares a generation: what it lacks is no removal."""
    return _DECLARED.sub("", text)


def parse(text: str) -> list[Line]:
    """Given a published file as a person may have left it, return its memories' lines in order.

    Headings, comments, blank lines, code fences and merge-conflict markers carry no memory. A line that an editor
    wrapped is joined; a paragraph that is no list item counts as one line, so that nothing written is lost.
    """
    return [_parse_line(block) for block in _blocks(text)]


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    open_block = False
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare.startswith(("#", "<!--", "```", "~~~", "---")) or _MARKER.match(line):
            open_block = False
        elif _BULLET.match(line) or not open_block:
            blocks.append(line.rstrip())
            open_block = True
        else:
            blocks[-1] += " " + bare
    return blocks


def _parse_line(block: str) -> Line:
    match = _LINE.match(block)
    if match:
        return Line(unescape(match["text"].strip()), match["id"], match["date"] or "")
    bullet = _BULLET.match(block)
    return Line(unescape((bullet["text"] if bullet else block).strip()))


def _memory_text(active: Mapping[str, Memory], chosen: Sequence[Memory], generation: int, now: datetime | None) -> str:
    totals: dict[str, int] = {}
    for memory in active.values():
        totals[memory.topic] = totals.get(memory.topic, 0) + 1
    sections: dict[str, list[Memory]] = {}
    for memory in chosen:
        sections.setdefault(memory.topic, []).append(memory)
    day = f", {now.date().isoformat()}" if now else ""
    lines = [
        "# Memory",
        "",
        f"<!-- dreamd generation {generation}{day}: {len(chosen)} of {len(active)} memories shown -->",
    ]
    for topic, members in sections.items():
        lines += ["", section_for(topic, len(members), totals[topic]), "", *map(line_for, members)]
    hidden = sorted(totals.keys() - sections.keys())
    if hidden:
        lines += ["", "## Also: " + ", ".join(f"{_link(topic)} ({totals[topic]})" for topic in hidden)]
    return "\n".join(lines) + "\n"


def _link(topic: str) -> str:
    return f"[{title(topic)}](topics/{topic}.md)"


def _backslash(match: re.Match[str]) -> str:
    return "\\" + match[0]
