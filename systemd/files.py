"""The files of an installation: which there should be, which there are, and what has to be done about it."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from ..errors import ServiceError
from .dropin import Setting, resident, timed
from .manager import Manager
from .text import escape

SERVICE = "dreamd.service"
TIMED = "dreamd-dream@.service"
TIMER = "dreamd-dream@.timer"
HARDENING, MODEL, CONFIGURATION = "10-hardening.conf", "15-model.conf", "20-configuration.conf"

#: every file begins so; what does not was written by somebody else
_MARK = "# Written by 'dreamd service install"
#: names that an installation may have left
_OURS = re.compile(
    r"dreamd\.service|dreamd-dream@\.(service|timer)"
    r"|(dreamd|dreamd-dream@[^/]*)\.service\.d/(10-hardening|15-model|20-configuration)\.conf"
)


@dataclass(frozen=True)
class Wanted:
    """An installation as it should be: its files by name below the folder of units, and the units to be started."""

    files: Mapping[str, str]
    units: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What has to be done: files to write with their content, files to remove, units that are not wanted any more."""

    write: Mapping[str, str]
    remove: tuple[str, ...]
    stop: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to be done."""
        return bool(self.write or self.remove or self.stop)


def wanted(setting: Setting, *, timer: bool, model: bool) -> Wanted:
    """Given a setting, whether timers take the place of the resident service, and whether a model judges: the files."""
    kind = "system" if setting.account else "user"
    name = TIMED if timer else SERVICE
    found = {name: shipped(kind, name), f"{name}.d/{HARDENING}": shipped(kind, "hardening.conf")}
    if model:
        found[f"{name}.d/{MODEL}"] = shipped(kind, "model.conf")
    if not timer:
        return Wanted({**found, f"{SERVICE}.d/{CONFIGURATION}": resident(setting)}, (SERVICE,))
    found[TIMER] = shipped("", TIMER)
    for store in setting.stores:
        found[f"{TIMED.replace('@', f'@{escape(store)}')}.d/{CONFIGURATION}"] = timed(setting, store)
    return Wanted(found, tuple(TIMER.replace("@", f"@{escape(store)}") for store in setting.stores))


def needs_network(curator: str) -> bool:
    """Given the kind of a curator, tell whether it is asked over the network."""
    return curator != "rules"


def shipped(kind: str, name: str) -> str:
    """Given *system*, *user* or "" for both, and a name, return the file that comes with this package."""
    folder = files(__package__)
    return (folder / kind / name if kind else folder / name).read_text()


def installed(folder: Path) -> dict[str, str]:
    """Given the folder of units, return what installations have written there, by name.

    Raises ServiceError where a file of such a name was written by somebody else.
    """
    found = {}
    for path in (*folder.glob("dreamd*"), *folder.glob("dreamd*.d/*")):
        name = str(path.relative_to(folder))
        if _OURS.fullmatch(name) and path.is_file():
            found[name] = path.read_text(errors="replace")
            if not found[name].startswith(_MARK):
                raise ServiceError(str(path), "it is not dreamd's own file", "move it away, then try again")
    return found


def units_of(names: Iterable[str]) -> tuple[str, ...]:
    """Given the files of an installation by name, return the units that it starts."""
    names = tuple(names)
    units = [SERVICE] if SERVICE in names else []
    stores = (re.fullmatch(r"dreamd-dream(@.+)\.service\.d/.*", name) for name in names)
    return (*units, *sorted({f"dreamd-dream{it[1]}.timer" for it in stores if it}))


def starts(folder: Path, units: Iterable[str]) -> list[str]:
    """Given the folder of units and some of them, return the links there that have them started, by name."""
    return sorted(
        str(path.relative_to(folder)) for unit in units for path in folder.glob(f"*.wants/{glob.escape(unit)}")
    )


def changes(there: Mapping[str, str], should: Wanted) -> Changes:
    """Given what is there and what should be, return what has to be done."""
    return Changes(
        write={name: text for name, text in should.files.items() if there.get(name) != text},
        remove=tuple(sorted(there.keys() - should.files.keys())),
        stop=tuple(unit for unit in units_of(there) if unit not in should.units),
    )


def write(folder: Path, name: str, text: str) -> None:
    """Given the folder of units, a name and a content, put the file there in one step, readable by all."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".dreamd-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove(folder: Path, name: str) -> None:
    """Given the folder of units and a name, remove the file, and the folder of drop-ins that is empty then."""
    path = folder / name
    path.unlink(missing_ok=True)
    if path.parent != folder:
        with contextlib.suppress(OSError):  # somebody's own drop-in is in it
            path.parent.rmdir()


def verify(manager: Manager, should: Wanted) -> tuple[str, bool]:
    """Given an installation as it should be, return what systemd remarks on it, and whether it can be started so.

    An older systemd remarks on what it does not know yet, and passes over that.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in should.files.items():
            write(Path(folder), name, text)
        units = [str(Path(folder, unit)) for unit in should.units]
        for unit in units:  # an instance is verified by a file of its name
            template = Path(re.sub("@.*[.]", "@.", unit))
            if template != Path(unit):
                Path(unit).symlink_to(template.name)
        command = ["systemd-analyze", *manager.options, "verify", "--man=no", "--recursive-errors=no", *units]
        aside = {**os.environ, "XDG_RUNTIME_DIR": folder}  # a user's may be missing, and nothing is left in it
        done = subprocess.run(command, env=aside, capture_output=True, text=True, check=False)
        lines = done.stderr.replace(f"{folder}/", "").splitlines()
        # What is wrong with other units of this machine is said as well, and is none of our business.
        return "\n".join(line for line in lines if "dreamd" in line), done.returncode == 0
