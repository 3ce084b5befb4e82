"""The ladder of speedup bounds."""
from __future__ import annotations

import html as _html
import json
import warnings as _warnings
from typing import Any

from . import _core
from ._core import InputError, Mask
from .inputs import Arch, Source, Workload, _given, arch as _arch, workload as _workload
from .keywords import Extents, given
from .masks import mask as _mask
from .points import AnyMask, Settings


class Bound(dict[str, Any]):
    """The ladder as ``tilewright bound --format json`` has it, rung by rung; times in seconds."""

    @property
    def speedup(self) -> float:
        """At most, by the last rung."""
        return self["rungs"][-1]["speedup"]

    def __repr__(self) -> str:
        return "\n".join(f"{line['rung']:<12} {line['at most']:<12} {line['why']}" for line in self["explained"])

    def _repr_html_(self) -> str:
        rows = "".join("<tr>" + "".join(f"<td>{_html.escape(str(line[name]))}</td>" for name in ("rung", "at most", "why"))
                       + "</tr>" for line in self["explained"])
        return (f"<p>speedup over {_html.escape(self['baseline_text'])}</p>"
                f"<table><tr><th>rung</th><th>at most</th><th>why</th></tr>{rows}</table>")


def bound(workload: Source | Workload | None = None, *, arch: Source | Arch | None = None,
          arch_set: Settings | None = None, set: Settings | None = None, mask: AnyMask | None = None,
          layout: Extents | None = None, queries: Extents | None = None, requests: str | None = None,
          heads: int | None = None, kv_heads: int | None = None, batch: int | None = None, head_dim: int | None = None,
          value_dim: int | None = None, values_in_keys: bool | None = None, dtype: str | None = None,
          kv_dtype: str | None = None, selection: str | None = None, q_tile: Extents | None = None,
          kv_tile: Extents | None = None, kv_tiling: str | None = None, gather: int | None = None,
          tiling: str | None = None, baseline: str = "dense", measured: str | float | None = None) -> Bound:
    """How much faster attention under a mask can be at most, as ``tilewright bound``.

    Either a workload, whose shapes `set` changes and in place of whose mask `mask` stands; or mask and layout (tokens per
    dimension), and what else the problem has: heads, kv_heads, batch, head_dim and value_dim (elements of a row), dtype.
    arch: a machine, which adds rungs with times. q_tile, kv_tile: tokens of a tile per dimension.
    baseline: what speedups are over: a mask, a kernel, "MASK by KERNEL", or a time as "2.5ms".
    measured: a speedup over it (5.3) or a time ("300us"): whether it is possible, and what explains the gap.
    """
    stated = given(layout=layout, queries=queries, requests=requests, heads=heads, kv_heads=kv_heads, batch=batch,
                   head_dim=head_dim, value_dim=value_dim, values_in_keys=values_in_keys, dtype=dtype, kv_dtype=kv_dtype)
    machine = (None if arch is None else _given(arch, _arch), dict(arch_set or {}),
               given(q_tile=q_tile, kv_tile=kv_tile, kv_tiling=kv_tiling, gather=gather, tiling=tiling), baseline,
               "" if measured is None else str(measured))
    if workload is not None:
        for name in stated:
            if name != "requests":
                raise InputError(f"{name}: the workload gives it; set= changes its shapes")
        keywords = given(set=set, mask=mask if mask is None or isinstance(mask, str) else _mask(mask),
                         requests=requests, selection=selection)
        text = _core.bound_of_workload(_given(workload, _workload), keywords, *machine)
    else:
        if mask is None:
            raise InputError("bound: expected a workload, or mask and layout or requests in its place")
        if set:
            raise InputError("set: sets shapes of a workload; with a mask alone, give layout")
        spec = _mask(mask)
        if "requests" in stated:
            for name in ("layout", "queries", "batch"):
                if name in stated:
                    raise InputError(f"{name}: requests gives it for each request; leave it out")
        text = _core.bound_of_problem(spec, stated, selection or "", *machine)
    result = Bound(json.loads(text))
    for warning in result.pop("warnings"):
        _warnings.warn(warning, stacklevel=2)
    return result
