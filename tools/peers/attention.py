"""The attention kernels of PyTorch: scaled_dot_product_attention with one backend, and flex_attention.

Facts about them: documentation of PyTorch 2.11, torch.nn.functional.scaled_dot_product_attention (is_causal is
aligned to the upper left) and torch.nn.attention.flex_attention (BlockMask, FlexKernelOptions).
"""
import math
import warnings

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.flex_attention import BlockMask, and_masks, create_block_mask, flex_attention

from .problem import Unsupported

BACKENDS = {"torch-cudnn": SDPBackend.CUDNN_ATTENTION, "torch-flash": SDPBackend.FLASH_ATTENTION}
DEFAULT_BLOCK = 128  # that of create_block_mask; no tile that flex_attention chooses by itself is larger
LEAST_BLOCK = 16  # the least tile of its kernel
MOST_PAIRS = 1 << 28  # of a mask in memory at once, while its blocks are counted


def is_causal(problem):
    """Whether the point's mask is causal rather than dense; Unsupported if it is neither."""
    point = problem.point
    if point.permuted or point.blocks:
        raise Unsupported("takes tokens in natural order and no blocks")
    if len(point.mask.rules) > 1:
        raise Unsupported("takes one mask for all heads")
    rule = point.mask.rules[0]
    if rule.dense():
        return False
    axis = rule.axes[0]
    if len(rule.axes) == 1 and axis.causal and axis.window == axis.keys == axis.queries:
        return True
    raise Unsupported("takes dense masks, and causal ones of as many queries as keys")


def sdpa(problem):
    """A function of Q, K, V."""
    point = problem.point
    options = {"is_causal": is_causal(problem), "enable_gqa": point.heads != point.kv_heads}

    def call(q, k, v):
        with sdpa_kernel([BACKENDS[point.kernel]]):
            return torch.nn.functional.scaled_dot_product_attention(q, k, v, **options)

    return call


def run_once(call, tensors):
    """The result; Unsupported with PyTorch's reasons where no kernel takes these tensors."""
    with warnings.catch_warnings(record=True) as reasons:
        warnings.simplefilter("always")
        try:
            return call(*tensors)
        except RuntimeError as error:
            if not str(error).startswith(("No available kernel", "No viable backend")):
                raise
            raise Unsupported(" ".join(str(reason.message) for reason in reasons) or str(error)) from None


def arithmetic_mod(axis):
    """Of a causal axis whose places are its tokens: cheaper than tables. None for other axes."""
    offset = axis.keys - axis.queries
    if not axis.causal or axis.dilation > 1:
        return None
    if axis.window == axis.keys:
        return lambda b, h, q, kv: q + offset >= kv
    if axis.stride > 1:
        return None
    return lambda b, h, q, kv: (q + offset >= kv) & (q + offset - kv < axis.window)


def axis_mod(problem, number):
    """The windows of one axis of all rules as tables by place, or None where they leave nothing out."""
    point = problem.point
    q_at, k_at = ([problem_axis(extent, token, number) for token in range(math.prod(extent))]
                  for extent in (point.queries, point.keys))
    first, last, code = [], [], []
    for rule in point.mask.rules:
        axis = rule.axes[number]
        intervals = [axis.interval(query) for query in range(axis.queries)]
        first.append(problem.q_order.spread([intervals[at][0] for at in q_at], 0))
        last.append(problem.q_order.spread([intervals[at][1] for at in q_at], 0))
        code.append(problem.kv_order.spread([axis.code(at) for at in k_at], -1))
    first, last, code = torch.stack(first), torch.stack(last), torch.stack(code)
    dense = (first.amax(1) <= code.amin(1)) & (code.amax(1) < last.amin(1))
    if dense.all():
        return None
    if len(code) == 1:
        first, last, code = first[0], last[0], code[0]
        return lambda b, h, q, kv: (first[q] <= code[kv]) & (code[kv] < last[q])
    rule_of = torch.tensor(point.mask.rule_of_head, device=problem.device)
    return lambda b, h, q, kv: (first[rule_of[h], q] <= code[rule_of[h], kv]) & (
        code[rule_of[h], kv] < last[rule_of[h], q])


def problem_axis(extent, token, number):
    """The coordinate of a token on one axis."""
    return token // math.prod(extent[number + 1:]) % extent[number]


def blocks_mod(problem):
    seen = torch.tensor(problem.point.blocks.seen, device=problem.device)
    row = problem.q_order.spread(problem.block_tables[0], 0)
    column = problem.kv_order.spread(problem.block_tables[1], 0)
    return lambda b, h, q, kv: seen[row[q], column[kv]]


def mask_mod(problem):
    """The point's mask over places in memory; None if it leaves nothing out."""
    point = problem.point
    mods = []
    if len(point.queries) == 1 and len(point.mask.rules) == 1:
        mods.append(arithmetic_mod(point.mask.rules[0].axes[0]))
    if mods in ([], [None]):
        mods = [axis_mod(problem, number) for number in range(len(point.queries))]
    if point.blocks:
        mods.append(blocks_mod(problem))
    mods = [mod for mod in mods if mod]
    return and_masks(*mods) if mods else None


def block_sizes(problem):
    """(queries, keys) of a block: those of the tiles. Few queries have a kernel of their own, with one Q block."""
    q_block = math.prod(problem.q_tile) if problem.q_tile else DEFAULT_BLOCK
    kv_block = math.prod(problem.kv_tile) if problem.kv_tile else DEFAULT_BLOCK
    if math.prod(problem.point.queries) < DEFAULT_BLOCK:
        q_block = DEFAULT_BLOCK
    return q_block, kv_block


def kernel_options(q_block, kv_block):
    """The kernel's own tiles must divide the blocks."""
    options = {}
    for name, block in (("BLOCK_M", q_block), ("BLOCK_N", kv_block)):
        if block % LEAST_BLOCK:
            raise Unsupported(f"takes blocks of multiples of {LEAST_BLOCK} tokens")
        if block % DEFAULT_BLOCK:
            options[name] = block & -block
    return options


def make_block_mask(problem, mod, sizes):
    """create_block_mask, for as many Q blocks at a time as fit: it holds every pair in memory."""
    heads = problem.point.heads if len(problem.point.mask.rules) > 1 else 1
    queries, keys = len(problem.q_order), len(problem.kv_order)
    step = max(MOST_PAIRS // (heads * keys) // sizes[0], 1) * sizes[0]
    parts = []
    for start in range(0, queries, step):
        shifted = (lambda b, h, q, kv, start=start: mod(b, h, q + start, kv)) if start else mod
        parts.append(create_block_mask(shifted, 1, heads, min(step, queries - start), keys, problem.device, sizes))
    if len(parts) == 1:
        return parts[0]
    lists = [torch.cat([getattr(part, name) for part in parts], 2)
             for name in ("kv_num_blocks", "kv_indices", "full_kv_num_blocks", "full_kv_indices")]
    return BlockMask.from_kv_blocks(*lists, BLOCK_SIZE=sizes, mask_mod=mod, seq_lengths=(queries, keys))


def flex(problem, compiled=True):
    """A function of Q, K, V, and what was chosen for its kernel."""
    point = problem.point
    sizes = block_sizes(problem)
    options = kernel_options(*sizes)
    mod = mask_mod(problem)
    block_mask = make_block_mask(problem, mod, sizes) if mod else None
    attention = torch.compile(flex_attention, dynamic=False) if compiled else flex_attention

    def call(q, k, v):
        return attention(q, k, v, block_mask=block_mask, enable_gqa=point.heads != point.kv_heads,
                         kernel_options=options)

    chosen = {"blocks": "x".join(map(str, sizes)), **options}
    return call, " ".join(f"{name}={value}" for name, value in chosen.items())
