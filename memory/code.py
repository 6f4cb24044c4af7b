"""Which code made a thing: what derives from texts by rules holds only as long as nobody changes the rules."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def code_of(*places: str) -> str:
    """Given modules and folders of this package, by their paths in it, return what names their present code.

    Python and the stemmers count as well. Empty where it cannot be told.
    """
    root, stemmer, compiled = Path(__file__).parents[1], find_spec("snowballstemmer"), find_spec("Stemmer")
    digest = hashlib.sha256(sys.version.encode())
    paths = [root / place for place in places] + [Path(str(stemmer and stemmer.origin)).parent / "english_stemmer.py"]
    paths += [Path(compiled.origin)] if compiled and compiled.origin else []
    try:
        for path in paths:
            for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
                digest.update(file.read_bytes() + b"\0")
    except OSError:
        return ""
    return digest.hexdigest()
