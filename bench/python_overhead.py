#!/usr/bin/env python3
"""What the module of Python adds to an estimate: the least time of Point.evaluate() less the least of the same without Python.

Run with the Python that has the module, as in build/venv/bin/python bench/python_overhead.py.
"""
import time

import tilewright as tw

POINTS = {
    "a kernel, causal": tw.point("attention", "gpu/h100-sxm5", "flash-attention-3", mask="causal"),
    "a kernel, dense": tw.point("attention", "gpu/h100-sxm5", "flash-attention-3"),
    "a nest of loops": tw.point("BERT", "fusemax/proposal", "fusemax/binding"),
}
ROUNDS, TIMES = 400, 10


def least_of_python(evaluate):
    start = time.perf_counter()
    for _ in range(TIMES):
        evaluate()
    return (time.perf_counter() - start) / TIMES


for name, point in POINTS.items():
    alone = with_python = float("inf")
    for _ in range(ROUNDS):  # in turn, so that a busy machine is as busy for both
        alone = min(alone, point._core._seconds_of_estimate(TIMES))
        with_python = min(with_python, least_of_python(point.evaluate))
    print(f"{name}: {1e6 * alone:.2f} us, from Python {1e6 * with_python:.2f} us: adds {1e6 * (with_python - alone):.2f} us")
