"""Lines of JSON into typed records, also where a line is not quite JSON.

The quick way is a typed decoder. What it refuses is read again slowly and leniently: a line may hold several records
one after the other, lone surrogates or bytes that are not UTF-8. What is undecodable even so is counted by its number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from ..lines import Line, Span
from .tally import Tally

T = TypeVar("T")

_SLOW = json.JSONDecoder()
_ANY = msgspec.json.Decoder()
_REFUSED = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


def decode_lines(lines: Iterable[Line], decoder: msgspec.json.Decoder[T], tally: Tally) -> Iterator[T]:
    """Given lines and a decoder of their records, return the records in order.

    Counts lines, records and damage in ``tally``; a last line without newline that cannot be decoded is ``torn``.
    """
    for line in lines:
        if line.too_long or line.data.strip():
            tally.lines += 1
            yield from _decode(line, decoder, tally)


def decode_span(span: Span, decoder: msgspec.json.Decoder[T], tally: Tally) -> Sequence[T]:
    """Given where a line lies and a decoder of its records, return them, as ``decode_lines`` does for a line."""
    if not span.too_long:
        try:
            record = decoder.decode(memoryview(span.data)[span.start : span.stop])
        except _REFUSED:
            return tuple(_decode_slowly(span.line(), decoder, tally))
        tally.records += 1
        return (record,)
    return tuple(_decode(span.line(), decoder, tally))


def _decode(line: Line, decoder: msgspec.json.Decoder[T], tally: Tally) -> Iterator[T]:
    if line.too_long:
        tally.damaged(line.number)
        return
    try:
        record = decoder.decode(line.data)
    except _REFUSED:
        yield from _decode_slowly(line, decoder, tally)
    else:
        tally.records += 1
        yield record


def decode_one(raw: msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    """Given a part of a record that was left undecoded and its decoder, return it; None where its shape is another."""
    return next(decode_lines([Line(1, bytes(raw), complete=True)], decoder, Tally()), None)


def decode_any(raw: msgspec.Raw | str) -> Any:
    """Given JSON, or what is not quite JSON, return its value; None where it has none."""
    try:
        return _ANY.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        text = raw if isinstance(raw, str) else bytes(raw).decode("utf-8", "replace")
    try:
        return _without_surrogates(json.loads(text))
    except (ValueError, RecursionError):
        return None


def _decode_slowly(line: Line, decoder: msgspec.json.Decoder[T], tally: Tally) -> Iterator[T]:
    # A file system that lost power can leave NULs where a line was being written.
    text = line.data.decode("utf-8", "replace").strip("\0 \t\r") or "\0"
    place = 0
    while place < len(text):
        try:
            value, place = _SLOW.raw_decode(text, place)
        except (ValueError, RecursionError):
            if not line.complete:
                tally.torn = True
            else:
                tally.damaged(line.number)
            return
        while place < len(text) and text[place].isspace():
            place += 1
        tally.records += 1
        try:
            # Encoded again: only the decoder of bytes knows how to keep a part of a record raw.
            record = decoder.decode(json.dumps(_without_surrogates(value)))
        except (msgspec.DecodeError, RecursionError):
            tally.skip("unexpected shape")
        else:
            yield record


def _without_surrogates(value: Any) -> Any:
    """Given decoded JSON, return it with each lone surrogate replaced: it stands for no character."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value
