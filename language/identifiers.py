"""The names in a sentence that a program could look up: paths, symbols, commands, flags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SPAN = re.compile(r"`([^`\n]{1,200})`")
#: endings by which a name is known to be a file
EXTENSION = (
    r"(?:go|py|pyi|js|jsx|ts|tsx|mjs|cjs|rs|rb|java|kt|kts|swift|c|h|cc|cpp|hpp|cs|php|sh|bash|zsh|fish|ps1|sql|proto|tf|"
    r"lua|ex|exs|erl|hs|ml|scala|clj|dart|vue|svelte|css|scss|html|xml|json|jsonl|yaml|yml|toml|ini|cfg|conf|env|lock|md|"
    r"mdx|rst|txt|csv|tsv|log|mod|sum|gradle|patch|diff|ipynb|service|timer|socket|duckdb|db|sqlite)"
)
_PATH = re.compile(
    r"(?<![\w/.@:-])(?:"
    r"(?:~|\.{1,2})?/(?:[\w.@+-]+/){0,12}[\w.@*+-]*[\w*]"  # /a/b, ./a, ~/a
    r"|\.?[\w@+-][\w.@+-]*/(?:[\w.@*+-]+/){0,12}(?:[\w.@*+-]*[\w*])?"  # a/b, a/
    r"|\.?[\w@+-][\w.@+-]*\." + EXTENSION + r"(?![\w.]*\w)"  # name.ext
    r"|(?:Makefile|Dockerfile|Justfile|Jenkinsfile|Rakefile|Gemfile|Procfile|Vagrantfile)\b"
    r"|\.(?:git|env|github|vscode|claude|codex|cursor|npm|ssh|config)[\w./-]*\b"
    r")"
)
_SYMBOL = re.compile(
    r"(?<![\w/.$@-])(?:"
    r"[A-Za-z_]\w*(?:(?:\.|::|#|->)[A-Za-z_]\w*){1,6}(?:\(\))?"  # a.b, A::b
    r"|[A-Za-z_]\w*\(\)"  # f()
    r"|[a-z]+[a-z0-9]*(?:[A-Z][a-z0-9]*)+"  # camelCase
    r"|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+"  # PascalCase
    r"|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+"  # snake_case, CONSTANT_CASE
    r")(?![\w/-])"
)
_FLAG = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]{1,40}(?![\w])")
_COMMAND = re.compile(r"^(?:\$ )?(?:[A-Z][A-Z0-9_]*=\S+ )*[a-z][\w+-]*(?:\.\w+)*(?: [^ ].*)$")
_CHOICE = re.compile(r"^\d+(?:\.\d+)?/\d+")  # a share or a date, no path
_ABBREVIATION = frozenset({"e.g", "i.e", "etc", "a.k.a", "vs"})
_BRANDS = frozenset({"github", "gitlab", "javascript", "typescript", "postgresql", "mysql", "sqlite", "macos", "ios"})


@dataclass(frozen=True)
class Names:
    """Names in the order in which they occur, each once."""

    paths: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many different names there are."""
        return len(self.paths) + len(self.symbols) + len(self.commands) + len(self.flags)


@lru_cache(maxsize=4096)  # what distil looks at is asked several times over
def identifiers(text: str) -> Names:
    """Given a sentence, return the names in it.

    A code span of several words that begins like a program is one command, whatever is in it; other spans and the
    words outside are looked at one by one. A link's address is no path.
    """
    commands = [span.strip().removeprefix("$ ") for span in _SPAN.findall(text) if _is_command(span.strip())]
    rest = re.sub(r"\w{2,10}://\S+", " ", text)
    for command in commands:
        rest = rest.replace(command, " ")
    paths = [path.rstrip(".,") for path in _PATH.findall(rest) if _is_path(path)]
    named = set(paths)
    symbols = [symbol for symbol in _SYMBOL.findall(rest) if _is_symbol(symbol) and symbol not in named]
    symbols += [span for span in _SPAN.findall(text) if re.fullmatch(r"[A-Za-z_]\w{2,60}", span)]
    flags = _FLAG.findall(text)
    return Names(_once(paths), _once(symbols), _once(commands), _once(flags))


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _is_command(span: str) -> bool:
    first = span.split(" ", 1)[0]
    prose = re.search(r"[a-z]{3,} (?:the|a|is|are|was|to be|of)\b", span) is not None
    return bool(_COMMAND.match(span)) and "(" not in first and not prose and "=" not in span.split(" ", 2)[1]


def _is_path(path: str) -> bool:
    if _CHOICE.match(path) or not path.strip("./~*"):
        return False
    words = path.strip("/").split("/")
    if len(words) == 1:
        return path[0] in ".~/" or path.endswith("/") or "." in path or path[0].isupper()
    # "client/server" between ordinary words is a choice, not a place
    ordinary = all(word.isalpha() for word in words)
    return not ordinary or path[0] in "./~" or path.endswith("/") or len(words) > 2  # noqa: PLR2004 - a pair


def _is_symbol(symbol: str) -> bool:
    return symbol.lower() not in _BRANDS and symbol.lower().rstrip(".") not in _ABBREVIATION
