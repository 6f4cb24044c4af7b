"""Where agents keep their logs, and of which working directory each log is.

One table for the configuration's ``sessions:``, for what ``dreamd init`` finds, and for whose home a log lies in.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

#: bytes of a file that are read to learn its working directory; Codex's first line holds the instructions too
_FIRST_LINE = 256 * 1024
_PATH = 4096

#: given a log, what stands for its working directory, empty where that is not said
ProjectOf = Callable[[str], str]
#: given that and a directory, whether it is the directory's
IsOf = Callable[[str, Path], bool]


class Agent(NamedTuple):
    """One agent and its logs.

    ``folder`` lies in the home; ``variable`` may move it, and ``home`` the home. Without a folder the logs lie in the
    repository. ``globs`` are below that. ``named`` is the end of a glob that its logs match wherever they are copied
    to, empty where that is no more than ``*.jsonl``. ``selects`` is the glob below what stands for a working directory
    that selects its logs, empty where no glob can. ``signs`` are variables that it sets in the commands that it runs;
    ``session_in`` is the one of them that holds the session's id.
    """

    name: str
    folder: str
    globs: tuple[str, ...]
    project_of: ProjectOf
    is_of: IsOf
    variable: str = ""
    home: str = "HOME"
    named: str = ""
    selects: str = ""
    signs: tuple[str, ...] = ()
    session_in: str = ""

    def root(self, environment: Mapping[str, str], repository: Path | None) -> Path | None:
        """Given the environment and a repository, return the folder that the globs are below; None for want of one."""
        if not self.folder:
            return repository
        home = Path(environment.get(self.home) or environment.get("HOME") or "~").expanduser()
        return Path(environment.get(self.variable) or home / self.folder)

    def source(self, project: str) -> str:
        """Given what stands for a working directory, return what selects its logs in ``sessions:``."""
        if not self.folder:
            return self.name
        return f"{project}/{self.selects}" if self.selects else f"{self.name}:{project}"


def working_in(environment: Mapping[str, str]) -> tuple[str, str]:
    """Given a process's environment, return the agent that started it and the agent's session, "" for what is not said.

    An agent that was started by another is the nearer one, and no variable tells which that is: the first of the table
    is named. That there is one at all is what matters.
    """
    for agent in AGENTS:
        if any(environment.get(sign) for sign in agent.signs):
            return agent.name, environment.get(agent.session_in, "")
    return "", ""


def named_in(source: str) -> tuple[Agent, str] | None:
    """Given a source, return the agent that it names and the directory it confines it to ("" for none), or None."""
    name, _, directory = source.partition(":")
    return (_BY_NAME[name], directory) if name in _BY_NAME else None


def _names_of(directory: Path) -> set[str]:
    return {str(directory.absolute()), str(directory.resolve())}


def _slugs_of(directory: Path) -> set[str]:
    """Claude Code's names of a directory: what is no letter or digit is a hyphen; in older releases, slash and dot."""
    slugs = set()
    for path in _names_of(directory):
        slugs.add(path.replace("/", "-").replace(".", "-"))
        slugs.add("".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in path))
    return slugs


def _is_slug_of(project: str, directory: Path) -> bool:
    return project.rpartition("/")[2] in _slugs_of(directory)


def _is_hashed(project: str, directory: Path) -> bool:
    """Gemini CLI names a folder after a digest of the directory; later releases choose a name and write it down."""
    names = _names_of(directory)
    if project.rpartition("/")[2] in {hashlib.sha256(os.fsencode(name)).hexdigest() for name in names}:
        return True
    return _start_of(f"{project}/.project_root", _PATH).decode(errors="replace").strip() in names


class _Meta(msgspec.Struct):
    cwd: str = ""


class _FirstLine(msgspec.Struct):
    payload: _Meta = msgspec.field(default_factory=_Meta)


_FIRST = msgspec.json.Decoder(_FirstLine)


def _codex_directory(log: str) -> str:
    try:
        return _said_directory(log)
    except LookupError:
        return ""


@lru_cache(maxsize=100_000)
def _said_directory(log: str) -> str:
    """Return what a log says of its directory, asked once: whoever watches asks every minute, and its first line stays.

    Raises LookupError where it says nothing yet.
    """
    line = _start_of(log, _FIRST_LINE).partition(b"\n")[0]
    try:
        directory = _FIRST.decode(line).payload.cwd
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        directory = ""
    if not directory:
        raise LookupError(log)
    return directory


def _is_inside(project: str, directory: Path) -> bool:
    return any(project == name or project.startswith(f"{name.rstrip('/')}/") for name in _names_of(directory))


def _start_of(path: str, most: int) -> bytes:
    try:
        # Not blocking: a named pipe must not hold up the search.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return b""
    with os.fdopen(descriptor, "rb") as file:
        try:
            return file.read(most)
        except OSError:
            return b""


def _above(levels: int) -> ProjectOf:
    return lambda log: log.rsplit("/", levels)[0]


AGENTS = (
    Agent(
        name="claude-code",
        variable="CLAUDE_CONFIG_DIR",
        folder=".claude",
        globs=("projects/*/*.jsonl",),
        project_of=_above(1),
        is_of=_is_slug_of,
        selects="*.jsonl",
        signs=("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID"),
        session_in="CLAUDE_CODE_SESSION_ID",
    ),
    Agent(
        name="codex",
        variable="CODEX_HOME",
        folder=".codex",
        globs=("sessions/*/*/*/rollout-*.jsonl", "archived_sessions/*.jsonl"),
        project_of=_codex_directory,
        is_of=_is_inside,
        signs=("CODEX_THREAD_ID", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_CI"),
        session_in="CODEX_THREAD_ID",
    ),
    Agent(
        name="gemini",
        home="GEMINI_CLI_HOME",
        folder=".gemini",
        globs=("tmp/*/chats/session-*.json", "tmp/*/chats/session-*.jsonl"),
        project_of=_above(2),
        is_of=_is_hashed,
        named="chats/session-*.json",
        selects="chats/session-*.json*",
        signs=("GEMINI_CLI",),
    ),
    Agent(
        name="aider",
        folder="",
        globs=(".aider.chat.history*.md",),
        project_of=_above(1),
        is_of=_is_inside,
        named=".aider.chat.history*.md",
    ),
    Agent(
        name="specstory",
        folder="",
        globs=(".specstory/history/*.md",),
        project_of=_above(3),
        is_of=_is_inside,
        named=".specstory/history/*.md",
        signs=("CURSOR_AGENT",),  # SpecStory writes down what Cursor's agent does
    ),
)

_BY_NAME = {agent.name: agent for agent in AGENTS}
