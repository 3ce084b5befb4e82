import csv
import math
import resource
import tempfile
import unittest
from pathlib import Path

from peers_plan import cells_with, point_with

from peers.device import parse_smi
from peers.plan import InputError
from peers.results import COLUMNS, Outcome, ResultsFile, line, result_cells

MACHINE = {"device": "a GPU", "multiprocessors": 132, "driver": "580.1", "cuda": "13.0", "commit": "c",
           "flags": "t 2", "binary": "1"}
BEFORE = {"sm_clock_Hz": 1e9, "power_W": 80.5, "temperature_C": 40.0}
AFTER = {"sm_clock_Hz": 2e9, "memory_clock_Hz": 3e9, "power_W": 600.25, "temperature_C": 60.0}


def row(outcome, **cells):
    return result_cells(point_with(**cells), outcome, MACHINE, BEFORE, AFTER)


class Rows(unittest.TestCase):
    def cells(self, outcome):
        return dict(zip(COLUMNS, row(outcome), strict=True))

    def test_hold_the_plan_and_the_times(self):
        cells = self.cells(Outcome("ok", "", 0.002, 0.004, (0.5, 0.1, 0.25), "BLOCK_M=64"))
        self.assertEqual(row(Outcome("ok"))[:21], cells_with())
        self.assertEqual((cells["time_s"], cells["time_min_s"], cells["time_max_s"]), ("0.25", "0.1", "0.5"))
        self.assertEqual((cells["samples_s"], cells["error"], cells["error_limit"]),
                         ("0.5 0.1 0.25", "0.002", "0.004"))
        self.assertEqual((cells["flags"], cells["device"], cells["multiprocessors"]),
                         ("t 2; BLOCK_M=64", "a GPU", "132"))
        self.assertEqual((cells["sm_clock_before_Hz"], cells["sm_clock_after_Hz"], cells["memory_clock_Hz"]),
                         ("1000000000.0", "2000000000.0", "3000000000.0"))
        self.assertEqual((cells["power_before_W"], cells["power_after_W"]), ("80.5", "600.25"))

    def test_leave_empty_what_is_unknown(self):
        outcome = Outcome("failed", "a, b", math.nan, math.inf)
        cells = dict(zip(COLUMNS, result_cells(point_with(), outcome, {}, {}, {})))
        self.assertEqual(cells["message"], "a, b")
        for name in COLUMNS[COLUMNS.index("error"):]:
            self.assertEqual(cells[name], "", name)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tilewright-peers-")
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "results.csv"

    def open(self, **machine):
        return ResultsFile(self.path, {**MACHINE, **machine})

    def statuses(self):
        with self.path.open(newline="") as file:
            return [(cells["point"], cells["status"]) for cells in csv.DictReader(file)]

    def test_a_new_file_has_the_columns(self):
        self.open().append(row(Outcome("ok")))
        self.assertEqual(self.path.read_text().splitlines()[0], ",".join(COLUMNS))
        self.assertEqual(self.statuses(), [("g/p", "ok")])

    def test_what_is_right_stands_for_ever_and_all_else_for_its_binary(self):
        results = self.open()
        for name, status in (("a", "ok"), ("b", "wrong"), ("c", "failed"), ("d", "lost")):
            results.append(row(Outcome(status), point=name))
        a, b, c, d = (point_with(point=name) for name in "abcd")
        self.assertEqual([self.open().settled(point) for point in (a, b, c, d)], ["ok", "wrong", None, "lost"])
        self.assertEqual([self.open(binary="2").settled(point) for point in (a, b, c, d)], ["ok", None, None, None])
        self.assertEqual(self.open(device="other").settled(a), None)
        self.assertEqual(self.open().settled(point_with(point="a", seed="8")), None)

    def test_a_point_that_is_measured_again_has_one_row(self):
        results = self.open()
        for status in ("failed", "wrong", "ok"):
            results.append(row(Outcome(status), point="a"))
            results.append(row(Outcome("ok"), point="b"))
        self.assertEqual(self.statuses(), [("a", "ok"), ("b", "ok")])

    def test_a_point_in_which_the_process_ended_is_lost(self):
        results = self.open()
        results.append(row(Outcome("lost"), point="a"))
        results.begin(point_with(point="b"))
        again = self.open()
        self.assertEqual(self.statuses(), [("a", "lost"), ("b", "lost")])
        self.assertEqual((again.losses("torch-flex"), again.losses("torch-cudnn")), (2, 0))
        self.assertEqual(self.open(binary="2").losses("torch-flex"), 0)
        again.begin(point_with(point="c"))
        again.end()
        self.open()
        self.assertEqual(len(self.statuses()), 2)

    def test_a_row_that_cannot_be_written_leaves_the_file_as_it_was(self):
        results = self.open()
        results.append(row(Outcome("ok"), point="a"))
        before = self.path.read_bytes()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limits[1]))
        try:
            with self.assertRaises(OSError):
                results.append(row(Outcome("ok"), point="b"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        self.assertEqual(self.path.read_bytes(), before)

    def test_a_line_that_was_cut_short_is_dropped(self):
        self.open().append(row(Outcome("ok"), mask="window=3,stride=2"))
        whole = self.path.read_text()
        for cut in (whole + line(row(Outcome("ok"), point="x"))[:-30], whole):
            self.path.write_text(cut)
            self.open().append(row(Outcome("ok"), point="y"))
            self.assertEqual(self.statuses(), [("g/p", "ok"), ("y", "ok")])
        self.path.write_text(whole[:40])
        self.open()
        self.assertEqual(self.path.read_text(), ",".join(COLUMNS) + "\n")

    def test_another_file_is_refused(self):
        self.path.write_text("point,status\na,ok\n")
        with self.assertRaisesRegex(InputError, ":1: is no results file"):
            self.open()
        self.assertEqual(self.path.read_text(), "point,status\na,ok\n")
        self.path.write_text(",".join(COLUMNS) + "\na,ok\n")
        with self.assertRaisesRegex(InputError, "row 2 has 2 cells, not 47"):
            self.open()


class Devices(unittest.TestCase):
    def test_reads_what_nvidia_smi_prints_in_si_units(self):
        self.assertEqual(parse_smi("1980, 2619, 123.45, 41, 580.65.06\n"),
                         {"sm_clock_Hz": 1.98e9, "memory_clock_Hz": 2.619e9, "power_W": 123.45,
                          "temperature_C": 41.0, "driver": "580.65.06"})

    def test_leaves_out_what_is_not_known(self):
        self.assertEqual(parse_smi("1980, [N/A], [N/A], 41, 580.65.06"),
                         {"sm_clock_Hz": 1.98e9, "temperature_C": 41.0, "driver": "580.65.06"})
        self.assertEqual(parse_smi(""), {})


if __name__ == "__main__":
    unittest.main()
