"""Inputs in memory: the same as files, and refused as files are."""
import unittest
from pathlib import Path

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]
EDGE = {"arch": {
    "name": "edge", "clock_Hz": "1 GHz", "parameters": {"sram_KiB": 256},
    "levels": [
        {"name": "DRAM", "bandwidth_B_per_s": "51.2 GB/s", "access_B": "64 B", "read_J": "2 nJ", "write_J": "2 nJ"},
        {"name": "SRAM", "parent": "DRAM", "capacity_B": "sram_KiB * 1 KiB", "access_B": "64 B", "read_J": "100 pJ",
         "write_J": "120 pJ"}],
    "units": [{"name": "array", "lanes": 256, "operations": {"multiply_add": {"cycles": 1, "energy_J": "1 pJ"}}}]}}
PRODUCT = """cascade:
  name: product
  inputs: {A: [M, K], B: [N, K]}
  outputs: [Z]
  einsums: ["Z[m,n] = A[m,k] * B[n,k]"]
"""
LAYER = {"workload": {"name": "layer", "phase": "prefill", "cascades": ["product"], "word_B": "2 B",
                      "shapes": {"M": 128, "N": 128, "K": 128}}}


class Inputs(unittest.TestCase):
    def test_attributes(self):
        arch = tw.arch("fusemax/proposal")
        self.assertEqual(arch.parameters["N"], 256)
        self.assertIn(arch.levels[0], arch.text)
        self.assertTrue(arch.file.endswith("fusemax/proposal.yaml"))
        cascade = tw.cascade(PRODUCT)
        self.assertEqual((cascade.inputs, cascade.outputs, cascade.ranks), (["A", "B"], ["Z"], ["M", "K", "N"]))
        self.assertEqual(cascade.einsums, ["Z[m,n] = A[m,k] * B[n,k]"])
        self.assertEqual(tw.workload("attention").shapes["S"], 4096)
        self.assertTrue(tw.mapping("flash-attention-3").is_kernel)
        self.assertFalse(tw.mapping("fusemax/binding").is_kernel)
        self.assertIn("gpu/h100-sxm5", tw.names("archs"))

    def test_text_is_as_good_as_a_file(self):
        names = ("BERT", "fusemax/proposal", "fusemax/binding")
        given = (tw.workload(tw.workload(names[0]).text), tw.arch(tw.arch(names[1]).text),
                 tw.mapping(tw.mapping(names[2]).text))
        self.assertEqual(tw.evaluate(*names)["time_s"], tw.evaluate(*given)["time_s"])
        path = ROOT / "configs/archs/fusemax/proposal.yaml"
        self.assertEqual(tw.evaluate(*names)["time_s"], tw.evaluate("BERT", path, names[2])["time_s"])
        self.assertEqual(tw.evaluate(*given)["arch_file"], "<arch>")

    def test_dicts_with_a_cascade_of_their_own_are_mapped(self):
        layer = tw.workload(LAYER, cascades=[PRODUCT])
        found = tw.map(layer, EDGE, objective="time")
        self.assertTrue(found.ended)
        self.assertEqual(len(found), 1)
        self.assertEqual(found.gap, 1)
        record = tw.evaluate(layer, EDGE, found.best)
        self.assertEqual(record["time_s"], found.best.record["time_s"])
        self.assertEqual(tw.simulate(layer, EDGE, found[0])["cascade"], "product")
        self.assertIn("proven", repr(found))
        front = tw.map(layer, EDGE, objective="traffic,buffer")
        self.assertGreater(len(front), 1)
        self.assertEqual(len(front.records), len(front))

    def test_refusals_name_the_place_in_what_was_given(self):
        wrong = {"arch": {**EDGE["arch"], "clok_Hz": "1 GHz"}}
        with self.assertRaisesRegex(tw.InputError, r"^<arch>:\d+:\d+: arch.clok_Hz: unknown key; did you mean 'clock_Hz'"):
            tw.arch(wrong)
        with self.assertRaisesRegex(tw.InputError, "^mine:1:11: workload: missing key "):
            tw.workload("workload: {}\n", name="mine")
        with self.assertRaisesRegex(tw.InputError, "workload 'layer' is not computed by cascade 'attention-1pass'"):
            tw.evaluate(tw.workload(LAYER, cascades=[PRODUCT]), EDGE, "fusemax/binding")
        with self.assertRaisesRegex(tw.InputError, "configs/cascades/product.yaml"):  # the shipped one, without its own
            tw.map(LAYER, EDGE)
        with self.assertRaisesRegex(tw.InputError, "no parameter 'sram'"):
            tw.map(tw.workload(LAYER, cascades=[PRODUCT]), EDGE, arch_set={"sram": 1})
        layer = tw.workload(LAYER, cascades=[PRODUCT])
        best = tw.map(layer, EDGE, objective="time").best
        with self.assertRaisesRegex(tw.InfeasibleError, "^<found mapping>:.* does not fit 'SRAM'"):
            tw.evaluate(layer, EDGE, best, arch_set={"sram_KiB": 1})

    def test_limits_of_a_search(self):
        for wrong in ({"time_limit": 0}, {"memory_limit": -1}):
            with self.assertRaisesRegex(tw.InputError, "above 0"):
                tw.map("BERT", "fusemax/proposal", **wrong)
        found = tw.map("attention", "gpu/h100-sxm5", set={"S": 2048}, kernel=["flash-attention-3"])
        self.assertIn("flash-attention-3", found.best.text)


if __name__ == "__main__":
    unittest.main()
