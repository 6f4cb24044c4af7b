"""What git says of a project, for the phases that check claims against it. The repository is only read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from .cage import die_with

#: history further back is not asked: a memory about a path deleted that long ago has faded by itself
_COMMITS = 5000
_SECONDS = 60
_INSTRUCTIONS = ("CLAUDE.md", ".claude/CLAUDE.md", "AGENTS.md")
_INSTRUCTIONS_LIMIT = 200_000
#: what points from one part of a repository to another is a few lines, and there are few parts
_POINTER_BYTES = 65_536
_MOST_FOLDERS = 20
#: a repository's own configuration may name programs to run; none of them is wanted for reading
_HARMLESS = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "diff.external="),
    *("-c", "log.showSignature=false"),
)
#: what it may run on a file whose content is compared, by whatever name
_FILTERS = r"^filter\..*\.(clean|process|required)$"

#: what is changed inside of a submodule is not looked for: git would run in it, by its configuration and not by ours
_STATUS = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=dirty")


class GitFacts(msgspec.Struct, frozen=True):
    """A repository at a commit; paths are relative to its root."""

    root: str
    head: str
    clean: bool
    files: tuple[str, ...]
    deleted: dict[str, str]
    renamed: dict[str, str]
    branches: tuple[str, ...]
    merged_branches: tuple[str, ...]
    instructions: str


def read_repository(path: Path) -> GitFacts | None:
    """Given a folder, return what git says of the repository there; None where there is none with a commit."""
    root = _git(path, "rev-parse", "--show-toplevel").strip()
    head = _git(path, "rev-parse", "--verify", "HEAD").strip()
    if not root or not head:
        return None
    top = Path(root)
    files = tuple(name for name in _git(top, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0") if name)
    deleted, renamed = _history(top, frozenset(files))
    return GitFacts(
        root=root,
        head=head,
        clean=not _git(top, *_STATUS, unset=_filters(top)),
        files=files,
        deleted=deleted,
        renamed=renamed,
        branches=_branches(top),
        merged_branches=_branches(top, "--merged=HEAD"),
        instructions=_instructions(top, frozenset(files)),
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
    if not _git(folder, "rev-parse", "--verify", "HEAD"):
        return {}
    limit = f"--max-count={_COMMITS}"
    log = _git(folder, "log", limit, "--no-merges", "--name-only", "--relative", "-z", "--format=%x01%ct", "--", ".")
    found: dict[str, datetime] = {}
    for block in log.split("\x01")[1:]:
        time, *names = [field.strip("\n") for field in block.split("\0")]
        for name in filter(None, names):
            found.setdefault(name, datetime.fromtimestamp(int(time), UTC))
    return found


def _history(root: Path, files: frozenset[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the paths that history knows and HEAD does not: by deleting commit, and by present name."""
    log = _git(
        root,
        "log",
        f"--max-count={_COMMITS}",
        "--no-merges",
        "--diff-filter=DR",
        "--find-renames",
        "--name-status",
        "-z",
        "--format=%x01%H",
    )
    deleted: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for block in log.split("\x01")[1:]:
        commit, *fields = [field.strip("\n") for field in block.split("\0")]
        for status, old, new in _pairs(fields):
            if old in files or old in deleted or old in renamed:
                continue
            # Newest first: where a file was renamed twice, its later name is known already.
            present = renamed.get(new, new)
            if status.startswith("R") and present in files:
                renamed[old] = present
            else:
                deleted[old] = commit
    return deleted, renamed


def _pairs(fields: list[str]) -> list[tuple[str, str, str]]:
    """Given the NUL-separated fields of ``--name-status -z``, return (status, old, new)."""
    pairs, rest = [], iter(field for field in fields if field)
    for status in rest:
        old = next(rest, "")
        pairs.append((status, old, next(rest, "") if status.startswith("R") else ""))
    return pairs


def _branches(root: Path, *options: str) -> tuple[str, ...]:
    names = _git(root, "for-each-ref", "--format=%(refname)", *options, "refs/heads", "refs/remotes")
    short = {name.removeprefix("refs/heads/").removeprefix("refs/remotes/") for name in names.split()}
    return tuple(sorted(short | {name.partition("/")[2] for name in short if "/" in name}))


def _instructions(root: Path, files: frozenset[str]) -> str:
    texts = [_git(root, "show", f"HEAD:{name}") for name in _INSTRUCTIONS if name in files]
    return "\n".join(texts)[:_INSTRUCTIONS_LIMIT]


def _filters(root: Path) -> list[str]:
    """Return the settings by which programs would be run on files that are compared."""
    return [name for name in _git(root, "config", "-z", "--name-only", "--get-regexp", _FILTERS).split("\0") if name]


def _git(folder: Path, *arguments: str, unset: Sequence[str] = ()) -> str:
    """Run git and return what it printed; nothing where it failed, since every fact here is optional."""
    # Naming the folder as safe is right here: nothing of its configuration is run.
    settings = [("safe.directory", "*"), *((name, "false" if name.endswith(".required") else "") for name in unset)]
    environment: dict[str, str] = {
        "PATH": os.defpath,
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (name, value) in enumerate(settings):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    try:
        done = subprocess.run(
            ["git", *_HARMLESS, "-C", str(folder), *arguments],  # noqa: S607 - git lies where the system has it
            capture_output=True,
            env=environment,
            timeout=_SECONDS,
            check=False,
            preexec_fn=partial(die_with, os.getpid()),  # two system calls, and no lock is taken
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""
