"""A file of any kind is read as text, piece by piece."""

import gzip
import os

import pytest

from dreamd.sessions.pieces import PIECE, BinaryFileError, read_pieces


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"

    def write(data):
        path.write_bytes(data)
        return path

    return write


def test_pieces_are_the_text_and_never_longer_than_a_piece(file):
    text = "größer als ein Stück\n" * (PIECE // 8)
    read = list(read_pieces(file(text.encode())))
    assert "".join(read) == text
    assert max(map(len, read)) <= PIECE


def test_what_gzip_packed_is_read_inside_whatever_its_name_and_however_often(file):
    packed = gzip.compress(b"one\n", mtime=0) + gzip.compress(b"two\n" * PIECE)
    assert "".join(read_pieces(file(packed))) == "one\n" + "two\n" * PIECE


def test_a_packed_file_that_claims_to_hold_much_comes_in_pieces(file):
    reading = read_pieces(file(gzip.compress(b" " * (50 * PIECE))))
    assert max(map(len, reading)) <= PIECE


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:30] + b"\0" * 9 + data[39:]])
def test_a_packed_file_that_is_cut_or_damaged_is_an_error(file, damage):
    content = os.urandom(500).hex().encode()
    with pytest.raises(OSError, match=r"is (cut|damaged)"):
        list(read_pieces(file(damage(gzip.compress(content, mtime=0)))))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        ("\N{BYTE ORDER MARK}täglich".encode(), "täglich"),
        ("täglich".encode("utf-16"), "täglich"),
        (b"t\xe4glich", "t\N{REPLACEMENT CHARACTER}glich"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_says(file, data, text):
    assert "".join(read_pieces(file(data))) == text


@pytest.mark.parametrize("data", [b"PNG\0\0", gzip.compress(b"PNG\0\0", mtime=0)])
def test_a_binary_file_is_told_from_text(file, data):
    with pytest.raises(BinaryFileError):
        list(read_pieces(file(data)))


def test_a_pipe_is_no_file_and_holds_up_nothing(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is not a file"):
        list(read_pieces(tmp_path / "pipe"))
