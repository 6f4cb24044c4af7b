"""What an error of a link or a rename means, by what is seen afterwards."""

import errno
import os
from itertools import chain, repeat
from pathlib import Path

import pytest

from dreamd.errors import UnknownOutcomeError
from dreamd.memory.outcome import Seen, was_done

PATH = Path("/store/.dreamd/ledger/000042.jsonl")


def seen(*found):
    sight = chain(found, repeat(found[-1]))
    return lambda: next(sight)


def error(number):
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOENT, errno.ETIMEDOUT, errno.EEXIST, errno.ENOSPC])
def test_our_bytes_mean_that_it_was_done_whatever_was_answered(number):
    assert was_done(PATH, error(number), seen(Seen.OURS), removed=True, exclusive=True)


def test_a_name_that_cannot_be_read_is_read_again():
    assert was_done(PATH, error(errno.EIO), seen(Seen.UNREADABLE, Seen.NOTHING, Seen.OURS), exclusive=True)


def test_another_ones_bytes_mean_that_the_race_is_lost():
    for number in (errno.EIO, errno.EEXIST, errno.ESTALE):
        assert not was_done(PATH, error(number), seen(Seen.UNREADABLE, Seen.OTHER), removed=True, exclusive=True)
    assert not was_done(PATH, error(errno.EEXIST), seen(Seen.NOTHING), removed=True, exclusive=True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EPERM, errno.EMLINK])
def test_what_was_refused_was_not_done(number):
    with pytest.raises(OSError, match=os.strerror(number)):
        was_done(PATH, error(number), seen(Seen.NOTHING), exclusive=True)


def test_a_rename_that_left_its_source_there_has_not_happened():
    with pytest.raises(OSError, match="Input/output error"):
        was_done(PATH, error(errno.EIO), seen(Seen.OTHER), removed=True)


def test_a_link_that_cannot_be_made_later_has_not_happened():
    with pytest.raises(OSError, match="Input/output error"):
        was_done(PATH, error(errno.EIO), seen(Seen.NOTHING), removed=True, exclusive=True)


@pytest.mark.parametrize("found", [Seen.NOTHING, Seen.UNREADABLE])
def test_where_it_cannot_be_told_that_is_said_with_what_to_do(found):
    with pytest.raises(UnknownOutcomeError, match=r"cannot tell whether .*000042\.jsonl.*Input/output") as caught:
        was_done(PATH, error(errno.EIO), seen(found), exclusive=True)
    assert "dreamd log" in caught.value.hint


def test_a_rename_whose_source_is_gone_may_have_been_done():
    with pytest.raises(UnknownOutcomeError):
        was_done(PATH, error(errno.ENOENT), seen(Seen.OTHER))
