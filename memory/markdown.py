"""Memories as Markdown, both ways. Pure: a rendering is a function of a state, and a line parses back to its memory.

What a session said is data here, never markup: no HTML, no control or bidirectional characters, no headings, links or
block ids smuggled in. Inside `code` nothing is escaped, since nothing is interpreted there.

Every line of a memory ends in its id as a block id (`^k3f9a2qx`, the form that Obsidian uses), so that a person can
edit, move or delete the line and it is still known which memory was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from ..language.redact import redact_all
from ..language.visible import visible
from .changes import State
from .records import Kind, Memory

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
_DECLARED = re.compile(r"^[ \t]*<!-- dreamd generation (\d{1,12})\b.*-->\s*$", re.MULTILINE)
_ITEM = re.compile(r"^\s*[-*+]\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*\d{1,9}[.)]\s+(?=\S)")
_ID = re.compile(r"(?:^|\s)\^(?P<id>[0-9a-z]{8})$")
_ID_INSIDE = re.compile(r"\s\^(?P<id>[0-9a-z]{8})(?=\s)")
_DAY = re.compile(r"(?:^|\s)\((?P<day>\d{4}-\d\d-\d\d)\)$")
_WORD = re.compile(r"[^\W_]")
_HEADING = re.compile(r"^\s*(?P<level>#{1,6})(?P<words>\s.*)$")
_COMMENT = re.compile(r"^\s*(?:<!--(?:(?!-->).)*-->\s*)+$")
_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_CODE = re.compile(r"(`+)(?:(?!\1).)*?\1(?!`)")
_SPECIAL = re.compile(r"<|!\[|\]\(|\]\[|\]:")
_ESCAPED = re.compile(r"\\(<|!\[|\]\(|\]\[|\]:)")
# at the start of a list item these would open a heading, a quotation, another list, a table
_LEADING = re.compile(r"^(\d*)([#>+*=|~.)-])")
_LEADING_ESCAPED = re.compile(r"^(\d*)\\([#>+*=|~.)-])")
_BULLETS = frozenset("-*+")
_MARKS = frozenset("<=>|")
_MARKER = re.compile(r"^(?P<side><{7}|={7}|>{7}|\|{7})(?:\s|$)")


@dataclass(frozen=True)
class Rendering:
    """What is published of one generation: file contents by name relative to the store, and what the cap left out."""

    files: Mapping[str, str]
    shown: int
    active: int


@dataclass(frozen=True)
class Line:
    """One line of a published file: ``id`` is empty where a person wrote a new one.

    ``day`` is the date in brackets before the id, which ``text`` does not have. ``whole`` is all that stands there but
    an id at its end, ``heading`` the words of the heading above it (of the second level and below), as they are.
    """

    text: str
    id: str = ""
    day: str = ""
    whole: str = field(default="", compare=False)
    heading: str = field(default="", compare=False)


def render(state: State, known: Mapping[str, str] = MappingProxyType({})) -> Rendering:
    """Given a state, return its MEMORY.md and topic files; ``known`` are lines that were rendered before, by id."""
    active = {memory.id: memory for memory in state.active()}
    text, shown = render_memory(active, state.shown, state.generation, state.now)
    files = {"MEMORY.md": text}
    topics: dict[str, list[Memory]] = {}
    for memory in active.values():
        topics.setdefault(memory.topic, []).append(memory)
    for topic, members in sorted(topics.items()):
        files[f"topics/{topic}.md"] = render_topic(topic, members, state.topics.get(topic, state.generation), known)
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


def render_topic(
    topic: str, members: Iterable[Memory], generation: int, known: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Given a topic's slug, its active memories and lines that are known, return the topic file.

    Everything stands in it, grouped by kind.
    """
    lines = [f"# {title(topic)}", "", f"<!-- dreamd generation {generation} -->"]
    ordered = sorted(members, key=lambda memory: (memory.learned, memory.id))
    for kind, heading in KINDS:
        group = [memory for memory in ordered if memory.kind is kind]
        if group:
            lines += ["", f"## {heading}", "", *lines_for(group, known)]
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
    """Given a memory, return its line, without a line end."""
    return lines_for([memory])[0]


def lines_for(memories: Sequence[Memory], known: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Given memories, and lines by id where they are known, return the line of each, without line ends.

    They are redacted once more on their way out (invariant 8), all at once since that takes a tenth of the time. The
    day on which one was learned stands in its line unless the text has it: an undated decision misleads.
    """
    fresh = [memory for memory in memories if memory.id not in known]
    said = zip(fresh, redact_all([visible(memory.text) for memory in fresh]), strict=True)
    made = {memory.id: dressed(escape(redacted.text), memory) for memory, redacted in said}
    return [known.get(memory.id) or made[memory.id] for memory in memories]


def dressed(text: str, memory: Memory) -> str:
    """Given a memory and its text as it is shown, return its line."""
    day = memory.learned.date().isoformat()
    return f"- {text} ^{memory.id}" if day in text else f"- {text} ({day}) ^{memory.id}"


def as_shown(text: str) -> str:
    """Given a memory's text, return it as it stands in its line."""
    return escape(redact_all([visible(text)])[0].text)


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


def declared_generations(text: str) -> tuple[int, ...]:
    """Given a published file, return the generations that its comment lines declare: several after a merge."""
    return tuple(dict.fromkeys(int(match[1]) for match in _DECLARED.finditer(text)))


def has_conflict(text: str) -> bool:
    """Given a published file, tell whether a merge left its markers there."""
    return any(_MARKER.match(line) for line in text.splitlines() if line[:1] in _MARKS)


def undeclared(text: str) -> str:
    """Given a published file, return it without the comment that declares a generation: what it lacks is no removal."""
    return _DECLARED.sub("", text)


def parse(text: str) -> list[Line]:
    """Given a published file as a person may have left it, return its memories' lines in order.

    Headings, comments, and lines without a letter or digit carry no memory, and of a merge's conflict both sides count,
    what they were made from does not. A line that an editor wrapped is joined; a paragraph that is no list item counts
    as one line, a row of a table and a line of a code block, too, so that nothing written is lost.
    """
    return [_parse_line(block, heading) for block, heading in _blocks(text.removeprefix("\ufeff").splitlines())]


def _blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    code, fences = _fenced(lines)
    dropped = fences | _merge_base(lines)
    block: list[str] = []
    heading = ""
    for number, line in enumerate(lines):
        bare, is_code = line.strip(), number in code
        first = bare[:1]
        title = _HEADING.match(line) if first == "#" and not is_code and not (block and line[0] != "#") else None
        is_row = is_code or first == "|"
        is_none = not _WORD.search(bare) or number in dropped
        is_none = is_none or (first in _MARKS and not is_code and bool(_MARKER.match(line) or _COMMENT.match(line)))
        starts = is_none or is_row or title or (first in _BULLETS and _ITEM.match(line)) or _NUMBERED.match(line)
        if block and (starts or _ID.search(block[-1])):
            yield " ".join(block), heading
            block = []
        if title:
            heading = title["words"].strip("# \t") if len(title["level"]) > 1 else ""
        elif is_row and not is_none:
            yield (bare if is_code else bare.strip("|")), heading
        elif not is_none:
            block.append(bare)
    if block:
        yield " ".join(block), heading


def _fenced(lines: list[str]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the numbers of the lines in fences, and of the fences. One that nothing closes is none: the file was cut.

    What closes a fence is as long as what opened it, or longer, and bare.
    """
    fences = [(number, match) for number, line in enumerate(lines) if (match := _fence(line))]
    # by place: the longest that could close what was opened before
    ahead = {"`": [0], "~": [0]}
    for _, match in reversed(fences):
        for mark, longest in ahead.items():
            closes = match["fence"][0] == mark and not match["info"].strip()
            longest.append(max(longest[-1], len(match["fence"]) if closes else 0))
    inside: set[int] = set()
    marks: set[int] = set()
    opened, fence = 0, ""
    for place, (number, match) in enumerate(fences, start=1):
        if not fence and ahead[match["fence"][0]][len(fences) - place] >= len(match["fence"]):
            opened, fence = number, match["fence"]
        elif fence and match["fence"].startswith(fence) and not match["info"].strip():
            inside.update(range(opened + 1, number))
            marks |= {opened, number}
            fence = ""
    return frozenset(inside), frozenset(marks)


def _fence(line: str) -> re.Match[str] | None:
    return _FENCE.match(line) if "```" in line or "~~~" in line else None


def _merge_base(lines: list[str]) -> frozenset[int]:
    """Return the numbers of the lines between ``|||||||`` and ``=======``: what both sides of a conflict had before."""
    found: set[int] = set()
    start, is_open = 0, False
    for number, line in enumerate(lines):
        side = _MARKER.match(line) if line[:1] in _MARKS else None
        if not side:
            continue
        if side["side"][0] == "=" and start:
            found.update(range(start, number))
        start = number if side["side"][0] == "|" and is_open else 0
        is_open = side["side"][0] == "<"
    return frozenset(found)


def _parse_line(block: str, heading: str) -> Line:
    text = _ITEM.sub("", block, count=1).strip()
    found = _ID.search(text)
    if found:
        whole = text[: found.start()].rstrip()
        text = _NUMBERED.sub("", whole, count=1) if not _ITEM.match(block) else whole
        day = _DAY.search(text)
        if day:
            text = text[: day.start()]
        return Line(unescape(text.strip()), found["id"], day["day"] if day else "", unescape(whole), heading)
    inside = list(_ID_INSIDE.finditer(text)) if " ^" in text else []
    if len(inside) == 1:  # somebody wrote on after the id
        before, after = text[: inside[0].start()], text[inside[0].end() :].strip()
        day = _DAY.search(before)
        said = f"{before[: day.start()] if day else before} {after}"
        return Line(unescape(said), inside[0]["id"], day["day"] if day else "", unescape(text), heading)
    return Line(unescape(text), whole=unescape(text), heading=heading)


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
