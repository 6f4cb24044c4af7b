"""What a statement names besides paths: symbols, commands, dependencies and branches, and how git knows each.

Only what the repository's own history knows is told; any other name may be another project's, or an example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..language.branches import TRUNKS
from ..memory.records import Memory
from .dream import Repository

_WORD = re.compile(r"[A-Za-z_]\w*")
_SPAN = re.compile(r"`([^`\n]{1,200})`")
_OPTIONS = r"(?:(?:(?:-C|-f|--prefix|--cwd|--dir|-w|--filter|-F)[ =]\S+|-\S+)\s+){0,3}"
_RUN = re.compile(
    rf"(?<![\w/.-])(?:(?P<task>make|just|poe|pdm run)\s+{_OPTIONS}"
    rf"|(?P<script>npm|pnpm|yarn|bun)\s+{_OPTIONS}(?:run(?:-script)?\s+{_OPTIONS})?)(?P<name>[A-Za-z][\w:.-]*\w)"
)
#: a word as it is looked up: a branch, a command's name, a package
_TOKEN = re.compile(r"[\w@][\w./@:+-]*[\w+]|\w")
#: without one of these it matches nothing; most statements have none
_RUNNERS = ("make ", "just ", "poe ", "pdm ", "npm ", "yarn ", "bun ")
#: outside of a code span "make clean" may be plain English, unless something is done with it
_DONE = re.compile(
    r"(?:[:;,.(]\s*|\b(?:run|runs|running|ran|use|uses|using|via|with|by|call|calls|do|through|after|before|is|are|and)"
    r"\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"\b(?:[Rr]un|[Rr]unning|[Cc]all|[Uu]se|[Uu]sing|via|with|by|through)\s+([a-z][\w-]*\w)(?![\w/-]|\.\w|\()"
)
#: so near stands what tells how a name is meant, in characters
_NEAR = 30
_USED = re.compile(
    r"\b(?:use|uses|using|via|through|with|on|by|library|package|dependency|client|import|imports|pin|pins|needs|"
    r"upgrade)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
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
        offers = (*repository.offers, *repository.gone_offers, *repository.renamed_offers)
        self._tools = any(name.startswith("tool ") for name in offers)
        self._gone_needs = frozenset(it[6:] for it in repository.gone_offers if it.startswith("needs "))
        self._ended = frozenset({*repository.gone_branches, *repository.merged_branches} - TRUNKS)
        gone = {name.rsplit(" ", 1)[-1] for name in (*repository.gone_offers, *repository.renamed_offers)}
        # Their number is the history's, so a text's words are looked up in them and not they in the text.
        self._over = frozenset({*gone, *self._ended})

    def may_be_gone(self, memory: Memory) -> bool:
        """Given a memory, tell cheaply whether anything that it names could be gone or have another name."""
        names, renamed = self._of.gone_names, self._of.renamed_names
        if (names or renamed) and any(
            word in names or word in renamed for symbol in memory.about.symbols for word in _WORD.findall(symbol)
        ):
            return True
        if not self._over:
            return False
        words = _TOKEN.findall(memory.text)
        return not self._over.isdisjoint(words) or not self._gone_needs.isdisjoint(map(str.lower, words))

    def look_up(self, memory: Memory) -> list[Name]:
        """Given a memory, return what it names and the repository knows or knew, in the order of its text."""
        text = memory.text
        spans = list(_SPAN.finditer(text))
        found = [*self._symbols(memory), *self._commands(text, spans), *self._dependencies(text, spans)]
        return sorted(found, key=lambda name: name.start)

    def ended_branch(self, text: str) -> tuple[str, str]:
        """Given a text, return the branch that it names and that was merged, and the commit of that; else nothing.

        A branch called like a word is meant only where the word "branch" stands beside it.
        """
        for match in _TOKEN.finditer(text):
            name = match[0]
            beside = text[max(0, match.start() - 9) : match.start()] + " " + text[match.end() : match.end() + 9]
            if name in self._ended and (not name.isalpha() or _BRANCH_WORD.search(beside)):
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

    def _commands(self, text: str, spans: list[re.Match[str]]) -> Iterator[Name]:
        for match in _RUN.finditer(text) if any(it in text for it in _RUNNERS) else ():
            inside = any(span.start(1) <= match.start() < span.end(1) for span in spans)
            if inside or _is_done(text, match.start()):
                sort = match["task"] or "run"
                yield from self._offer(f"{sort} {match['name']}", match.start("name"), match["name"])
        if not self._tools:
            return
        for match in (*spans, *_TOOL.finditer(text)):
            word = match[1].split(" ", 1)[0]
            yield from self._offer(f"tool {word}", match.start(1), word)

    def _dependencies(self, text: str, spans: list[re.Match[str]]) -> Iterator[Name]:
        alone = {span.start(1): span[1] for span in spans}
        for start, word in alone.items():
            if f"needs {word.lower()}" in self._of.offers:
                yield Name(start, word)
        for match in _TOKEN.finditer(text) if self._gone_needs else ():
            word, start = match[0], match.start()
            if word.lower() not in self._gone_needs:
                continue
            imported = word.rsplit("/", 1)[-1].replace("-", "_")
            meant = alone.get(start) == word or _USED.search(text, max(0, start - _NEAR), start)
            # What is still imported is needed, whatever the manifests say.
            if meant and not self._of.has_symbol(imported):
                yield Name(start, word, commit=self._of.gone_offers[f"needs {word.lower()}"])

    def _offer(self, key: str, start: int, spelt: str) -> Iterator[Name]:
        if key in self._of.offers:
            yield Name(start, spelt)
        elif new := self._of.renamed_offers.get(key):
            yield Name(start, spelt, new=new.rsplit(" ", 1)[-1])
        elif commit := self._of.gone_offers.get(key):
            yield Name(start, spelt, commit=commit)


def _is_done(text: str, start: int) -> bool:
    # From near by, since a pattern that ends there is tried from everywhere before.
    return not text[:start].strip() or _DONE.search(text, max(0, start - _NEAR), start) is not None
