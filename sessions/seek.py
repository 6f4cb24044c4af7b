"""Where a value stands in files that are only read: agents' logs, and what is not ours to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..language.json_texts import texts_in
from ..language.sought import Sought
from .pieces import read_pieces

#: longest line that is held, in characters, and how much of it is seen again where it is cut
_LINE_LIMIT = 16 * 1024 * 1024
_OVERLAP = 64 * 1024


def count_values(path: Path, sought: Sought, *, follow: bool = True) -> Counter[str]:
    """Given a file and what is sought, return how often each value stands there, in JSON as a program reads it.

    Without ``follow`` no part of the path may be a link, as in a store. Raises BinaryFileError where it holds no text,
    OSError where it cannot be read.
    """
    found: Counter[str] = Counter()
    for line in _lines(path, follow=follow):
        found.update(value for text in _texts(line, sought) for value in sought.values(text))
    return found


def _texts(line: str, sought: Sought) -> Iterable[str]:
    """Return a line, or the texts in it where it is JSON; nothing where nothing can stand there."""
    if not sought.pattern.search(line) and "\\" not in line:
        return ()
    texts = texts_in(line)
    return [line] if texts is None else texts


def _lines(path: Path, *, follow: bool) -> Iterator[str]:
    rest = ""
    for piece in read_pieces(path, follow=follow):
        *whole, rest = (rest + piece).split("\n")
        yield from whole
        if len(rest) > _LINE_LIMIT:
            yield rest
            rest = rest[-_OVERLAP:]
    yield rest
