"""``dreamd scan``: which secrets stand in files, without showing them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .output import plural, say, say_json, table, talk
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..language.purged import Purged
    from ..language.secrets.lines import SecretLine

_FOUND = 1


@dataclass
class _Scan:
    """What was looked at and found. A finding without a line stands in the file's name."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    unreadable: list[dict[str, str]] = field(default_factory=list)
    files: int = 0
    binary: int = 0


@click.command(cls=Verb, example="dreamd scan ~/.claude/projects .env")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@click.pass_obj
def command(options: Options, paths: tuple[Path, ...]) -> int:
    """Report the secrets in files, folders or a store. Nothing is changed, and no secret is shown.

    Each finding is a file, a line, what kind of secret stands there, and the placeholder that redaction would put in
    its place: the same placeholder is the same secret. Folders are searched with everything below them, hidden files
    too; links below them are not followed. Compressed files (gzip) are read inside, binary ones are counted. Without a
    PATH it is the store that is searched.

    The exit code is 0 when nothing was found, 1 when something was or when a file could not be read.
    """
    from .progress import watched
    from .stores import locate

    wanted = list(paths)
    if options.store or not paths:
        wanted.append(locate(options))
    scan = _Scan()
    files = {path: top for top in wanted for path in _files(top, scan)}
    purged = {top: _purged(top) for top in wanted}
    with watched() as on_progress:
        for done, (path, top) in enumerate(files.items(), start=1):
            _look(path, purged[top], scan)
            on_progress("scan", done, len(files))
    if options.json:
        say_json(scan)
    else:
        _print(scan)
    return _FOUND if scan.findings or scan.unreadable else 0


def _purged(top: Path) -> Purged:
    """Return what was purged from a store: it is a secret there, whatever it looks like."""
    from ..memory.files import Store
    from ..memory.folders import resolved
    from ..memory.purged import load_purged

    return load_purged(Store(resolved(top)))


def _files(top: Path, scan: _Scan) -> Iterator[Path]:
    """Return a file that was named, or every file that lies below a folder that was, in order."""
    waiting = [top]
    while waiting:
        path = waiting.pop()
        if not path.is_dir():
            yield path
            continue
        try:
            with os.scandir(path) as entries:
                inner = sorted((entry for entry in entries if not entry.is_symlink()), key=lambda entry: entry.name)
        except OSError as error:
            _skip(path, error, scan)
            continue
        waiting += [path / entry.name for entry in reversed(inner)]


def _look(path: Path, purged: Purged, scan: _Scan) -> None:
    from ..language.redact import redact
    from ..language.secrets.lines import secret_lines
    from ..sessions.pieces import BinaryFileError, read_pieces

    name = _spoken(path)
    shown = redact(name, purged).text
    scan.findings += [_finding(shown, None, it) for it in secret_lines([name], purged)]
    try:
        found = secret_lines(read_pieces(path), purged)
    except BinaryFileError:
        scan.binary += 1
    except OSError as error:
        _skip(path, error, scan)
    else:
        scan.files += 1
        scan.findings += [_finding(shown, it.line, it) for it in found]


def _finding(name: str, line: int | None, it: SecretLine) -> dict[str, Any]:
    return {"path": name, "line": line, "kind": it.kind, "placeholder": it.placeholder}


def _skip(path: Path, error: OSError, scan: _Scan) -> None:
    from ..language.redact import redact

    scan.unreadable.append({"path": redact(_spoken(path)).text, "reason": (error.strerror or str(error)).lower()})


def _spoken(path: Path) -> str:
    """Return a path as text that can be written down: a name need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _print(scan: _Scan) -> None:
    if scan.findings:
        heads = ("path", "line", "kind", "placeholder")
        say(table([heads, *([it[head] for head in heads] for it in scan.findings)]))
    for it in scan.unreadable:
        talk(f"skipped: '{it['path']}': {it['reason']}")
    said = plural(len(scan.findings), "secret") if scan.findings else "no secret"
    where = len({it["path"] for it in scan.findings})
    place = f" in {plural(where, 'file')}" if where else ""
    binary = f"; {plural(scan.binary, 'binary file')} passed over" if scan.binary else ""
    talk(f"{said}{place} of {scan.files:,} read{binary}")
