"""Plans: CSV, one row per measured point. `tilewright measure SUITE --plan FILE` writes them."""
import csv
import math
from dataclasses import dataclass

from .layout import parse_shape
from .masks import Blocks, Mask, parse_blocks, parse_mask

csv.field_size_limit(1 << 30)  # the blocks of many tokens are more than the default of 131072 characters

COLUMNS = ("point", "group", "operation", "kernel", "dtype", "batch", "heads", "kv_heads", "head_dim", "queries",
           "keys", "mask", "blocks", "q_tile", "kv_tile", "permuted", "splits", "cache", "warm_up", "repetitions",
           "seed")
KERNELS = ("torch-cudnn", "torch-flash", "torch-flex")


class InputError(Exception):
    """A plan or results file that cannot be taken; the text names the file, the line and the column."""


@dataclass(frozen=True)
class Point:
    cells: tuple  # the row as it was read: results repeat it, and resuming goes by it
    point: str
    operation: str
    kernel: str
    dtype: str
    batch: int
    heads: int
    kv_heads: int
    head_dim: int
    queries: tuple
    keys: tuple
    mask: Mask
    blocks: Blocks | None
    q_tile: tuple  # empty where the plan gives none
    kv_tile: tuple
    permuted: bool
    cache: str
    warm_up: int
    repetitions: int
    seed: int


def whole(text, least):
    if not text.isdecimal() or int(text) < least:
        raise ValueError(f"'{text}' is no whole number of at least {least}")
    return int(text)


def one_of(text, words):
    if text not in words:
        raise ValueError(f"'{text}' is none of {', '.join(words)}")
    return text


def tile(text, layout):
    shape = parse_shape(text) if text else ()
    if shape and len(shape) != len(layout):
        raise ValueError(f"'{text}' has not as many axes as the layout {'x'.join(map(str, layout))}")
    return shape


class Row:
    """The cells of one row by column, with messages that name file, line and column."""

    def __init__(self, cells, place):
        self.cells = dict(zip(COLUMNS, cells))
        self.place = place

    def read(self, column, parse, *more):
        try:
            return parse(self.cells[column], *more)
        except ValueError as error:
            raise InputError(f"{self.place}: {column}: {error}") from None

    def require(self, column, right, message):
        if not right:
            raise InputError(f"{self.place}: {column}: {message}")


def check_blocks(row, blocks, q_tile, kv_tile):
    for name, block, layout in (("q_tile", blocks.q_block, q_tile), ("kv_tile", blocks.kv_block, kv_tile)):
        size = math.prod(layout)
        row.require("blocks", not layout or size == block,
                    f"blocks of {block} tokens are not the {name} of {size}")


def read_point(cells, place):
    row = Row(cells, place)
    heads, kv_heads = row.read("heads", whole, 1), row.read("kv_heads", whole, 1)
    row.require("kv_heads", heads % kv_heads == 0, f"{kv_heads} does not divide {heads} heads")
    queries, keys = row.read("queries", parse_shape), row.read("keys", parse_shape)
    row.require("keys", len(queries) == len(keys), f"'{row.cells['keys']}' has not as many axes as the queries")
    blocks = row.read("blocks", parse_blocks, queries, keys)
    q_tile, kv_tile = row.read("q_tile", tile, queries), row.read("kv_tile", tile, keys)
    if blocks:
        check_blocks(row, blocks, q_tile, kv_tile)
    return Point(
        cells=tuple(cells), point=row.cells["point"], operation=row.cells["operation"], kernel=row.cells["kernel"],
        dtype=row.read("dtype", one_of, ("bf16", "fp16")), batch=row.read("batch", whole, 1), heads=heads,
        kv_heads=kv_heads, head_dim=row.read("head_dim", whole, 1), queries=queries, keys=keys,
        mask=row.read("mask", parse_mask, queries, keys, heads), blocks=blocks, q_tile=q_tile, kv_tile=kv_tile,
        permuted=row.read("permuted", one_of, ("0", "1")) == "1",
        cache=row.read("cache", one_of, ("warm", "flush", "rotate")), warm_up=row.read("warm_up", whole, 0),
        repetitions=row.read("repetitions", whole, 1), seed=row.read("seed", whole, 0))


def read_plan(path):
    """The points that are for this program, in order."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = next(rows, [])
            if tuple(header) != COLUMNS:
                raise InputError(f"{path}:1: is no plan: the columns are not {','.join(COLUMNS)}")
            points = []
            for cells in rows:
                place = f"{path}:{rows.line_num}"
                if len(cells) != len(COLUMNS):
                    raise InputError(f"{place}: has {len(cells)} cells, not {len(COLUMNS)}")
                if cells[COLUMNS.index("kernel")] in KERNELS:
                    points.append(read_point(cells, place))
            return points
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read: {error}") from None
