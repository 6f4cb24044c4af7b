"""A store whose server does not answer: the agent is not kept."""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

EXECUTABLE = Path(sys.executable).with_name("dreamd")
DEVICE = Path("/dev/fuse")
_FORCE, _DETACH = 1, 2
#: the kernel's answer to its first request (include/uapi/linux/fuse.h), which is the only one it gets
_INIT = struct.pack("<IIIIHHIIHHI28x", 7, 31, 0, 0, 12, 9, 1 << 17, 1, 32, 0, 0)


@pytest.fixture
def hung(tmp_path):
    """Mount a file system whose requests are taken and never answered: even a kill does not end who waits for it."""
    if os.geteuid() != 0 or not DEVICE.exists():
        pytest.skip("only root can mount a file system here, with /dev/fuse")
    place = tmp_path / "mnt"
    place.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    device = os.open(DEVICE, os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"hung", os.fsencode(place), b"fuse", 0, options):
        os.close(device)
        pytest.skip(f"cannot mount here: {os.strerror(ctypes.get_errno())}")
    taken: list[int] = []

    def take() -> None:
        try:
            while request := os.read(device, 1 << 18):
                _, code, unique = struct.unpack_from("<IIQ", request)
                taken.append(code)
                if len(taken) == 1:
                    os.write(device, struct.pack("<IiQ", 16 + len(_INIT), 0, unique) + _INIT)
        except OSError:
            pass  # it was unmounted

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield place, taken
    libc.umount2(os.fsencode(place), _FORCE | _DETACH)  # ends whoever still waits
    thread.join(10)
    os.close(device)


@pytest.mark.parametrize("event", ["session-start", "session-end"])
def test_an_agent_goes_on_though_the_store_s_server_does_not_answer(hung, tmp_path, event):
    """Invariant 15. What is captured ends, too: no process of ours holds the agent's pipes."""
    place, taken = hung
    done = subprocess.run(
        [str(EXECUTABLE), "hook", event, "--store", str(place / "memory")],
        input='{"session_id": "s", "hook_event_name": "SessionEnd"}',
        env={"HOME": str(tmp_path), "PATH": os.defpath},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert len(taken) > 1, "nothing was asked of the file system"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("hook: the store did not answer within ")
    assert done.stderr.count("\n") == 1
