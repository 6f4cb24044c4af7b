"""A dream that is ended with SIGKILL at any step loses nothing, shows nothing torn, and counts nothing twice.

A point is a call that changes a file of the store or of the host's own folder, or forces one to disk; N is its place
among all such calls of the run, which is a launcher, a collector, a publisher, a worker and another publisher
(``supervisor``). At each point once the whole run is killed, as when the power goes, and once only the process that is
about to make the call, so that the others have to notice. What the N-th kill leaves is what readers see between two
changes of an undisturbed run: so the points together are every state that a reader can find (invariant 4).
"""

import signal

import pytest

from .scene import judge_end, judge_readers
from .supervisor import KILLED

VICTIMS = ("run", "process")
SHARES = 8
#: where to begin and how many to step: few points in the usual tests, all of them in ``make crash``
FEW = [
    pytest.param(victim, (first, 95), id=f"{victim}-few", marks=pytest.mark.sample)
    for victim, first in zip(VICTIMS, (27, 74), strict=True)
]
WHOLE = [
    pytest.param(victim, (share, SHARES), id=f"{victim}-{share + 1}-of-{SHARES}", marks=pytest.mark.whole)
    for victim in VICTIMS
    for share in range(SHARES)
]


def killer(fatal, victim):
    def answer(call, run):
        if call.number != fatal:
            return None
        run.signal(signal.SIGKILL, None if victim == "run" else call.process)
        return KILLED

    return answer


@pytest.mark.parametrize(("victim", "points"), FEW + WHOLE)
def test_a_dream_killed_at_any_change_is_healed_by_the_next(copies, expected, tried, victim, points):
    """Prove invariants 1, 2, 4, 9 and 13."""
    first, step = points
    chosen = range(1 + first, len(expected.calls) + 1, step)
    for fatal in chosen:
        scene = copies()
        ended = scene.disturbed(killer(fatal, victim))
        with tried(f"killed the {victim}", " and ".join(map(str, ended.calls[fatal - 1 : fatal]))):
            assert len(ended.calls) >= fatal, f"nothing was killed: the run made {len(ended.calls)} calls"
            assert "Traceback" not in ended.err, ended.err
            judge_readers(scene, expected)
            judge_end(scene, expected)
