"""What a project's own files offer by name: commands to run, packages it depends on, services it is tested with.

Each is read as a person reads it, and what cannot be read offers nothing. Pure: texts in, names out.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

#: names of the files that are read, in lower case; and requirements*.txt
MANIFESTS = ("makefile", "gnumakefile", "justfile", "package.json", "pyproject.toml", "go.mod", "cargo.toml")
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.txt")

_TARGET = re.compile(r"^([A-Za-z0-9][\w.-]*(?:[ \t]+[A-Za-z0-9][\w.-]*)*)[ \t]*::?(?![=:])", re.MULTILINE)
_RECIPE = re.compile(r"^@?([a-z][\w-]*)[^:=\n]*:(?!=)", re.MULTILINE)
_REQUIRE = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+v\d", re.MULTILINE)
_PACKAGE = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose[\w.-]*\.ya?ml$")
_SMALL = re.compile(r"^  (?P<name>[\w.-]+):\s*$|^\s{4,}image:\s*[\"']?(?P<image>[^\s\"'#]+)")
_PORT = re.compile(
    r"^\s{4,}-\s*[\"']?(?:(?:\d{1,3}\.){3}\d{1,3}:)?(?P<port>\d{2,5}):\d{2,5}(?:/tcp)?[\"']?\s*(?:#.*)?$"
)


class Service(msgspec.Struct, frozen=True):
    """A service that a compose file starts: its names in lower case, and the only port that it publishes."""

    file: str
    names: tuple[str, ...]
    port: int


def is_manifest(path: str) -> bool:
    """Given a path, tell whether ``offers`` reads it."""
    name = path.rsplit("/", 1)[-1].lower()
    return name in MANIFESTS or _REQUIREMENTS.fullmatch(name) is not None


def is_compose(path: str) -> bool:
    """Given a path, tell whether it is a compose file."""
    return bool(_COMPOSE.search(path))


def offers(path: str, text: str) -> dict[str, str]:
    """Given a manifest's path and text, return what it offers with what stands behind each name.

    Keys: "make test", "just test", "run build" (a script of package.json), "tool payctl" (a console script),
    "needs httpx" (a dependency, in lower case).
    """
    name = path.rsplit("/", 1)[-1].lower()
    try:
        return _read(name)(text)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def services(path: str, text: str) -> tuple[Service, ...]:
    """Given a compose file, return the services in it that publish exactly one port."""
    blocks: list[tuple[list[str], list[int]]] = []
    inside = False
    for line in text.splitlines():
        if line and not line[0].isspace() and line[0] != "#":
            inside = line.startswith("services:")
        if not inside:
            continue
        if match := _SMALL.match(line):
            if match["name"]:
                blocks.append(([match["name"].lower()], []))
            elif blocks:
                blocks[-1][0].append(match["image"].rsplit("/", 1)[-1].partition(":")[0].lower())
        elif blocks and (port := _PORT.match(line)):
            blocks[-1][1].append(int(port["port"]))
    return tuple(Service(path, tuple(dict.fromkeys(names)), ports[0]) for names, ports in blocks if len(ports) == 1)


def _read(name: str) -> Callable[[str], dict[str, str]]:
    if name.startswith("requirements"):
        return _requirements
    readers = {
        "package.json": _package_json,
        "pyproject.toml": _pyproject,
        "cargo.toml": _cargo,
        "go.mod": lambda text: {f"needs {module.lower()}": "" for module in _REQUIRE.findall(text)},
        "justfile": lambda text: _sections(text, _RECIPE, "just"),
    }
    return readers.get(name, lambda text: _sections(text, _TARGET, "make"))


def _sections(text: str, pattern: re.Pattern[str], runner: str) -> dict[str, str]:
    """Return what stands under each heading of a Makefile, without the heading's own name."""
    found: dict[str, str] = {}
    matches = list(pattern.finditer(text))
    for match, following in zip(matches, [*(it.start() for it in matches[1:]), len(text)], strict=True):
        lines = text[match.end() : following].splitlines()
        body = "\n".join(line.strip() for line in lines[1:] if line[:1] in "\t ").strip()
        found |= {f"{runner} {target}": body for target in match[1].split()}
    return found


def _package_json(text: str) -> dict[str, str]:
    data = json.loads(text)
    found = {f"run {name}": str(line) for name, line in _table(data, "scripts").items()}
    for group in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        found |= {f"needs {name.lower()}": "" for name in _table(data, group)}
    return found


def _pyproject(text: str) -> dict[str, str]:
    data = tomllib.loads(text)
    project, tools = _table(data, "project"), _table(data, "tool")
    poetry = _table(tools, "poetry")
    found = {f"tool {it}": str(to) for table in (project, poetry) for it, to in _table(table, "scripts").items()}
    for runner, place in (("poe", ("poe", "tasks")), ("pdm run", ("pdm", "scripts"))):
        found |= {f"{runner} {it}": str(to) for it, to in _table(tools, *place).items()}
    groups = [project.get("dependencies", [])]
    groups += [*_table(project, "optional-dependencies").values(), *_table(data, "dependency-groups").values()]
    found |= _needed([line for group in groups for line in group if isinstance(line, str)])
    named = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    named += [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    return found | {f"needs {name.lower()}": "" for table in named for name in table if name != "python"}


def _cargo(text: str) -> dict[str, str]:
    data = tomllib.loads(text)
    groups = ("dependencies", "dev-dependencies", "build-dependencies")
    return {f"needs {name.lower()}": "" for group in groups for name in _table(data, group)}


def _requirements(text: str) -> dict[str, str]:
    return _needed([line for line in text.splitlines() if not line.startswith(("#", "-"))])


def _needed(lines: list[str]) -> dict[str, str]:
    return {f"needs {match[1].lower()}": "" for line in lines if (match := _PACKAGE.match(line))}


def _table(data: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        data = data.get(name) or {}
    return data
