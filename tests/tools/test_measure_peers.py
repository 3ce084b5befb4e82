"""The program, with stand-ins for PyTorch and for the device."""
import contextlib
import csv
import io
import math
import unittest

from peers_plan import cells_with, point_with
from tree import ENVIRONMENT, TreeTest

import measure_peers
from peers.plan import COLUMNS
from peers.results import COLUMNS as RESULT_COLUMNS
from peers.results import Outcome, ResultsFile


class Bench:
    """Says what each point's outcome is, by name."""
    def __init__(self, binary="1", **outcomes):
        self.machine = {"device": "a GPU", "binary": binary}
        self.outcomes = outcomes
        self.measured = []

    def state(self):
        return {}

    def measure(self, point):
        self.measured.append(point.point)
        return self.outcomes[point.point]


class MeasurePeers(TreeTest):
    def setUp(self):
        super().setUp()
        self.plan([cells_with()])

    def plan(self, rows):
        with (self.root / "plan.csv").open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])

    def measure(self, *torch, more=()):
        """With these lines as the module torch."""
        self.write("modules/torch.py", *torch)
        return self.run_tool("measure_peers.py", self.root / "plan.csv", "-o", self.root / "results.csv", *more,
                             env={**ENVIRONMENT, "PYTHONPATH": str(self.root / "modules")})

    def assert_lacks(self, done, message):
        self.assertEqual(done.stdout, f"measure_peers.py: {message}\n")
        self.assertEqual(done.returncode, 3)
        self.assertFalse((self.root / "results.csv").exists())

    def test_says_that_pytorch_is_lacking(self):
        self.assert_lacks(self.measure("raise ImportError('No module named torch')"),
                          "PyTorch is needed: No module named torch")

    def test_says_that_a_device_is_lacking(self):
        self.assert_lacks(self.measure("__version__ = '2.11.0'", "class cuda:", "  is_available = lambda: False"),
                          "a CUDA device is needed: PyTorch 2.11.0 finds none")

    def test_needs_nothing_for_a_plan_without_points_of_its_own(self):
        self.plan([cells_with(kernel="pipelined")])
        self.assert_passes(self.measure("raise ImportError"))
        self.plan([cells_with()])
        self.assert_passes(self.measure("raise ImportError", more=("--only", "elsewhere")))

    def test_refuses_a_wrong_plan_before_it_looks_for_a_device(self):
        self.plan([cells_with(heads="many")])
        done = self.measure("raise ImportError")
        self.assertEqual(done.stdout, f"{self.root}/plan.csv:2: heads: 'many' is no whole number of at least 1\n")
        self.assertEqual(done.returncode, 2)


class Runs(TreeTest):
    def run_points(self, bench, *names, deadline_s=math.inf):
        points = [point_with(point=name) for name in names]
        path = self.root / "results.csv"
        results = ResultsFile(path, bench.machine)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = measure_peers.run(measure_peers.left_of(points, results), results, bench, deadline_s)
        with path.open(newline="") as file:
            rows = {row["point"]: row["status"] for row in csv.DictReader(file, RESULT_COLUMNS)}
        del rows["point"]
        return status, rows, output.getvalue().splitlines()

    def test_every_point_gets_a_row_whatever_became_of_others(self):
        bench = Bench(a=Outcome("failed", "no memory"), b=Outcome("unsupported", "torch-flex takes ..."),
                      c=Outcome("ok", "", 0.002, 0.004, (0.5, 0.25, 1.0)))
        status, rows, lines = self.run_points(bench, "a", "b", "c")
        self.assertEqual(rows, {"a": "failed", "b": "unsupported", "c": "ok"})
        self.assertEqual(status, 1)
        self.assertEqual(lines, ["[1/3] a: failed: no memory", "[2/3] b: unsupported: torch-flex takes ...",
                                 "[3/3] c: ok, 0.5 s, error 0.002", "1 failed, 1 ok, 1 unsupported"])

    def test_goes_on_where_it_stopped(self):
        self.run_points(Bench(a=Outcome("ok"), b=Outcome("wrong")), "a", "b")
        again = Bench("2", b=Outcome("ok"), c=Outcome("unsupported"))
        status, rows, _ = self.run_points(again, "a", "b", "c")
        self.assertEqual(again.measured, ["b", "c"])
        self.assertEqual(rows, {"a": "ok", "b": "ok", "c": "unsupported"})
        self.assertEqual(status, 0)

    def test_stops_where_the_device_is_lost(self):
        lost = Outcome("lost", "illegal access", device_lost=True)
        bench = Bench(a=lost, b=lost, c=Outcome("ok"))
        status, rows, lines = self.run_points(bench, "a", "b", "c")
        self.assertEqual((status, rows), (4, {"a": "lost"}))
        self.assertIn("the device cannot go on; run this again for the points that are left", lines)
        self.assertEqual(self.run_points(bench, "a", "b", "c")[0], 4)
        status, rows, lines = self.run_points(bench, "a", "b", "c")
        self.assertEqual((status, rows), (0, {"a": "lost", "b": "lost"}))
        self.assertEqual(lines[0], "[1/1] c: dropped: its kernel lost the device twice")

    def test_tries_last_what_failed(self):
        self.run_points(Bench(a=Outcome("failed")), "a")
        again = Bench(a=Outcome("ok"), b=Outcome("ok"))
        self.run_points(again, "a", "b")
        self.assertEqual(again.measured, ["b", "a"])

    def test_begins_nothing_that_would_not_end_in_time(self):
        bench = Bench(a=Outcome("ok"))
        status, rows, lines = self.run_points(bench, "a", deadline_s=1)
        self.assertEqual((status, rows, bench.measured), (0, {}, []))
        self.assertEqual(lines, ["[1/1] a: left: it would not end in time", "1 left"])

    def test_wrong_results_fail(self):
        self.assertEqual(self.run_points(Bench(a=Outcome("wrong")), "a")[0], 1)


if __name__ == "__main__":
    unittest.main()
