#!/usr/bin/env python3
"""Sweeps that are killed, that share a store, that are parts of a whole: the store at the end is the same.

run_sweeps.py PROGRAM [unittest's arguments]
"""
import os
import random
import shutil
import signal
import sqlite3
import time

from case import Case, run_tests
from program import HERE

KILLS = 20
STUDY = (HERE / "sweeps.yaml").read_text()
SEARCH = """study:
  name: searches
  axes: {rows: [8, 16, 24]}
  series:
    - {name: found, over: [rows], workload: inputs/product.yaml, set: {S: rows}, arch: inputs/array.yaml,
       mapping: {map: {objective: edp}}}
"""


class Sweeps(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "study.yaml").write_text(STUDY)

    def content(self, folder):
        """What a store says, in an order of its own."""
        with sqlite3.connect(f"file:{self.folder / folder}/results.sqlite?mode=ro", uri=True) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            names = [row[1] for row in store.execute("PRAGMA table_info(results)")]
            columns = ", ".join(f'"{name}"' for name in sorted(names))
            rows = store.execute(f"SELECT {columns} FROM results ORDER BY study, series, number").fetchall()
            records = store.execute("SELECT count(*) FROM records").fetchone()[0]
        return sorted(names), rows, records

    def whole(self):
        self.run_program("sweep", "study.yaml", "-o", "whole", "-q")
        return self.content("whole")

    def start(self, *args):
        process = self.program.start(["sweep", "study.yaml", "-q", *args], self.folder)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for pipe in process.stdout, process.stderr:
            self.addCleanup(pipe.close)
        return process

    def test_killed_at_any_moment_it_goes_on_to_the_same_store(self):
        begin = time.monotonic()
        whole = self.whole()
        duration_s = time.monotonic() - begin
        moments = random.Random(1)
        killed = 0
        for _ in range(KILLS):
            process = self.start("-o", "killed")
            time.sleep(moments.uniform(0, 0.3) * duration_s)
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += process.returncode == -signal.SIGKILL
        self.assertGreater(killed, 0)
        self.run_program("sweep", "study.yaml", "-o", "killed", "-q")
        self.assertEqual(self.content("killed"), whole)

    def test_two_at_once_make_one_store(self):
        whole = self.whole()
        both = [self.start("-o", "shared") for _ in range(2)]
        for process in both:
            _, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, err)
        self.assertEqual(self.content("shared"), whole)

    def test_shards_merge_into_the_whole(self):
        whole = self.whole()
        for number in 1, 2, 3:
            self.run_program("sweep", "study.yaml", "-o", f"part-{number}", "-q", "--shard", f"{number}/3")
        self.run_program("merge", "merged", "part-1", "part-2", "part-3", "-q")
        again = self.run_program("sweep", "study.yaml", "-o", "merged")
        self.assertIn(": 1620 points, 540 computed now\n", again.err)  # the sequences
        self.assertEqual(self.content("merged"), whole)

    def test_a_rerun_computes_what_has_changed_and_nothing_else(self):
        self.run_program("sweep", "good/study.yaml", "-o", "out", "-q")
        again = ["sweep", "good/study.yaml", "-o", "out"]
        self.assertIn(", 0 computed now\n", self.run_program(*again).err)
        arch = self.folder / "good/arch.yaml"
        arch.write_text(arch.read_text() + "# a comment is another content\n")
        self.assertIn(", 2 computed now\n", self.run_program(*again).err)
        self.assertIn(", 0 computed now\n", self.run_program(*again).err)
        study = (self.folder / "good/study.yaml").read_text()
        (self.folder / "good/study.yaml").write_text(study.replace("[64, 128]", "[64, 128, 192]"))
        self.assertIn(": 3 points, 1 computed now\n", self.run_program(*again).err)

    def test_what_a_search_found_is_kept_and_written_again(self):
        shutil.copytree(HERE / "inputs", self.folder / "inputs")
        (self.folder / "searches.yaml").write_text(SEARCH)
        self.run_program("sweep", "searches.yaml", "-o", "found", "-q")
        mappings = self.folder / "found/mappings"
        texts = {name: (mappings / name).read_text() for name in sorted(os.listdir(mappings))}
        self.assertEqual(list(texts), ["found-1.yaml", "found-2.yaml", "found-3.yaml"])
        for name in texts:
            (mappings / name).unlink()
        self.assertIn(", 0 computed now\n", self.run_program("sweep", "searches.yaml", "-o", "found").err)
        self.assertEqual({name: (mappings / name).read_text() for name in texts}, texts)

    def test_shards_that_are_none_are_refused(self):
        for text in "0/2", "3/2", "1", "1/2x", "-1/2":
            refused = self.run_program("sweep", "study.yaml", "-o", "out", f"--shard={text}", status=2)
            self.assertIn("--shard: expected NUMBER/OF, as in 2/8, with a number from 1 to OF", refused.err)
        both = self.run_program("sweep", "study.yaml", "--dry-run", "--shard", "1/2", status=2)
        self.assertIn("--shard: --dry-run says all points", both.err)

    def test_a_dry_run_computes_and_writes_nothing(self):
        out = self.run_program("sweep", "study.yaml", "-o", "out", "--dry-run").out
        self.assertRegex(out, r"all +1620 +0 ")
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    run_tests()
