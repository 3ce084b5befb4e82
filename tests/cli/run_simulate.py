"""Fused kernels as a user meets them: predicted, and simulated with a trace.

Usage: run_simulate.py PROGRAM [unittest's arguments]
"""
import json
import os
import re

from case import Case, run_tests
from program import HOME, files_below

POINT = ["attention", "gpu/h100-sxm5", "flash-attention-3"]


NEST = ["attention", "fusemax/proposal", "fusemax/binding", "--set", "B=1", "--set", "H=1", "--set", "S=16384"]


class Nests(Case):
    def record(self, *args):
        return json.loads(self.run_program(*args, "--format", "json").out)["records"][0]

    def test_a_nest_is_simulated_with_the_bytes_of_its_estimate(self):
        estimate = self.record("evaluate", *NEST)
        for more in ([], ["--exact"], ["--schedule", "auto"], ["--schedule", "sequential"]):
            simulated = self.record("simulate", *NEST, *more)
            self.assertEqual(simulated["traffic"], estimate["traffic"])
            self.assertGreaterEqual(simulated["time_s"], estimate["time_s"])
            self.assertLessEqual(simulated["group"]["attention"]["tile_cycles_by_recurrence"],
                                 simulated["group"]["attention"]["tile_cycles"] * 1.000001)

    def test_under_a_mask_tiles_differ_and_no_recurrence_is_known(self):
        group = self.record("simulate", *NEST, "--mask", "causal")["group"]["attention"]
        self.assertNotIn("tile_cycles_by_recurrence", group)
        self.assertLess(group["tiles"], 64 * 64 * 0.6)
        for mask in "causal", "sliding,left=999":  # tasks pass tiles that they do not have
            few = ["attention", "fusemax/proposal", "fusemax/binding", "--set", "B=1", "H=2", "E=64", "S=4096"]
            self.assertGreater(self.record("simulate", *few, "--mask", mask)["time_s"],
                               self.record("evaluate", *few, "--mask", mask)["time_s"])

    def test_neighborhoods_skip_empty_tiles_and_compute_partial_ones_whole(self):
        (self.folder / "plane.yaml").write_text("mask: {layout: 128x128, pattern: 'gna,window=41x41'}")
        binding = (HOME / "configs/mappings/fusemax/binding.yaml").read_text()
        stated = binding.replace("cascade: attention-1pass", "cascade: attention-1pass\n  tiles: {P: 16x16, M: 16x16}")
        self.assertNotEqual(stated, binding)
        (self.folder / "tiled.yaml").write_text(stated)
        line, plane = ["--layout", "16384"], []
        cases = [("causal", NEST[2], "256", line), ("gna,window=1025", NEST[2], "256", line),
                 ("gna,window=1025,stride=256", NEST[2], "256", line), ("plane.yaml", NEST[2], "2x128", plane),
                 ("plane.yaml", "tiled.yaml", "16x16", plane)]
        dense = self.record("simulate", *NEST)
        for mask, mapping, tile, layout in cases:
            tiles = json.loads(self.run_program("bound", "--mask", mask, *layout, "--q-tile", tile, "--kv-tile", tile,
                                                "--format", "json").out)
            point = [*NEST[:2], mapping, *NEST[3:], "--mask", mask]
            estimate, simulated = self.record("evaluate", *point), self.record("simulate", *point)
            share = tiles["tiles_visited"] / tiles["tiles_dense"]
            busy = simulated["unit"]["array_2d"]["busy_s"]
            self.assertLess(share, 0.6)
            self.assertAlmostEqual(busy / dense["unit"]["array_2d"]["busy_s"], share, places=9, msg=mask)
            self.assertLess(dense["time_s"] / simulated["time_s"], tiles["speedup_tile_mean"])
            self.assertGreaterEqual(simulated["time_s"], max(estimate["time_s"], estimate["bound"]["time_s"], busy))
            for counted in "traffic", "einsum":
                self.assertEqual(simulated[counted], estimate[counted])

    def test_its_trace_has_units_copies_and_waits(self):
        self.run_program("simulate", *NEST, "--trace", "t.json")
        trace = json.loads((self.folder / "t.json").read_text())
        names = {event["name"] for event in trace["traceEvents"]}
        for name in ("QK", "SLNV", "K to L3", "waits for RM"):
            self.assertIn(name, names)
        rows = {event["args"]["name"] for event in trace["traceEvents"] if event["name"] == "thread_name"}
        self.assertTrue({"array_2d", "array_1d", "V to L3"} <= rows)

    def test_its_waterfall_is_a_picture_of_the_steady_state(self):
        result = self.run_program("simulate", *NEST, "E=64", "--waterfall", "new/w.svg")
        self.assertIn("wrote new/w.svg\n", result.err)
        picture = (self.folder / "new/w.svg").read_text()
        for words in ("binding on proposal", "array_2d 99.3 %", ">138 cycles<", ">t+2<", ">RM from RF_1D<"):
            self.assertTrue(words in picture, words)
        self.assert_refused(["simulate", *NEST, "--waterfall", "w.png"],
                            "--waterfall: expected a file that ends in .svg, got 'w.png'")
        self.assert_refused(["simulate", *POINT, "--waterfall", "w.svg"],
                            "--waterfall: is for nests of loops; 'flash-attention-3' is a kernel")

    def test_options_of_the_other_kind_are_refused(self):
        self.assert_refused(["simulate", *NEST, "--trace", "t.json", "--trace-multiprocessors", "2"],
                            "--trace-multiprocessors: is for mappings that are kernels; 'binding' is a nest of loops")
        self.assert_refused(["simulate", *POINT, "--schedule", "auto"],
                            "schedule 'auto': is for nests of loops; 'flash-attention-3' is a kernel")
        self.assert_refused(["simulate", *POINT, "--until", "1"],
                            "--until: is for nests of loops; 'flash-attention-3' is a kernel")

    def test_a_parameter_that_nothing_uses_is_warned_of_where_it_is_set(self):
        limited = ["BERT", "fusemax/limited-buffer"]
        few = ["--set", "B=1", "H=1", "S=4096", "--arch-set"]
        unused = ("parameter 'tiles_held' of architecture 'limited-buffer' has no effect: neither it nor mapping "
                  "'binding' uses it")
        for verb in "evaluate", "simulate":
            warnings = self.record(verb, *limited, "fusemax/binding", *few, "tiles_held=2", "ports=2")["warnings"]
            self.assertEqual(warnings.count("has no effect"), 1, warnings)
            self.assertIn(unused, warnings)
            for mapping, parameter in (("binding-held", "tiles_held=1"), ("binding", "ports=2")):
                record = self.record(verb, *limited, f"fusemax/{mapping}", *few, parameter)
                self.assertNotIn("no effect", record.get("warnings", ""))
        (self.folder / "s.yaml").write_text("""study:
  name: held
  axes: {held: [1, 2]}
  series:
    - {name: a, over: [held], workload: BERT, set: {S: 4096}, arch: fusemax/limited-buffer, arch_set: {tiles_held: held},
       mapping: fusemax/binding}
""")
        records = json.loads(self.run_program("sweep", "s.yaml", "-o", "store", "--format", "json").out)["records"]
        self.assertEqual([unused in record["warnings"] for record in records], [True, True])
        bound = self.run_program("bound", "--mask", "causal", "--layout", "4096", "--arch", "fusemax/limited-buffer",
                                 "--arch-set", "tiles_held=2", "N=128")
        self.assertEqual(bound.err.count("--arch-set"), 1)
        self.assertIn("--arch-set tiles_held=2: it has no effect here: 'limited-buffer' does not use it", bound.err)

    def test_it_ends_where_it_is_told_to(self):
        record = self.record("simulate", *NEST, "--until", "1e-5")
        self.assertAlmostEqual(record["time_s"], 1e-5)
        self.assertNotIn("bound", record)
        self.assertIn("ended before all tiles were done, as asked", record["warnings"])


class Predictions(Case):
    def record(self, *args):
        return json.loads(self.run_program(*args, "--format", "json").out)["records"][0]

    def test_the_simulation_is_near_the_estimate(self):
        estimate = self.record("evaluate", *POINT)
        for more in ([], ["--exact"]):
            simulated = self.record("simulate", *POINT, *more)
            self.assertEqual(simulated.keys(), estimate.keys())
            self.assertAlmostEqual(simulated["time_s"] / estimate["time_s"], 1, delta=0.05)

    def test_a_calibration_is_a_name_or_a_file(self):
        named = self.record("evaluate", *POINT, "--calibration", "flash-attention-3/h100-sxm5/magi-attention")
        self.assertNotEqual(named["time_s"], self.record("evaluate", *POINT)["time_s"])
        self.assertEqual(named["kernel"]["calibration"], "flash-attention-3/h100-sxm5/magi-attention")
        file = HOME / "configs/kernels/flash-attention-3.yaml"
        filed = self.record("evaluate", *POINT, "--calibration", file)
        self.assertEqual(filed["time_s"], self.record("evaluate", *POINT)["time_s"])
        self.assertEqual(filed["kernel"]["calibration"], f"{file}: flash-attention-3/h100-sxm5")
        self.assert_refused(["evaluate", *POINT, "--calibration", "flash-attention-3/h100-sxm"],
                            "no calibration 'flash-attention-3/h100-sxm'; did you mean 'flash-attention-3/h100-sxm5'?")
        self.assert_refused(["evaluate", *POINT, "--calibration", "none.yaml"], "none.yaml: no such file")
        self.assert_refused(["evaluate", *POINT, "--calibration", "h100-sxm5"],
                            "expected KERNEL/ARCH or KERNEL/ARCH/SOURCE, got 'h100-sxm5'")

    def test_what_goes_beyond_a_calibration_is_told(self):
        other = ["attention", "gpu/h200", "flash-attention-3"]
        joint = self.record("evaluate", *other)
        self.assertIn("its numbers are of the joint fit gpu-serving: flash-attention-3, ", joint["warnings"])
        self.assertIn("--calibration takes another machine's: flash-attention-3/h100-sxm5", joint["warnings"])
        self.assertEqual(joint["kernel"]["calibration"], "gpu-serving: flash-attention-3")
        none = ["attention", "gpu/h100-sxm5", "block-sparse-flash-attention-2"]
        self.assertIn("nothing is fitted", self.record("evaluate", *none)["warnings"])
        self.assertIn("--calibration takes another machine's: block-sparse-flash-attention-2/a100-sxm4-80gb",
                      self.record("evaluate", *none)["warnings"])
        borrowed = self.record("evaluate", *other, "--calibration", "flash-attention-3/h100-sxm5")
        self.assertIn("is of kernel 'flash-attention-3' on 'h100-sxm5'", borrowed["warnings"])
        self.assertNotIn("warnings", self.record("evaluate", *POINT))
        self.assertIn("tiles of 96 queries and 176 keys are none of kernel 'flash-attention-3'",
                      self.record("evaluate", *POINT, "--q-tile", "96")["warnings"])

    def test_a_borrowed_calibration_leaves_its_clock_behind(self):
        borrow = ["--calibration", "flash-attention-3/h100-sxm5"]
        borrowed = self.record("evaluate", "attention", "gpu/b200", "flash-attention-3", *borrow)
        self.assertEqual(borrowed["kernel"]["parameter"]["clock_Hz"], 1.856e9)
        self.assertIn("the clock of 1.83e+09 Hz of calibration flash-attention-3/h100-sxm5 is another machine's; "
                      "'b200' has 1.856e+09 Hz", borrowed["warnings"])
        own = self.record("evaluate", "attention", "gpu/h100-sxm5", "flash-attention-3-serial", *borrow)
        self.assertEqual(own["kernel"]["parameter"]["clock_Hz"], 1.83e9)
        self.assertNotIn("another machine's", own["warnings"])

    def test_tiles_that_the_kernel_of_a_calibration_has_not_are_warned_of(self):
        kernel = (HOME / "configs/kernels/flash-attention-3.yaml").read_text().split("  calibrations:")[0]
        beyond = "are none of the kernel of calibration flash-attention-3/h100-sxm5: an extrapolation"
        for tile, warned in (("128, kv: 176", False), ("64, kv: 176", True)):
            mine = self.folder / "mine.yaml"
            mine.write_text(re.sub(r"  tiles:\n(    - .*\n)+", f"  tiles: [{{q: {tile}}}]\n", kernel)
                            .replace("name: flash-attention-3\n", "name: mine\n"))
            record = self.record("evaluate", "attention", "gpu/h100-sxm5", mine, "--calibration",
                                 "flash-attention-3/h100-sxm5")
            (self.assertIn if warned else self.assertNotIn)(beyond, record["warnings"])

    def test_the_rate_is_of_the_pairs_of_the_mask(self):
        for mask, pairs in (("dense", 4096 * 4096), ("causal", 4096 * 4097 / 2)):
            record = self.record("evaluate", *POINT, "--mask", mask)
            kernel = record["kernel"]
            self.assertAlmostEqual(kernel["flop_per_s"] * record["time_s"] / (4 * 128 * 16 * pairs), 1, delta=1e-9)
            self.assertAlmostEqual(kernel["of_peak"], kernel["flop_per_s"] / 989.4e12, delta=1e-3)
            self.assertEqual(kernel["parameter"]["clock_Hz"], 1.83e9)


class Traces(Case):
    def test_a_trace_is_one_file_of_events_and_the_same_every_time(self):
        before = files_below(self.folder)
        result = self.run_program("simulate", *POINT, "--trace", "new/trace.json")
        self.assertEqual(result.err, "wrote new/trace.json\n")
        self.assertEqual(files_below(self.folder), sorted([*before, str(self.folder / "new/trace.json")]))
        trace = (self.folder / "new/trace.json").read_bytes()
        slices = [event for event in json.loads(trace)["traceEvents"] if event["ph"] == "X"]
        self.assertEqual({event["pid"] for event in slices}, {0, 1, 2, 3})
        self.assertEqual(self.run_program("simulate", *POINT, "--trace", "new/trace.json", "-q").err, "")
        self.assertEqual((self.folder / "new/trace.json").read_bytes(), trace)

    def test_a_place_for_no_file_is_refused_and_left_as_it_is(self):
        (self.folder / "folder").mkdir()
        os.mkfifo(self.folder / "pipe")
        (self.folder / "file").write_text("mine")
        for place, problem in (("folder", "folder: is not a regular file"), ("pipe", "pipe: is not a regular file"),
                               ("file/trace.json", "file/trace.json: cannot be written: Not a directory")):
            self.assert_refused(["simulate", *POINT, "--trace", place], problem)
        self.assertEqual((self.folder / "file").read_text(), "mine")



class Checks(Case):
    SMALL = ["--arch-set", "N=4", "--set", "B=1", "H=2", "S=32", "E=4", "--check"]
    BINDING = ["simulate", "BERT", "fusemax/proposal", "fusemax/binding", *SMALL]

    def test_a_nest_that_computes_attention(self):
        run = self.run_program(*self.BINDING, "--format", "json", "-o", self.folder / "out")
        shown = json.loads(run.out)
        self.assertEqual([(row["tensor"], row["elements"], row["ok"]) for row in shown["outputs"]], [("AV", 256, "yes")])
        moved = {(row["level"], row["tensor"]): row for row in shown["elements_moved"]}
        self.assertEqual(moved["DRAM", "Q"]["read"], 256)
        self.assertEqual(moved["DRAM", "AV"]["written"], 256)
        self.assertIn("AV,256,", (self.folder / "out/check.csv").read_text())

    def test_an_order_that_does_not(self):
        run = self.run_program("simulate", "BERT", "fusemax/baseline", "fusemax/unfused", *self.SMALL, status=1)
        self.assertIn("SN at b=0,h=0,m=0,p=0 reads GM[0,0,0] in RF_1D: it is ", run.err)
        self.assertRegex(run.out, r"AV +256 .* no\n")

    def test_what_it_does_not_take(self):
        self.assert_refused(["simulate", *POINT, "--check"], "--check: a kernel has no nest of loops to run with data")
        self.assert_refused([*self.BINDING, "--exact"], "simulate: --exact: has no effect beside --check")
        large = self.run_program("simulate", "BERT", "fusemax/proposal", "fusemax/binding", "--check", status=2)
        self.assertIn("a run with data computes at most 5e+07 points", large.err)


if __name__ == "__main__":
    run_tests()
