"""dreamd: what a team of coding agents learned, kept small, true and at hand.

The flow, as the folders show it: sessions → gates → phases → memory → recall.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .memory.records import Evidence as Evidence
    from .memory.records import Memory as MemoryRecord
    from .recall.api import Memory as Memory

__version__ = "0.1.0"

# Lazy: an eager import here would be paid by every hook, and breaks test collection in a clone whose
# folder is not called dreamd.
_PUBLIC = {
    "Memory": ("recall.api", "Memory"),
    "MemoryRecord": ("memory.records", "Memory"),
    "Evidence": ("memory.records", "Evidence"),
}

__all__ = ["Evidence", "Memory", "MemoryRecord", "__version__"]


def __getattr__(name: str) -> Any:
    """Given the name of a public object, import it on first use."""
    try:
        module, attribute = _PUBLIC[name]
    except KeyError:
        raise AttributeError(f"module 'dreamd' has no attribute {name!r}") from None
    return getattr(import_module(f"{__name__}.{module}"), attribute)
