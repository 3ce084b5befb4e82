"""How records look, and what they count as."""
from __future__ import annotations

import html
from collections.abc import Mapping

from . import _core
from ._core import Record

_FIRST = ("workload", "arch", "mapping", "mask", "time_s", "binding", "energy_J", "area_m2", "bound.time_s", "warnings")


def _text(record: Record, name: str) -> str:
    value = record[name]
    unit = _core.unit_of(name)
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{100 * value:.4g} %"
    return f"{value:.6g} {unit}".rstrip()


def _repr(record: Record) -> str:
    known = [f"{name}={_text(record, name)}" for name in _FIRST[:6] if name in record]
    return f"<Record of {len(record)} fields: {', '.join(known)}>"


def _repr_html(record: Record) -> str:
    def row(name: str) -> str:
        return f"<tr><td>{html.escape(name)}</td><td>{html.escape(_text(record, name))}</td></tr>"

    first = "".join(row(name) for name in _FIRST if name in record)
    rest = "".join(row(name) for name in record if name not in _FIRST)
    return (f"<table>{first}</table><details><summary>all {len(record)} fields</summary>"
            f"<table>{rest}</table></details>")


Record.__repr__ = _repr  # type: ignore[method-assign]
Record._repr_html_ = _repr_html  # type: ignore[attr-defined]
Mapping.register(Record)
