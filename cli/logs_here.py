"""Which agents' logs lie on this machine: names, sizes, and the directory they were written in; never what they say."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..sessions.agents import AGENTS, Agent
from ..sessions.sources import logs_of


@dataclass(frozen=True)
class Project:
    """One agent's logs of one working directory: ``pattern`` selects them as a source, ``place`` stands for it."""

    agent: str
    pattern: str
    place: str
    logs: int
    size: int
    newest: datetime


def find_projects(environment: Mapping[str, str], repository: Path | None = None) -> list[Project]:
    """Given the environment and a repository, return the projects that agents left logs of, newest first.

    Agents whose logs lie in a repository are looked for in that one only.
    """
    found = [project for agent in AGENTS for project in _projects(agent, environment, repository)]
    return sorted(found, key=lambda project: (-project.newest.timestamp(), project.pattern))


def of_repository(projects: list[Project], repository: Path) -> list[Project]:
    """Given projects and a repository, return those whose logs were written in it."""
    agents = {agent.name: agent for agent in AGENTS}
    return [project for project in projects if agents[project.agent].is_of(project.place, repository)]


def _projects(agent: Agent, environment: Mapping[str, str], repository: Path | None) -> Iterator[Project]:
    logs: dict[str, list[str]] = defaultdict(list)
    for log in logs_of(agent, environment, repository):
        logs[agent.project_of(log)].append(log)
    if repository and not agent.selects:
        # One source for the repository and the directories in it.
        for place in [place for place in logs if place and agent.is_of(place, repository)]:
            logs[str(repository)] = [*logs.pop(place), *logs.pop(str(repository), [])]
    for place, paths in logs.items():
        stats = [state for state in map(_state_of, paths) if state]
        if stats and place and not (agent.selects and Path(place).is_symlink()):
            newest = datetime.fromtimestamp(max(state.st_mtime for state in stats), UTC)
            size = sum(state.st_size for state in stats)
            yield Project(agent.name, agent.source(place), place, len(stats), size, newest)


def _state_of(path: str) -> os.stat_result | None:
    """Return what is known of a file without opening it; None for what is no file, or a link to one."""
    try:
        state = os.lstat(path)
    except OSError:
        return None
    return state if stat.S_ISREG(state.st_mode) else None
