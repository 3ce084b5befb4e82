#!/usr/bin/env python3
"""Times the attention kernels of PyTorch at the points of a plan that are theirs.

measure_peers.py PLAN.csv -o RESULTS.csv [--only TEXT] [--without KERNEL] [--deadline SECONDS]

The kernels are torch-cudnn and torch-flash (scaled_dot_product_attention), and torch-flex (flex_attention); other
points of the plan are left to the program of kernels/. Results are appended row by row; points whose row is there
and ok are not measured again. --only TEXT: only points whose name holds TEXT; --without KERNEL: none of this kernel;
--deadline SECONDS: no point is begun that would not end within so many seconds of the start. A kernel that lost the
device twice is dropped.

Needs Python 3.11 or newer, PyTorch 2.11 and a CUDA device.
Exit status: 0 done, or the deadline came; 1 a result is wrong or failed; 2 the input is wrong; 3 no PyTorch or device;
4 the device is lost: the same command goes on with the next point; 130 interrupted.
"""
import argparse
import collections
import math
import statistics
import sys
import time

sys.dont_write_bytecode = True
from peers.plan import InputError, read_plan  # noqa: E402
from peers.results import ResultsFile, result_cells  # noqa: E402

DONE, SOME_WRONG, WRONG_INPUT, LACKING, LOST, INTERRUPTED = 0, 1, 2, 3, 4, 130
MOST_LOSSES = 2  # of a kernel
UNSEEN_S = {"torch-flex": 30}  # of a kernel's first point: it is compiled
START = time.monotonic()


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


class Pace:
    """How long a point of a kernel may take: as long as the longest that was seen."""

    def __init__(self):
        self.longest_s = {}

    def took(self, kernel, seconds):
        self.longest_s[kernel] = max(self.longest_s.get(kernel, 0), seconds)

    def expected_s(self, kernel):
        return self.longest_s.get(kernel, UNSEEN_S.get(kernel, 5))


def left_of(points, results):
    """Those to measure; what failed before comes last."""
    left = [point for point in points if not results.settled(point)]
    return sorted(left, key=results.failed)


def why_not(point, results, pace, deadline_s):
    """What is said of a point that is not measured, or None."""
    if results.losses(point.kernel) >= MOST_LOSSES:
        return "dropped: its kernel lost the device twice"
    if time.monotonic() - START + pace.expected_s(point.kernel) > deadline_s:
        return "left: it would not end in time"
    return None


def measure(point, results, bench):
    results.begin(point)
    before = bench.state()
    outcome = bench.measure(point)
    results.append(result_cells(point, outcome, bench.machine, before, bench.state()))
    results.end()
    return outcome


def run(points, results, bench, deadline_s=math.inf):
    counts, pace = collections.Counter(), Pace()
    for number, point in enumerate(points, start=1):
        said = why_not(point, results, pace, deadline_s)
        if not said:
            start = time.monotonic()
            outcome = measure(point, results, bench)
            pace.took(point.kernel, time.monotonic() - start)
            said = describe(outcome)
        counts[said.replace(":", ",").split(",")[0]] += 1
        print(f"[{number}/{len(points)}] {point.point}: {said}", flush=True)
        if said.startswith("lost"):
            print("the device cannot go on; run this again for the points that are left", flush=True)
            return LOST
    print(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing to measure")
    return SOME_WRONG if counts["wrong"] + counts["failed"] else DONE


def seconds(text):
    if not float(text) > 0:
        raise ValueError
    return float(text)


def main():
    parser = argparse.ArgumentParser(description="Times the attention kernels of PyTorch at the points of a plan.")
    parser.add_argument("plan", metavar="PLAN.csv")
    parser.add_argument("-o", dest="results", metavar="RESULTS.csv", required=True)
    parser.add_argument("--only", metavar="TEXT", default="", help="only points whose name holds TEXT")
    parser.add_argument("--without", metavar="KERNEL", action="append", default=[], help="no points of this kernel")
    parser.add_argument("--deadline", metavar="SECONDS", type=seconds, default=math.inf,
                        help="begin no point that would not end within so many seconds of the start")
    options = parser.parse_args()
    try:
        points = [point for point in read_plan(options.plan)
                  if options.only in point.point and point.kernel not in options.without]
        bench = open_bench() if points else None
        results = ResultsFile(options.results, bench.machine if bench else {})
        left = left_of(points, results)
        if len(left) < len(points):
            print(f"{len(points) - len(left)} points are there already")
        return run(left, results, bench, options.deadline)
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
