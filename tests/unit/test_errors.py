import errno
import os

import pytest

from dreamd.errors import MountError, UnreachableError, UnreadableError


def error(number):
    return OSError(number, os.strerror(number), "/mnt/team/x")


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "make room"),
        (errno.EROFS, "mounted read-only"),
        (errno.EACCES, "ask whoever owns it"),
        (errno.EMLINK, "support hard links"),
    ],
)
def test_what_helps_against_an_error_of_writing_is_that_errors_own(number, advice):
    found = MountError.at("/mnt/team", error(number))
    assert (found.subject, found.detail, found.exit_code) == ("/mnt/team", os.strerror(number), 13)
    assert advice in found.hint


def test_a_file_system_that_is_gone_is_unreachable():
    assert isinstance(MountError.at("/mnt/team", error(errno.ESTALE)), UnreachableError)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EACCES, "give the right"),
        (errno.EMFILE, "close some of it"),
        (errno.EOVERFLOW, "is mounted"),
        (errno.EIO, "is mounted"),
        (errno.ESTALE, "is mounted"),
    ],
)
def test_what_helps_against_an_error_of_reading_is_that_errors_own(number, advice):
    found = UnreadableError.of("/mnt/team/x", error(number))
    assert (found.subject, found.detail, found.exit_code) == ("/mnt/team/x", os.strerror(number), 13)
    assert advice in found.hint
