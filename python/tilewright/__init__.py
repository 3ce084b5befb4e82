"""Hardware simulator and design-space explorer for attention.

Names are those of the command line: what ``tilewright list archs`` lists is ``tilewright.names("archs")``, what ``--q-tile``
gives is ``q_tile=``. Quantities are in SI units without prefixes, as the names of fields say (``time_s``, ``energy_J``).
docs/use-from-python.md shows all of it at work.
"""
from pathlib import Path as _Path

from . import _core

_share = _Path(__file__).resolve().parent / "share"
if (_share / "configs").is_dir():
    _core.set_home(_share)

from ._core import (  # noqa: E402
    FoundMapping,
    InfeasibleError,
    InputError,
    MissingError,
    Record,
    StoredStudy,
    fields,
    names,
    studies,
)
from .bounds import Bound, bound  # noqa: E402
from .frames import frame  # noqa: E402
from .inputs import Arch, Cascade, Mapping, Workload, arch, cascade, mapping, workload  # noqa: E402
from .masks import Mask, census, from_predicate, mask  # noqa: E402
from . import records as _records  # noqa: E402, F401
from .points import Point, evaluate, point, simulate  # noqa: E402
from .search import MapResult, map  # noqa: E402
from .stores import read_records, read_store, write_store  # noqa: E402
from .sweeps import SweepCount, sweep  # noqa: E402

for _error in (InfeasibleError, InputError, MissingError):
    _error.__module__ = "tilewright"  # as who catches it names it

__version__: str = _core.version()
__commit__: str = _core.commit()

__all__ = [
    "Arch", "Bound", "Cascade", "FoundMapping", "InfeasibleError", "InputError", "MapResult", "Mapping", "Mask",
    "MissingError", "Point", "Record", "StoredStudy", "SweepCount", "Workload", "arch", "bound", "cascade", "census",
    "evaluate", "fields", "frame", "from_predicate", "map", "mapping", "mask", "names", "point", "read_records",
    "read_store", "simulate", "studies", "sweep", "workload", "write_store",
]
