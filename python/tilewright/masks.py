"""Masks: from text, arrays, predicates and block-sparse matrices."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, Union

from ._core import InputError, Mask, MissingError
from .keywords import Extents, extents, given

Block = Union[int, "tuple[int, int]"]
"""Queries x keys of a block; one number is both."""


def _block(block: Block) -> tuple[int, int]:
    return (block, block) if isinstance(block, int) else (int(block[0]), int(block[1]))


def _tokens(value: Extents | None) -> list[int]:
    return [] if value is None else [int(each) for each in extents(value).split("x")]


def mask(source: Any, *, block: Block = 1, layout: Extents | None = None, queries: Extents | None = None) -> Mask:
    """A mask from text, or from an array of the blocks that are there.

    source: text ("causal & documents,lengths=512/1536"), a name below configs/masks, a file; or a bool or uint8 array in
        the CPU's memory (NumPy, torch, anything with DLPack) of shape [query blocks, key blocks] or [heads, query
        blocks, key blocks]; or a BSR matrix of SciPy, whose stored blocks are there.
    block: queries x keys of a block of an array, in flattened tokens; the last one of a side may be cut off.
    layout, queries: extents of the keys' tokens, and of the queries' where they are others. Where they are left out the
        mask fits any layout with as many blocks.
    """
    if isinstance(source, Mask):
        return source
    if isinstance(source, str):
        if block != 1 or layout is not None or queries is not None:
            raise InputError("mask: block, layout and queries are of arrays; the text of a mask says its own")
        return Mask.of_text(source)
    if getattr(source, "format", None) == "bsr":
        if block != 1 or layout is not None or queries is not None:
            raise InputError("mask: a BSR matrix has a block size and a shape of its own")
        return _of_bsr(source)
    keys = _tokens(layout)
    return Mask.of_blocks(source, _block(block), _tokens(queries) or keys, keys)


def _numpy(what: str) -> Any:
    try:
        import numpy
    except ImportError:
        raise MissingError(f"{what}: needs numpy") from None
    return numpy


def _of_bsr(matrix: Any) -> Mask:
    numpy = _numpy("mask")
    rows, columns = (extent // size for extent, size in zip(matrix.shape, matrix.blocksize))
    blocks = numpy.zeros((rows, columns), dtype=bool)
    blocks[numpy.repeat(numpy.arange(rows), numpy.diff(matrix.indptr)), matrix.indices] = True
    return Mask.of_blocks(blocks, _block(tuple(matrix.blocksize)), [matrix.shape[0]], [matrix.shape[1]])


def from_predicate(mask_mod: Callable[[Any, Any, Any, Any], Any], *, keys: int, queries: int | None = None,
                   heads: int = 1, block: Block = 128) -> Mask:
    """The blocks of a predicate as FlexAttention takes it: ``mask_mod(b, h, q, kv)``, true where a pair exists.

    A block is there where the predicate is true for any of its pairs, and then all of it is there: block=1 keeps single
    pairs, at a byte for each. The predicate is called with arrays of NumPy that broadcast: b = 0 and h are numbers, q of
    shape [queries, 1], kv of shape [1, keys]; so it is made of operators (``(q >= kv) & (q - kv < 256)``), not of `and`
    and `if`. Heads whose predicate does not depend on h are one: heads=1.
    """
    numpy = _numpy("from_predicate")
    queries = keys if queries is None else queries
    rows, columns = _block(block)
    blocks = numpy.zeros((heads, -(-queries // rows), -(-keys // columns)), dtype=bool)
    starts = numpy.arange(0, keys, columns)
    kv = numpy.arange(keys)[None, :]
    for head in range(heads):
        for row in range(blocks.shape[1]):
            q = numpy.arange(row * rows, min((row + 1) * rows, queries))[:, None]
            try:
                exists = numpy.broadcast_to(numpy.asarray(mask_mod(0, head, q, kv), dtype=bool), (q.shape[0], keys))
            except ValueError as error:
                raise InputError(f"from_predicate: the predicate does not take arrays: {error}") from error
            blocks[head, row] = numpy.logical_or.reduceat(exists.any(axis=0), starts)
    return Mask.of_blocks(blocks, (rows, columns), [queries], [keys])


def census(source: Any, *, layout: Extents | None = None, queries: Extents | None = None, requests: str | None = None,
           heads: int | None = None, q_tile: Extents | None = None, kv_tile: Extents | None = None,
           kv_tiling: str | None = None, gather: int | None = None, tiling: str | None = None) -> list[dict[str, Any]]:
    """How many KV tiles the Q tiles of a mask visit, and how many of them it fills, as ``tilewright mask``.

    source: as of `mask()`. layout, queries: tokens per dimension. q_tile, kv_tile: tokens of a tile per dimension.
    A dict for each kind of head (and request), of counts: ``pairs``, ``tiles_visited``, ``tiles_full``, ...
    """
    spec = mask(source)
    if layout is None and requests is None and spec.keys:
        layout, queries = spec.keys, spec.queries
    return spec._census(given(layout=layout, queries=queries, requests=requests, heads=heads),
                        given(q_tile=q_tile, kv_tile=kv_tile, kv_tiling=kv_tiling, gather=gather, tiling=tiling))


def _mask_keyword(source: Any) -> str | Mask | None:
    """Text as it is, which the core reads; anything else as a mask."""
    return source if source is None or isinstance(source, (str, Mask)) else mask(source)
