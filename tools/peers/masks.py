"""The columns `mask` and `blocks` of a plan: which query sees which key.

mask: rules by runs of heads, joined by " + ", each "N * RULE", or one "RULE" for all heads, where RULE is
  dense | causal | window=18x24x24[,stride=16x8x8][,dilation=1x2x2][,causal=0x0x1]
blocks: "QxK:HEX": blocks of Q queries by K keys, and a bit for each block that may be seen: rows of Q, each row
  padded to whole hexadecimal digits, the most significant bit first. Blocks are tiles.

Queries are the last positions of each axis of the keys. Windows are those of einsum/mask/neighborhood.hpp, which
gives their sources.
"""
import math
from dataclasses import dataclass
from functools import cached_property

from .layout import coordinates, parse_shape, tile_of

MOST_RULES = 4


@dataclass(frozen=True)
class AxisRule:
    """The windows of one axis, as intervals of codes.

    The code of a key counts keys group by group of the dilation, so that the keys that a query sees on the axis are
    always those whose codes lie in one interval.
    """
    queries: int
    keys: int
    window: int
    stride: int
    dilation: int
    causal: bool

    def code(self, key):
        return key % self.dilation * self.keys + key // self.dilation

    def interval(self, query):
        """[first, last) of codes."""
        position = query + self.keys - self.queries
        group, index = position % self.dilation, position // self.dilation
        length = -(-(self.keys - group) // self.dilation)
        leader = index // self.stride * self.stride + (self.stride - 1 if self.causal else self.stride // 2)
        leader = min(leader, length - 1)
        if self.causal:
            first, last = max(leader - self.window + 1, 0), index + 1
        else:
            first = max(0, min(leader - self.window // 2, length - self.window))
            last = first + self.window
        return group * self.keys + first, group * self.keys + max(first, last)

    def sees(self, query, key):
        first, last = self.interval(query)
        return first <= self.code(key) < last

    def dense(self):
        """Whether every query sees every key."""
        return self.window == self.keys and (not self.causal or self.queries == 1)


@dataclass(frozen=True)
class Rule:
    axes: tuple  # of AxisRule

    def sees(self, query, key):
        """By the coordinates of tokens."""
        return all(axis.sees(q, k) for axis, q, k in zip(self.axes, query, key))

    def dense(self):
        return all(axis.dense() for axis in self.axes)

    def dilation(self):
        return tuple(axis.dilation for axis in self.axes)


@dataclass(frozen=True)
class Mask:
    queries: tuple
    keys: tuple
    rules: tuple  # distinct, in order of appearance
    rule_of_head: tuple

    def rule(self, head):
        return self.rules[self.rule_of_head[head]]

    def sees(self, head, query, key):
        """By token index, in natural order."""
        return self.rule(head).sees(coordinates(query, self.queries), coordinates(key, self.keys))


def parse_window(text, queries, keys):
    given = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not equals or name not in ("window", "stride", "dilation", "causal"):
            raise ValueError(f"'{part}' is no dense, causal, window=, stride=, dilation= or causal=")
        try:
            extents = tuple(int(word) for word in value.split("x")) if name == "causal" else parse_shape(value)
        except ValueError:
            extents = ()
        if len(extents) != len(keys) or (name == "causal" and not set(extents) <= {0, 1}):
            raise ValueError(f"'{part}' does not give a number for each of {len(keys)} axes")
        given[name] = extents
    if "window" not in given:
        raise ValueError(f"'{text}' has no window=")
    ones, zeros = (1,) * len(keys), (0,) * len(keys)
    return Rule(tuple(
        AxisRule(q, k, w, s, d, bool(c)) for q, k, w, s, d, c in zip(
            queries, keys, given["window"], given.get("stride", ones), given.get("dilation", ones),
            given.get("causal", zeros))))


def check_axis(axis):
    if axis.stride > axis.window:
        raise ValueError("a stride is longer than its window")
    if axis.window * axis.dilation > axis.keys:
        raise ValueError(
            f"dilation * window = {axis.window * axis.dilation} is longer than the axis of {axis.keys}")
    if axis.queries == axis.keys or (axis.window == axis.keys and not axis.causal):
        return
    if axis.queries > axis.keys or axis.dilation > 1:
        raise ValueError("a causal or windowed axis needs no more queries than keys, and as many with dilation")


def parse_rule(text, queries, keys):
    if text in ("dense", "causal"):
        if text == "causal" and len(keys) > 1:
            raise ValueError("'causal' is for layouts of one axis; write window= and causal= for each axis")
        rule = Rule(tuple(AxisRule(q, k, k, 1, 1, text == "causal") for q, k in zip(queries, keys)))
    else:
        rule = parse_window(text, queries, keys)
    for axis in rule.axes:
        check_axis(axis)
    return rule


def parse_mask(text, queries, keys, heads):
    """Layouts as tuples. ValueError says what is wrong."""
    rules, rule_of_head = [], []
    runs = text.split(" + ")
    for run in runs:
        count, times, rule_text = run.rpartition(" * ")
        if (not times and len(runs) > 1) or (times and not count.isdecimal()):
            raise ValueError(f"'{run}' has no number of heads, as in '4 * dense'")
        rule = parse_rule(rule_text, queries, keys)
        if rule not in rules:
            rules.append(rule)
        rule_of_head += [rules.index(rule)] * (int(count) if times else heads)
    if len(rule_of_head) != heads:
        raise ValueError(f"the rules are for {len(rule_of_head)} heads of {heads}")
    if len(rules) > MOST_RULES:
        raise ValueError(f"more than {MOST_RULES} distinct rules")
    return Mask(queries, keys, tuple(rules), tuple(rule_of_head))


@dataclass(frozen=True)
class Blocks:
    q_block: int
    kv_block: int
    seen: tuple  # of rows, each a tuple of bools

    @cached_property
    def shape(self):
        return len(self.seen), len(self.seen[0])


def parse_blocks(text, queries, keys):
    """None for an empty text. ValueError says what is wrong."""
    if not text:
        return None
    sizes, colon, digits = text.partition(":")
    shape = parse_shape(sizes) if colon else ()
    if len(shape) != 2:
        raise ValueError("expected QxK:HEX")
    q_block, kv_block = shape
    rows, columns = -(-math.prod(queries) // q_block), -(-math.prod(keys) // kv_block)
    width = -(-columns // 4)
    if len(digits) != rows * width:
        raise ValueError(f"expected {rows} rows of {width} hexadecimal digits, got {len(digits)} digits")
    if set(digits) - set("0123456789abcdefABCDEF"):
        raise ValueError(f"'{digits}' is not hexadecimal")
    seen = []
    for row in range(rows):
        value = int(digits[row * width:(row + 1) * width], 16)
        seen.append(tuple(bool(value >> (4 * width - 1 - column) & 1) for column in range(columns)))
    return Blocks(q_block, kv_block, tuple(seen))


def tile_table(extent, tile):
    """The tile of each token."""
    return [tile_of(token, extent, tile) for token in range(math.prod(extent))]
