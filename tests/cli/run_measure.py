"""Measuring as a user meets it: plans, the runner beside the program, and what becomes of its results.

The runner is a stand-in here, a script that makes results up: nothing in these tests is measured.

Usage: run_measure.py PROGRAM [unittest's arguments]
"""
import csv
import io
import json
import os
import re
import shutil
import signal
import time
from pathlib import Path

from case import Case, run_tests
from program import ERROR, Program, files_below

SUITE = "good/measure.yaml"
ONE = ["measure", SUITE, "--only", "tokens=512/mask=causal/64:64"]
# Writes a row for every row of the plan, with the texts of CHANGES put into it.
RUNNER = """#!/usr/bin/env python3
import csv, os, sys, time
plan, o, results = sys.argv[1:]
assert o == "-o"
print("on stdout"); print("on stderr", file=sys.stderr, flush=True)
{before}
rows = list(csv.DictReader(open(plan)))
columns = open({header!r}).readline().strip().split(",")
with open(results, "w") as file:
    out = csv.DictWriter(file, columns, restval="", lineterminator="\\n")
    out.writeheader()
    for row in rows:
        out.writerow({{**row, "status": "ok", "time_s": "0.002", "time_min_s": "0.002", "time_max_s": "0.002",
                      "device": "made-up H200", **{changes!r}}})
sys.exit({status})
"""


class Plans(Case):
    def test_the_plan_is_one_file_and_no_runner_is_needed(self):
        before = files_below(self.folder)
        result = self.run_program("measure", SUITE, "--plan", "new/plan.csv")
        self.assertEqual((result.out, result.err), ("", "wrote new/plan.csv\n"))
        self.assertEqual(files_below(self.folder), sorted([*before, str(self.folder / "new/plan.csv")]))
        rows = self.rows("new/plan.csv")
        self.assertEqual(len(rows), 12)
        self.assertEqual({row["mask"] for row in rows}, {"causal", "window=128,causal=1"})
        self.assertEqual(self.run_program("measure", SUITE, "--plan", "plan.csv", "-q").err, "")

    def test_points_are_chosen_by_name(self):
        self.run_program("measure", SUITE, "--plan", "plan.csv", "--only", "mask=causal/128:64")
        self.assertEqual({row["q_tile"] + row["mask"] for row in self.rows("plan.csv")}, {"128causal"})
        self.assert_refused(["measure", SUITE, "--plan", "none.csv", "--only", "tokens=3"],
                            "--only tokens=3: none of the 12 points has that in its name, as "
                            "'windows/fast/tokens=512/mask=causal/64:64' has")

    def test_the_same_suite_gives_the_same_plan(self):
        for name in ("a.csv", "b.csv"):
            self.run_program("measure", "kernels", "--plan", name, "-q")
        self.assertEqual((self.folder / "a.csv").read_bytes(), (self.folder / "b.csv").read_bytes())

    def test_a_place_that_cannot_be_written_is_refused(self):
        (self.folder / "file").write_text("")
        self.assert_refused(["measure", SUITE, "--plan", "file/plan.csv"], "file/plan.csv: cannot be written: Not a "
                            "directory")

    def test_another_suite_is_refused(self):
        self.assert_refused(["measure", "good/suite.yaml", "--plan", "plan.csv"],
                            "good/suite.yaml:1:1: suite: unknown key; known: measure, predict, timings")

    def test_without_the_runner_it_says_what_is_missing(self):
        before = files_below(self.folder)
        with_runner = (self.program.path.parent / "tilewright-kernels").exists()
        if with_runner:
            self.skipTest("this build has the runner")
        result = self.run_program("measure", SUITE, status=3)
        self.assertEqual(result.err, f"{ERROR}no tilewright-kernels beside this program: 'make kernels' builds it, "
                         "with nvcc of the CUDA Toolkit; --plan FILE writes what to measure on another machine\n")
        self.assertEqual(files_below(self.folder), before)


class Runner(Case):
    """A copy of the program with a stand-in beside it."""

    def setUp(self):
        super().setUp()
        (self.folder / "bin").mkdir()
        self.copy = Program(shutil.copy2(self.program.path, self.folder / "bin" / "tilewright"))

    def stand_in(self, changes=None, status=0, before=""):
        header = Path(__file__).resolve().parent / "good" / "measured" / "made-up.csv"
        runner = self.folder / "bin" / "tilewright-kernels"
        runner.write_text(RUNNER.format(header=str(header), changes=changes or {}, status=status, before=before))
        runner.chmod(0o755)

    def measure(self, *args, status=0):
        result = self.copy.run([*ONE, *args], self.folder)
        self.assertEqual(result.status, status, result.err)
        return result

    def test_prints_a_row_per_point_and_leaves_plan_and_results(self):
        self.stand_in({"error": "0.003"})
        result = self.measure("--format", "csv")
        row, = csv.DictReader(io.StringIO(result.out))
        self.assertEqual((row["time_s"], row["error"], row["status"]), ("0.002", "0.003", "ok"))
        # 4 heads, 512 x 513 / 2 pairs, 64 elements, 4 FLOP each
        self.assertAlmostEqual(float(row["TFLOP_per_s"]), 4 * 4 * 64 * 512 * 513 / 2 / 0.002 * 1e-12)
        self.assertEqual(sorted(os.listdir(self.folder / "results" / "small")), ["plan.csv", "results.csv"])
        self.assertEqual(len(json.loads(self.measure("--format", "json", "-o", "out").out)), 1)
        self.assertEqual(sorted(os.listdir(self.folder / "out")), ["plan.csv", "results.csv"])

    def test_what_the_runner_says_goes_to_stderr(self):
        self.stand_in()
        result = self.measure()
        self.assertNotIn("on std", result.out)
        self.assertRegex(result.err, "(?s)on std(out|err)\n.*on std(out|err)\n")

    def test_a_wrong_result_is_a_failed_check(self):
        self.stand_in({"status": "wrong", "message": "differs", "time_s": ""}, status=1)
        self.assertRegex(self.measure(status=1).out, "wrong +differs")
        self.stand_in({"status": "wrong", "time_s": ""})  # a runner that forgets to say so
        self.measure(status=1)
        self.stand_in({"status": "unsupported", "time_s": ""})
        self.measure()

    def test_what_the_runner_lacks_or_refuses_it_says_itself(self):
        for status in (2, 3):
            self.stand_in(before=f"print('no device', file=sys.stderr); sys.exit({status})")
            result = self.measure(status=status)
            self.assertEqual(result.out, "")
            self.assertNotIn(ERROR, result.err)
            self.assertIn("no device\n", result.err)

    def test_goes_on_where_the_runner_lost_the_device(self):
        self.stand_in(before="was = os.path.exists('begun'); open('begun', 'w').close()\nif not was: sys.exit(4)")
        self.assertRegex(self.measure().out, "tokens=512.* ok")

    def test_a_runner_that_breaks_is_an_internal_error(self):
        self.stand_in(before="os.abort()")
        self.assertIn("internal error: tilewright-kernels ended with exit status 134", self.measure(status=70).err)

    def test_scattered_samples_are_told(self):
        self.stand_in({"time_max_s": "0.0031"})
        self.assertIn("samples lie 55 % of their median apart, more than 50 %", self.measure().err)

    def test_results_that_are_none_are_refused(self):
        self.stand_in({"time_s": "fast"})
        self.assertIn("results.csv:2: time_s: expected a number of at least 0, got 'fast'", self.measure(status=2).err)

    def test_an_interrupt_reaches_the_runner_and_keeps_what_is_done(self):
        self.stand_in(status=130, before="import signal\nopen('started', 'w')\n"
                      "signal.sigtimedwait([signal.SIGINT], 30) if signal.pthread_sigmask(signal.SIG_BLOCK, "
                      "[signal.SIGINT]) is not None else 0")
        process = self.copy.start(ONE, self.folder)
        self.addCleanup(process.kill)
        while not (self.folder / "started").exists():
            time.sleep(0.02)
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        self.assertRegex(out.decode(), r"tokens=512.* ok")


class Validation(Case):
    """Against made-up results."""
    command = ["validate", SUITE, "--reference", "good/measured"]

    def change(self, column, value, row=0):
        (self.folder / "changed").mkdir(exist_ok=True)
        rows = self.rows("good/measured/made-up.csv")
        rows[row][column] = value
        with open(self.folder / "changed" / "r.csv", "w") as file:
            out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            out.writeheader()
            out.writerows(rows)
        return ["validate", SUITE, "--reference", "changed"]

    def sections(self, *args, **options):
        return json.loads(self.run_program(*args, "--format", "json", **options).out)

    def suite(self, old, new):
        """The command with that changed in the suite."""
        text = (self.folder / SUITE).read_text()
        self.assertEqual(text.count(old), 1)
        (self.folder / "good" / "changed.yaml").write_text(text.replace(old, new))
        return ["validate", "good/changed.yaml", "--reference", "good/measured"]

    def test_judges_the_rows_that_do_not_calibrate(self):
        row = next(csv.DictReader(io.StringIO(self.run_program(*self.command, "--format", "csv").out)))
        self.assertEqual((row["kernel"], row["calibrated"], row["judged"]), ("fast", "8", "4"))
        rows = self.sections(*self.command, "--rows")["bounds"]
        self.assertEqual(sum(row["part"] == "judged" for row in rows), 4)
        for row in rows:
            self.assertAlmostEqual(row["error"], row["predicted"] / row["measured"] - 1)
            self.assertLess(row["bound"], row["measured"])

    def test_judges_models_by_the_same_rows(self):
        models, = self.sections(*self.command)["models"]
        self.assertEqual((models["source"], models["calibrated"], models["judged"]), ("model of fast", 4, 8))
        rows = self.sections(*self.command, "--rows")["models"]
        measured = {row["measured"] for row in self.sections(*self.command, "--rows")["bounds"]}
        self.assertEqual({row["measured"] for row in rows}, measured)
        self.assertEqual({row["problem"].split(", D 64, ")[1] for row in rows}, {"causal", "gna,window=128,causal=1"})
        simulated = self.sections(*self.command, "--rows", "--simulate")["models"]
        for estimate, cycles in zip(rows, simulated):
            self.assertAlmostEqual(cycles["predicted"] / estimate["predicted"], 1, delta=0.5)
        self.assertNotEqual([row["predicted"] for row in rows], [row["predicted"] for row in simulated])

    def test_prints_bounds_and_then_models(self):
        bounds, models = self.run_program(*self.command).out.split("\n\n")
        self.assertIn("bounds_beaten", bounds)
        self.assertIn("model of fast", models)

    def test_a_file_in_place_of_the_folder_is_of_both(self):
        rows = self.sections("validate", SUITE, "--data", "good/measured/made-up.csv")
        self.assertEqual(rows, self.sections(*self.command))
        self.assert_refused(["validate", SUITE, "--data", "none.csv"], "none.csv: no such file")

    def test_a_model_that_errs_more_than_allowed_is_a_failed_check(self):
        end = "      calibrate: {short: keys <= 512}\n"
        self.run_program(*self.suite(end, f"{end}      within: {{time_s: {{worst: 0.01}}}}\n"), status=1)
        loose = self.suite(end, f"{end}      within: {{time_s: {{mean: 10}}}}\n")
        models, = self.sections(*loose)["models"]
        self.assertEqual(models["met"], "yes")

    def test_without_models_there_is_one_table(self):
        text = (self.folder / SUITE).read_text()
        command = self.suite(text[text.index("timings:"):], "")
        self.assertEqual(self.sections(*command), self.sections(*self.command)["bounds"])
        self.assert_refused([*command, "--simulate"], "--simulate: is for suites with timings of kernels; "
                            "'good/changed.yaml' is another kind of suite")

    def test_results_calibrate_the_models(self):
        self.suite("reference: tests/cli/nothing", f"reference: {self.folder}/good/measured")
        self.run_program("calibrate", "good/changed.yaml", "-o", "fitted", "-q")
        fitted = (self.folder / "fitted/pipelined.yaml").read_text()
        self.assertIn("kernel:\n  name: pipelined\n  calibrations:\n    h200:\n", fitted)
        self.assertEqual(fitted.count("made-up.csv:"), 4)

    def test_writes_rows_page_and_figure(self):
        result = self.run_program(*self.command, "-o", "out")
        written = [line for line in result.err.splitlines() if "warning: " not in line]
        self.assertEqual(written, ["wrote out/index.html", "wrote out/parity.svg", "wrote out/validation.csv",
                                   "wrote out/validation-models.csv"])
        self.assertEqual(len(self.rows("out/validation.csv")), 12)
        self.assertEqual(len(self.rows("out/validation-models.csv")), 12)
        self.assertIn("</svg>", (self.folder / "out" / "parity.svg").read_text())

    def test_a_beaten_bound_is_a_failed_check(self):
        result = self.run_program(*self.change("time_s", "1e-9"), status=1)
        self.assertRegex(result.err, "windows/fast/tokens=512/mask=causal/64:64: 1e-09 s measured, but .* take at least")

    def test_a_wrong_result_is_a_failed_check(self):
        result = self.run_program(*self.change("status", "wrong"), status=1)
        self.assertIn("windows/fast/tokens=512/mask=causal/64:64: the result is wrong", result.err)

    def test_without_measurements_it_says_how_to_get_them(self):
        (self.folder / "empty").mkdir()
        for args in (["validate", SUITE], ["validate", SUITE, "--reference", "empty"], ["calibrate", SUITE, "-o", "fitted"],
                     ["validate", SUITE, "--simulate"]):
            result = self.run_program(*args, status=3)
            self.assertEqual(result.out, "")
            self.assertEqual(result.err.count("\n"), 1)
            self.assertTrue(re.search("has no measurements yet; on a machine with the GPU: tilewright measure small",
                                      result.err), result.err)

    def test_refuses_a_place_that_cannot_be_written_before_it_works(self):
        (self.folder / "file").write_text("")
        self.assert_refused([*self.command, "-o", "file"], f"{self.folder}/file: is not a folder")


if __name__ == "__main__":
    run_tests()
