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
import sys
import time
import unittest

from program import ERROR, HOME, Folder, Program, files_below

PROGRAM = None
EVALUATE = ["evaluate", "good/workload.yaml", "good/arch.yaml", "good/mapping.yaml"]
SWEEP = ["sweep", "good/study.yaml", "-o", "out"]
FUSEMAX = ["evaluate", "BERT", "fusemax/proposal", "fusemax/binding"]


class Case(unittest.TestCase):
    def setUp(self):
        folder = Folder()
        self.folder = folder.__enter__()
        self.addCleanup(folder.__exit__)

    def run_program(self, *args, status=0, **options):
        result = PROGRAM.run(args, self.folder, **options)
        self.assertEqual(result.status, status, result.err)
        return result

    def rows(self, file):
        return list(csv.DictReader(io.StringIO((self.folder / file).read_text()), strict=True))

    def assert_refused(self, args, message):
        """Refused in one line, with nothing written."""
        before = files_below(self.folder)
        result = self.run_program(*args, status=2)
        self.assertEqual((result.out, result.err), ("", f"{ERROR}{message}\n"))
        self.assertEqual(files_below(self.folder), before)


class CommandLine(Case):
    def test_help_and_version_are_no_errors(self):
        verbs = ("list", "analyze", "mask", "evaluate", "sweep", "report", "validate")
        text = self.run_program("--help").out
        for verb in verbs:
            self.assertIn(f"\n  {verb} ", text)
            self.assertIn("Usage: ", self.run_program(verb, "--help").out)
        self.assertRegex(self.run_program("--version").out, r"^tilewright \d+\.\d+\.\d+ \(.+\)\n$")

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
        shapes = f"{HOME}/configs/workloads/BERT.yaml:9:5: workload.shapes"
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


class Masks(Case):
    SINK = ["mask", "sink,sinks=4,window=16", "--layout", "64"]
    PLANE = ["mask", "gna,window=6x6,stride=2x2", "--layout", "12x16", "--q-tile", "2x2", "--kv-tile", "2x2"]

    def census(self, *args):
        return json.loads(self.run_program(*args, "--format", "json").out)

    def test_counts_and_draws(self):
        text = self.run_program(*self.PLANE, "--ascii").out
        self.assertTrue(text.startswith("12x16 = 192 tokens; Q tiles 2x2, KV tiles 2x2\n"), text)
        for line in ("tiles visited             432 (18.8 %) of 48 Q tiles x 48 KV tiles",
                     "  distribution            9 by 48 Q tiles",
                     "fully block-sparse        yes: no tile is partial",
                     "Q tile 3x4 visits 9 KV tiles, 9 of them full; Q/q: its own",
                     "......##QQ##...."):
            self.assertIn(f"{line}\n", text)
        two = self.run_program(*self.PLANE, "--query-tile", "1x1", "--query-tile", "0x7").out
        self.assertEqual(re.findall(r"\nQ tile (\S+) visits", two), ["1x1", "0x7"])

    def test_tiny_layouts_are_tiled_by_tokens_unless_tiles_are_given(self):
        self.assertEqual(self.census(*self.SINK)[0]["query_tile_tokens"], 1)
        self.assertEqual(self.census("mask", "causal", "--layout", "257")[0]["query_tile_tokens"], 128)
        self.assertEqual(self.census(*self.SINK, "--q-tile", "16")[0]["query_tile_tokens"], 16)

    def test_programs_get_the_census_alone(self):
        one, = self.census(*self.SINK, "--q-tile", "16", "--kv-tile", "16")
        pairs = sum(min(q + 1, 16) + max(0, min(4, q - 15)) for q in range(64))
        self.assertEqual((one["pairs"], one["visited"], one["full"], one["partial"], one["empty"]), (pairs, 9, 0, 9, 7))
        self.assertEqual(one["flop_speedup"], 64 * 64 / pairs)
        self.assertEqual(one["wasted_by_mask"], 9 * 256 - pairs)
        self.assertIs(one["fully_block_sparse"], False)
        self.assertEqual([tuple(each.values()) for each in one["distribution"]], [(1, 1), (2, 1), (3, 2)])
        row, = csv.DictReader(io.StringIO(self.run_program(*self.SINK, "--format", "csv").out))
        self.assertEqual((row["mask"], row["pairs"]), ("sink,sinks=4,window=16", str(pairs)))

    def test_heads_have_a_row_each_and_one_is_drawn(self):
        mixture = ["mask", "2 * causal + 6 * sliding,left=0", "--layout", "16", "--ascii"]
        rows = self.census(*mixture, "--heads", "16")
        self.assertEqual([(row["first_head"], row["heads"], row["pairs"]) for row in rows],
                         [(0, 4, 136), (4, 12, 16)])
        text = self.run_program(*mixture).out
        self.assertRegex(text, r"\nall +%g " % (8 * 256 / (2 * 136 + 6 * 16)))
        self.assertIn("\nheads 0-1: causal\n", text)
        self.assertIn("\n################################\n", text)
        self.assertIn("\nheads 2-7: sliding,left=0\n", self.run_program(*mixture, "--head", "2").out)

    def test_writes_pictures(self):
        result = self.run_program(*self.SINK, "-o", "one")
        self.assertEqual(result.err, "wrote one/mask.svg\n")
        result = self.run_program(*self.PLANE, "-o", "two", "--png", "--format", "json")
        self.assertEqual(result.err.count("wrote two/"), 4)
        self.assertEqual(sorted(os.listdir(self.folder / "two")),
                         ["mask.png", "mask.svg", "query-tile.png", "query-tile.svg"])
        self.assertTrue((self.folder / "two" / "mask.png").read_bytes().startswith(b"\x89PNG"))

    def test_dynamic_tiles_are_counted_and_not_drawn(self):
        args = [*self.SINK, "--q-tile", "16", "--kv-tile", "16", "--kv-tiling", "dynamic"]
        self.assertTrue(self.run_program(*args).out.endswith(
            "\nNo picture: dynamic KV tiles have no common grid to draw; --kv-tiling static has.\n"))
        self.assertIn("No picture: 65536 x 65536 tiles are too many to draw; larger ones are fewer.\n",
                      self.run_program("mask", "causal", "--layout", 1 << 23).out)

    def test_lists_patterns_in_three_formats(self):
        text = self.run_program("mask", "--patterns").out
        self.assertIn("\nsink: k < sinks or q - window < k <= q; causal\n    Xiao et al., StreamingLLM, 2024\n", text)
        patterns = json.loads(self.run_program("mask", "--patterns", "--format", "json").out)
        rows = list(csv.DictReader(io.StringIO(self.run_program("mask", "--patterns", "--format", "csv").out)))
        self.assertEqual([each["name"] for each in patterns], [row["name"] for row in rows])
        for each in patterns:
            self.assertIn(f"{each['name']}: {each['summary']}\n", text)

    def test_shipped_masks_are_listed_and_say_their_layout_or_take_one(self):
        names = [row["name"] for row in json.loads(self.run_program("list", "masks", "--format", "json").out)]
        self.assertGreaterEqual(len(names), 6)
        for name in names:
            with self.subTest(name):
                says = "layout:" in (HOME / "configs" / "masks" / f"{name}.yaml").read_text()
                layout = [] if says else ["--layout", "8192"]
                self.assertTrue(self.census("mask", name, *layout, "--tiling", "flat"))

    def test_refuses(self):
        for args, message in {
            ("mask",): "mask: mask is required; 'tilewright mask --patterns' lists the patterns",
            ("mask", "causal"): "mask 'causal': it needs a layout of its tokens, as in --layout 30x48x80",
            (*self.SINK, "--head", "1"): "--head: expected a head from 0 to 0, got 1",
            (*self.SINK, "--head", "-1"): "mask: --head: Value -1 not in range 0 to 1048575",
            (*self.SINK, "--png"): "--png: it needs a folder, as in -o results/mask",
            (*self.SINK, "--query-tile", "3"): "--query-tile: only multi-dimensional tiles of 2 or 3 dimensions have "
                                               "such a picture, not the tiles of the layout 64",
            (*self.PLANE, "--query-tile", "6x0"): "--query-tile: there are 6x8 Q tiles, counted from 0 per dimension; "
                                                  "got '6x0'",
            (*self.PLANE, "--kv-tiling", "dynamic", "-o", "out"): "dynamic KV tiles have no common grid to draw; "
                                                                  "--kv-tiling static has",
            ("mask", "causal", "--layout", "8x8"): "--q-tile: a layout of several dimensions needs tiles of as many, as "
                                                   "in --q-tile 2x8x8 (or --tiling flat)",
        }.items():
            with self.subTest(args):
                self.assert_refused(args, message)


class Bound(Case):
    VIDEO = ["--layout", "30x48x80", "--q-tile", "2x8x8", "--kv-tile", "2x8x8"]
    IMAGE = ["--layout", "256x256", "--q-tile", "16x8", "--kv-tile", "16x8"]
    H100 = ["--arch", "gpu/h100-sxm5"]

    def bound(self, mask, *args):
        return json.loads(self.run_program("bound", "--mask", mask, *args, "--format", "json").out)

    def test_published_bounds(self):
        """Hassani et al., Generalized Neighborhood Attention, 2025."""
        for speedup, mask, args in (
            (5.44, "gna,window=18x24x24", self.VIDEO),
            (11.11, "gna,window=18x24x24,stride=16x8x8", self.VIDEO),
            (7.51, "gna,window=80x80", self.IMAGE),
            (10.24, "gna,window=80x80,stride=16x16", self.IMAGE),
            (15.1, "gna,window=2048", ["--layout", "32768", "--q-tile", "128", "--kv-tile", "128"]),
        ):
            with self.subTest(mask):
                result = self.bound(mask, *args)
                self.assertAlmostEqual(result["speedup_tile_mean"], speedup, delta=0.05 if speedup == 15.1 else 0.005)
                self.assertEqual(result["fully_block_sparse"], "stride" in mask)
                self.assertEqual(result["rungs"][1]["speedup"], result["speedup_tile_mean"])
        worst = self.bound("gna,window=80x80", "--layout", "256x256", "--q-tile", "16x16", "--kv-tile", "16x8")
        self.assertAlmostEqual(worst["speedup_tile_worst"], 6.10, delta=0.005)

    def test_the_contract_of_programs(self):
        """Names and definitions that other programs rely on; counts per head, whole where they are whole."""
        result = self.bound("gna,window=18x24x24,stride=16x8x8", *self.VIDEO, "--heads", "24")
        for name in ("pairs", "tiles_dense", "tiles_visited", "tiles_visited_worst", "tiles_full", "tiles_partial",
                     "tiles_empty"):
            self.assertIs(type(result[name]), int, name)
        self.assertEqual(result["tiles_dense"], (30 * 48 * 80 // 128) ** 2)
        self.assertEqual(result["tiles_dense"], sum(result[f"tiles_{kind}"] for kind in ("full", "partial", "empty")))
        self.assertEqual(result["tiles_visited"], result["tiles_full"] + result["tiles_partial"])
        self.assertEqual(result["pairs"], 115200 * 18 * 24 * 24)
        self.assertEqual(result["speedup_flop"], 115200**2 / result["pairs"])
        self.assertEqual(result["speedup_tile_mean"], 115200**2 / (result["tiles_visited"] * 128 * 128))
        self.assertEqual(result["speedup_tile_worst"], 900 / result["tiles_visited_worst"])
        self.assertIs(result["fully_block_sparse"], True)
        for dilation, args in (("1x2x3", ["--kv-tiling", "dynamic"]), ("1x1x1", ["--tiling", "flat"]),
                               ("1x2x3", ["--dtype", "fp8", "--head-dim", "64"])):
            other = self.bound(f"gna,window=18x24x24,dilation={dilation},causal=1x0x0", *self.VIDEO, *args)
            self.assertGreaterEqual(other["speedup_flop"], other["speedup_tile_mean"])

    def test_a_machine_adds_rungs(self):
        result = self.bound("gna,window=18x24x24", *self.VIDEO, *self.H100, "--heads", "24", "--measured", "3.2")
        self.assertEqual([rung["name"] for rung in result["rungs"]], ["FLOP", "tile", "traffic", "waves"])
        times = [rung["time_s"] for rung in result["rungs"]]
        self.assertEqual(times, sorted(times))
        self.assertEqual([traffic["level"] for traffic in result["traffic"]], ["HBM", "L2"])
        self.assertLess(result["permutation"]["speedup_with"], result["rungs"][-1]["speedup"])
        self.assertAlmostEqual(sum(part["share"] for part in result["gap"]), 1)
        text = self.run_program("bound", "--mask", "gna,window=18x24x24", *self.VIDEO, *self.H100).out
        for line in ("FLOP", "tile", "traffic", "waves", "worst tile", "launch order", "permutation"):
            self.assertRegex(text, rf"(?m)^{line} +\d+\.\d\dx ")
        self.assertNotRegex(text, r"\binf|nan|\de[+-]?\d")

    def test_decoding_reads_every_key_and_value_that_is_seen_once_per_group(self):
        result = self.bound("sliding,left=1023", "--layout", "32768", "--queries", "1", "--q-tile", "1", "--heads", "32",
                            "--kv-heads", "8", "--batch", "2", *self.H100)
        self.assertEqual((result["queries"], result["pairs"], result["tiles_visited"]), (1, 1024, 8))
        hbm, l2 = result["traffic"]
        self.assertEqual(hbm["key_value_B"], 2 * 8 * 1024 * 128 * 2 * 2)
        self.assertEqual(l2["key_value_B"], 4 * hbm["key_value_B"])
        self.assertEqual(hbm["query_B"], 2 * 32 * 128 * 2)
        self.assertEqual(hbm["metadata_B"], 0)
        self.assertEqual(result["permutation"]["bytes"], 0)
        self.assertLessEqual(result["rungs"][-1]["speedup"], 32)

    def test_heads_may_differ(self):
        result = self.bound("causal + 3 * sliding,left=127", "--layout", "4096", "--heads", "8")
        self.assertEqual([(head["heads"], head["mask"]) for head in result["heads_apart"]],
                         [(2, "causal"), (6, "sliding,left=127")])
        self.assertEqual(result["tiles_visited"], (2 * 32 * 33 / 2 + 6 * 63) / 8)
        self.assertEqual(result["tiles_visited_worst"], 32)

    def test_csv_is_one_row(self):
        text = self.run_program("bound", "--mask", "causal", "--layout", "4096", "--format", "csv").out
        [row] = csv.DictReader(io.StringIO(text), strict=True)
        self.assertEqual((row["mask"], row["tiles_visited"]), ("causal", "528"))

    def test_says_what_is_wrong(self):
        for args, message in {
            ("causal",): "mask 'causal': it needs a layout of its tokens, as in --layout 30x48x80",
            ("causal", "--layout", "64x64"): "--q-tile: a layout of several dimensions needs tiles of as many, as in "
                                             "--q-tile 2x8x8 (or --tiling flat)",
            ("causal", "--layout", "64x64", "--q-tile", "4", "--kv-tile", "4x4"):
                "Q tile 4: expected 2 extents, one per dimension of the layout 64x64 (or flat tiles, which are runs of "
                "flattened tokens)",
            ("causal", "--layout", "64", "--heads", "8", "--kv-heads", "3"):
                "--kv-heads 3: expected a divisor of the 8 query heads",
            ("causal + 2 * dense", "--layout", "64", "--heads", "8"):
                "8 heads do not share out among the 3 that the mask names",
            ("causl", "--layout", "64"): "no mask pattern 'causl'; did you mean 'causal'?",
            ("!dense", "--layout", "64"): "mask '!dense' over 64: it has no pairs, so there is nothing to compute or to "
                                          "bound",
            ("causal", "--layout", "64", "--arch", "gpu/h100-sxm"):
                "no 'gpu/h100-sxm' in configs/archs, nor is it a file; did you mean 'gpu/h100-sxm5'?",
            ("causal", "--layout", "64", "--measured", "x"):
                "bound: --measured: Value x not in range 0.000001 to 1000000.000000",
            ("causal", "--layout", "64", "--measured", "0"):
                "bound: --measured: Value 0 not in range 0.000001 to 1000000.000000",
            ("causal", "--layout", "64", "--dtype", "fp64"): "bound: --dtype: fp64 not in {bf16,fp16,fp32,fp8}",
        }.items():
            with self.subTest(args):
                self.assert_refused(["bound", "--mask", *args], message)


class Files(Case):
    def test_sweep_leaves_the_results_and_nothing_else(self):
        result = self.run_program(*SWEEP)
        self.assertEqual(result.err, "wrote out/records.json\nwrote out/records.csv\n")
        self.assertEqual(sorted(os.listdir(self.folder / "out")), ["records.csv", "records.json"])
        records = json.loads((self.folder / "out" / "records.json").read_text())
        rows = self.rows("out/records.csv")
        times = [record["time_s"] for record in records["records"]]
        self.assertEqual(times, [float(row["time_s"]) for row in rows])

    def test_any_number_of_jobs_gives_the_same(self):
        args = ["sweep", "fusemax", "-q", "--format", "json"]
        one = self.run_program(*args, "-j", "1", "-o", "one").out
        self.assertEqual(self.run_program(*args, "-j", "2", "-o", "two").out, one)
        for name in ("records.json", "records.csv"):
            self.assertEqual((self.folder / "one" / name).read_bytes(), (self.folder / "two" / name).read_bytes())

    def test_results_of_before_are_replaced_as_a_whole(self):
        self.run_program(*SWEEP)
        before = (self.folder / "out" / "records.json").read_bytes()
        (self.folder / "out" / "records.json").write_text("old")
        self.run_program(*SWEEP)
        self.assertEqual((self.folder / "out" / "records.json").read_bytes(), before)

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
        self.assert_refused(SWEEP, "out/records.json: is a directory")

    def test_says_that_the_output_is_lost(self):
        with open("/dev/full", "w") as full:
            result = self.run_program(*EVALUATE, status=2, stdout=full)
        self.assertEqual(result.err, f"{ERROR}standard output cannot be written: No space left on device\n")

    def test_ends_in_silence_with_the_reader_of_its_output(self):
        for restored in (True, False):  # Python itself ignores SIGPIPE, which children inherit unless it is restored
            args = ["sweep", "fusemax", "-q", "-o", "out", "--format", "csv"]
            process = PROGRAM.start(args, self.folder, restore_signals=restored)
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
        study = study.replace("level: [L2]", f"more: {values}").replace("rows: [64, 128]", f"rows: {values}")
        study = study.replace("over: [rows]", "over: [rows, more]").replace("{M: rows}", "{M: rows * more}")
        (self.folder / "long.yaml").write_text(study)
        process = PROGRAM.start(["sweep", "long.yaml", "-o", "out", *args], self.folder)
        self.addCleanup(process.kill)
        while process.poll() is None and cpu_time_s(process.pid) < 0.3:
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
                records = json.loads((self.folder / "out" / "records.json").read_text())["records"]
                self.assertGreater(len(records), 0)
                self.assertIn(f"interrupted: {len(records)} points are done\n", err.decode())
                self.assertEqual(sorted(os.listdir(self.folder / "out")), ["records.csv", "records.json"])


def cpu_time_s(pid):
    """Of user and system, from proc(5)."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    PROGRAM = Program(sys.argv.pop(1))
    unittest.main()
