"""Results as frames of pandas."""
from __future__ import annotations

from collections.abc import Iterable, Mapping as _Mapping
from typing import TYPE_CHECKING, Any, Union

from ._core import MissingError, Record

if TYPE_CHECKING:
    import pandas


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise MissingError("frames: needs pandas") from None
    return pandas


def frame(records: Iterable[Union[Record, _Mapping[str, Any]]]) -> "pandas.DataFrame":
    """A row per record, a column per field, in order of first appearance; NaN where a record has no such field."""
    pandas = _pandas()
    return pandas.DataFrame([each.to_dict() if isinstance(each, Record) else dict(each) for each in records])
