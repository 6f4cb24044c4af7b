"""Names of branches: which of them live on, whatever is merged into them, and for what work the others were made."""

from __future__ import annotations

import re
from functools import lru_cache

#: what others are merged into, as most repositories call it
TRUNKS = frozenset({"main", "master", "trunk", "develop", "HEAD"})
#: a line of releases: release/1.2, 1.x, v2.4, 3.11-stable
_RELEASES = re.compile(r"(?:^|[/_-])(?:releases?|stable|lts|hotfix|maint(?:enance)?)(?:$|[/_-])|^v?\d+\.(?:\d+|x)\b")
#: what sort of work it is, which says nothing of what it is about
_SORTS = frozenset({"feat", "feature", "chore", "wip", "task", "issue", "topic", "dev", "user", "users"})
#: words that alone name no work
_WORK = "agent bug bugfix change changes claude codex cursor fix fixes hotfix patch temp test tests tmp update worktree"
_SAY_LITTLE = _SORTS | frozenset(f"a an and for in of on the to with {_WORK}".split())
#: a name with one of these may tell what nobody should read, or tell the reader to do something
_KEYS = "apikey cred creds credential credentials key passwd password pass pw pwd secret secrets token"
_ORDERS = "always never ignore must instructions prompt rm sudo curl"
_UNFIT = frozenset(f"{_KEYS} {_ORDERS}".split())
#: "har-53-improve-board": the number of a ticket, whatever the tracker calls itself
_TICKET = re.compile(r"^(?:[a-z]{1,6}[-_])?\d+[-_]?")
_PARTS = re.compile(r"[-_.]+")
_WORD = re.compile(r"[a-z]{1,15}")
#: words and characters of a work's name: one word may be anything, and more than a line is no name
_FEWEST, _LONGEST = 2, 60


def is_long_lived(branch: str) -> bool:
    """Given a branch's name, tell whether it is a trunk or a line of releases, and no work that is merged some day."""
    return branch.rpartition("/")[2] in TRUNKS or bool(_RELEASES.search(branch))


@lru_cache(maxsize=4096)  # merge asks of every pair that it judges
def work_named(branch: str) -> str:
    """Given a branch's name, return in plain words for what work it was made, or "" where it does not say.

    "mara/list-tides" is "list tides", "feat/har-53-improve-board" is "improve board".
    """
    if is_long_lived(branch):
        return ""
    parts = [part for part in _PARTS.split(_TICKET.sub("", branch.rpartition("/")[2].lower())) if part]
    if parts and parts[0] in _SORTS:
        parts = parts[1:]
    telling = [part for part in parts if part not in _SAY_LITTLE]
    name = " ".join(parts)
    # Plain words only: what has digits may be anything, an id or part of a key.
    plain = all(map(_WORD.fullmatch, parts)) and _UNFIT.isdisjoint(parts)
    return name if plain and len(telling) >= _FEWEST and len(name) <= _LONGEST else ""


def with_work(text: str, branch: str) -> str:
    """Given a statement and the branch on which it was made, return it with the work that the branch is named after.

    It is quoted, and says no more than that: which words of a branch are true nobody knows.
    """
    work = work_named(branch)
    return f'During work on "{work}": {text}' if work else text


def without_work(text: str, branch: str) -> str:
    """Given a statement as ``with_work`` tells it and the branch, return it as it was made."""
    return text.removeprefix(with_work("", branch))
