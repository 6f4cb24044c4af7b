"""Days of a team of five hosts, whose clocks are up to twenty minutes apart, on one store.

Time is injected, all else is real: services' keepers, launchers, collectors, workers and publishers as processes, locks
on each host's disk, the lease on the share, a mount of its own for each host that comes and goes. Chance is seeded.
"""

import subprocess

import pytest

from .hosts import own_namespaces
from .judge import judge_whole
from .play import Chances, Month, march

THURSDAY, SUNDAY = march(5), march(1)


@pytest.fixture
def _hosts(tmp_path):
    command = own_namespaces('hostname alpha && mount --bind "$0" "$0" && hostname', str(tmp_path))
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("needs unshare")
    if told.stdout != "alpha\n":
        pytest.skip(f"needs host names and mounts of its own (unshare --uts --mount): {told.stderr.strip()}")


@pytest.fixture
def play(tmp_path, record_property):
    """Return what plays a month, and judges it; what was seen is told at the end."""

    def play(seed, start, days, chances):
        month = Month(tmp_path, seed, start, days, chances)
        try:
            month.play()
            judge_whole(month)
        finally:
            for name, number in sorted(month.seen.items()):
                record_property(f"seen: {name}", number)

    return play


@pytest.mark.usefixtures("_hosts")
def test_four_days_of_five_hosts_are_dreamt_of_when_that_is_due_and_never_twice(play):
    play(5, THURSDAY, 4, Chances(in_a_run=0.6, mount=1, clock=1))


@pytest.mark.whole
@pytest.mark.usefixtures("_hosts")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_month_of_five_hosts_is_dreamt_of_when_that_is_due_and_never_twice(play, seed):
    play(seed, SUNDAY, 31, Chances(patient=True))
