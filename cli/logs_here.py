"""Which agents' logs lie on this machine. Names and sizes are looked at, never what the logs say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """One agent's logs of one working directory: ``pattern`` is the glob that selects them."""

    agent: str
    pattern: str
    logs: int
    size: int
    newest: datetime


def claude_code_home(environment: Mapping[str, str]) -> Path:
    """Given the environment, return the folder in which Claude Code keeps one folder per project."""
    home = Path(environment.get("HOME") or "~").expanduser()
    return Path(environment.get("CLAUDE_CONFIG_DIR") or home / ".claude") / "projects"


def find_projects(environment: Mapping[str, str]) -> list[Project]:
    """Given the environment, return the projects that agents left logs of, newest first."""
    found = list(_claude_code(claude_code_home(environment)))
    return sorted(found, key=lambda project: (-project.newest.timestamp(), project.pattern))


def of_repository(projects: list[Project], repository: Path) -> list[Project]:
    """Given projects and a repository, return those whose logs were written in its root.

    Claude Code names a project's folder after the working directory, with what is no letter or digit turned into a
    hyphen (older releases: only slashes and dots).
    """
    path = str(repository.absolute())
    old = path.replace("/", "-").replace(".", "-")
    new = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in path)
    return [project for project in projects if Path(project.pattern).parent.name in {old, new}]


def _claude_code(folder: Path) -> Iterator[Project]:
    for project in _entries(folder):
        if not project.is_dir(follow_symlinks=False):
            continue
        stats = [
            entry.stat(follow_symlinks=False)
            for entry in _entries(Path(project.path))
            if entry.name.endswith(".jsonl")
            and not entry.name.startswith("agent-")  # a sub-agent's, never collected
            and entry.is_file(follow_symlinks=False)
        ]
        if stats:
            newest = datetime.fromtimestamp(max(stat.st_mtime for stat in stats), UTC)
            size = sum(stat.st_size for stat in stats)
            yield Project("claude-code", f"{project.path}/*.jsonl", len(stats), size, newest)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
