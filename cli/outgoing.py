"""Redaction on the way out: what an older release stored is judged by the rules of this one (invariant 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from ..language.redact import redact_all

Value = TypeVar("Value")


def redacted(value: Value) -> Value:
    """Given a struct or dataclass of plain data, return it with every string redacted once more."""
    return redacted_all([value])[0]


def redacted_all(values: Sequence[Value]) -> list[Value]:
    """Given several, return each as ``redacted`` does, in much less time."""
    plain = [msgspec.to_builtins(value, enc_hook=_mapping) for value in values]
    said = list(dict.fromkeys(_strings(plain)))
    clean = {text: it.text for text, it in zip(said, redact_all(said), strict=True) if it.text != text}
    if not clean:
        return list(values)
    outcomes = [_walk(it, clean) for it in plain]
    return [
        value if outcome == it else msgspec.convert(outcome, type(value))
        for value, it, outcome in zip(values, plain, outcomes, strict=True)
    ]


def _mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no plain data")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))


def _walk(value: Any, clean: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return clean.get(value, value)
    if isinstance(value, list | tuple):
        return [_walk(item, clean) for item in value]
    if isinstance(value, dict):
        return {key: _walk(item, clean) for key, item in value.items()}
    return value
