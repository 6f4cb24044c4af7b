"""Redaction on the way out: what an older release stored is judged by the rules of this one (invariant 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from ..language.redact import redact

Value = TypeVar("Value")


def redacted(value: Value) -> Value:
    """Given a struct or dataclass of plain data, return it with every string redacted once more."""
    plain = msgspec.to_builtins(value, enc_hook=_mapping)
    outcome = _walk(plain)
    return value if outcome == plain else msgspec.convert(outcome, type(value))


def _mapping(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no plain data")


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value).text
    if isinstance(value, list | tuple):
        return [_walk(item) for item in value]
    if isinstance(value, dict):
        return {key: _walk(item) for key, item in value.items()}
    return value
