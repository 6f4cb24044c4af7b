"""Names of accounts, remembered, so that they can be learned before a process may no longer ask for them.

A name may come from a directory service by a socket, and a process that reads logs has none (``daemon/cage``).
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

#: so many entries of a folder are asked whose they are: where many people's logs lie, each has a folder
_MOST_ENTRIES = 200


@cache
def account(owner: int) -> str:
    """Given a user id, return the account's name, or the number of an account that this host does not know."""
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


def learn_owners(paths: Iterable[str]) -> None:
    """Given files and folders, learn the names of who owns them and what lies in them."""
    owners = {os.getuid()}
    for path in paths:
        with suppress(OSError):
            owners.add(os.stat(path).st_uid)  # noqa: PTH116 - nothing is loaded yet where this is called
            with os.scandir(path) as entries:
                owners |= {entry.stat().st_uid for entry, _ in zip(entries, range(_MOST_ENTRIES), strict=False)}
    for owner in owners:
        account(owner)
