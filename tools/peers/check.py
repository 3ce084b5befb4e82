"""Whether a result is right: a sample of its rows against float64, with the limits of
kernels/reference/compare.hpp. Needs PyTorch."""
import itertools
import math
import random

import torch

from .layout import row_major

RANDOM_ROWS = 64
MOST_ERROR = {"bf16": 5e-3, "fp16": 1e-3}
LEAST_LIMIT = 1e-6


def corners(extent, tile):
    """The first and the last token of the first, middle and last tile, on all axes at once."""
    for half in (0, 1, 2):
        first = [(-(-e // t) - 1) * half // 2 * t for e, t in zip(extent, tile)]
        last = [min(f + t, e) - 1 for f, t, e in zip(first, tile, extent)]
        yield row_major(first, extent)
        yield row_major(last, extent)


def sample_rows(point):
    """(batch, head, query): tile corners of the first and the last head, and random rows over all heads."""
    heads = point.batch * point.heads
    queries = math.prod(point.queries)
    if heads * queries <= RANDOM_ROWS:
        chosen = set(itertools.product(range(heads), range(queries)))
    else:
        tile = point.q_tile or (1,) * len(point.queries)
        chosen = set(itertools.product((0, heads - 1), corners(point.queries, tile)))
        numbers = random.Random(point.seed)
        chosen |= {(heads * i // RANDOM_ROWS, numbers.randrange(queries)) for i in range(RANDOM_ROWS)}
    return [(head // point.heads, head % point.heads, query) for head, query in sorted(chosen)]


def exact_row(q, k, v, scale):
    """In float64; zero without a key."""
    if not len(k):
        return torch.zeros(v.shape[1], dtype=torch.float64, device=v.device)
    return torch.softmax((k.double() @ q.double()) * scale, 0) @ v.double()


def plain_row(q, k, v, scale):
    """A plain low-precision computation: scores, weights and sums in float, weights rounded before they multiply
    the values, the output rounded."""
    if not len(k):
        return torch.zeros(v.shape[1], dtype=torch.float64, device=v.device)
    scores = (k.float() * q.float()).sum(1) * scale
    weights = torch.exp(scores - scores.max())
    total = (weights.to(q.dtype).float()[:, None] * v.float()).sum(0)
    return (total / weights.sum()).to(q.dtype).double()


def relative(difference, reference):
    """Of sums of squares; 0 where both are zero, infinite where only the reference is."""
    if math.isnan(difference) or reference > 0:
        return math.sqrt(difference / reference) if reference > 0 else math.nan
    return math.inf if difference > 0 else 0.0


def errors(pairs):
    """(over all rows, the largest of a single row, which one) of pairs of a result and its reference."""
    squares = [((got - exact).square().sum().item(), exact.square().sum().item()) for got, exact in pairs]
    rows = [relative(*each) for each in squares]
    worst = max(range(len(rows)), key=lambda row: math.inf if math.isnan(rows[row]) else rows[row])
    return relative(sum(d for d, _ in squares), sum(r for _, r in squares)), rows[worst], worst


def check(problem, tensors, output):
    """(error, limit, message): the message is empty where the output, as it lies in memory, is right."""
    point = problem.point
    q, k, v = tensors
    scale = point.head_dim ** -0.5
    rows = sample_rows(point)
    got, plain = [], []
    for batch, head, query in rows:
        kv_head = head // (point.heads // point.kv_heads)
        place = problem.q_order.place_of[query]
        seen = problem.kv_order.place_of[problem.visible(head, query)]
        row = q[batch, head, place], k[batch, kv_head, seen], v[batch, kv_head, seen], scale
        exact = exact_row(*row)
        got.append((output[batch, head, place].double(), exact))
        plain.append((plain_row(*row), exact))
    plain_error, plain_worst, _ = errors(plain)
    limit = min(max(2 * plain_error, LEAST_LIMIT), MOST_ERROR[point.dtype])
    worst_limit = max(3 * plain_worst, LEAST_LIMIT)
    error, worst, row = errors(got)
    if error < limit and worst < worst_limit:
        return error, limit, ""
    batch, head, query = rows[row]
    return error, limit, (f"the error is {error:.3g}, with a limit of {limit:.3g}; that of batch {batch}, head "
                          f"{head}, query {query} is {worst:.3g}, with a limit of {worst_limit:.3g}")
