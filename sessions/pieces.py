"""A file of any kind and size as text in pieces, with bounded memory. What gzip packed is read inside."""

from __future__ import annotations

import codecs
import errno
import os
import stat
import zlib
from collections.abc import Iterator
from io import BufferedReader
from itertools import chain
from pathlib import Path

from ..memory.folders import open_regular, opened

#: bytes read at a time
PIECE = 256 * 1024
#: content of a compressed file that is read, in bytes: it can claim to hold anything
_UNPACKED_LIMIT = 4 * 1024 * 1024 * 1024
#: how much is looked at to tell whether a file is binary, in bytes, as git does
_HEAD = 8000
_GZIP = b"\x1f\x8b"


class BinaryFileError(OSError):
    """A file that holds no text."""


def read_pieces(path: Path, *, follow: bool = True) -> Iterator[str]:
    """Given the path of a file, yield its text in pieces; what is no UTF-8 is replaced (UTF-16 says so by its mark).

    Without ``follow`` no part of the path may be a link, as in a store. Raises BinaryFileError where it holds no text,
    OSError where it cannot be read, is no file, or is cut or damaged.
    """
    with _open(path, follow=follow) as file:
        blocks = _blocks(file)
        first = next(blocks, b"")
        if first.startswith(_GZIP):
            blocks = _unpacked(path, chain([first], blocks))
            first = next(blocks, b"")
        encoding = "utf-16" if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        if encoding != "utf-16" and b"\0" in first[:_HEAD]:
            raise BinaryFileError(errno.EINVAL, "is binary", str(path))
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        for block in chain([first], blocks):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)


def _open(path: Path, *, follow: bool) -> BufferedReader:
    if not follow:
        with opened(path.parent) as folder:
            return os.fdopen(open_regular(folder, path.name), "rb")
    # Not blocking: a named pipe must not hold up the others.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is not a file", str(path))
    return os.fdopen(descriptor, "rb")


def _blocks(file: BufferedReader) -> Iterator[bytes]:
    """Return the file's bytes as it is now: one that grows has an end too."""
    left = os.fstat(file.fileno()).st_size
    while left > 0 and (block := file.read(min(PIECE, left))):
        left -= len(block)
        yield block


def _unpacked(path: Path, blocks: Iterator[bytes]) -> Iterator[bytes]:
    left = _UNPACKED_LIMIT
    unpack = zlib.decompressobj(wbits=31)
    try:
        for block in blocks:
            data = block
            while data:
                if unpack.eof:  # several packed files may follow each other
                    unpack = zlib.decompressobj(wbits=31)
                piece = unpack.decompress(data, PIECE)
                data = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
                left -= len(piece)
                if piece:
                    yield piece
                if left <= 0:
                    raise OSError(errno.EFBIG, "holds too much", str(path))
    except zlib.error as error:
        raise OSError(errno.EILSEQ, "is damaged", str(path)) from error
    if not unpack.eof:
        raise OSError(errno.EILSEQ, "is cut", str(path))
