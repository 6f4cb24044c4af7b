"""Where a process of ours starts: ``python -m dreamd.daemon.child ROLE MODE PARENT [read=PATH…] [write=PATH…]``.

Nothing but the standard library is loaded before its cage is shut (``cage``); then it becomes what its role says.
``MODE`` is *require* (without a whole cage it refuses), *best-effort*, or *look* (it tells what holds it, and ends).
"""

from __future__ import annotations

import gc
import importlib
import os
import sys

from .cage.confine import ROLES, Trees, confine, die_with, take_along, test

#: after so many new objects cycles are looked for, and not after 700
_OBJECTS = 100_000


def main(role: str, mode: str, parent: str, *trees: str) -> None:
    """Given the words of the command line, be that process."""
    die_with(int(parent))
    take_along()
    allowed, about = ROLES[role], Trees(_of("read=", trees), _of("write=", trees))
    caged = test(confine(allowed, about), allowed, about)
    from . import serving  # noqa: PLC0415 - from here on whatever is loaded is loaded inside
    from .messages import Cage  # noqa: PLC0415 - likewise

    # What is decoded here has no cycles, and the process does not live long: looking for some took a twentieth of it.
    gc.set_threshold(_OBJECTS)
    cage = Cage(caged.layers, caged.missing)
    if mode == "look":
        serving.tell(cage)
    elif mode == "require" and cage.missing:
        serving.refuse(role, cage)
    else:
        importlib.import_module(f".{role}", __package__).main(cage)


def _of(kind: str, trees: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(it.removeprefix(kind) for it in trees if it.startswith(kind))


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # It has answered and whoever asked waits for its end: to take a hundred thousand memories apart takes a while.
    os._exit(0)
