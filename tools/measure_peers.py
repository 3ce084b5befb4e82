#!/usr/bin/env python3
"""Times the attention kernels of PyTorch at the points of a plan that are theirs.

measure_peers.py PLAN.csv -o RESULTS.csv [--only TEXT]

The kernels are torch-cudnn and torch-flash (scaled_dot_product_attention), and torch-flex (flex_attention); other
points of the plan are left to the program of kernels/. Results are appended row by row; points whose row is there
and ok are not measured again. --only TEXT: only points whose name holds TEXT.

Needs Python 3.11 or newer, PyTorch 2.11 and a CUDA device.
Exit status: 0 done; 1 a result is wrong or failed; 2 the input is wrong; 3 no PyTorch or device; 130 interrupted.
"""
import argparse
import collections
import statistics
import sys

sys.dont_write_bytecode = True
from peers.plan import InputError, read_plan  # noqa: E402
from peers.results import ResultsFile, result_cells  # noqa: E402

DONE, SOME_WRONG, WRONG_INPUT, LACKING, INTERRUPTED = 0, 1, 2, 3, 130


class Lacking(Exception):
    """Something that is needed is not there."""


def open_bench():
    try:
        import torch
    except ImportError as error:
        raise Lacking(f"PyTorch is needed: {error}") from None
    if not torch.cuda.is_available():
        raise Lacking(f"a CUDA device is needed: PyTorch {torch.__version__} finds none")
    from peers.bench import Bench
    return Bench()


def describe(outcome):
    parts = [outcome.status]
    if outcome.samples_s:
        parts.append(f"{statistics.median(outcome.samples_s):.4g} s")
    if outcome.error is not None:
        parts.append(f"error {outcome.error:.3g}")
    return ", ".join(parts) + (f": {outcome.message}" if outcome.message else "")


def run(points, results, bench):
    counts = collections.Counter()
    for number, point in enumerate(points, start=1):
        before = bench.state()
        outcome = bench.measure(point)
        results.append(result_cells(point, outcome, bench.machine, before, bench.state()))
        counts[outcome.status] += 1
        print(f"[{number}/{len(points)}] {point.point}: {describe(outcome)}", flush=True)
        if outcome.device_lost:
            print("the device cannot go on; run this again for the points that are left", flush=True)
            break
    print(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing to measure")
    return SOME_WRONG if counts["wrong"] + counts["failed"] else DONE


def main():
    parser = argparse.ArgumentParser(description="Times the attention kernels of PyTorch at the points of a plan.")
    parser.add_argument("plan", metavar="PLAN.csv")
    parser.add_argument("-o", dest="results", metavar="RESULTS.csv", required=True)
    parser.add_argument("--only", metavar="TEXT", default="", help="only points whose name holds TEXT")
    options = parser.parse_args()
    try:
        points = [point for point in read_plan(options.plan) if options.only in point.point]
        bench = open_bench() if points else None
        results = ResultsFile(options.results, points)
        left = [point for point in points if point.cells not in results.done]
        if len(left) < len(points):
            print(f"{len(points) - len(left)} points are there already")
        return run(left, results, bench)
    except (InputError, OSError) as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except Lacking as lacking:
        print(f"measure_peers.py: {lacking}", file=sys.stderr)
        return LACKING
    except KeyboardInterrupt:
        print("interrupted; run this again for the points that are left", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
