"""What a machine's configuration adds to a unit: the command, the account, and the folders that it may see.

Pure: a setting becomes the text of a file. The units themselves are installed as they are shipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .needs import GRANTED, HIDDEN, Needs, Store, needs_of, outermost, spell, within
from .text import command, mount_unit, paths, quote, section

#: of the hidden folders, those that ``ProtectHome=`` is about
_HOMES = HIDDEN[:3]


#: what is typed goes on with what this kernel has; a service does not
_CAGED = "# Without a whole cage it does not dream, as the resident service.\nEnvironment=DREAMD_CAGE=require\n"


@dataclass(frozen=True)
class Account:
    """Who a system's service runs as: the account, its first group, and further ones."""

    name: str
    group: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What a unit's text depends on.

    ``programs`` is the command that starts dreamd, ``code`` the folders that it is read from, ``environment`` says
    where agents of this account keep logs. ``shares`` are the points at which is mounted what a server or a program
    serves. Without an ``account`` it is the service of a user.
    """

    programs: tuple[str, ...]
    config: Path
    stores: Mapping[str, Store]
    account: Account | None = None
    code: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    shares: tuple[Path, ...] = ()
    #: the stores by name where not all that are configured are meant
    chosen: tuple[str, ...] = ()
    #: the file that is kept for monitoring
    metrics: Path | None = None
    #: the configuration leaves it to whoever dreams whether a cage is required
    requires_cage: bool = False

    @property
    def needs(self) -> Needs:
        """What all stores together need."""
        return needs_of(self.stores.values(), self.environment, self.metrics)


def resident(setting: Setting) -> str:
    """Given a setting, return what it adds to the unit of the resident service."""
    only = ("--", *setting.chosen) if setting.chosen else ()
    needs = setting.needs
    return _text(setting, setting.stores, ("run", *only), needs, _wanted_mounts(needs))


def timed(setting: Setting, name: str) -> str:
    """Given a setting and one of its stores, return what it adds to the unit that the store's timer starts."""
    store = setting.stores[name]
    verb = ("collect",) if store.role == "collect" else ("dream", "--if-due")
    needs = needs_of([store], setting.environment)
    text = _text(setting, {name: store}, ("--store", name, *verb), needs, _required_mounts(needs))
    return f"{text}{_CAGED}" if setting.requires_cage else text


def _text(
    setting: Setting, stores: Mapping[str, Store], arguments: Iterable[str], needs: Needs, mounts: list[str]
) -> str:
    start = command([*setting.programs, "--config", str(setting.config), *arguments])
    lines = ["# The command that was installed here.", "ExecStart=", f"ExecStart={start}"]
    if setting.account:
        collects = any(store.role != "dream" and store.sessions for store in stores.values())
        grants = Needs(_with_shares(needs.write, setting.shares), needs.read)
        lines += [*_account(setting.account), *_folders(grants, setting.code), *_others(collects=collects)]
        lines += ["# With which a reload is compared.", f"Environment={quote(f'{GRANTED}={spell(grants)}')}"]
    head = f"# Written by 'dreamd service install' from {setting.config}. Run it again when that names other folders.\n"
    return "\n".join(filter(None, [head, section("Unit", mounts), section("Service", lines)]))


def _wanted_mounts(needs: Needs) -> list[str]:
    """Wait for the mounts of the stores, but not for ever: every folder on the way to a store may be a mount point."""
    points = sorted({point for path in needs.write for point in (path, *path.parents)} - {Path("/")})
    units = " ".join(map(mount_unit, points))  # names of units are not unquoted
    # RequiresMountsFor= would end it for good where a server is away when the machine starts.
    return [
        "# It begins after their mounts; one that fails is tried again and stops no other.",
        f"Wants={units}",
        f"After={units}",
    ]


def _required_mounts(needs: Needs) -> list[str]:
    return [
        "# Where its file system is missing there is nothing to do; the timer comes again.",
        f"RequiresMountsFor={paths(needs.write)}",
    ]


def _with_shares(folders: tuple[Path, ...], shares: tuple[Path, ...]) -> tuple[Path, ...]:
    """Given what is written, return it with the whole of each share in the place of what lies on it.

    A folder inside a mount is held on to when that goes away: the service would go on in a file system that nobody else
    sees, also when it is mounted again. The mount point itself comes back (seen with systemd 252). What the service may
    do on the share is what its account may.
    """
    visible = [share for share in shares if not within(share, HIDDEN)]
    found = {max((it for it in visible if path.is_relative_to(it)), default=path) for path in folders}
    return tuple(sorted(found))


def _account(account: Account) -> list[str]:
    lines = [f"User={quote(account.name)}"]
    if account.group:
        lines += ["# The group that shares the stores.", f"Group={quote(account.group)}"]
    if account.groups:
        lines += [f"SupplementaryGroups={' '.join(map(quote, account.groups))}"]
    return lines


def _folders(needs: Needs, code: tuple[Path, ...]) -> list[str]:
    """Make the stores writable, and name what is needed of the folders that the unit hides."""
    whole = any(home == path or home.is_relative_to(path) for path in needs.read for home in _HOMES)
    hidden = tuple(path for path in HIDDEN if not (whole and path in _HOMES))
    bound = outermost(path for path in needs.write if within(path, hidden))
    lines = []
    if written := [path for path in needs.write if not within(path, hidden)]:
        lines += [
            "# All that is written; a store that is not there yet may come later.",
            _line("ReadWritePaths", written),
        ]
    if inside := [path for path in needs.read if within(path, needs.write)]:
        lines += ["# Only read, although it lies where is written.", _line("ReadOnlyPaths", inside)]
    seen = outermost(path for path in (*needs.read, *code) if within(path, hidden) and not within(path, bound))
    if whole:
        lines += ["# Logs in any home are named.", "ProtectHome=read-only"]
    elif any(within(path, _HOMES) for path in (*bound, *seen)):
        lines += ["# Homes are empty but for what follows.", "ProtectHome=tmpfs"]
    if bound:
        lines.append(_line("BindPaths", bound))
    if seen:
        lines.append(_line("BindReadOnlyPaths", seen))
    return lines


def _others(*, collects: bool) -> list[str]:
    if not collects:
        return []
    return [
        "# It collects: whose a log is tells whose words are in it,",
        "PrivateUsers=no",
        "# and the kernel's limits tell whether it can be watched.",
        "ProcSubset=all",
    ]


def _line(name: str, folders: Iterable[Path]) -> str:
    return f"{name}={paths(folders, optional=True)}"
