"""What a user meets who asks about masks and bounds.

Usage: run_masks.py PROGRAM [unittest's arguments]
"""
import csv
import io
import json
import os
import re

from case import Case, run_tests
from program import HOME

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
        self.assertEqual(self.census(*self.SINK)[0]["q_tile_tokens"], 1)
        self.assertEqual(self.census("mask", "causal", "--layout", "257")[0]["q_tile_tokens"], 128)
        self.assertEqual(self.census(*self.SINK, "--q-tile", "16")[0]["q_tile_tokens"], 16)

    def test_programs_get_the_census_alone(self):
        one, = self.census(*self.SINK, "--q-tile", "16", "--kv-tile", "16")
        pairs = sum(min(q + 1, 16) + max(0, min(4, q - 15)) for q in range(64))
        self.assertEqual((one["pairs"], one["tiles_visited"], one["tiles_full"], one["tiles_partial"], one["tiles_empty"]), (pairs, 9, 0, 9, 7))
        self.assertEqual(one["speedup_flop"], 64 * 64 / pairs)
        self.assertEqual(one["pairs_wasted_by_mask"], 9 * 256 - pairs)
        self.assertIs(one["fully_block_sparse"], False)
        self.assertEqual([tuple(each.values()) for each in one["distribution"]], [(1, 1), (2, 1), (3, 2)])
        row, = csv.DictReader(io.StringIO(self.run_program(*self.SINK, "--format", "csv").out))
        self.assertEqual((row["mask"], row["pairs"]), ("sink,sinks=4,window=16", str(pairs)))

    def test_heads_have_a_row_each_and_one_is_drawn(self):
        mixture = ["mask", "2 * causal + 6 * sliding,left=0", "--layout", "16"]
        rows = self.census(*mixture, "--heads", "16")
        self.assertEqual([(row["first_head"], row["heads"], row["pairs"]) for row in rows],
                         [(0, 4, 136), (4, 12, 16)])
        self.assert_refused([*mixture, "--ascii", "--format", "json"],
                            "--ascii: has no effect beside --format json or csv")
        mixture.append("--ascii")
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

    def test_gathered_tiles_are_counted_and_not_drawn(self):
        args = ["mask", "vertical-slash,columns=3/17/40", "--layout", "64", "--q-tile", "16", "--kv-tile", "2",
                "--kv-tiling", "gathered"]
        text = self.run_program(*args).out
        self.assertIn("keys gathered", text)
        self.assertTrue(text.endswith(
            "\nNo picture: gathered KV tiles have no common grid to draw; --kv-tiling static has.\n"))
        census = json.loads(self.run_program(*args, "--format", "json").out)[0]
        self.assertEqual((census["keys_fetched"], census["units_gathered"], census["tiles_visited"]), (9, 9, 6))
        census = json.loads(self.run_program(*args, "--gather", "16", "--format", "json").out)[0]
        self.assertEqual((census["keys_fetched"], census["units_gathered"], census["tiles_visited"]), (144, 9, 72))
        self.assert_refused([*args[:-2], "--gather", "16"], "--gather: has no effect without --kv-tiling gathered")

    def test_long_lists_are_short_on_a_terminal_alone(self):
        mask = "vertical-slash,columns=" + "/".join(str(3 * i) for i in range(1000)) + ",diagonals=0"
        args = [mask, "--layout", "4096"]
        short = "vertical-slash,columns=0/3/6/9/... (1,000 in all),diagonals=0"
        self.assertIn(f"\n{short}\n", self.run_program("mask", *args).out)
        self.assertNotIn("/99/", self.run_program("mask", f"1 * {mask} + 1 * causal", *args[1:]).out)
        over = self.run_program("bound", "--mask", *args, "--baseline", mask).out
        self.assertTrue(over.startswith(f"{short} over 4096 tokens"))
        self.assertIn(f"speedup over '{short}' over its pairs", over)
        self.assertNotIn("/99/", over)
        for verb in (("mask",), ("bound", "--mask")):
            for form in ("json", "csv"):
                self.assertIn(mask, self.run_program(*verb, *args, "--format", form).out)

    def test_tiles_that_cut_blocks_of_a_file_are_named(self):
        (self.folder / "b.mtx").write_text("%%MatrixMarket matrix coordinate pattern general\n8 8 2\n1 1\n8 3\n")
        for block, tiles, taken, better in (
                ("64x64", [], "--q-tile 128 --kv-tile 128", "--q-tile 64 --kv-tile 64"),
                ("64x128", [], "--q-tile 128", "--q-tile 64"),
                ("64x64", ["--q-tile", "32"], "--kv-tile 128", "--kv-tile 64"),
                ("128x256", [], "", ""), ("64x64", ["--q-tile", "128", "--kv-tile", "128"], "", "")):
            queries, keys = (str(8 * int(side)) for side in block.split("x"))
            hint = f"\ntiles that are not given are {taken}; the blocks of the mask would be {better}\n"
            for verb in (["mask"], ["bound", "--mask"]):
                with self.subTest((verb, block, tiles)):
                    text = self.run_program(*verb, f"file,file=b.mtx,block={block}", "--layout", keys, "--queries",
                                            queries, *tiles).out
                    if taken:
                        self.assertIn(hint, text)
                    self.assertEqual("not given" in text, bool(taken))

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
            (*self.PLANE, "--kv-tiling", "gathered", "-o", "out"): "gathered KV tiles have no common grid to draw; "
                                                                   "--kv-tiling static has",
            ("mask", "causal", "--layout", "8x8"): "--q-tile: a layout of several dimensions needs tiles of as many, as "
                                                   "in --q-tile 2x8x8 (or --tiling flat)",
        }.items():
            with self.subTest(args):
                self.assert_refused(args, message)


class Requests(Case):
    THREE = "300x900,40x40,300x2300"

    def census(self, *args):
        return json.loads(self.run_program("mask", *args, "--format", "json").out)

    def bound(self, *args):
        return json.loads(self.run_program("bound", *args, "--arch", "gpu/h100-sxm5", "--format", "json").out)

    def test_a_census_is_of_each_and_of_all(self):
        rows = self.census("causal", "--requests", self.THREE)
        self.assertEqual([(row["sequences"], row["queries"], row["keys"]) for row in rows],
                         [(1, 300, 900), (1, 40, 40), (1, 300, 2300)])
        self.assertEqual(sum(row["pairs"] for row in rows), 871120)
        text = self.run_program("mask", "causal", "--requests", self.THREE).out
        self.assertTrue(text.startswith("3 requests of 3 lengths; Q tiles 128, KV tiles 128\n"), text)
        self.assertRegex(text, r"\n3 +871,120 +all +1\.10387 +75 +63 +12 +10\.7143 +18 +no\n")
        self.assertTrue(text.endswith("\nNo picture: requests of several lengths have no common grid to draw; --layout KEYS "
                                      "--queries QUERIES draws one.\n"), text)

    def test_equal_ones_are_a_batch(self):
        of = ["--mask", "causal", "--heads", "8", "--kv-heads", "2"]
        batch = self.bound(*of, "--layout", "900", "--queries", "300", "--batch", "3")
        self.assertEqual(self.bound(*of, "--requests", "3*300x900"), batch)
        self.assertEqual(self.bound(*of, "--requests", "300x900,300x900,300x900"), batch)
        one, = self.census("causal", "--layout", "900", "--queries", "300")
        three, = self.census("causal", "--requests", "3*300x900")
        self.assertEqual({**one, "sequences": 3}, three)
        text = self.run_program("mask", "causal", "--requests", "3*30x90", "--ascii").out
        self.assertRegex(text, r"\n3 +30 x 90 +2,265 +0 +causal ")
        self.assertRegex(text, r"\n3 +6,795 +all ")
        self.assertIn("#" * 60, text)

    def test_files(self):
        (self.folder / "r.csv").write_text("queries,keys,times\n300,900,1\n1,40,2\n")
        self.assertEqual([row["pairs"] for row in self.census("causal", "--requests", "r.csv")], [225150, 40])
        shapes = "shapes: {H: 8, G: 2, E: 128, F: E}"
        workload = ("workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: 2 B\n  " + shapes +
                    "\n  ranks: {queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}\n"
                    "  mask: {pattern: causal}\n  requests: {file: r.csv}\n")
        (self.folder / "w.yaml").write_text(workload)
        bound = self.bound("w.yaml")
        self.assertEqual(bound, {**self.bound("--mask", "causal", "--requests", "300x900,2*1x40", "--heads", "8", "--kv-heads",
                                              "2")})
        for verb in "evaluate", "simulate":
            record, = json.loads(self.run_program(verb, "w.yaml", "gpu/h100-sxm5", "flash-attention-3", "--format",
                                                  "json").out)["records"]
            self.assertEqual(record["requests"], {"lengths": "300x900,2*1x40", "sequences": 3, "queries": 302, "keys": 980})
            self.assertEqual(record["mask"]["pattern"], "causal")
            self.assertGreaterEqual(record["time_s"], bound["rungs"][-1]["time_s"])
        self.assert_refused(["evaluate", "w.yaml", "gpu/h100-sxm5", "flash-attention-3", "--set", "M=4096"],
                            "w.yaml:9:13: workload.requests: they give the keys, so 'M' cannot be set")
        self.assert_refused(["evaluate", "w.yaml", "fusemax/proposal", "fusemax/binding"],
                            "w.yaml:9:13: workload.requests: nests of loops compute sequences of one length, by shapes; "
                            "kernels and 'bound' take requests")
        self.assertIn("w.yaml: workload.requests has no effect here",
                      self.run_program("analyze", "attention-1pass", "--workload", "w.yaml", "--set", "B=2", "P=4", "M=16",
                                       "M0=4").err)
        self.assert_refused(["bound", "w.yaml", "--mask", "image-window"],
                            "w.yaml:9:13: workload.requests: mask 'image-window': it has a layout of its own, 256x256, but "
                            "each request has its own lengths")

    def test_in_place_of_shapes_of_a_workload(self):
        shapes = "shapes: {B: 2, H: 8, G: 2, E: 128, F: E, S: 4096, M: S, P: S}"
        workload = ("workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: 2 B\n  " + shapes +
                    "\n  ranks: {queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}\n"
                    "  mask: {pattern: causal}\n")
        (self.folder / "w.yaml").write_text(workload)
        (self.folder / "stated.yaml").write_text(
            workload.replace("B: 2, ", "").replace(", S: 4096, M: S, P: S", "") +
            "  requests: {queries: [300, 40, 300], keys: [900, 40, 2300]}\n")
        given = ["--requests", self.THREE]
        self.assertEqual(self.bound("w.yaml", *given), self.bound("stated.yaml"))
        kernel = ["gpu/h100-sxm5", "flash-attention-3", "--format", "json"]
        for verb in "evaluate", "simulate":
            record, = json.loads(self.run_program(verb, "w.yaml", *kernel, *given).out)["records"]
            stated, = json.loads(self.run_program(verb, "stated.yaml", *kernel).out)["records"]
            self.assertEqual(record["requests"], {"lengths": self.THREE, "sequences": 3, "queries": 640, "keys": 3240})
            self.assertEqual(record["time_s"], stated["time_s"])
            self.assertNotIn("M", record["shape"])
            other, = json.loads(self.run_program(verb, "stated.yaml", *kernel, "--requests", "1x9").out)["records"]
            self.assertEqual(other["requests"]["lengths"], "1x9")
        (self.folder / "s.yaml").write_text(
            "study:\n  name: s\n  axes: {keys: [900, 2300]}\n  series:\n    - {name: a, over: [keys], workload: w.yaml, "
            "requests: \"300x{keys},1x40\", arch: gpu/h100-sxm5, mapping: flash-attention-3}\n"
            "    - {name: b, over: [keys], workload: w.yaml, requests: r.csv, arch: gpu/h100-sxm5, mapping: "
            "flash-attention-3}\n")
        (self.folder / "r.csv").write_text("queries,keys\n5,6\n")
        records = json.loads(self.run_program("sweep", "s.yaml", "-q", "--format", "json").out)["records"]
        self.assertEqual([record["requests"]["lengths"] for record in records],
                         ["300x900,1x40", "300x2300,1x40", "5x6", "5x6"])
        for args, message in {
            ("bound", "w.yaml", *given, "--set", "P=4"): "requests: they give the queries, so 'P' cannot be set",
            ("evaluate", "w.yaml", *kernel, *given, "--set", "S=4"):
                "requests: they give the queries, so 'S', which 'P' is from, cannot be set",
            ("evaluate", "w.yaml", "fusemax/proposal", "fusemax/binding", *given):
                "workload.requests: nests of loops compute sequences of one length, by shapes; kernels and 'bound' take "
                "requests",
            ("simulate", "w.yaml", *kernel, "--requests", "no.csv"): "no.csv: no such file",
        }.items():
            with self.subTest(args):
                self.assert_refused(args, message)

    def test_refuses(self):
        requests = ["--requests", self.THREE]
        gives = "--requests gives the queries and keys of each request; leave it out"
        no_grid = "requests of several lengths have no common grid to draw; --layout KEYS --queries QUERIES draws one"
        for args, message in {
            ("mask", "causal", "--layout", "64", *requests): "--layout: " + gives,
            ("mask", "causal", "--requests", "1048576*2147483648x2147483648,2x2"):
                "1048576 times 140737496743936 is too large to count",
            ("bound", "--mask", "causal", "--queries", "64", *requests): "--queries: " + gives,
            ("bound", "--mask", "causal", "--batch", "2", *requests):
                "--batch: --requests gives the sequences; one that is there 8 times is 8*QUERIESxKEYS",
            ("mask", "gna,window=3", "--requests", "9x8"):
                "--requests: the request of 9 queries and 8 keys: gna: defined for at most as many queries as keys, got 9 "
                "queries of 8 keys",
            ("bound", *requests): "bound: expected a workload, or --mask and --layout or --requests in its place",
            ("bound", "--layout", "64", *requests): "--layout: " + gives,
            ("mask", "causal", "--requests", "9"): "--requests: requests: expected QUERIESxKEYS of each with commas between "
                                                   "them, as in 300x900,40x40 or 64*1x4096, or a file, as in requests.csv; "
                                                   "got '9'",
            ("mask", "causal", *requests, "-o", "out"): no_grid,
            ("mask", "causal", *requests, "--head", "0"): no_grid,
            ("mask", "causal", *requests, "--ascii"): no_grid,
            ("bound", "--mask", "gna,window=9", *requests, "--advise"):
                "--advise: expected requests of one length, got such of 300 queries and 900 keys and of 40 queries and 40 keys",
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
        self.assertEqual(result["verdict"], "possible: 58.8 % of the last rung")
        for line in ("FLOP", "tile", "traffic", "waves", "worst tile", "launch order", "permutation"):
            self.assertRegex(text, rf"(?m)^{line} +\d+\.\d\dx ")
        self.assertNotRegex(text, r"\binf|nan|\de[+-]?\d")

    def test_says_which_memories_no_rung_counts(self):
        blackwell = ["--mask", "causal", "--layout", "4096", "--heads", "8", "--arch", "gpu/b200"]
        self.assertEqual(self.run_program("bound", *blackwell).out.splitlines()[-1],
                         "L2 has no bandwidth in 'b200': no rung counts its bytes")
        result = self.bound(*blackwell[1:])
        self.assertEqual(result["levels_without_bandwidth"], ["L2"])
        self.assertEqual([traffic["level"] for traffic in result["traffic"]], ["HBM"])
        self.assertEqual(self.bound("causal", "--layout", "4096", *self.H100)["levels_without_bandwidth"], [])

    def test_a_baseline_is_named_and_has_its_own_tiles(self):
        video = [*self.VIDEO, *self.H100, "--heads", "24"]
        kernel = self.bound("gna,window=18x24x24", *video, "--baseline", "flash-attention-3")["baseline"]
        self.assertEqual((kernel["name"], kernel["kind"], kernel["q_tile"], kernel["kv_tile"]),
                         ("dense by flash-attention-3", "kernel", "128", "176"))
        for tile in ("2x8x8", "1x8x8", "2x4x4"):
            other = self.bound("gna,window=18x24x24", *video[:2], "--q-tile", tile, *video[4:], "--baseline",
                               "flash-attention-3")
            self.assertEqual(other["baseline"], kernel)
            self.assertAlmostEqual(other["rungs"][1]["speedup"], kernel["time_s"] / other["rungs"][1]["time_s"])
        # The estimate is that of `evaluate`.
        shapes = ["--layout", "8192", "--heads", "16", *self.H100]
        over = self.bound("sliding,left=511", *shapes, "--baseline", "causal by flash-attention-3")["baseline"]
        text = self.run_program("evaluate", "attention", "gpu/h100-sxm5", "flash-attention-3", "--set", "S=8192",
                                "--mask", "causal", "--format", "json").out
        self.assertEqual(over["time_s"], json.loads(text)["records"][0]["time_s"])
        given = self.bound("sliding,left=511", *shapes, "--baseline", "2.5ms", "--measured", "500us")
        self.assertEqual((given["baseline"]["kind"], given["baseline"]["time_s"], given["measured"]), ("time", 2.5e-3, 5))
        ratios = self.bound("sliding,left=511", "--layout", "8192", "--baseline", "causal")
        self.assertAlmostEqual(ratios["rungs"][0]["speedup"], 8192 * 8193 / 2 / ratios["pairs"])
        for rung in ratios["rungs"]:
            self.assertTrue(rung["holds_for"].startswith("kernels that "), rung)

    def test_masks_with_equal_pairs_have_equal_bounds_and_fewer_pairs_no_larger_ones(self):
        decode = ["--layout", "32768", "--queries", "1", "--heads", "32", "--kv-heads", "8", *self.H100]
        dense, some, shards = (self.bound(mask, *decode)["rungs"] for mask in (
            "dense", "random-blocks,share=0.9,block=128", "s2,block=128,shards=1,local=1"))
        for rung, fewer, equal in zip(dense, some, shards, strict=True):
            self.assertLessEqual(fewer["time_s"], rung["time_s"])
            self.assertAlmostEqual(equal["time_s"], rung["time_s"])

    def test_a_claim_over_a_kernel_is_judged_in_few_lines(self):
        """A block mask in a .npy file, as a method leaves it."""
        header = "{'descr': '|b1', 'fortran_order': False, 'shape': (512, 512), }"
        header += " " * (63 - (10 + len(header)) % 64) + "\n"
        blocks = bytes(1 if i == j or (i * 7919 + j * 104729) % 10 == 0 else 0 for i in range(512) for j in range(512))
        (self.folder / "blocks.npy").write_bytes(
            b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + blocks)
        out = self.run_program("bound", "--mask", "file,file=blocks.npy,block=64x64", "--layout", "32768", "--heads", "16",
                               "--q-tile", "64", "--kv-tile", "64", *self.H100, "--baseline", "flash-attention-3",
                               "--measured", "5.3x", "--advise", "--tile-sizes", "128x64,128x128").out
        lines = out.splitlines()
        self.assertLess(len(lines), 10, out)
        self.assertTrue(lines[1].startswith("speedup over dense by flash-attention-3 on h100-sxm5"), out)
        for start in ("FLOP", "measured", "128x64 tiles", "128x128 tiles"):
            self.assertEqual(sum(line.startswith(start) for line in lines), 1, out)

    def test_a_mask_from_a_file_is_advised_on(self):
        """Blocks of one dimension have tiles to choose; without a measurement too."""
        blocks = [f"{i + 1} {j + 1}" for i in range(16) for j in range(16) if i == j or (i * 7 + j * 3) % 5 == 0]
        (self.folder / "blocks.mtx").write_text("\n".join(
            ["%%MatrixMarket matrix coordinate pattern general", f"16 16 {len(blocks)}", *blocks]) + "\n")
        common = ["--layout", "1024", "--q-tile", "64", "--kv-tile", "64", *self.H100, "--advise"]
        mask = ["bound", "--mask", "file,file=blocks.mtx,block=64x64"]
        tiles = ["--tiles", "flash-attention-3", "--tile-sizes", "64x64,32x32"]
        lines = self.run_program(*mask, *common, *tiles).out.splitlines()
        self.assertEqual(sum(line.startswith(("128x", "64x64 tiles", "32x32 tiles")) for line in lines), 3, lines)
        self.assertEqual(sum("by flash-attention-3; would be the last rung" in line for line in lines), 3, lines)
        result = json.loads(self.run_program(*mask, *common, *tiles, "--format", "json").out)
        others = result["other_tiles"]
        times = [other["time_s"] for other in others]
        self.assertEqual(times, sorted(times))
        plain = json.loads(self.run_program(*mask, *common, "--tile-sizes", "64x64,32x32", "--format", "json").out)
        speedups = [other["speedup_last_rung"] for other in plain["other_tiles"]]
        self.assertEqual(speedups, sorted(speedups, reverse=True))
        self.assertNotIn("time_s", plain["other_tiles"][0])

    def test_advice_is_ranked_by_the_kernel_and_pads(self):
        """Of 45 rows the last window of 24 begins within a tile of 8, of 48 it does not."""
        args = ["--layout", "40x45", "--q-tile", "16x8", "--kv-tile", "16x8", *self.H100, "--advise",
                "--tiles", "natten-fna-hopper", "--pad"]
        result = self.bound("gna,window=16x24", *args)
        ranked = result["advice"]["ranked"]
        times = [candidate["time_s"] for candidate in ranked]
        self.assertEqual(times, sorted(times))
        self.assertEqual(ranked[0]["layout"], "48x48")
        self.assertTrue(ranked[0]["fully_block_sparse"])
        out = self.run_program("bound", "--mask", "gna,window=16x24", *args).out
        self.assertIn("of all these and the best of each choice of tiles, the shortest time of natten-fna-hopper first",
                      out)
        self.assertNotIn("layout", self.run_program("bound", "--mask", "gna,window=16x24", *args[:-1]).out)

    def test_a_billion_tokens_have_a_bound(self):
        for mask in ("causal", "sliding,left=4095"):
            result = self.bound(mask, "--layout", "1073741824", "--heads", "32", "--kv-heads", "8", *self.H100)
            self.assertEqual(len(result["rungs"]), 4)
            self.assertLess(len(result["heads_apart"][0]["distribution"]), 5)

    def test_decoding_reads_every_key_and_value_that_is_seen_once_per_group(self):
        result = self.bound("sliding,left=1023", "--layout", "32768", "--queries", "1", "--q-tile", "1", "--heads", "32",
                            "--kv-heads", "8", "--batch", "2", *self.H100)
        self.assertEqual((result["queries"], result["pairs"], result["tiles_visited"]), (1, 1024, 8))
        hbm, l2 = result["traffic"]
        self.assertEqual(hbm["key_value_B"], 2 * 8 * 1024 * 128 * 2 * 2)
        self.assertEqual(l2["key_value_B"], 4 * hbm["key_value_B"])
        self.assertEqual(hbm["query_B"], 2 * 32 * 128 * 2)
        self.assertEqual(result["tile_list_B"], 0)
        self.assertEqual(result["permutation"]["bytes"], 0)
        self.assertLessEqual(result["rungs"][-1]["speedup"], 32)

    def test_a_q_tile_has_room_for_the_query_heads_of_a_kv_head(self):
        decode = ["--queries", "1", "--layout", "131072", "--heads", "32", "--kv-heads", "8", "--batch", "8", *self.H100]
        result = self.bound("dense", *decode)
        hbm, l2 = result["traffic"]
        self.assertEqual(result["q_tile"], "4")
        self.assertEqual(l2["key_value_B"], hbm["key_value_B"])
        self.assertEqual(result["rungs"][-1]["limit"], "bytes of HBM")
        # Kernels that pack these heads are no faster than the bound.
        text = self.run_program("evaluate", "attention", "gpu/h100-sxm5", "decode-split-kv", "--format", "json",
                                "--set", "S=131072", "--set", "P=1", "--set", "H=32", "--set", "G=8", "--set", "B=8").out
        [packed] = json.loads(text)["records"]
        self.assertGreaterEqual(packed["time_s"], result["rungs"][-1]["time_s"])
        self.assertIn("packed, the 4 query heads of a KV head need no less than 256 of these each",
                      self.run_program("bound", "--mask", "dense", *decode).out)
        alone = self.bound("dense", *decode, "--q-tile", "1")
        self.assertEqual(alone["traffic"][1]["key_value_B"], 4 * hbm["key_value_B"])

    def test_a_mask_in_place_of_the_workloads(self):
        def bound(*args):
            return json.loads(self.run_program("bound", *args, "--format", "json").out)

        shapes = ["--set", "S=8192", "--set", "H=12", "--set", "G=4", "--set", "P=2"]
        result = bound("attention", *shapes, "--mask", "causal", *self.H100)
        self.assertEqual((result["mask"], result["queries"], result["keys"], result["heads"], result["q_tile"]),
                         ("causal", 2, 8192, 12, "6"))
        self.assertEqual(result, bound("--mask", "causal", "--layout", "8192", "--queries", "2", "--heads", "12",
                                       "--kv-heads", "4", *self.H100))
        self.assertEqual(bound("attention", *shapes)["mask"], "dense")
        for option in ("--layout", "--queries", "--heads", "--kv-heads", "--batch", "--head-dim", "--value-dim"):
            self.assert_refused(["bound", "attention", "--mask", "causal", option, "64"],
                                f"{option}: the workload gives it; --set changes its shapes")
        self.assert_refused(["bound", "attention", "--dtype", "fp8"],
                            "--dtype: the workload gives it, by 'word_B' and 'words_B'")
        self.assert_refused(["bound", "attention", "--values-in-keys"],
                            "--values-in-keys: the workload gives it, by 'shared'")
        for option in (["--batch", "2"], ["--head-dim", "64"], ["--value-dim", "64"], ["--values-in-keys"],
                       ["--dtype", "fp8"]):
            warned = self.run_program("bound", "--mask", "causal", "--layout", "64", *option)
            self.assertIn(f"{option[0]} has no effect here: without --arch, bounds count pairs and tiles\n", warned.err)
        self.assert_refused(["bound", "BERT", "--set", "U=8"],
                            "--set U=8: it changes nothing: attention's bound does not use shape 'U' of workload 'BERT'")
        self.assert_refused(["bound"], "bound: expected a workload, or --mask and --layout or --requests in its place")

    def test_a_workload_is_bounded_with_its_batch_and_dimensions(self):
        def bound(*args):
            return json.loads(self.run_program("bound", *args, "--mask", "causal", *self.H100, "--format", "json").out)

        stated = bound("attention", *(f"--set={shape}" for shape in ("S=6000", "P=1", "B=48", "H=24", "G=4", "E=64")))
        self.assertEqual(stated, bound("--layout", "6000", "--queries", "1", "--heads", "24", "--kv-heads", "4",
                                       "--batch", "48", "--head-dim", "64"))
        self.assertEqual(stated["traffic"][0]["key_value_B"], 294_912_000)
        self.assertAlmostEqual(stated["baseline"]["time_s"], 88.1e-6, delta=0.1e-6)

    LATENT = """workload:
  name: latent
  phase: decode
  cascades: [attention-1pass]
  word_B: 2 B
  shapes: {B: 96, H: 16, G: 1, E: 320, F: 256, M: 3000, P: 1}
  ranks: {queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}
  shared: {V: K}
  mask: {pattern: causal}
"""

    def test_values_that_are_part_of_the_keys_are_read_with_them(self):
        (self.folder / "latent.yaml").write_text(self.LATENT)
        options = ["--mask", "causal", "--layout", "3000", "--queries", "1", "--heads", "16", "--kv-heads", "1",
                   "--head-dim", "320", "--value-dim", "256", "--batch", "96"]
        stated = json.loads(self.run_program("bound", "latent.yaml", *self.H100, "--format", "json").out)
        given = json.loads(self.run_program("bound", *options, "--values-in-keys", *self.H100, "--format", "json").out)
        self.assertEqual(stated, given)
        self.assertEqual(stated["traffic"][0]["key_value_B"], 184_320_000)
        self.assertAlmostEqual(stated["rungs"][-1]["time_s"], 55e-6, delta=2e-6)
        apart = json.loads(self.run_program("bound", *options, *self.H100, "--format", "json").out)
        self.assertEqual(apart["traffic"][0]["key_value_B"], 96 * 3000 * (320 + 256) * 2)
        [record] = json.loads(self.run_program("evaluate", "latent.yaml", "gpu/h100-sxm5", "flash-attention-3",
                                               "--q-tile", "16", "--kv-tile", "32", "--format", "json").out)["records"]
        self.assertEqual(record["level.HBM.read_B"] if "level.HBM.read_B" in record else
                         record["level"]["HBM"]["read_B"], 184_320_000 + 96 * 16 * 320 * 2)
        self.assert_refused(["bound", *options[:-4], "--value-dim", "400", "--values-in-keys"],
                            "values of 400 elements are no part of keys of 320")

    def test_documents_do_not_say_which_request_a_query_is_of(self):
        self.assert_refused(["bound", "--mask", "documents,lengths=100/28", "--layout", "128", "--queries", "2"],
                            "documents: lengths: 2 queries of 128 keys: which document is each of? State requests with "
                            "their own queries and keys, as in --mask causal --requests 300x900,40x40, or 'requests' of a "
                            "workload")

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
                "3 KV heads: expected a divisor of the 8 query heads",
            ("causal + 2 * dense", "--layout", "64", "--heads", "8"):
                "8 heads do not share out among the 3 that the mask names",
            ("causl", "--layout", "64"): "no mask pattern 'causl'; did you mean 'causal'?",
            ("!dense", "--layout", "64"): "mask '!dense' over 64: it has no pairs, so there is nothing to compute or to "
                                          "bound",
            ("causal", "--layout", "64", "--arch", "gpu/h100-sxm"):
                "no 'gpu/h100-sxm' in configs/archs, nor is it a file; did you mean 'gpu/h100-sxm5'?",
            **{("causal", "--layout", "64", "--measured", text):
                   f"--measured: expected a speedup, as in 5.3 or 5.3x, or a time, as in 2.5ms, got '{text}'"
               for text in ("x", "0", "nan", "-1", "5.3y", "1e7", "3 GB")},
            ("causal", "--layout", "64", "--measured", "3us"):
                "--measured: 3us is a time, and the baseline has none without --arch",
            ("causal", "--layout", "64", "--baseline", "2.5ms"):
                "--baseline: 2.5ms is a time, and bounds are times of a machine only: expected --arch",
            ("causal", "--layout", "64", "--baseline", "flash-attention-3"):
                "--baseline: 'flash-attention-3' is a kernel, whose time depends on the machine: expected --arch",
            ("causal", "--layout", "64", "--baseline", "causl"):
                "--baseline: expected a mask, a kernel, MASK by KERNEL, or a time as in 2.5ms, got 'causl': no mask "
                "pattern 'causl'; did you mean 'causal'?",
            ("causal", "--layout", "64", "--baseline", "!dense"): "baseline '!dense': it has no pairs",
            ("causal", "--layout", "64", "--set", "S=3"):
                "--set: sets shapes of a workload; with --mask alone, give --layout",
            ("causal", "--layout", "64", "--arch-set", "N=3"): "--arch-set: expected --arch as well",
            ("causal", "--layout", "64", "--within", "0.1"):
                "--within: expected --advise of a pattern with a window and a stride",
            ("gna,window=8", "--layout", "64", "--advise", "--least-window", "4"):
                "--least-window: the window stays as it is; --within lets it change",
            ("causal", "--layout", "64", "--advise"):
                "--advise: expected one pattern with a window and a stride ('mask --patterns' lists them), or "
                "--tile-sizes or --tiles to compare, got 'causal'",
            ("causal", "--layout", "8x8", "--q-tile", "2x2", "--kv-tile", "2x2", "--advise", "--tile-sizes", "4x4"):
                "--advise: of this mask, only runs of tokens are compared; add --tiling flat",
            **{("causal", "--layout", "64", "--advise", "--tile-sizes", "4x4", *option):
                   f"{option[0]}: expected --advise of a pattern with a window and a stride"
               for option in (("--pad",), ("--within", "0.1"), ("--least-window", "4"))},
            ("gna,window=8", "--layout", "64", "--advise", "--tiling", "flat"):
                "--advise: searches multi-dimensional tiles; leave out --tiling flat",
            ("gna,window=8x8x8", "--layout", "16x16x16", "--q-tile", "2x8x8", "--kv-tile", "2x8x8", "--advise",
             "--tile-sizes", "5040x5040"):
                "5040 and 5040 tokens make 656100 pairs of tile shapes; at most 20000 can be searched: give sizes with "
                "fewer divisors, or a list of tiles",
            ("gna,window=8", "--layout", "64", "--advise", "--tile-sizes", "99999999x1"):
                "tiles of 99999999 and 1 tokens: expected at most 65536",
            ("causal", "--layout", "64", "--dtype", "fp64"): "bound: --dtype: fp64 not in {bf16,fp16,fp32,fp8}",
        }.items():
            with self.subTest(args):
                self.assert_refused(["bound", "--mask", *args], message)


if __name__ == "__main__":
    run_tests()
