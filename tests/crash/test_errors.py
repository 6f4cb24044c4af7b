"""A dream to which the file system says no at any change fails with a clear error or succeeds, and tears nothing.

The points are those of ``test_killed``. A disk that is full or a mount that became read-only stays so until the end of
the run; a quota that somebody else makes room in, and a read or write error, are there for one call. And a reply can
get lost on the way from a server: then the call was made, and says that it was not.
"""

import errno
import os

import pytest

from .scene import judge_end, judge_readers

SHARES = 8
#: where to begin and how many to step, as in ``test_killed``
FEW = [
    pytest.param(kind, (first, 150), id=f"{kind}-few", marks=pytest.mark.sample)
    for kind, first in {"ENOSPC": 23, "EIO": 50, "EROFS": 77, "EDQUOT": 104, "lost reply": 20}.items()
]
WHOLE = [
    pytest.param(it.values[0], (share, SHARES), id=f"{it.values[0]}-{share + 1}-of-{SHARES}", marks=pytest.mark.whole)
    for it in FEW
    for share in range(SHARES)
]

#: calls that need no room, and that a read-only mount lets be made
NEED_NO_ROOM = {"unlink", "unlinkat", "rmdir", "chmod", "fchmod", "fchmodat", "fchmodat2"}
WRITE_NO_NAME = {"fsync", "fdatasync"}
#: what a lost reply is made of: what is done by the supervisor in the place of the process. An exchange of two names is
#: not among it: file systems that can lose a reply know none.
DONE_FOR_IT = {
    "link": os.link,
    "linkat": os.link,
    "rename": os.rename,
    "renameat": os.rename,
    "mkdir": os.mkdir,
    "mkdirat": os.mkdir,
    "unlink": os.unlink,
    "unlinkat": os.unlink,
}


class Error:
    """Says no from the N-th call on, to the first call that can fail so, or to all of them."""

    def __init__(self, kind, first):
        self.kind, self.first = kind, first
        self.said = []

    def __call__(self, call, _run):
        lasting = self.kind in {"ENOSPC", "EROFS"}
        if call.number < self.first or not can_say(self.kind, call.name) or (self.said and not lasting):
            return None
        self.said.append(str(call))
        if self.kind != "lost reply":
            return getattr(errno, self.kind)
        try:
            DONE_FOR_IT[call.name](*call.paths)
        except OSError as error:  # it would have failed anyway
            return error.errno
        return errno.EIO


def can_say(kind, name):
    if kind == "lost reply":
        return name in DONE_FOR_IT
    return name not in {"ENOSPC": NEED_NO_ROOM, "EDQUOT": NEED_NO_ROOM, "EROFS": WRITE_NO_NAME}.get(kind, ())


@pytest.mark.parametrize(("kind", "points"), FEW + WHOLE)
def test_a_dream_that_meets_an_error_at_any_change_tears_nothing_and_is_healed_by_the_next(
    copies, expected, tried, kind, points
):
    """Prove invariants 1, 2, 4, 9 and 13."""
    first, step = points
    chosen = [number for number, name in enumerate(expected.calls, start=1) if can_say(kind, name)][first::step]
    for number in chosen:
        scene = copies()
        error = Error(kind, number)
        ended = scene.disturbed(error)
        with tried(kind, f"{error.said[:1]}; it said {ended.err!r}"):
            assert error.said
            assert ended.code == 0 or ended.says_error
            assert "Traceback" not in ended.err
            assert "exit code" not in ended.err  # it says what is wrong and not only that a process ended
            judge_readers(scene, expected)
            judge_end(scene, expected)
