"""What git says of a project, for the phases that check claims against it. The repository is only read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from .call import git
from .manifests import Offered, offered
from .names import names_in_history, names_taken_out

#: history further back is not asked: a memory about a path deleted that long ago has faded by itself
_COMMITS = 5000
_INSTRUCTIONS = ("CLAUDE.md", ".claude/CLAUDE.md", "AGENTS.md")
_INSTRUCTIONS_LIMIT = 200_000
#: how much of a file, in percent, must stand in another for git to tell of it; for the other to be the same file still;
#: and to be the same although more of it stands in a third, which otherwise means that the file was split
_ALIKE, _SAME, _SURELY_SAME = 40, 60, 90
#: what points from one part of a repository to another is a few lines, and there are few parts
_POINTER_BYTES = 65_536
_MOST_FOLDERS = 20
#: what it may run on a file whose content is compared, by whatever name
_FILTERS = r"^filter\..*\.(clean|process|required)$"

#: how git and those who host repositories call a merge
_MERGE = re.compile(
    r"Merge (?:remote-tracking )?branch '(?:origin/)?([^']+)'|Merge pull request #\d+ from [\w.-]+/(\S+)"
)
_DIFF = ("diff", "HEAD", "-U0", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all")
#: what is changed inside of a submodule is not looked for: git would run in it, by its configuration and not by ours
_STATUS = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=dirty")


class GitFacts(msgspec.Struct, frozen=True):
    """A repository at a commit; paths are relative to its root.

    ``deleted``, ``gone_names`` and ``gone_branches`` map a name to the commit with which it went. Branches that were
    merged and then deleted are known by their merges.
    """

    root: str
    head: str = ""
    clean: bool = False
    files: tuple[str, ...] = ()
    deleted: dict[str, str] = {}
    renamed: dict[str, str] = {}
    branches: tuple[str, ...] = ()
    merged_branches: tuple[str, ...] = ()
    instructions: str = ""
    gone_names: dict[str, str] = {}
    renamed_names: dict[str, str] = {}
    gone_branches: dict[str, str] = {}
    offered: Offered = Offered()


def read_repository(path: Path) -> GitFacts | None:
    """Given a folder, return what git says of the repository there; None where there is none with a commit."""
    root = git(path, "rev-parse", "--show-toplevel").strip()
    head = git(path, "rev-parse", "--verify", "HEAD").strip()
    if not root or not head:
        return None
    top = Path(root)
    files = tuple(name for name in git(top, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0") if name)
    deleted, renamed = _history(top, frozenset(files))
    gone_names, renamed_names = names_in_history(top)
    unset = _filters(top)
    clean = not git(top, *_STATUS, unset=unset)
    # What is being moved to a file that git does not know yet is not gone.
    moving = frozenset() if clean else names_taken_out(git(top, *_DIFF, unset=unset))
    branches = _branches(top)
    return GitFacts(
        root=root,
        head=head,
        clean=clean,
        files=files,
        deleted=deleted,
        renamed=renamed,
        branches=branches,
        merged_branches=_branches(top, "--merged=HEAD"),
        instructions=_instructions(top, frozenset(files)),
        gone_names={name: commit for name, commit in gone_names.items() if name not in moving},
        renamed_names=renamed_names,
        gone_branches=_merges(top, frozenset(branches)),
        offered=offered(top),
    )


def folders_of(path: Path) -> tuple[str, ...]:
    """Given a folder, return the folders that git reads for it: its working tree and where the repository's parts lie.

    A worktree's own part names the common one, and that the objects it borrows (gitrepository-layout(5)).
    """
    top = next((it for it in (path, *path.parents) if (it / ".git").exists()), None)
    if top is None:
        return (str(path),)
    own = _pointed(top, top / ".git", "gitdir:") or top / ".git"
    found = [top, own]
    waiting = [_pointed(own, own / "commondir") or own]
    while waiting and len(found) < _MOST_FOLDERS:
        found.append(common := waiting.pop())
        alternates = _text(common / "objects" / "info" / "alternates").splitlines()
        # They name folders of objects, relative to this one's; what is above them has their own alternates.
        waiting += [(common / "objects" / line).parent for line in alternates if line and line[0] != "#"]
    return tuple(map(str, dict.fromkeys(found)))


def _pointed(base: Path, file: Path, word: str = "") -> Path | None:
    text = _text(file).strip()
    return base / text.removeprefix(word).strip() if text.startswith(word) and text else None


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            return file.read(_POINTER_BYTES)
    except OSError:
        return ""


def committed(folder: Path) -> dict[str, datetime]:
    """Given a folder, return when git last saw each file in it change, by its path there; nothing where git has none.

    A clone's own file times are those of the clone.
    """
    if not git(folder, "rev-parse", "--verify", "HEAD"):
        return {}
    limit = f"--max-count={_COMMITS}"
    log = git(folder, "log", limit, "--no-merges", "--name-only", "--relative", "-z", "--format=%x01%ct", "--", ".")
    found: dict[str, datetime] = {}
    for block in log.split("\x01")[1:]:
        time, *names = [field.strip("\n") for field in block.split("\0")]
        for name in filter(None, names):
            found.setdefault(name, datetime.fromtimestamp(int(time), UTC))
    return found


def _history(root: Path, files: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the paths that history knows and HEAD does not: by deleting commit, and by present name."""
    log = git(
        root,
        "log",
        f"--max-count={_COMMITS}",
        "--no-merges",
        "--diff-filter=DRC",
        "--find-copies",
        f"--find-renames={_ALIKE}%",
        "--name-status",
        "-z",
        "--format=%x01%H",
    )
    deleted: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for block in log.split("\x01")[1:]:
        commit, *fields = [field.strip("\n") for field in block.split("\0")]
        pairs = _pairs(fields)
        copied = {old for status, old, _new in pairs if status.startswith("C")}
        for status, old, new in pairs:
            if status.startswith("C") or old in files or old in deleted or old in renamed:
                continue
            # Newest first: where a file was renamed twice, its later name is known already.
            present = renamed.get(new, new)
            needed = _SURELY_SAME if old in copied else _SAME
            if status.startswith("R") and int(status[1:]) >= needed and present in files:
                renamed[old] = present
            else:
                deleted[old] = commit
    return deleted, renamed


def _pairs(fields: list[str]) -> list[tuple[str, str, str]]:
    """Given the NUL-separated fields of ``--name-status -z``, return (status, old, new)."""
    pairs, rest = [], iter(field for field in fields if field)
    for status in rest:
        old = next(rest, "")
        pairs.append((status, old, next(rest, "") if status[:1] in {"R", "C"} else ""))
    return pairs


def _branches(root: Path, *options: str) -> tuple[str, ...]:
    names = git(root, "for-each-ref", "--format=%(refname)", *options, "refs/heads", "refs/remotes")
    short = {name.removeprefix("refs/heads/").removeprefix("refs/remotes/") for name in names.split()}
    return tuple(sorted(short | {name.partition("/")[2] for name in short if "/" in name}))


def _merges(root: Path, branches: frozenset[str]) -> dict[str, str]:
    """Return branches that a merge names and that are not there any more, by the newest such merge."""
    found: dict[str, str] = {}
    for line in git(root, "log", f"--max-count={_COMMITS}", "--merges", "--format=%H %s").splitlines():
        commit, _, subject = line.partition(" ")
        match = _MERGE.match(subject)
        name = (match[1] or match[2]) if match else ""
        if name and name not in branches:
            found.setdefault(name, commit)
    return found


def _instructions(root: Path, files: frozenset[str]) -> str:
    texts = [git(root, "show", f"HEAD:{name}") for name in _INSTRUCTIONS if name in files]
    return "\n".join(texts)[:_INSTRUCTIONS_LIMIT]


def _filters(root: Path) -> list[str]:
    """Return the settings by which programs would be run on files that are compared."""
    return [name for name in git(root, "config", "-z", "--name-only", "--get-regexp", _FILTERS).split("\0") if name]
