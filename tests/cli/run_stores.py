"""What a user meets around stores: what is asked of them, taken into them and written from them.

Usage: run_stores.py PROGRAM [unittest's arguments]
"""
import csv
import io
import json
import os
import signal
import sqlite3
import time
from math import prod

from case import Case, run_tests

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
STUDY = """study:
  name: little
  axes: {rows: [64, 128, 256], tile: [1, 2]}
  series:
    - {name: one, over: [rows, tile], workload: good/workload.yaml, set: {M: rows}, arch: good/arch.yaml, mapping: good/mapping.yaml}
    - {name: two, over: [rows, tile], workload: good/workload.yaml, set: {M: rows * tile}, arch: good/arch.yaml, mapping: good/mapping.yaml}
"""


class Stores(Case):
    def setUp(self):
        super().setUp()
        (self.folder / "little.yaml").write_text(STUDY)
        self.run_program("sweep", "little.yaml", "-q", "-o", "out")
        self.run_program("merge", "kept.sqlite", "out", "-q")
        self.records = json.loads(self.run_program("sweep", "little.yaml", "-q", "-o", "out", "--format", "json").out)["records"]

    def query(self, sql, *args):
        return self.run_program("query", "kept.sqlite", sql, *args).out

    def test_other_programs_read_it(self):
        self.assertEqual(os.listdir(self.folder).count("kept.sqlite-wal"), 0)
        with sqlite3.connect(self.folder / "kept.sqlite") as database:
            rows = database.execute("SELECT time_s FROM results ORDER BY series, number").fetchall()
        self.assertEqual([row[0] for row in rows], [record["time_s"] for record in self.records])
        database.close()

    def test_formats_of_a_query_agree(self):
        sql = 'SELECT series, "point.rows", time_s FROM results'
        rows = json.loads(self.query(sql, "--format", "json"))
        self.assertEqual([row["time_s"] for row in rows], [record["time_s"] for record in self.records])
        read = list(csv.DictReader(io.StringIO(self.query(sql, "--format", "csv"))))
        self.assertEqual([float(row["time_s"]) for row in read], [row["time_s"] for row in rows])
        self.assertEqual(self.query(sql).count("\n"), len(rows) + 2)

    def test_csv_of_many_rows_has_one_head(self):
        many = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {}) SELECT x FROM c"
        for count in (999, 1000, 1001, 2000):
            text = self.query(many.format(count), "--format", "csv")
            self.assertEqual(text, "x\n" + "".join(f"{i}\n" for i in range(1, count + 1)))
        self.assertEqual(self.query("SELECT 1 AS x WHERE 0", "--format", "csv"), "x\n")

    def test_refuses_what_would_be_lost(self):
        self.assert_refused(["query", "kept.sqlite", "SELECT 1 AS a, 2 AS a", "--format", "json"],
                            "query: two columns have the name 'a'; name one with AS")
        self.assert_refused(["export", "kept.sqlite", "--to", "a.csv", "-o", "out"],
                            "export: --output: --to says which file it writes")
        self.assert_refused(["export", "kept.sqlite", "--to", "a.csv", "--format", "json"],
                            "export: --format: it prints no tables")
        self.assert_refused(["summarize", "kept.sqlite", "--by", "series"], "--by: expected --best or --mean as well")
        self.assert_refused(["summarize", "kept.sqlite", "--best", "tme_s"],
                            "kept.sqlite: no record of study 'little' has a field 'tme_s'; did you mean 'time_s'?")
        self.assert_refused(["summarize", "kept.sqlite", "--series", "three"],
                            "kept.sqlite: study 'little' has no series 'three'; known: one, two")
        self.assert_refused(["summarize", "kept.sqlite", "--study", "litle"],
                            "kept.sqlite: no study 'litle'; did you mean 'little'?")

    def test_an_endless_query_is_interrupted(self):
        process = self.program.start(["query", "kept.sqlite", ENDLESS], self.folder)
        self.addCleanup(process.kill)
        time.sleep(0.5)
        self.assertIsNone(process.poll(), "ended by itself")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, err.decode()), (130, "tilewright: error: interrupted\n"))

    def test_export_is_what_sweep_wrote(self):
        self.run_program("export", "kept.sqlite", "--to", "a.csv", "-q")
        swept = self.run_program("sweep", "little.yaml", "-q", "-o", "out", "--format", "csv").out
        self.assertEqual((self.folder / "a.csv").read_text(), swept)
        self.assertEqual(self.run_program("export", "kept.sqlite", "--to", "a.json").err, "wrote a.json\n")
        self.assertEqual(json.loads((self.folder / "a.json").read_text())["records"], self.records)
        self.run_program("export", "kept.sqlite", "--to", "a.jsonl", "-q")
        lines = (self.folder / "a.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line) for line in lines], self.records)

    def test_says_what_has_no_result(self):
        with sqlite3.connect(self.folder / "kept.sqlite") as database:
            database.execute("DELETE FROM records WHERE id = 1")
        database.close()
        left = self.run_program("query", "kept.sqlite", "SELECT count(*) AS n FROM results", "--format", "csv").out
        missing = 12 - int(left.split()[1])
        self.assertGreater(missing, 0)
        self.assertIn(f"{missing} of the 12 points of 'little' have no result yet",
                      self.run_program("export", "kept.sqlite", "--to", "a.csv").err)

    def test_summaries_by_hand(self):
        times = [record["time_s"] for record in self.records]
        rows = json.loads(self.run_program("summarize", "kept.sqlite", "--mean", "geometric:time_s", "--by", "series",
                                           "--format", "json").out)
        for row, of in zip(rows, (times[:6], times[6:])):
            self.assertAlmostEqual(row["time_s"] / prod(of) ** (1 / 6), 1)
            self.assertEqual((row["values"], row["without_value"]), (6, 0))
        both = json.loads(self.run_program("summarize", "kept.sqlite", "--pareto", "time_s", "--best", "max:time_s",
                                           "--format", "json").out)
        self.assertEqual({row["time_s"] for row in both["pareto"]}, {min(times)})
        self.assertEqual(both["best"][0]["time_s"], max(times))
        grid = json.loads(self.run_program("summarize", "kept.sqlite", "--sensitivity", "time_s", "--series", "one",
                                           "--format", "json").out)
        rows_axis, tile_axis = grid
        self.assertAlmostEqual(rows_axis["ratio"], max(times[:6]) / min(times[:6]))
        self.assertEqual((tile_axis["ratio"], tile_axis["groups"]), (1, 3))

    def test_rows_without_a_value_are_counted(self):
        with sqlite3.connect(self.folder / "kept.sqlite") as database:
            database.execute("INSERT INTO shapes(names) VALUES('[\"infeasible\"]')")
            database.execute("INSERT OR IGNORE INTO fields(of, name, \"column\") VALUES('records', 'infeasible', NULL)")
            database.execute("UPDATE records SET more = '{\"infeasible\": \"too large\"}', "
                             "shape = (SELECT max(id) FROM shapes) WHERE id = 1")
        database.close()
        err = self.run_program("summarize", "kept.sqlite", "--best", "time_s").err
        self.assertRegex(err, r"warning: \d of 12 points have no value of time_s\n$")

    def test_a_share_of_each_machine_is_the_whole(self):
        for number, name in enumerate(("one", "two")):
            text = STUDY.replace("name: little", f"name: {name}")
            lines = text.splitlines()
            del lines[5 - number]
            (self.folder / f"{name}.yaml").write_text("\n".join(lines) + "\n")
            self.run_program("sweep", f"{name}.yaml", "-q", "-o", name)
        self.run_program("merge", "both.sqlite", "one", "two", "-q")
        names = json.loads(self.run_program("query", "both.sqlite", "SELECT name FROM studies", "--format", "json").out)
        self.assertEqual([row["name"] for row in names], ["one", "two"])
        self.assert_refused(["export", "both.sqlite", "--to", "a.csv"],
                            "both.sqlite: has 2 studies; name one: one, two")


if __name__ == "__main__":
    run_tests()
