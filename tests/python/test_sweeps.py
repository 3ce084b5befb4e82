"""Sweeps: on this machine and on workers of Dask, one of which is killed; the store is that of the command line."""
import contextlib
import importlib.util
import os
import re
import signal
import sqlite3
import subprocess
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

import tilewright as tw
from tilewright import sweeps

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/bin/tilewright"
# That of the command line's tests, and a search.
STUDY = (ROOT / "tests/cli/sweeps.yaml").read_text() + """    - {name: found, over: [edge], workload: attention, set: {S: 1024, H: edge}, arch: gpu/h100-sxm5,
       mapping: {map: {objective: time, kernel: [flash-attention-3, flash-attention-2]}}}
"""
HOME = re.compile(r"/[^ ']*?/configs/")
HAS_DASK = importlib.util.find_spec("distributed") is not None


def content(file):
    """What a store says, in an order of its own, wherever configs/ is and whichever commit built the program."""
    def plain(value):
        return HOME.sub("configs/", value) if isinstance(value, str) else value

    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        names = sorted(row[1] for row in store.execute("PRAGMA table_info(results)") if row[1] != "commit")
        columns = ", ".join(f'"{name}"' for name in names)
        rows = store.execute(f"SELECT {columns} FROM results ORDER BY study, series, number").fetchall()
        mappings = store.execute("SELECT digest, text FROM mappings ORDER BY digest").fetchall()
        return (names, [tuple(map(plain, row)) for row in rows], mappings,
                store.execute("SELECT count(*) FROM records").fetchone())


class Sweeps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        (cls.folder / "study.yaml").write_text(STUDY)
        subprocess.run([PROGRAM, "sweep", "study.yaml", "-o", "program", "-q"], cwd=cls.folder, check=True,
                       capture_output=True)
        cls.expected = content(cls.folder / "program/results.sqlite")
        cls.points = len(cls.expected[1])

    def assert_same(self, file):
        """As assertEqual, which takes minutes to say how two stores differ."""
        for what, expected, got in zip(("columns", "rows", "mappings", "records"), self.expected, content(file)):
            differing = [pair for pair in zip(expected, got) if pair[0] != pair[1]][:1]
            self.assertTrue(len(expected) == len(got) and not differing, f"{what}: {differing}")

    def test_on_this_machine(self):
        done = tw.sweep(self.folder / "study.yaml", self.folder / "here", jobs=2)
        self.assertEqual(done.points, self.points)
        self.assertGreater(done.computed, 1000)
        self.assert_same(self.folder / "here/results.sqlite")
        self.assertEqual(tw.sweep(STUDY, self.folder / "here/results.sqlite"), (self.points, 0))
        self.assertEqual(len(tw.read_store(self.folder / "here")), self.points)

    def test_what_is_wrong_is_said(self):
        with self.assertRaisesRegex(tw.InputError, "<study>:3:3: study.nam: unknown key; did you mean 'name'"):
            tw.sweep({"study": {"nam": "x"}}, self.folder / "wrong")
        with self.assertRaisesRegex(tw.InputError, "did you mean 'fusemax'"):
            tw.sweep("fusemx", self.folder / "wrong")
        with self.assertRaisesRegex(tw.InputError, "batch"):
            tw.sweep(STUDY, self.folder / "wrong", batch=0)

    def test_results_of_other_models_or_files_are_not_taken(self):
        plan = tw._core.study_plan(STUDY, "<study>", 0)
        points = plan.pending(str(self.folder / "others"), 0)[:8]
        contents = plan.contents_of(points)
        results = tw._core.study_plan(STUDY, "<study>", 1).compute(points, contents, plan.mappings)
        self.assertEqual(len(results), len(points))
        other_files = {group: ["0" * 32] * len(files) for group, files in contents.items()}
        self.assertEqual(plan.compute(points, other_files, plan.mappings), [])
        other_digests = [(n, "0" * 32, record, mapping) for n, _, record, mapping in results]
        self.assertEqual(plan.put(other_digests), 0)
        self.assertEqual(plan.put(results), len(points))

    @unittest.skipUnless(HAS_DASK, "needs distributed")
    def test_workers_of_dask_one_of_which_is_killed(self):
        from distributed import Client, LocalCluster

        killed = []
        taken = []
        with LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None,
                          silence_logs=50) as cluster, Client(cluster) as client:
            workers = list(client.run(os.getpid).values())
            put = sweeps._put

            def kill_one_and_put(plan, results):
                if not killed:
                    killed.append(workers[0])
                    os.kill(workers[0], signal.SIGKILL)
                taken.append(put(plan, results))
                return taken[-1]

            with mock.patch.object(sweeps, "_put", kill_one_and_put), warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)
                done = tw.sweep(self.folder / "study.yaml", self.folder / "dask", client, batch=16)
        self.assertEqual(len(killed), 1)
        self.assertGreater(sum(taken), done.computed / 2)  # the rest are sequences, and what says which files are read
        self.assertEqual(done.points, self.points)
        self.assert_same(self.folder / "dask/results.sqlite")


if __name__ == "__main__":
    unittest.main()
