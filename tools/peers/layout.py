"""Token layouts such as 512, 256x256 or 30x48x80, row-major, the last axis fastest, and their tiles."""
import math
import re
from dataclasses import dataclass

SHAPE = re.compile(r"[1-9][0-9]*(x[1-9][0-9]*){0,2}")


def parse_shape(text):
    """ValueError unless the text is one to three whole numbers of at least 1, joined by "x"."""
    if not SHAPE.fullmatch(text):
        raise ValueError(f"'{text}' is not one to three whole numbers of at least 1, as in 16x8")
    return tuple(int(extent) for extent in text.split("x"))


def coordinates(index, extents):
    """Of the row-major index, one per axis."""
    at = []
    for extent in reversed(extents):
        index, rest = divmod(index, extent)
        at.append(rest)
    return tuple(reversed(at))


def row_major(at, extents):
    index = 0
    for coordinate, extent in zip(at, extents):
        index = index * extent + coordinate
    return index


@dataclass(frozen=True)
class Permutation:
    """Tokens in memory so that each tile is contiguous, padded to its full size.

    With dilation d, an axis falls into d groups of tokens equal modulo d. Groups lie one after the other, each with
    the room of the largest; then tiles; then tokens within a tile; each in row-major order. Source: Hassani et al.,
    "Generalized Neighborhood Attention", 2025 (token permutation).
    """
    extent: tuple
    tile: tuple
    dilation: tuple

    def tiles(self):
        """Of a group, per axis."""
        return tuple(-(-(-(-extent // dilation)) // tile)
                     for extent, tile, dilation in zip(self.extent, self.tile, self.dilation))

    def places(self):
        return math.prod(self.dilation) * math.prod(self.tiles()) * math.prod(self.tile)

    def place(self, token):
        at = coordinates(token, self.extent)
        members = [a // d for a, d in zip(at, self.dilation)]
        group = row_major([a % d for a, d in zip(at, self.dilation)], self.dilation)
        tile = row_major([m // t for m, t in zip(members, self.tile)], self.tiles())
        within = row_major([m % t for m, t in zip(members, self.tile)], self.tile)
        return (group * math.prod(self.tiles()) + tile) * math.prod(self.tile) + within

    def tokens(self):
        """The token at each place; -1 for padding."""
        tokens = [-1] * self.places()
        for token in range(math.prod(self.extent)):
            tokens[self.place(token)] = token
        return tokens


def tile_of(token, extent, tile):
    """The row-major index of the tile that holds a token."""
    tiles = [-(-e // t) for e, t in zip(extent, tile)]
    return row_major([a // t for a, t in zip(coordinates(token, extent), tile)], tiles)
