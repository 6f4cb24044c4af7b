"""What sort of memory a statement is, and whether it has the form "attribute of subject is value"."""

from __future__ import annotations

import re

from ....memory.records import Claim, Kind

#: programs whose mention in code is a matter of how work is done, whatever is being built
_TOOLS = (
    "make|npm|npx|pnpm|yarn|bun|deno|node|go|cargo|rustup|pip|pipx|uv|poetry|python3?|pytest|tox|nox|"
    "ruff|mypy|docker|"
    "docker-compose|podman|kubectl|helm|terraform|git|gh|glab|mise|just|task|bazel|gradle|\\./gradlew|"
    "mvn|sbt|cmake|ninja|"
    "ctest|dotnet|swift|xcodebuild|bundle|rake|rails|rspec|composer|php|mix|psql|mysql|sqlite3|redis-cli|curl|jq|ssh|"
    "rsync|brew|apt|apt-get|systemctl|journalctl|golangci-lint|eslint|prettier|jest|vitest|playwright|pre-commit"
)
_COMMAND = re.compile(rf"`(?:[A-Z][A-Z0-9_]*=\S+ )*(?:{_TOOLS}) [^`]{{2,}}`")
#: what a command does, and not that it is to be run
_DOES = re.compile(rf"(?:^|\bthe )`(?:{_TOOLS}) [^`]+`(?: command)? (?:\w+s|does(?:n't)?)\b|^uses? `", re.IGNORECASE)
_HOW = re.compile(
    r"^(?:run|use|don't|do not|avoid|prefer|keep|call|make sure|ensure|set|start|stop|install|build|wait|"
    r"regenerate|rebuild|write|read)\s",
    re.IGNORECASE,
)
_CHECKS = re.compile(
    r"\b(?:lint|linter|linting|nolint|noqa|formatter|type[- ]check\w*|pre-commit|test (?:helper|"
    r"suite|runner|data)|"
    r"fixtures?|mock\w*|(?:integration )?tests? (?:must|should|needs?|ha(?:s|ve) to|only))\b",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(?:tried|attempted|abandon\w*|revert(?:ed)?|gave up|dead end|rolled back|"
    r"did(?:n't| not) work|misdiagnos\w*|not (?:yet )?(?:implemented|addressed|done|covered|started)|"
    r"remov(?:e|ed|ing)\b[^.;]{0,60} completely|completely remov(?:e|ed|ing)|"
    r"(?:is|was|'s|did|does) ?n(?:ot|'t) help(?:ing)?|"
    r"left (?:open|unfinished)|still open|out of scope|deferred|wasn't the cause|turned out to be wrong)\b",
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


def kind_of(text: str) -> Kind:
    """Given a statement, return its kind: how something is done, what was tried, or what holds."""
    if _TRIED.search(text):
        return Kind.EPISODIC
    is_command = _COMMAND.search(text) and not _DOES.search(text)
    if is_command or _HOW.match(text) or _CHECKS.search(text):
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
