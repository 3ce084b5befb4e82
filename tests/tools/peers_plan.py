"""Rows of plans for the tests of tools/peers/."""
import sys

from tree import TOOLS

sys.path.insert(0, str(TOOLS))
from peers.plan import COLUMNS, read_point  # noqa: E402

ROW = {"point": "g/p", "group": "g", "operation": "attention", "kernel": "torch-flex", "dtype": "bf16",
       "batch": "2", "heads": "4", "kv_heads": "2", "head_dim": "32", "queries": "64", "keys": "64",
       "mask": "causal", "blocks": "", "q_tile": "", "kv_tile": "", "permuted": "0", "splits": "0", "cache": "warm",
       "warm_up": "1", "repetitions": "3", "seed": "7"}


def cells_with(**cells):
    return [{**ROW, **cells}[column] for column in COLUMNS]


def point_with(**cells):
    return read_point(cells_with(**cells), "plan.csv:2")
