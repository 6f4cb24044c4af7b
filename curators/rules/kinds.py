"""What sort of memory a statement is, and whether it has the form "attribute of subject is value"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...memory.records import Claim, Kind

_COMMAND = re.compile(r"`(?:[A-Z][A-Z0-9_]*=\S+ )*[a-z][\w.-]* [^`]{2,}`")
_HOW = re.compile(
    r"^(?:to \w+|run|use|always|never|don't|do not|avoid|prefer|keep|put|call|write|read|make sure|add|"
    r"set|check|pass|start|stop|install|build|wait|create|regenerate|rebuild)\b"
    r"|\b(?:by running|before (?:committing|pushing|running|merging)|(?:lint|linter|linting|golint|eslint|"
    r"ruff|mypy|clippy)\b|rebuild|compile)\b",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(?:tried|attempt(?:ed)?|abandon\w*|revert(?:ed)?|gave up|dead end|rolled back|dropped|"
    r"removed completely|did(?:n't| not) work|was wrong|misdiagnos\w*|"
    r"not (?:yet )?(?:implemented|addressed|done|covered|started)|left (?:open|unfinished)|still open|"
    r"follow[- ]?up|for now|out of scope|replaced|no code|only a plan|deferred)\b",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"(?i:^the )(?P<attribute>default|port|version|timeout|limit|maximum|minimum|path|name|format|owner|"
    r"prefix|interval|"
    r"default \w+|\w+ (?:port|version|timeout|limit|interval|size|prefix|directory))(?i: (?:of|"
    r"for) )(?P<subject>[^,;:]{2,60}?)"
    r"(?i: (?:is|are)(?: now)? )(?P<value>`[^`]{1,60}`|\"[^\"]{1,60}\"|[\w./-]{1,40})\.?$"
)
_DEFAULTS = re.compile(
    r"^(?P<subject>`[^`]{2,60}`|[A-Z][\w-]*(?: [\w-]+){0,3}) (?:now )?defaults to "
    r"(?P<value>`[^`]{1,60}`|\"[^\"]{1,60}\"|[\w./-]{1,40})\.?$"
)


def kind_of(text: str, features: Mapping[str, float]) -> Kind:
    """Given a statement and its features, return its kind: how to do something, what was tried, or what holds."""
    if _TRIED.search(text) and "must" not in features:
        return Kind.EPISODIC
    if _COMMAND.search(text) or _HOW.match(text):
        return Kind.PROCEDURAL
    return Kind.SEMANTIC


def claim_of(text: str) -> Claim | None:
    """Given a statement, return its claim where the whole of it plainly has that form."""
    found = _CLAIM.match(text)
    if found:
        return Claim(_bare(found["subject"]), found["attribute"].lower(), _bare(found["value"]))
    found = _DEFAULTS.match(text)
    if found:
        return Claim(_bare(found["subject"]), "default", _bare(found["value"]))
    return None


def _bare(text: str) -> str:
    return text.strip('`"').rstrip(".")
