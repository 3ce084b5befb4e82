"""The search for mappings."""
from __future__ import annotations

import os
import warnings as _warnings
from collections.abc import Iterator, Sequence
from typing import Union, overload

from . import _core
from ._core import FoundMapping, Record
from .inputs import Arch, Source, Workload, _given, arch as _arch, workload as _workload
from .keywords import given
from .masks import _mask_keyword
from .points import AnyMask, Settings


class MapResult(Sequence[FoundMapping]):
    """The mappings that a search found, best first: one, or a Pareto set of several objectives."""

    def __init__(self, core: _core.Search) -> None:
        self._found: list[FoundMapping] = core.found
        self.ended: bool = core.ended
        """Whether it is proven that no mapping of the space is better."""
        self.gap: float | None = core.gap
        """How many times the least possible the first mapping takes at most; None for several objectives."""
        self.warnings: list[str] = core.warnings

    @property
    def best(self) -> FoundMapping:
        return self._found[0]

    @property
    def records(self) -> list[Record]:
        return [found.record for found in self._found]

    @overload
    def __getitem__(self, index: int) -> FoundMapping: ...
    @overload
    def __getitem__(self, index: slice) -> list[FoundMapping]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[FoundMapping, list[FoundMapping]]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[FoundMapping]:
        return iter(self._found)

    def __repr__(self) -> str:
        proof = "proven" if self.ended else "not proven" if self.gap is None else f"at most {self.gap:.3g} x the least"
        return f"<{len(self)} mapping{'s' if len(self) > 1 else ''}, {proof}>"


def _names(value: str | Sequence[str] | None) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def map(workload: Source | Workload, arch: Source | Arch, space: str | os.PathLike[str] | None = None, *,
        set: Settings | None = None, mask: AnyMask | None = None, selection: str | None = None,
        arch_set: Settings | None = None, cascade: str | Sequence[str] | None = None,
        kernel: str | Sequence[str] | None = None, pad: bool = False, objective: str | None = None,
        time_limit: float | None = None, memory_limit: float | None = None, jobs: int = 0) -> MapResult:
    """The best mappings of a workload on an architecture, as ``tilewright map``.

    space: a mapspace file, which says what mappings must be like. cascade, kernel: names of those to compare.
    objective: "time", "energy", "edp", "traffic", "buffer", or several with commas between; edp where left out, time of
        kernels.
    time_limit: seconds; memory_limit: bytes of the whole process; then it ends with the best so far. jobs: threads; 0: all.
    Raises InfeasibleError where nothing fits, or nothing is found in time. Ctrl-C ends it with KeyboardInterrupt.
    """
    keywords = given(set=set, mask=_mask_keyword(mask), selection=selection, arch_set=arch_set)
    result = MapResult(_core.search(_given(workload, _workload), _given(arch, _arch), keywords, objective or "",
                                    "" if space is None else os.fspath(space), _names(cascade), _names(kernel), pad,
                                    time_limit, memory_limit, jobs))
    for warning in result.warnings:
        _warnings.warn(warning, stacklevel=2)
    return result
