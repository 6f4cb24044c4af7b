"""Landlock against kernels of every age: what each is asked for, and that nothing is asked that it does not know."""

import errno
import os
import struct
from pathlib import Path

import pytest

from dreamd.daemon.cage.landlock import READ, WRITE, abi, explain, restrict

CREATE, ADD, RESTRICT = 444, 445, 446
#: rights over files, over the network, and scopes that a kernel of that ABI knows (landlock(7))
KNOWN = {
    1: (0x1FFF, None, None),
    2: (0x3FFF, None, None),
    3: (0x7FFF, None, None),
    4: (0x7FFF, 0b11, None),
    5: (0xFFFF, 0b11, None),
    6: (0xFFFF, 0b11, 0b11),
    7: (0xFFFF, 0b11, 0b11),
    9: (0xFFFF, 0b11, 0b11),
}


class Kernel:
    """A kernel of one ABI: refuses what that did not know, as copy_struct_from_user and the checks of rights do."""

    def __init__(self, known, error=0):
        self.abi, self.error = known, error
        self.asked, self.rules, self.restricted = (), [], False

    def __call__(self, number, *arguments):
        if self.error:
            raise OSError(self.error, os.strerror(self.error))
        if number == CREATE and arguments[0] is None:
            assert arguments[1:] == (0, 1)
            return self.abi
        if number == CREATE:
            self.asked = struct.unpack(f"={arguments[1] // 8}Q", arguments[0])
            assert len(self.asked) <= sum(it is not None for it in KNOWN[self.abi])
            assert all(not asked & ~known for asked, known in zip(self.asked, KNOWN[self.abi], strict=False))
            return os.open("/", os.O_RDONLY)
        if number == ADD:
            rights, place = struct.unpack("=Qi", arguments[2].raw[:12])
            assert not rights & ~self.asked[0]
            self.rules.append((str(Path(f"/proc/self/fd/{place}").readlink()), rights))
            return 0
        assert number == RESTRICT
        self.restricted = True
        return 0


@pytest.mark.parametrize("known", KNOWN)
def test_all_that_a_kernel_knows_is_given_up(known, tmp_path):
    kernel = Kernel(known)

    assert restrict([(str(tmp_path), READ)], kernel) == known
    assert kernel.asked == tuple(it for it in KNOWN[known] if it is not None)
    assert kernel.rules == [(str(tmp_path), READ)]
    assert kernel.restricted


@pytest.mark.parametrize("known", KNOWN)
def test_what_is_kept_in_a_file_is_what_a_file_has(known, tmp_path):
    (tmp_path / "file").touch()
    kernel = Kernel(known)

    restrict([(str(tmp_path / "file"), WRITE), (str(tmp_path / "missing"), READ)], kernel)

    [(path, rights)] = kernel.rules
    assert path == str(tmp_path / "file")
    assert rights == (0b110 if known < 3 else 0b110 | 1 << 14)


@pytest.mark.parametrize("error", [errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM])
def test_a_kernel_without_it_is_an_error_that_says_what_to_do(error):
    kernel = Kernel(0, error)

    with pytest.raises(OSError, match=os.strerror(error)) as caught:
        restrict([], kernel)
    with pytest.raises(OSError, match=os.strerror(error)):
        abi(kernel)

    assert explain(caught.value) != os.strerror(error)
    assert not kernel.restricted
