"""What a user meets around the numbers: exit statuses, formats, files, signals.

Usage: run_behaviour.py PROGRAM [unittest's arguments]
"""
import csv
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import time

from case import Case, run_tests
from program import ERROR, HOME

EVALUATE = ["evaluate", "good/workload.yaml", "good/arch.yaml", "good/mapping.yaml"]
SWEEP = ["sweep", "good/study.yaml", "-o", "out"]
FUSEMAX = ["evaluate", "BERT", "fusemax/proposal", "fusemax/binding"]

SEARCHES = """study:
  name: searches
  axes: {heads: [12]}
  series:
    - {name: quick, over: [heads], workload: good/workload.yaml, arch: fusemax/proposal, mapping: {map: {objective: time}}}
    - {name: slow, over: [heads], workload: BERT, arch: fusemax/baseline, mapping: {map: {objective: edp}}}
"""


class CommandLine(Case):
    def test_help_and_version_are_no_errors(self):
        verbs = ("list", "analyze", "mask", "evaluate", "sweep", "report", "validate")
        text = self.run_program("--help").out
        for verb in verbs:
            self.assertIn(f"\n  {verb} ", text)
            self.assertIn("Usage: ", self.run_program(verb, "--help").out)
        self.assertRegex(self.run_program("--version").out, r"^tilewright \d+\.\d+\.\d+ \(.+\)\n$")

    def test_help_says_which_values_an_option_takes(self):
        simulate = self.run_program("simulate", "--help").out
        self.assertIn("--trace-multiprocessors INT in [1 - 100000], default 4, with --trace\n", simulate)
        self.assertIn("  arch TEXT REQUIRED ", simulate)
        self.assertIn("  --set TEXT ... ", simulate)
        self.assertIn("--kv-tiling {static,dynamic,gathered}\n", self.run_program("bound", "--help").out)
        self.assertIn("--calibrations DIR ", self.run_program("validate", "--help").out)

    def test_lists_calibrations(self):
        names = [row["name"] for row in json.loads(self.run_program("list", "calibrations", "--format", "json").out)]
        self.assertIn("flash-attention-3/h100-sxm5", names)
        self.assertIn("flash-attention-3/h100-sxm5/tritonbench", names)
        self.assertRegex(self.run_program("list").out, r"\ncalibrations  flash-attention-3/h100-sxm5 *\n")

    def test_lists_kernels_with_what_they_are(self):
        rows = json.loads(self.run_program("list", "kernels", "--format", "json").out)
        about = {row["name"]: row["description"] for row in rows}
        self.assertEqual(about["cudnn-sdpa"], "fused attention of the vendor library, two warp groups "
                                              "(model; calibrated on h100-sxm5, h200; runs)")
        self.assertRegex(about["tiled"], r"\(runs\)$")
        self.assertRegex(about["natten-fna-flex"], r"\(tiles\)$")

    def test_list_has_the_fields_of_records(self):
        rows = json.loads(self.run_program("list", "fields", "--format", "json").out)
        self.assertIn({"name": "edp_Js", "unit": "J s", "kind": "number", "in_sequence": "energy_J * time_s",
                       "meaning": "energy-delay product"}, rows)
        self.assertNotIn("edp_Js", self.run_program("list").out)

    def test_says_what_is_wrong(self):
        for args, message in {
            (): "expected a verb; 'tilewright --help' lists them",
            ("-q",): "expected a verb; 'tilewright --help' lists them",
            ("evalute",): "no verb 'evalute'; did you mean 'evaluate'?",
            ("-q", "evalute", "x"): "no verb 'evalute'; did you mean 'evaluate'?",
            ("list", "--fromat", "json"): "no option '--fromat'; did you mean '--format'?",
            ("--fromat=json", "list"): "no option '--fromat=json'; did you mean '--format'?",
            ("evaluate", "--arch_set", "N=1"): "no option '--arch_set'; did you mean '--arch-set'?",
            ("list", "--format", "xml"): "list: --format: xml not in {table,json,csv}",
            ("list", "-j", "many"): "list: --jobs: Value many not in range 0 to 1024",
            ("list", "-j", "-1"): "list: --jobs: Value -1 not in range 0 to 1024",
            ("list", "--verbose=2"): "list: --verbose takes no value",
            ("bound", "--advise=0"): "bound: --advise takes no value",
            ("list", "archs", "more"): "list: unexpected argument 'more'",
            ("list", "arch"): "no kind 'arch'; did you mean 'archs'?",
            ("analyze",): "analyze: cascade is required",
            ("evaluate", "BERT"): "evaluate: arch is required",
            ("evaluate", "BRET", "a", "b"): "no 'BRET' in configs/workloads, nor is it a file; did you mean 'BERT'?",
            ("analyze", "two\nlines.yaml"): None,
        }.items():
            with self.subTest(args):
                if message:
                    self.assert_refused(args, message)
                else:
                    self.assertEqual(self.run_program(*args, status=2).err.count("\n"), 1)

    def test_refuses_settings(self):
        shapes = f"{HOME}/configs/workloads/BERT.yaml:10:5: workload.shapes"
        for setting, message in {
            "S": "setting S: expected NAME=VALUE, as in S=4096",
            "=4": "setting =4: expected NAME=VALUE, as in S=4096",
            "S=": "setting S=: expected an expression, got nothing",
            "S=4 5": "setting S=4 5: expected an operator, got '5'",
            "S=4 KiB": "setting S=4 KiB: expected a plain, finite number, got '4 KiB'",
            "S=1/0": "setting S=1/0: expected a plain, finite number, got '1/0'",
            "S=M": "setting S=M: expected a plain, finite number, got 'M'",
            "SS=4": f"{shapes}: no shape 'SS' to set; did you mean 'S'?",
        }.items():
            with self.subTest(setting):
                self.assert_refused([*FUSEMAX, "--set", setting], message)
        self.assert_refused([*FUSEMAX, "--set", "S=1", "--set", "S=2"], "setting S=2: 'S' is set twice")
        self.assert_refused([*FUSEMAX, "--arch-set", "rf_words=1"],
                            f"{HOME}/configs/archs/fusemax/proposal.yaml:8:3: arch: no parameter 'rf_words' to set; "
                            "did you mean 'rf_2d_words'?")

    def test_refuses_options_that_have_no_effect(self):
        beside = ["analyze", "good/chain.yaml", "--dot"]
        for args, message in {
            ("list", "-o", "out"): "list: --output: it writes no files",
            ("bound", "-o", "out"): "bound: --output: it writes no files",
            ("report", "good", "--format", "csv"): "report: --format: it prints no tables",
            (*EVALUATE, "--export", "accelforge"): "--export: expected -o DIR as well",
            (*EVALUATE, "--export", "other", "-o", "out"): "evaluate: --export: other not in {accelforge}",
            ("mask", "--patterns", "--layout", "64"): "mask: --layout: has no effect beside --patterns",
            ("mask", "causal", "--patterns"): "mask: mask: has no effect beside --patterns",
            (*beside, "--set", "M=64"): "analyze: --set: has no effect beside --dot",
            (*beside, "--format", "json"): "analyze: --format: has no effect beside --dot",
            ("measure", "good/measure.yaml", "--plan", "plan.csv", "-o", "out"):
                "measure: --output: has no effect beside --plan",
            ("mask", "causal", "--layout", "64", "--ascii", "--format", "json"):
                "--ascii: has no effect beside --format json or csv",
            ("mask", "causal", "--layout", "64", "--query-tile", "1", "--format", "csv"):
                "--query-tile: has no effect beside --format json or csv without -o",
        }.items():
            with self.subTest(args):
                self.assert_refused(args, message)

    def test_says_how_long_a_verb_took_where_asked(self):
        self.assertRegex(self.run_program("list", "masks", "-v").err, r"^tilewright: debug: list took \d+\.\d{3} s\n$")

    def test_lists_what_files_say_of_themselves(self):
        rows = json.loads(self.run_program("list", "masks", "--format", "json").out)
        self.assertIn({"kind": "masks", "name": "image-window",
                       "description": "image tokens, each with a window of 80x80 around it"}, rows)

    def test_analyze_warns_of_what_it_leaves_out_of_a_workload(self):
        result = self.run_program("analyze", "attention-3pass", "--workload", "attention", "--format", "json")
        file = f"{HOME}/configs/workloads/attention.yaml"
        self.assertIn(f"{file}: workload.mask has no effect here", result.err)
        self.assertIn(f"{file}: workload.ranks.kv_heads has no effect here", result.err)
        names = json.loads(result.out)["cascade"]
        self.assertEqual((names[0]["cascade"], names[0]["workload"]), ("attention-3pass", "attention"))

    def test_analyze_takes_the_words_of_each_tensor(self):
        args = ["analyze", "attention-3pass", "--workload", "attention-passes", "--format", "json"]
        tensors = {row["tensor"]: row for row in json.loads(self.run_program(*args).out)["tensors"]}
        self.assertEqual(tensors["GM"]["footprint_B"], 4 * tensors["GM"]["elements"])
        self.assertEqual(tensors["QK"]["footprint_B"], 2 * tensors["QK"]["elements"])

    def test_analyze_takes_shapes_that_the_workload_leaves_open(self):
        args = ["analyze", "good/tiled.yaml", "--workload", "good/workload.yaml"]
        self.assertIn("elements in and out", self.run_program(*args, "--set", "M0=16").out)
        missing = "good/tiled.yaml:5:24: rank 'M0' has no shape; give it one, as in --set M0=256"
        self.assert_refused(args, missing)


class Formats(Case):
    commands = (["list"], ["mask", "causal", "--layout", "64"], ["mask", "--patterns"],
                ["analyze", "good/chain.yaml", "--workload", "good/workload.yaml"], EVALUATE, [*SWEEP, "-q"], ["validate", "good/suite.yaml"], ["validate", "good/suite.yaml", "--rows"])

    def test_json_is_json(self):
        for args in self.commands:
            with self.subTest(args):
                result = self.run_program(*args, "--format", "json")
                self.assertTrue(json.loads(result.out))
                self.assertEqual(result.err, "")

    def test_csv_has_as_many_values_in_every_row(self):
        for args in self.commands:
            with self.subTest(args):
                text = self.run_program(*args, "--format", "csv").out
                for table in text.split("\n\n"):
                    rows = list(csv.reader(io.StringIO(table), strict=True))
                    self.assertGreater(len(rows), 1)
                    self.assertEqual({len(row) for row in rows}, {len(rows[0])})

    def test_tables_end_their_last_line_and_leave_no_gaps(self):
        for args in self.commands:
            with self.subTest(args):
                text = self.run_program(*args).out
                self.assertTrue(text.endswith("\n"))
                self.assertNotRegex(text, r"\n\n\n")


class Numbers(Case):
    def numbers(self, args):
        record = json.loads(self.run_program(*args, "--format", "json").out)["records"][0]
        return {name: value for name, value in flat(record) if isinstance(value, float)}

    def test_a_million_tokens_are_as_finite_as_a_thousand(self):
        few = self.numbers([*FUSEMAX, "--set", "S=1024"])
        many = self.numbers([*FUSEMAX, "--set", "S=1 << 20"])
        self.assertEqual(few.keys(), many.keys())
        self.assertGreater(many["time_s"], 1e5 * few["time_s"])

    def test_names_mean_nothing(self):
        """The same cascade, workload and mapping under other names of tensors and ranks."""
        kinds = {"cascades": "attention-1pass", "workloads": "BERT", "mappings": "fusemax/binding"}
        for kind, name in kinds.items():
            text = rename((HOME / "configs" / kind / f"{name}.yaml").read_text())
            if kind == "workloads":
                text = re.sub(r"cascades: .*", "cascades: [cascades.yaml]", text)
            text = re.sub(r"cascade: attention-1pass", "cascade: cascades.yaml", text)
            (self.folder / f"{kind}.yaml").write_text(text)
        renamed = self.numbers(["evaluate", "workloads.yaml", "fusemax/proposal", "mappings.yaml"])
        original = {rename(name): value for name, value in self.numbers(FUSEMAX).items()}
        self.assertEqual(renamed, original)
        self.assertIn("einsum.T_SLNV.points", renamed)


RANKS = "B S D H E F M P T G U M1 M0".split()
TENSORS = "Q K V BK BV QK LM RM SLN SLD SLNV PRM SPD RD SPNV RNV AV".split()


def rename(text):
    """A B after a number is the unit."""
    other = {rank: f"R_{rank}" for rank in RANKS} | {tensor: f"T_{tensor}" for tensor in TENSORS}
    other |= {rank.lower(): f"r_{rank.lower()}" for rank in RANKS}
    text = re.sub(r"#.*", "", text)
    return re.sub(r"(?<!\d )\b(" + "|".join(other) + r")\b", lambda match: other[match[0]], text)


def flat(node, prefix=""):
    for key, value in node.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


class Validate(Case):
    def published(self, change=lambda text: text):
        table = HOME / "validation" / "published" / "fusemax" / "attention-flat.csv"
        (self.folder / "published").mkdir(exist_ok=True)
        (self.folder / "published" / table.name).write_text(change(table.read_text()))
        return ["validate", "fusemax", "--reference", "published"]

    def test_a_published_value_that_is_off_by_one_percent_fails(self):
        self.assertNotIn("NO", self.run_program(*self.published()).out)

        def off(text):
            lines = text.splitlines()
            time_s = lines[0].split(",").index("time_s")
            values = lines[3].split(",")
            values[time_s] = repr(float(values[time_s]) * 1.01)
            lines[3] = ",".join(values)
            return "\n".join(lines) + "\n"

        lines = self.run_program(*self.published(off), status=1).out.splitlines()
        failed = [line for line in lines if line.endswith("NO")]
        self.assertEqual(len(failed), 1)
        self.assertRegex(failed[0], r"attention-flat.csv +time_s .*model=BERT seq_len=16384")

    def test_writes_every_value_where_asked(self):
        self.run_program(*self.published(), "-o", "out", "-q")
        rows = self.rows("out/validation.csv")
        self.assertEqual(len(rows), 7 * len(self.rows("published/attention-flat.csv")))
        self.assertLess(max(abs(float(row["error"])) for row in rows), 0.01)


class Files(Case):
    def test_sweep_leaves_the_results_and_nothing_else(self):
        result = self.run_program(*SWEEP)
        self.assertEqual(result.err, "out/results.sqlite: 2 points, 2 computed now\n")
        self.assertEqual(os.listdir(self.folder / "out"), ["results.sqlite"])
        again = self.run_program(*SWEEP)
        self.assertEqual(again.err, "out/results.sqlite: 2 points, 0 computed now\n")
        self.assertEqual(again.out, result.out)

    def test_any_number_of_jobs_gives_the_same(self):
        args = ["sweep", "fusemax", "-q", "--format", "json"]
        one = self.run_program(*args, "-j", "1", "-o", "one").out
        self.assertEqual(self.run_program(*args, "-j", "2", "-o", "two").out, one)

    def test_what_is_no_store_is_left_alone(self):
        (self.folder / "out").mkdir()
        (self.folder / "out" / "results.sqlite").write_text("old")
        self.assertIn("out/results.sqlite: ", self.run_program(*SWEEP, status=2).err)
        self.assertEqual((self.folder / "out" / "results.sqlite").read_text(), "old")

    def test_refuses_a_place_that_cannot_be_written_before_it_works(self):
        (self.folder / "file").write_text("")
        for command in (EVALUATE, SWEEP[:2], ["validate", "good/suite.yaml"]):
            self.assert_refused([*command, "-o", "file"], f"{self.folder}/file: is not a folder")
            self.assert_refused([*command, "-o", "file/below"], f"{self.folder}/file: is not a folder")

    def test_refuses_a_folder_without_permission(self):
        (self.folder / "shut").mkdir(mode=0o555)
        if os.access(self.folder / "shut", os.W_OK):
            self.skipTest("this user may write everywhere")
        self.assert_refused([*SWEEP[:2], "-o", "shut"], "shut: cannot be written: Permission denied")
        self.assert_refused([*SWEEP[:2], "-o", "shut/new"], "shut/new: cannot be written: Permission denied")

    def test_leaves_no_part_of_a_file_that_cannot_be_written(self):
        (self.folder / "out" / "records.json").mkdir(parents=True)
        refused = self.run_program(*EVALUATE, "-o", "out", status=2)
        self.assertEqual(refused.err, f"{ERROR}out/records.json: is a directory\n")

    def test_says_that_the_output_is_lost(self):
        for args in (EVALUATE, ["--version"], ["--help"], ["mask", "--help"], ["list"], ["generate", "bash"],
                     ["analyze", "attention-3pass", "--dot"], ["mask", "causal", "--layout", "64"],
                     ["bound", "--mask", "causal", "--layout", "64", "--format", "json"]):
            with open("/dev/full", "w") as full:
                result = self.run_program(*args, status=2, stdout=full)
            self.assertEqual(result.err, f"{ERROR}standard output cannot be written: No space left on device\n")

    def test_ends_in_silence_with_the_reader_of_its_output(self):
        for restored in (True, False):  # Python itself ignores SIGPIPE, which children inherit unless it is restored
            args = ["sweep", "fusemax", "-q", "-o", "out", "--format", "csv"]
            process = self.program.start(args, self.folder, restore_signals=restored)
            self.assertTrue(process.stdout.readline().startswith(b"series,"))
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"")
            process.stderr.close()
            self.assertEqual(process.wait(timeout=60), -signal.SIGPIPE)


class Interrupts(Case):
    def start_long(self, *args):
        """A sweep that takes longer than this test, once it has worked for a while."""
        values = list(range(1, 401))
        study = (self.folder / "good" / "study.yaml").read_text()
        study = study.replace("{rows: [64, 128]}", f"{{rows: {values}, more: {values}}}")
        study = study.replace("over: [rows]", "over: [rows, more]").replace("{M: rows}", "{M: rows * more}")
        (self.folder / "long.yaml").write_text(study)
        process = self.program.start(["sweep", "long.yaml", "-o", "out", *args], self.folder)
        self.addCleanup(process.kill)
        while process.poll() is None and cpu_time_s(process.pid) < 3:
            time.sleep(0.02)
        self.assertIsNone(process.poll(), "ended by itself")
        return process

    def test_keeps_what_is_done(self):
        for number, jobs in ((signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGTERM, "2")):
            with self.subTest(number=number, jobs=jobs):
                shutil.rmtree(self.folder / "out", ignore_errors=True)
                process = self.start_long("-j", jobs)
                process.send_signal(number)
                _, err = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 130)
                computed = int(re.search(r": 160000 points, (\d+) computed now\ninterrupted: ", err.decode())[1])
                self.assertGreater(computed, 0)
                self.assertEqual(os.listdir(self.folder / "out"), ["results.sqlite"])
                self.assertEqual(len(self.stored()), computed)

    def stored(self):
        """The records of the store."""
        store = sqlite3.connect(f"file:{self.folder}/out/results.sqlite?mode=ro", uri=True)
        self.addCleanup(store.close)
        store.row_factory = sqlite3.Row
        return [dict(row) for row in store.execute("SELECT * FROM records")]

    def test_what_cannot_be_exported_leaves_no_files(self):
        refused = self.run_program(*FUSEMAX, "--export", "accelforge", "-o", "out", status=2)
        self.assertIn("cannot be exported: AccelForge has no ", refused.err)
        self.assertFalse((self.folder / "out").exists())

    def test_a_search_ends_with_the_best_so_far(self):
        process = self.program.start(["map", "BERT", "fusemax/baseline", "--mask", "dense", "-o", "out"], self.folder)
        self.addCleanup(process.kill)
        while process.poll() is None and cpu_time_s(process.pid) < 6:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertIn("not proven: the search ended early; edp is at most ", out.decode())
        best = json.loads((self.folder / "out" / "records.json").read_text())
        again = self.run_program("evaluate", "BERT", "fusemax/baseline", "out/best.yaml", "--mask", "dense",
                                 "--format", "json").out
        self.assertEqual(best["records"], json.loads(again)["records"])
        self.assertIn("not proven", best["proof"])

    def test_a_point_whose_search_is_interrupted_is_left_out(self):
        (self.folder / "searches.yaml").write_text(SEARCHES)
        process = self.program.start(["sweep", "searches.yaml", "-o", "out", "-j", "2"], self.folder)
        self.addCleanup(process.kill)
        while process.poll() is None and cpu_time_s(process.pid) < 3:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        self.assertIn(", 1 computed now\ninterrupted: the same command goes on from here\n", err.decode())
        self.assertEqual([record["map.gap"] for record in self.stored()], [1])
        self.assertEqual(os.listdir(self.folder / "out" / "mappings"), ["quick-1.yaml"])


def cpu_time_s(pid):
    """Of user and system, from proc(5)."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    run_tests()
