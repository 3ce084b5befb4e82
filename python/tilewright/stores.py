"""Stores of results: SQLite files that sweeps, and programs, write."""
from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Union

from . import _core
from ._core import Record
from .frames import frame

if TYPE_CHECKING:
    import pandas

Path = Union[str, "os.PathLike[str]"]


def read_records(path: Path, study: str | None = None) -> list[Record]:
    """The records of a study of a store, in the order of its points; `study` may be left out where there is one.

    path: the file, or a folder with `results.sqlite`. Points that are not computed are passed over.
    """
    return _core.records_of(os.fspath(path), study or "")


def read_store(path: Path, study: str | None = None) -> "pandas.DataFrame":
    """The same as a frame of pandas: a row per point, a column per field."""
    return frame(read_records(path, study))


def write_store(path: Path, study: str, records: Iterable[Record], *, series: str = "python") -> None:
    """Keeps records as a study of a store, in place of the points that this study has there; other studies stay.

    What is written is there after a kill at any moment. Each record is stored once, by its content.
    """
    _core.keep(os.fspath(path), study, series, list(records))
