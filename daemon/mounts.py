"""On which file systems changes are reported: not on those that other machines, or a server, change too.

From /proc/self/mountinfo (proc_pid_mountinfo(5)); where there is none, as on macOS, all is taken to be local.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_MOUNTINFO = Path("/proc/self/mountinfo")

#: file systems whose files can change without this kernel having done it; what is mounted by a program (FUSE) may
#: stand for anything, and so counts too, but for discs (fuseblk)
_ELSEWHERE = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse", "gfs2", "glusterfs", "gpfs", "lustre", "nfs", "nfs4"}
    | {"ocfs2", "orangefs", "panfs", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs"}
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Mount:
    """Something that is mounted: where, and of what kind."""

    point: str
    kind: str


def read_mounts(path: Path = _MOUNTINFO) -> tuple[Mount, ...]:
    """Return what is mounted, in the order in which it was; nothing where that cannot be known."""
    try:
        return parse_mounts(path.read_text(errors="surrogateescape"))
    except OSError:
        return ()


def parse_mounts(text: str) -> tuple[Mount, ...]:
    """Given the content of mountinfo, return what is mounted; a line that is none is passed over."""
    mounts = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) > 4 and kinds[0]:  # noqa: PLR2004 - the mount point is the fifth
            mounts.append(Mount(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4]), kinds[0]))
    return tuple(mounts)


def elsewhere(folder: str, mounts: Sequence[Mount], *, below: bool) -> str:
    """Given a folder (links resolved) and what is mounted, return the kind of its file system if others change it too.

    Empty where changes are reported. With ``below`` what is mounted inside the folder counts as well.
    """
    above = [mount for mount in mounts if _holds(mount.point, folder)]
    # Of two with the same place the later one hides the other.
    own = max(enumerate(above), key=lambda it: (len(it[1].point), it[0]), default=(0, None))[1]
    inside = [mount for mount in mounts if below and mount.point != folder and _holds(folder, mount.point)]
    kinds = [mount.kind for mount in (own, *inside) if mount]
    return next((kind for kind in kinds if is_elsewhere(kind)), "")


def is_elsewhere(kind: str) -> bool:
    """Given the kind of a file system, tell whether others than this kernel change it."""
    return kind in _ELSEWHERE or kind.startswith("fuse.")


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")
