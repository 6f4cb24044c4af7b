"""The account that a system's service runs as: an own one without a home or a password, made where there is none."""

from __future__ import annotations

import grp
import os
import pwd
import stat
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import ServiceError
from .dropin import Account
from .needs import Needs, is_hidden

NAME = "dreamd"
HOME = "/var/lib/dreamd"
#: by which an account that the installation made is known; systemd-sysusers takes no colon here
_REMARK = "dreamd, made by its installation"


def account_for(name: str, needs: Needs) -> Account:
    """Given the account's name and what the service needs, return it with the groups that let it in.

    The stores' groups; and those of folders that it reads which others than the group may not. The group of the first
    store is its first one, so that what it makes is that group's in a folder too that does not hand its own down.
    """
    shared = [_group(path) for path in needs.write]
    closed = [_group(path) for path in needs.read if not _open_to_others(path)]
    groups = [group for group in dict.fromkeys((*shared, *closed)) if group not in {"", "root", name}]
    return Account(name, groups[0] if groups else "", tuple(groups[1:]))


def exists(name: str) -> bool:
    """Given an account's name, tell whether there is one."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def home_of(name: str) -> str:
    """Given an account's name, return its home, that of an account to be made where there is none yet."""
    return pwd.getpwnam(name).pw_dir if exists(name) else HOME


def make() -> None:
    """Make the account of the service."""
    line = f'u {NAME} - "{_REMARK}" {HOME}'
    done = subprocess.run(["systemd-sysusers", "--inline", line], capture_output=True, text=True, check=False)  # noqa: S607
    if not exists(NAME):
        raise ServiceError(NAME, f"the account cannot be made: {done.stderr.strip()}", "make it, or name one by --as")


def is_ours(name: str) -> bool:
    """Given an account's name, tell whether the installation made it."""
    return exists(name) and pwd.getpwnam(name).pw_gecos == _REMARK


def remove() -> None:
    """Remove the account of the service; its group goes with it."""
    subprocess.run(["userdel", NAME], capture_output=True, check=False)  # noqa: S607


def owns_anything(name: str, folders: Iterable[Path]) -> Path | None:
    """Given an account's name and folders, return something in them that belongs to it, if there is anything."""
    owner = pwd.getpwnam(name).pw_uid
    return next((path for folder in folders for path in _walk(folder) if path.lstat().st_uid == owner), None)


def shut_out(account: Account, needs: Needs) -> Needs:
    """Given an account that exists and what is needed (also files to read), return what the account is not let into.

    Asked in the account's place: what groups and access lists come to is the kernel's to judge. A folder that the unit
    binds into an empty one is asked for itself, as the ways to it do not count there.
    """
    wanted = [(path, os.R_OK | os.W_OK | os.X_OK) for path in needs.write]
    wanted += [(path, os.R_OK | os.X_OK) for path in needs.read]
    asked = [(path, mode if path.is_dir() else os.R_OK) for path, mode in wanted if path.exists()]
    entries = [(_entry(path), mode) for path, mode in asked]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            _become(account)
            os.write(writing, bytes(os.access(where, mode, dir_fd=folder) for (where, folder), mode in entries))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        may = told.read()
    os.waitpid(child, 0)
    for (_, folder), _ in entries:
        if folder is not None:
            os.close(folder)
    if len(may) != len(asked):
        raise ServiceError(account.name, "it cannot be asked what the account may do", "is this run by root?")
    closed = [(path, mode) for (path, mode), let_in in zip(asked, may, strict=True) if not let_in]
    write = tuple(path for path, mode in closed if mode & os.W_OK)
    return Needs(write, tuple(path for path, mode in closed if not mode & os.W_OK))


def _entry(path: Path) -> tuple[str, int | None]:
    return (".", os.open(path, os.O_PATH | os.O_CLOEXEC)) if is_hidden(path) and path.is_dir() else (str(path), None)


def _become(account: Account) -> None:
    """Take an account's place, as systemd does it."""
    entry = pwd.getpwnam(account.name)
    group = _gid(account.group) if account.group else entry.pw_gid
    os.setgroups(sorted({*os.getgrouplist(entry.pw_name, entry.pw_gid), *map(_gid, account.groups)}))
    os.setgid(group)
    os.setuid(entry.pw_uid)


def _gid(group: str) -> int:
    return int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid


def _group(path: Path) -> str:
    """Return the group of a folder, its number where it has no name, "" where there is no folder."""
    try:
        owner = path.stat().st_gid
    except OSError:
        return ""
    try:
        return grp.getgrgid(owner).gr_name
    except KeyError:
        return str(owner)


def _open_to_others(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return True
    return bool(mode & stat.S_IROTH and mode & stat.S_IXOTH)


def _walk(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        yield Path(where)
        yield from (Path(where, name) for name in (*folders, *files))
