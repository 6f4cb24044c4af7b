"""Runs a command on a kernel that answers some calls with an error, as an old one, or one in a container, would.

    without.py '{"444": 38}' COMMAND…

The filter that does it is made here, by hand, and not by what it tests. An error of 0 makes a call that only pretends.
"""

import ctypes
import json
import os
import struct
import sys


def main(errors, command):
    code = [(0x20, 0, 0, 0)]  # the call's number
    for number, error in errors.items():
        code += [(0x15, 0, 1, int(number)), (0x06, 0, 0, 0x00050000 | error)]
    code.append((0x06, 0, 0, 0x7FFF0000))  # all else is allowed
    text = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *it) for it in code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code), ctypes.addressof(text)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, ctypes.c_ulong(1), 0, 0, 0) == 0
    assert libc.prctl(22, ctypes.c_ulong(2), program, 0, 0) == 0
    os.execvp(command[0], command)  # noqa: S606 - the very command that is to run so


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
