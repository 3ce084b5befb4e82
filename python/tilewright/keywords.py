"""Keyword arguments as the core takes them: what is None is left out, extents are text."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

Extents = Union[int, str, "Sequence[int]"]
"""Tokens per dimension: 4096, (30, 48, 80) or "30x48x80"."""


def extents(value: Extents) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return "x".join(str(each) for each in value)
    return str(value)


EXTENTS = ("layout", "queries", "q_tile", "kv_tile")


def given(**keywords: Any) -> dict[str, Any]:
    """Those that are given."""
    return {name: extents(value) if name in EXTENTS else value
            for name, value in keywords.items() if value is not None and value != "" and value != {}}
