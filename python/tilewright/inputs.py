"""Cascades, architectures, workloads and mappings: by name, from files, from YAML text, from dicts."""
from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping as _Mapping
from typing import Any, Union

from ._core import Arch, Cascade, FoundMapping, Mapping, Workload

Source = Union[str, "os.PathLike[str]", "_Mapping[str, Any]"]
"""A name below configs/, a path, YAML text (several lines), or a dict as the YAML would be read."""


def _text_of(source: Any) -> str | None:
    """The YAML of a source in memory, or None for a name or a path."""
    if isinstance(source, _Mapping):
        return json.dumps(source, indent=1, ensure_ascii=False, default=str)  # JSON is YAML
    if isinstance(source, str) and "\n" in source:
        return source
    return None


def _read(kind: Any, source: Any, what: str, name: str | None, *more: Any) -> Any:
    if isinstance(source, kind):
        return source
    text = _text_of(source)
    if text is not None:
        return kind.of_text(text, name or f"<{what}>", *more)
    return kind.of_file(os.fspath(source), *more)


def cascade(source: Source | Cascade, *, name: str | None = None) -> Cascade:
    """A cascade of Einsums; `name` stands for a file in messages where it is of none."""
    return _read(Cascade, source, "cascade", name)


def arch(source: Source | Arch, *, name: str | None = None) -> Arch:
    """An architecture; see docs/architectures.md for what its YAML says."""
    return _read(Arch, source, "arch", name)


def workload(source: Source | Workload, *, name: str | None = None,
             cascades: Iterable[Source | Cascade] = ()) -> Workload:
    """A workload, with the cascades that it names and that are no files."""
    return _read(Workload, source, "workload", name, [cascade(each) for each in cascades])


def mapping(source: Source | Mapping | FoundMapping, *, name: str | None = None) -> Mapping:
    """A mapping: a nest of loops or a kernel; also what `map` found."""
    if isinstance(source, FoundMapping):
        return Mapping.of_text(source.text, name or "<found mapping>")
    return _read(Mapping, source, "mapping", name)


def _given(source: Any, read: Any) -> Any:
    """What the functions of the core take: a name or a path as text, or an input in memory."""
    if _text_of(source) is not None or isinstance(source, FoundMapping):
        return read(source)
    return source if isinstance(source, (Arch, Cascade, Mapping, Workload)) else os.fspath(source)
