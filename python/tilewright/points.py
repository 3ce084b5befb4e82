"""One point: a workload on an architecture under a mapping."""
from __future__ import annotations

import os
from collections.abc import Mapping as _Mapping
from typing import Union

from . import _core
from ._core import Record
from .inputs import Arch, FoundMapping, Mapping, Source, Workload, _given, arch as _arch, mapping as _mapping, \
    workload as _workload
from .keywords import Extents, given
from .masks import Mask, _mask_keyword

Settings = _Mapping[str, float]
AnyMask = Union[str, Mask]


class Point:
    """A point with everything read: asking it again costs an estimate and a few microseconds.

    Made by `point()`. It may be asked from several threads; estimates run without Python's global lock.
    """

    def __init__(self, core: _core.Point) -> None:
        self._core = core
        self.evaluate = core.evaluate  # straight to the core: a method of Python's own takes as long as some estimates

    @property
    def warnings(self) -> list[str]:
        """Of what was given and has no effect."""
        return self._core.warnings

    def simulate(self, *, exact: bool = False, schedule: str | None = None, until: float | None = None,
                 trace: str | os.PathLike[str] | None = None, trace_multiprocessors: int | None = None) -> Record:
        """The record of the cycle simulation; see `tilewright.simulate`."""
        return self._core._simulate(exact, schedule, until, None if trace is None else os.fspath(trace),
                                    trace_multiprocessors)


def point(workload: Source | Workload, arch: Source | Arch, mapping: Source | Mapping | FoundMapping, *,
          set: Settings | None = None, mask: AnyMask | None = None, selection: str | None = None,
          requests: str | None = None, arch_set: Settings | None = None, q_tile: Extents | None = None,
          kv_tile: Extents | None = None, calibration: str | None = None, call: str | None = None) -> Point:
    """A point, read and checked, to be evaluated or simulated any number of times.

    workload, arch, mapping: names below configs/, paths, YAML text, dicts, or what `workload()`, `arch()`, `mapping()`
        and `map()` return.
    set: shapes of the workload, as in ``{"S": 4096}``.
    mask: text such as ``"sliding,left=4095"``, or a `Mask`; in place of the workload's.
    selection, requests: as the options of the command line.
    arch_set: parameters of the architecture, as in ``{"N": 128}``.
    q_tile, kv_tile: of a kernel: queries and keys per tile, as in 128 or (16, 8).
    calibration, call: of a kernel: fitted parameters, and what a framework runs around it.

    Raises InputError for what is wrong in the inputs, InfeasibleError for what does not fit the machine.
    """
    keywords = given(set=set, mask=_mask_keyword(mask), selection=selection, requests=requests, arch_set=arch_set,
                     q_tile=q_tile, kv_tile=kv_tile, calibration=calibration, call=call)
    return Point(_core.prepare(_given(workload, _workload), _given(arch, _arch), _given(mapping, _mapping), keywords))


def evaluate(workload: Source | Workload, arch: Source | Arch, mapping: Source | Mapping | FoundMapping, *,
             set: Settings | None = None, mask: AnyMask | None = None, selection: str | None = None,
             requests: str | None = None, arch_set: Settings | None = None, q_tile: Extents | None = None,
             kv_tile: Extents | None = None, calibration: str | None = None, call: str | None = None) -> Record:
    """The estimate in closed form, as ``tilewright evaluate``. Arguments are those of `point()`."""
    return point(workload, arch, mapping, set=set, mask=mask, selection=selection, requests=requests,
                 arch_set=arch_set, q_tile=q_tile, kv_tile=kv_tile, calibration=calibration, call=call).evaluate()


def simulate(workload: Source | Workload, arch: Source | Arch, mapping: Source | Mapping | FoundMapping, *,
             set: Settings | None = None, mask: AnyMask | None = None, selection: str | None = None,
             requests: str | None = None, arch_set: Settings | None = None, q_tile: Extents | None = None,
             kv_tile: Extents | None = None, calibration: str | None = None, call: str | None = None,
             exact: bool = False, schedule: str | None = None, until: float | None = None,
             trace: str | os.PathLike[str] | None = None, trace_multiprocessors: int | None = None) -> Record:
    """The cycle simulation, as ``tilewright simulate``. Arguments are those of `point()`, and:

    exact: every visit, or every tile of a nest, even where they repeat themselves.
    schedule: of a nest: "given", "sequential" or "auto".
    until: of a nest: ends after so many simulated seconds.
    trace: a file for ui.perfetto.dev or chrome://tracing; trace_multiprocessors: the first so many in it.
    """
    return point(workload, arch, mapping, set=set, mask=mask, selection=selection, requests=requests,
                 arch_set=arch_set, q_tile=q_tile, kv_tile=kv_tile, calibration=calibration, call=call).simulate(
                     exact=exact, schedule=schedule, until=until, trace=trace,
                     trace_multiprocessors=trace_multiprocessors)
