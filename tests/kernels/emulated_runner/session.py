#!/usr/bin/env python3
"""Rehearses a session on a GPU with the emulated runner and faults of its kernels: session.py RUNNER

Seconds are scaled: what takes 600 on a device takes some here, with the shares of the steps and the limits of hangs
and silence scaled alike.
"""
import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

RUNNER = Path(sys.argv.pop(1)).resolve()
ROOT = Path(__file__).resolve().parents[3]
HEADER = ("point,group,operation,kernel,dtype,batch,heads,kv_heads,head_dim,queries,keys,mask,blocks,q_tile,kv_tile,"
          "permuted,splits,cache,warm_up,repetitions,seed").split(",")


def point(name, operation, kernel, tokens=64, **cells):
    known = {"point": name, "group": "g", "operation": operation, "kernel": kernel, "dtype": "bf16", "batch": "1",
             "heads": "1", "kv_heads": "1", "head_dim": "64", "queries": tokens, "keys": tokens, "mask": "dense",
             "q_tile": "64", "kv_tile": "64", "permuted": "0", "splits": "0", "cache": "warm", "warm_up": "0",
             "repetitions": "6", "seed": "7", **cells}
    return [known.get(column, "") for column in HEADER]


def micro(name):
    return [{"point": name, "operation": "micro", "kernel": name, "cache": "warm", "warm_up": "0", "repetitions": "1",
             "seed": "7"}.get(column, "") for column in HEADER]


SMOKE = [point(f"smoke/{kernel}", "attention", kernel) for kernel in ("naive", "tiled", "tensor-core", "pipelined")]
PLAN = [micro("shared-latency"), micro("l2-latency"),
        *(point(f"{kernel}/{tokens}", "attention", kernel, tokens)
          for tokens in ("64", "80", "96", "112") for kernel in ("tensor-core", "pipelined", "tiled", "naive")),
        point("decode", "decode", "split-kv", "200", queries="1", q_tile="", kv_tile=""),
        point("one pass", "passes", "one-pass", q_tile="128"),
        point("two passes", "passes", "two-pass", q_tile="128"),
        point("linear", "linear", "chunked", q_tile="", kv_tile=""),
        point("flex", "attention", "torch-flex")]
OWN = len(PLAN) - 1


class Sessions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tilewright-session-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy2(RUNNER, self.folder / "tilewright-kernels")
        self.write("smoke.csv", SMOKE)
        self.write("plan.csv", PLAN)

    def write(self, name, points):
        with (self.folder / name).open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER, *points])

    def build_anew(self):
        """The same program by another digest."""
        with (self.folder / "tilewright-kernels").open("ab") as file:
            file.write(b"\n")

    def session(self, seconds, faults="", limit_B=None):
        """Its exit status and what it said. It may take no longer than it is given."""
        def limit():
            if limit_B is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_B, limit_B))
        start = time.monotonic()
        done = subprocess.run([ROOT / "tools" / "measure_session.sh", self.folder, str(seconds)], preexec_fn=limit,
                              env={**os.environ, "EMULATED_FAULTS": faults}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        self.assertLess(time.monotonic() - start, seconds + 2, done.stdout)  # other tests may run beside
        names = sorted(os.listdir(self.folder / "results"))
        self.assertLessEqual(len(names), 6)
        self.assertFalse([name for name in names if name.endswith(".part")], names)
        for name in names:
            self.assertLessEqual((self.folder / "results" / name).stat().st_size, 2_000_000)
        return done.returncode, done.stdout

    def rows(self, name="results.csv"):
        with (self.folder / "results" / name).open(newline="") as file:
            rows = list(csv.DictReader(file))
        points = [row["point"] for row in rows]
        self.assertEqual(len(points), len(set(points)), "a point has a row alone")
        return {row["point"]: row for row in rows}

    def statuses(self, kernel):
        return [row["status"] for row in self.rows().values() if row["kernel"] == kernel]

    def test_without_faults_everything_is_right_and_nothing_is_measured_twice(self):
        status, said = self.session(30)
        self.assertEqual(status, 0, said)
        rows = self.rows()
        self.assertEqual(list(rows), [each[0] for each in PLAN[:OWN]])
        self.assertEqual({row["status"] for row in rows.values()}, {"ok"})
        before = (self.folder / "results" / "results.csv").read_bytes()
        self.build_anew()
        self.assertEqual(self.session(30)[0], 0)
        self.assertEqual((self.folder / "results" / "results.csv").read_bytes(), before)

    def test_faults_cost_their_kernels_alone_and_a_later_build_makes_up_for_them(self):
        faults = "hang:Tiled break:SplitKv crash:Chunked wrong:ScorePass"
        status, said = self.session(30, faults)
        self.assertEqual(status, 1, said)
        self.assertIn("for the end: tiled, not right in smoke", said)
        self.assertEqual(self.statuses("tiled"), ["lost", "lost"], "dropped after the second")
        rows = self.rows()
        for name, became in (("decode", "lost"), ("linear", "lost"), ("two passes", "wrong"), ("naive/112", "ok")):
            self.assertEqual(rows[name]["status"], became, said)
        self.assertGreater(float(rows["two passes"]["time_s"]), 0)
        self.assertEqual(self.statuses("naive") + self.statuses("pipelined"), ["ok"] * 8)

        right = {name: row for name, row in rows.items() if row["status"] == "ok"}
        self.assertEqual(self.session(30)[0], 1)  # the same build does not try again
        self.assertEqual(self.rows(), rows)
        self.build_anew()
        status, said = self.session(30)
        self.assertEqual(status, 0, said)
        again = self.rows()
        self.assertEqual(len(again), OWN)
        self.assertEqual({row["status"] for row in again.values()}, {"ok"})
        for name, row in right.items():
            self.assertEqual(again[name], row)

    def test_a_session_too_short_ends_in_time_with_the_first_points(self):
        status, said = self.session(2)
        self.assertEqual(status, 0, said)
        first = list(self.rows())
        order = [each[0] for each in PLAN]
        self.assertEqual(first, sorted(first, key=order.index))
        self.assertEqual(first[:2], order[:2])  # of later ones the larger may be left out
        self.assertLess(len(first), OWN)
        self.session(30)
        self.assertEqual(len(self.rows()), OWN)

    def test_a_program_that_says_nothing_is_ended(self):
        self.write("plan.csv", PLAN[:4])
        status, said = self.session(20, "stop:TensorCore")
        self.assertEqual(status, 1)
        self.assertIn("it says nothing", said)
        self.assertEqual(self.rows("smoke.csv")["smoke/tensor-core"]["status"], "lost")
        self.assertEqual(self.rows()["pipelined/64"]["status"], "ok")

    def test_a_full_disk_keeps_what_is_there(self):
        self.session(2)
        before = self.rows()
        size_B = (self.folder / "results" / "results.csv").stat().st_size
        status, said = self.session(10, limit_B=size_B + 900)
        self.assertEqual(status, 2, said)
        self.assertIn("nothing more can be measured", said)
        after = self.rows()
        self.assertEqual({name: after[name] for name in before}, before)
        self.session(30)
        self.assertEqual(len(self.rows()), OWN)

    def test_what_is_lacking_is_said(self):
        (self.folder / "plan.csv").unlink()
        done = subprocess.run([ROOT / "tools" / "measure_session.sh", self.folder, "10"], stderr=subprocess.PIPE,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (2, f"{self.folder.resolve()}: lacks plan.csv\n"))


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    unittest.main()
