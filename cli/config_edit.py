"""Add a store to a configuration file without touching anything else in it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Any

import yaml

_STORES = re.compile(r"^stores:[ \t]*(?:#.*)?$", re.MULTILINE)
_INDENT = re.compile(r"^( +)\S", re.MULTILINE)


def add_store(text: str, name: str, values: dict[str, Any]) -> str | None:
    """Given a configuration's text, return it with one store more; None where it is written so that this is not safe.

    Lines are only added, so comments and order stay. The outcome is read again: it must say what the old text said
    and the new store, nothing else.
    """
    before = yaml.safe_load(text) or {}
    stores = before.get("stores") or {}
    heading = _STORES.search(text)
    if heading and text[heading.end() :].strip():
        rest = text[heading.end() :]
        following = next((line for line in rest.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
        indent = _INDENT.match(following)
        block = _block({name: values}, len(indent[1]) if indent and stores else 2)
        after = text[: heading.end()] + "\n" + block.rstrip("\n") + rest
    elif heading:
        after = text[: heading.end()] + "\n" + _block({name: values}, 2)
    elif "stores" not in before:
        after = text + ("" if not text or text.endswith("\n") else "\n") + "stores:\n" + _block({name: values}, 2)
    else:
        return None
    try:
        outcome = yaml.safe_load(after)
    except yaml.YAMLError:
        return None
    return after if outcome == {**before, "stores": {**stores, name: values}} else None


def write_config(path: Path, text: str) -> None:
    """Given a path and the whole text of a configuration, put it there in one step, readable to the user alone."""
    from ..memory.atomic import sync_folder

    path = path.resolve()  # a configuration kept elsewhere and linked to stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _block(stores: dict[str, Any], indent: int) -> str:
    text: str = yaml.safe_dump(stores, sort_keys=False, allow_unicode=True, width=1000)
    return "".join(f"{' ' * indent}{line}\n" for line in text.splitlines())
