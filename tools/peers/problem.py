"""A point on the device: its tensors as they lie in memory, and its mask as tables. Needs PyTorch."""
import math

import torch

from . import inputs
from .layout import Permutation, coordinates
from .masks import tile_table


# Of a permuted layout whose plan leaves the tiles to the kernel: 128 tokens, near to a cube.
TILES = {1: (128,), 2: (16, 8), 3: (2, 8, 8)}


class Unsupported(Exception):
    """A point that a kernel or a device cannot run; the text says what it can."""


class Order:
    """Where the tokens of a layout lie in memory."""

    def __init__(self, extent, tile, dilation, permuted, device):
        self.extent = extent
        tokens = range(math.prod(extent))
        if permuted:
            tokens = Permutation(extent, tile, dilation).tokens()
        self.token_at = torch.tensor(tokens, device=device)  # -1: padding
        self.padded = bool((self.token_at < 0).any())
        self.place_of = torch.empty(math.prod(extent), dtype=torch.int64, device=device)
        self.place_of[self.token_at[self.token_at >= 0]] = (self.token_at >= 0).nonzero().squeeze(1)
        self.moved = self.padded or not torch.equal(self.place_of, self.token_at)

    def __len__(self):
        return len(self.token_at)

    def arrange(self, tensor):
        """[..., tokens, D] in natural order as it lies in memory; padding is zero."""
        if not self.moved:
            return tensor
        arranged = tensor.index_select(-2, self.token_at.clamp(min=0))
        arranged[..., self.token_at < 0, :] = 0
        return arranged

    def spread(self, by_token, padding):
        """A number for each token, by place."""
        table = torch.tensor(by_token, dtype=torch.int32, device=self.token_at.device)
        return torch.where(self.token_at < 0, padding, table[self.token_at.clamp(min=0)]).to(torch.int32)


class Problem:
    def __init__(self, point, device):
        self.point = point
        self.device = device
        dilations = {rule.dilation() for rule in point.mask.rules}
        if point.permuted and len(dilations) > 1:
            raise Unsupported("all heads of a permuted layout must have one dilation")
        dilation = next(iter(dilations))
        tile = TILES[len(point.keys)] if point.permuted else ()
        self.q_tile, self.kv_tile = point.q_tile or tile, point.kv_tile or tile
        self.q_order = Order(point.queries, self.q_tile, dilation, point.permuted, device)
        self.kv_order = Order(point.keys, self.kv_tile, dilation, point.permuted, device)
        self.codes = {}  # of the keys of an axis, by its rule
        if point.blocks:
            self.block_tables = self.tiles(point)
            self.key_tiles = torch.tensor(self.block_tables[1], device=device)

    def tiles(self, point):
        """The tile of each query and key, by token; a block of the mask is a tile."""
        if not (point.q_tile and point.kv_tile):
            raise Unsupported("blocks need a q_tile and a kv_tile")
        tables = tile_table(point.queries, point.q_tile), tile_table(point.keys, point.kv_tile)
        if tuple(max(table) + 1 for table in tables) != point.blocks.shape:
            raise Unsupported("blocks must be the tiles")
        return tables

    def tensors(self, input_set=0):
        """Q, K, V of one of the input sets; the first has the point's seed."""
        point = self.point
        dtype = inputs.DTYPES[point.dtype]
        shape_q = (point.batch, point.heads, math.prod(point.queries), point.head_dim)
        shape_k = (point.batch, point.kv_heads, math.prod(point.keys), point.head_dim)
        seed = point.seed + input_set
        return (self.q_order.arrange(inputs.tensor(seed, inputs.Q, shape_q, dtype, self.device)),
                self.kv_order.arrange(inputs.tensor(seed, inputs.K, shape_k, dtype, self.device)),
                self.kv_order.arrange(inputs.tensor(seed, inputs.V, shape_k, dtype, self.device)))

    def seen_on(self, axis, query):
        """A bool for each key of the axis."""
        if axis not in self.codes:
            self.codes[axis] = torch.tensor([axis.code(key) for key in range(axis.keys)], device=self.device)
        first, last = axis.interval(query)
        return (first <= self.codes[axis]) & (self.codes[axis] < last)

    def visible(self, head, query):
        """A bool for each key, in natural order."""
        point = self.point
        seen = torch.ones(1, dtype=torch.bool, device=self.device)
        for axis, at in zip(point.mask.rule(head).axes, coordinates(query, point.queries)):
            seen = (seen[:, None] & self.seen_on(axis, at)[None, :]).flatten()
        if point.blocks:
            row = torch.tensor(point.blocks.seen[self.block_tables[0][query]], device=self.device)
            seen = seen & row[self.key_tiles]
        return seen
