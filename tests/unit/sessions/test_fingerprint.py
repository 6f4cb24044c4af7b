"""How a log changed is told from two small pieces of it."""

import os

import pytest

from dreamd.sessions.fingerprint import Change, change_of, fingerprint_of, stamp_of

OLD = b"".join(b'{"id": %d, "text": "a line of some length"}\n' % number for number in range(400))


def change(tmp_path, do, content=OLD):
    log = tmp_path / "s.jsonl"
    log.write_bytes(content)
    stamp = stamp_of(log)
    with log.open("rb") as file:
        before = fingerprint_of(file.fileno(), len(content))
    do(log)
    with log.open("rb") as file:
        return change_of(before, stamp, stamp_of(log), file.fileno())


def append(log):
    with log.open("ab") as file:
        file.write(b"more\n")


def replace(log):
    other = log.with_suffix(".other")
    other.write_bytes(b"another log\n" * 1000)
    other.replace(log)


def rotate(log):
    log.rename(log.with_suffix(".1"))
    log.write_bytes(b"new\n")


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        (lambda _log: None, Change.SAME),
        (append, Change.GROWN),
        (lambda log: os.truncate(log, 5000), Change.CUT),
        (lambda log: log.write_bytes(OLD[::-1]), Change.REWRITTEN),
        (lambda log: log.write_bytes(OLD[:-10] + b"0123456789" + OLD), Change.REWRITTEN),
        (lambda log: log.write_bytes(b"x" + OLD), Change.REWRITTEN),
        (replace, Change.REPLACED),
        (rotate, Change.REPLACED),
        (lambda log: log.write_bytes(b""), Change.REWRITTEN),
    ],
)
def test_what_happened_to_a_log_is_told(tmp_path, do, expected):
    assert change(tmp_path, do) is expected


def test_a_log_shorter_than_the_pieces_is_told_too(tmp_path):
    assert change(tmp_path, append, b"one\n") is Change.GROWN
    assert change(tmp_path, append, b"") is Change.GROWN


def test_a_file_that_is_not_there_has_no_stamp(tmp_path):
    assert stamp_of(tmp_path / "nothing") is None
