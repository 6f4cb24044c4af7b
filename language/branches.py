"""Names of branches: which of them live on, whatever is merged into them."""

from __future__ import annotations

import re

#: what others are merged into, as most repositories call it
TRUNKS = frozenset({"main", "master", "trunk", "develop", "HEAD"})
#: a line of releases: release/1.2, 1.x, v2.4, 3.11-stable
_RELEASES = re.compile(r"(?:^|[/_-])(?:releases?|stable|lts|hotfix|maint(?:enance)?)(?:$|[/_-])|^v?\d+\.(?:\d+|x)\b")


def is_long_lived(branch: str) -> bool:
    """Given a branch's name, tell whether it is a trunk or a line of releases, and no work that is merged some day."""
    return branch.rpartition("/")[2] in TRUNKS or bool(_RELEASES.search(branch))
