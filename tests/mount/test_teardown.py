"""What the other tests stand on leaves nothing behind, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .gluster import Share, wait_until

#: makes a volume and a host, says so, and waits
MAKE = """
import signal, sys, time
from pathlib import Path
# A shell that starts the tests in the background has them ignore it, and what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv[1])
from gluster import Share
folder = Path(sys.argv[2])
Share(folder).host("ada", folder / "ada")
print("made", flush=True)
time.sleep(600)
"""


def named_after(folder: Path) -> Iterator[str]:
    """Given a folder, yield the command lines of all processes that name it, and all mounts below it."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and path.parent.name != str(os.getpid()):
            yield line
    yield from (line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(folder) in line)


@pytest.mark.usefixtures("share")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_volume_ends_with_whoever_made_it(tmp_path: Path, sign: signal.Signals):
    making = [sys.executable, "-c", MAKE, str(Path(__file__).parent), str(tmp_path)]
    with subprocess.Popen(making, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"made\n"
        assert any("glusterd" in line or "glusterfs" in line for line in named_after(tmp_path))
        process.send_signal(sign)
    wait_until(lambda: not any(named_after(tmp_path)))
    assert [*(tmp_path / "server").iterdir(), *(tmp_path / "share").iterdir()] == []


def test_a_volume_that_is_closed_leaves_nothing(share: Share, tmp_path: Path):
    assert share.spaces
    other = Share(tmp_path)
    other.host("ada", tmp_path / "ada")
    other.close()
    assert [*named_after(tmp_path)] == []
