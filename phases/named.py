"""What a statement names besides paths: symbols, commands, dependencies and branches, and how git knows each.

Only what the repository's own history knows is told; any other name may be another project's, or an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..memory.records import Memory
from .dream import Repository

_WORD = re.compile(r"[A-Za-z_]\w*")
_SPAN = re.compile(r"`([^`\n]{1,200})`")
_OPTIONS = r"(?:(?:(?:-C|-f|--prefix|--cwd|--dir|-w|--filter|-F)[ =]\S+|-\S+)\s+){0,3}"
_RUN = re.compile(
    rf"(?<![\w/.-])(?:(?P<task>make|just|poe|pdm run)\s+{_OPTIONS}"
    rf"|(?P<script>npm|pnpm|yarn|bun)\s+{_OPTIONS}(?:run(?:-script)?\s+{_OPTIONS})?)(?P<name>[A-Za-z][\w:.-]*\w)"
)
#: outside of a code span "make clean" may be plain English, unless something is done with it
_DONE = re.compile(
    r"(?:^|[:;,.(]\s*|\b(?:run|runs|running|ran|use|uses|using|via|with|by|call|calls|do|through|after|before|is|are|and)"
    r"\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"\b(?:[Rr]un|[Rr]unning|[Cc]all|[Uu]se|[Uu]sing|via|with|by|through)\s+(?P<name>[a-z][\w-]*\w)(?![\w./-]|\()"
)
_USED = re.compile(
    r"\b(?:use|uses|using|via|through|with|on|by|library|package|dependency|client|import|imports|pin|pins|needs|"
    r"upgrade)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"@?[A-Za-z][\w./-]*\w")
#: what nobody means by a feature's branch
_TRUNKS = frozenset({"main", "master", "trunk", "develop", "HEAD"})
_BRANCH_WORD = re.compile(r"\bbranch\b", re.IGNORECASE)


@dataclass(frozen=True)
class Name:
    """A name where it stands in a text, and what git knows of it: there, gone with a commit, or another name now."""

    start: int
    spelt: str
    commit: str = ""
    new: str = ""

    @property
    def there(self) -> bool:
        """Whether it is there as it is spelt."""
        return not (self.commit or self.new)


class Register:
    """What a repository knows by name."""

    def __init__(self, repository: Repository) -> None:
        """Given what git says, make ready to be asked about many memories."""
        self._of = repository
        self._needs = {name for name in repository.offers if name.startswith("needs ")}
        # The rare ones are looked for at a glance: most memories name none of them.
        self._ended = frozenset({*repository.gone_branches, *repository.merged_branches} - _TRUNKS)
        gone = {name.rsplit(" ", 1)[-1] for name in (*repository.gone_offers, *repository.renamed_offers)}
        self._gone_offers = _any_of(gone | self._ended)

    def may_be_gone(self, memory: Memory) -> bool:
        """Given a memory, tell cheaply whether anything that it names could be gone or have another name."""
        names, renamed = self._of.gone_names, self._of.renamed_names
        if (names or renamed) and any(
            word in names or word in renamed for symbol in memory.about.symbols for word in _WORD.findall(symbol)
        ):
            return True
        return self._gone_offers is not None and self._gone_offers.search(memory.text) is not None

    def look_up(self, memory: Memory) -> list[Name]:
        """Given a memory, return what it names and the repository knows or knew, in the order of its text."""
        found = [*self._symbols(memory), *self._commands(memory.text), *self._dependencies(memory.text)]
        return sorted(found, key=lambda name: name.start)

    def ended_branch(self, text: str) -> tuple[str, str]:
        """Given a text, return the branch that it names and that was merged, and the commit of that; else nothing.

        A branch called like a word is meant only where the word "branch" stands beside it, or in a code span.
        """
        for name in sorted(self._ended, key=lambda name: (-len(name), name)):
            for match in re.finditer(rf"(?<![\w/.-]){re.escape(name)}(?![\w/-]|\.\w)", text):
                beside = text[max(0, match.start() - 9) : match.start()] + " " + text[match.end() : match.end() + 9]
                if not name.isalpha() or _BRANCH_WORD.search(beside):
                    return name, self._of.gone_branches.get(name, self._of.head)
        return "", ""

    def _symbols(self, memory: Memory) -> Iterator[Name]:
        for symbol in memory.about.symbols:
            start = memory.text.find(symbol)
            known = self._of.gone_names, self._of.renamed_names
            lost = next((it for it in _WORD.findall(symbol) if self._is_lost(it)), "")
            if not lost and self._of.has_symbol(symbol):
                yield Name(start, symbol)
            elif lost and (new := known[1].get(lost, "")) and self._of.has_symbol(new):
                yield Name(start, symbol, new=re.sub(rf"\b{re.escape(lost)}\b", new, symbol))
            elif lost and lost in known[0]:
                yield Name(start, symbol, commit=known[0][lost])

    def _is_lost(self, word: str) -> bool:
        return (word in self._of.gone_names or word in self._of.renamed_names) and not self._of.has_symbol(word)

    def _commands(self, text: str) -> Iterator[Name]:
        spans = [match.span(1) for match in _SPAN.finditer(text)]
        for match in _RUN.finditer(text):
            inside = any(start <= match.start() < end for start, end in spans)
            if inside or _DONE.search(text[: match.start()]):
                sort = match["task"] or "run"
                yield from self._offer(f"{sort} {match['name']}", match.start("name"), match["name"])
        for start, end in spans:
            word = _TOKEN.match(text, start, end)
            if word:
                yield from self._offer(f"tool {word[0]}", start, word[0])
        for match in _TOOL.finditer(text):
            yield from self._offer(f"tool {match['name']}", match.start("name"), match["name"])

    def _dependencies(self, text: str) -> Iterator[Name]:
        spans = {match[1]: match.start(1) for match in _SPAN.finditer(text)}
        for match in _TOKEN.finditer(text):
            key = f"needs {match[0].lower()}"
            alone = spans.get(match[0]) == match.start()
            if key in self._needs and alone:
                yield Name(match.start(), match[0])
            elif key in self._of.gone_offers and (alone or _USED.search(text[: match.start()])):
                imported = match[0].rsplit("/", 1)[-1].replace("-", "_")
                # What is still imported is needed, whatever the manifests say.
                if not self._of.has_symbol(imported):
                    yield Name(match.start(), match[0], commit=self._of.gone_offers[key])

    def _offer(self, key: str, start: int, spelt: str) -> Iterator[Name]:
        if key in self._of.offers:
            yield Name(start, spelt)
        elif new := self._of.renamed_offers.get(key):
            yield Name(start, spelt, new=new.rsplit(" ", 1)[-1])
        elif commit := self._of.gone_offers.get(key):
            yield Name(start, spelt, commit=commit)


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    chosen = sorted(filter(None, names))
    if not chosen:
        return None
    return re.compile(r"(?<![\w/.-])(?:" + "|".join(map(re.escape, chosen)) + r")(?![\w/-])", re.IGNORECASE)
