"""JSON that people wrote, changed in one place: everything else of the text stays as it is, to the byte.

Decoding and encoding it again would lose how it is indented and how its numbers and letters are written. So values are
found with their places, and a change is a piece of text put in or taken out there. A key that stands twice in an object
is refused: which of them counts is for the program that reads it.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()

#: how deep a value is put in where the text does not show how it is indented
_INDENT = "  "


class Node(NamedTuple):
    """A value, its text from ``start`` to ``end``, and what is in it: members of an object by key, items of a list.

    A member begins at its key, in ``begins``; an item at its value.
    """

    value: Any
    start: int
    end: int
    members: dict[str, Node]
    items: tuple[Node, ...]
    begins: tuple[int, ...]


def parse(text: str) -> Node:
    """Given JSON, return it with its places; raises ValueError where it is none."""
    start = 1 if text.startswith("\ufeff") else 0
    try:
        json.loads(text[start:])  # what follows relies on the text being whole
        return _node(text, _skip(text, start))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def with_member(text: str, parent: Node, key: str, value: Any) -> str:
    """Given a text, an object in it and a member that it does not have, return the text with it at the object's end."""
    return _with(text, parent, f"{json.dumps(key, ensure_ascii=False)}: ", value)


def with_item(text: str, parent: Node, value: Any) -> str:
    """Given a text, a list in it and a value, return the text with it at the list's end."""
    return _with(text, parent, "", value)


def without(text: str, parent: Node, place: int) -> str:
    """Given a text, an object or list in it and which of its members or items, return the text without that."""
    parts = [*parent.members.values()] if parent.members else parent.items
    if len(parts) == 1:
        return text[: parent.start + 1] + text[parent.end - 1 :]
    if place == len(parts) - 1:
        return text[: parts[place - 1].end] + text[parts[place].end :]
    return text[: parent.begins[place]] + text[parent.begins[place + 1] :]


def replaced(text: str, node: Node, value: Any) -> str:
    """Given a text, a value in it and another, return the text with the other in its place."""
    return text[: node.start] + json.dumps(value, ensure_ascii=False) + text[node.end :]


def _with(text: str, parent: Node, name: str, value: Any) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    unit = _unit(text)
    if parent.begins:
        last = (parent.items or tuple(parent.members.values()))[-1]
        before = _indent_at(text, parent.begins[-1])
        if before is None:  # all on one line
            return f"{text[: last.end]}, {name}{json.dumps(value, ensure_ascii=False)}{text[last.end :]}"
        return f"{text[: last.end]},{end}{before}{name}{_laid_out(value, unit, before, end)}{text[last.end :]}"
    outer = _line_indent(text, parent.start)
    inner = outer + unit
    put = f"{end}{inner}{name}{_laid_out(value, unit, inner, end)}{end}{outer}"
    return text[: parent.start + 1] + put + text[parent.end - 1 :]


def _laid_out(value: Any, unit: str, before: str, end: str) -> str:
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", f"{end}{before}")


def _unit(text: str) -> str:
    """Return by what the text is indented: the first line that is indented shows it."""
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else _INDENT


def _line_indent(text: str, place: int) -> str:
    found = re.match(r"[ \t]*", text[text.rfind("\n", 0, place) + 1 :])
    return found[0] if found else ""


def _indent_at(text: str, place: int) -> str | None:
    """Return what stands before a place on its line where that is white space alone, else None."""
    before = text[text.rfind("\n", 0, place) + 1 : place]
    return before if "\n" in text[:place] and not before.strip(" \t") else None


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _node(text: str, start: int) -> Node:
    if text[start] not in "{[":
        value, end = _DECODER.raw_decode(text, start)
        return Node(value, start, end, {}, (), ())
    members: dict[str, Node] = {}
    items: list[Node] = []
    begins: list[int] = []
    place = _skip(text, start + 1)
    while text[place] not in "}]":
        begins.append(place)
        if text[start] == "{":
            key, place = _DECODER.raw_decode(text, place)
            if key in members:
                raise ValueError(f"the key '{key}' stands twice in an object")
            members[key] = _node(text, _skip(text, _skip(text, place) + 1))
            place = members[key].end
        else:
            items.append(_node(text, place))
            place = items[-1].end
        place = _skip(text, place)
        if text[place] == ",":
            place = _skip(text, place + 1)
    value = {key: node.value for key, node in members.items()} if text[start] == "{" else [it.value for it in items]
    return Node(value, start, place + 1, members, tuple(items), tuple(begins))
