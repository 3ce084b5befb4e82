"""Sweeps: the points of a study into a store, on this machine or on those of Dask."""
from __future__ import annotations

import functools
import os
import uuid
import warnings as _warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _core
from .inputs import Source, _text_of
from .stores import Path

if TYPE_CHECKING:
    from distributed import Client

_BATCHES_PER_WORKER = 4  # at least, where there are points enough: the slowest is waited for
_Results = list[tuple[int, str, _core.Record, str]]


class SweepCount(NamedTuple):
    """What a sweep did."""

    points: int
    """Of the study."""
    computed: int
    """Results that were not in the store yet."""


def sweep(study: Source, store: Path, client: "Client | None" = None, *, jobs: int = 0, batch: int = 64) -> SweepCount:
    """Computes what the store lacks of a study, as ``tilewright sweep``; `read_store` reads it.

    study: a name below configs/studies, a path, YAML text, or a dict.
    store: a file, or a folder for `results.sqlite`. What is computed is in it after a kill at any moment.
    client: of Dask distributed; its workers, which have this module installed, compute batches of points. One that is
        lost loses its batches, which others compute. The store is that of a sweep on one machine.
    jobs: threads on this machine; 0: all cores. batch: points of a task, at most.
    Points that are wrong are results that say so. Ctrl-C raises KeyboardInterrupt; the same call goes on from there.
    """
    if jobs < 0:
        raise _core.InputError("jobs: expected 0 or more")
    if batch < 1:
        raise _core.InputError("batch: expected 1 or more")
    text = _text_of(study)
    source = (text, "<study>") if text is not None else _core.read_study(os.fspath(study))  # type: ignore[arg-type]
    computed = 0 if client is None else _sweep_elsewhere(source, store, client, jobs, batch)
    points, rest = _core.sweep(*source, os.fspath(store), jobs)
    return SweepCount(points, computed + rest)


@functools.lru_cache(maxsize=2)
def _plan(text: str, file: str, sweep: str) -> _core.StudyPlan:
    """Of a worker, for all batches of one sweep: files may have changed by the next."""
    return _core.study_plan(text, file, 1)


def _compute(source: tuple[str, str], identity: str, points: list[int], contents: dict[int, list[str]],
             mappings: str) -> _Results:
    return _plan(*source, identity).compute(points, contents, mappings)


def _sweep_elsewhere(source: tuple[str, str], store: Path, client: "Client", jobs: int, batch: int) -> int:
    """How many results came, or were computed to learn which files points read."""
    plan = _core.study_plan(*source, jobs)
    pending = plan.pending(os.fspath(store), jobs)
    threads = max(1, sum(client.nthreads().values()))
    size = max(1, min(batch, len(pending) // (_BATCHES_PER_WORKER * threads)))
    batches = [pending[at:at + size] for at in range(0, len(pending), size)]
    identity = uuid.uuid4().hex
    futures = [client.submit(_compute, source, identity, points, plan.contents_of(points), plan.mappings, pure=False)
               for points in batches]
    try:
        taken, failure = _take(plan, futures)
    finally:
        client.cancel(futures)
    if taken < len(pending):
        why = failure or "the workers have another version, or read other files"
        _warnings.warn(f"{len(pending) - taken} of {len(pending)} points are left to this machine: {why}", stacklevel=3)
    return plan.computed


def _take(plan: _core.StudyPlan, futures: list[Any]) -> tuple[int, "BaseException | None"]:
    """Puts what comes into the store; how much, and an error of a batch that did not."""
    from distributed import as_completed

    taken, failure = 0, None
    for future in as_completed(futures):
        # Not its status: a batch that had ended is pending again where its worker was lost with the result.
        error = future.exception()
        if error is None:
            taken += _put(plan, future.result())
        else:
            failure = error
        future.release()
    return taken, failure


def _put(plan: _core.StudyPlan, results: _Results) -> int:
    return plan.put(results)
