#!/usr/bin/env python3
"""Runs the emulated runner over plans: run.py RUNNER

What kernels compute is tested family by family; here it is what stands around them: that every operation of a plan
reaches its kernel with the right inputs, masks and layouts, and that what comes out is checked and written.
"""
import csv
import os
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUNNER = Path(sys.argv.pop(1)).resolve()
HEADER = ("point,group,operation,kernel,dtype,batch,heads,kv_heads,head_dim,queries,keys,mask,blocks,q_tile,kv_tile,"
          "permuted,splits,cache,warm_up,repetitions,seed")
MICROS = ("hbm-read", "hbm-write", "hbm-copy", "l2-read", "hbm-latency", "l2-latency", "shared-latency",
          "launch-period", "graph-period")

VIDEO = '5x9x11,5x9x11,"window=3x5x4,causal=1x0x0",'
DILATED = '6x10x9,6x10x9,"window=3x3x2,dilation=2x1x3",'
IMAGE = '20x30,20x30,"window=9x11,stride=8x4",'
# operation, kernel, dtype, batch, heads, kv_heads, head_dim, queries, keys, mask, blocks, tiles, permuted, splits, cache
RIGHT = (
    "attention,naive,bf16,1,2,1,64,200,200,causal,,64,64,0,0,warm",
    "attention,tiled,bf16,1,2,1,64,200,200,dense,,64,64,0,0,flush",
    "attention,tensor-core,bf16,1,2,1,128,100,200,causal,,64,64,0,0,warm",
    'attention,pipelined,bf16,2,2,1,64,300,300,"window=100,causal=1",,128,64,0,0,rotate',
    "attention,pipelined,fp16,1,2,2,64,200,200,dense,,128,128,0,0,warm",
    'attention,pipelined,bf16,1,4,2,64,300,300,"1 * dense + 2 * window=100,causal=1 + 1 * causal",,64,64,0,0,warm',
    "attention,pipelined,bf16,1,2,2,64,512,512,causal,128x64:80c0f0ff,128,64,0,0,warm",
    f"attention,pipelined,bf16,1,1,1,64,{IMAGE},8x8,8x8,0,0,warm",
    f"attention,pipelined,bf16,1,2,1,64,{IMAGE},8x8,8x8,1,0,warm",
    f"attention,pipelined,bf16,1,1,1,64,{VIDEO},2x4x8,2x4x8,1,0,warm",
    f"attention,pipelined,bf16,1,1,1,64,{DILATED},4x4x4,4x4x4,0,0,warm",
    f"attention,pipelined,bf16,1,1,1,64,{DILATED},4x4x4,4x4x4,1,0,warm",
    "attention,sigmoid,bf16,1,2,1,64,200,200,causal,,128,64,0,0,warm",
    "attention,specialized,bf16,1,2,1,64,300,300,causal,,192,128,0,0,warm",
    "attention,specialized,fp16,1,2,1,128,200,200,dense,,128,128,0,0,warm",
    "attention,specialized,bf16,1,2,2,64,512,512,causal,128x64:80c0f0ff,128,64,0,0,warm",
    "attention,specialized,fp8,1,2,1,128,200,300,causal,,128,128,0,0,rotate",
    f"attention,specialized,fp8,1,1,1,128,{IMAGE},16x8,16x8,1,0,warm",
    f"attention,specialized,bf16,1,1,1,64,{VIDEO},2x8x8,2x4x8,0,0,warm",
    f"attention,specialized,bf16,1,1,1,64,{IMAGE},16x8,8x8,1,0,warm",
    f"attention,specialized,bf16,1,1,1,64,{DILATED},2x8x8,4x4x4,1,0,warm",
    "backward,tensor-core-backward,bf16,2,4,2,64,200,200,causal,,64,64,0,0,warm",
    "backward,tensor-core-backward,bf16,1,2,1,128,100,200,dense,,64,64,0,0,rotate",
    'backward,tensor-core-backward,bf16,1,4,2,64,300,300,"2 * window=100,causal=1 + 2 * dense",,64,64,0,0,warm',
    "backward,tensor-core-backward,bf16,1,2,2,64,512,512,causal,64x64:80c0a0909884c2c1,64,64,0,0,warm",
    f"backward,tensor-core-backward,bf16,1,2,1,64,{IMAGE},8x8,8x8,1,0,warm",
    f"backward,tensor-core-backward,bf16,1,1,1,64,{VIDEO},4x4x4,4x4x4,1,0,warm",
    f"backward,tensor-core-backward,bf16,1,1,1,64,{DILATED},4x4x4,4x4x4,0,0,flush",
    f"backward,tensor-core-backward,bf16,1,1,1,64,{DILATED},4x4x4,4x4x4,1,0,warm",
    "backward,specialized-backward,bf16,2,4,2,64,300,300,causal,,128,128,0,0,rotate",
    "backward,specialized-backward,bf16,1,2,2,128,512,512,causal,64x128:80c0a0f0,64,128,0,0,warm",
    f"backward,specialized-backward,bf16,1,2,1,128,{IMAGE},8x8,16x8,1,0,warm",
    f"backward,specialized-backward,bf16,1,1,1,64,{DILATED},2x8x8,2x8x8,1,0,warm",
    "decode,split-kv,bf16,2,4,2,64,1,1000,dense,,,,0,0,warm",
    "decode,split-kv,fp16,1,4,1,128,2,700,causal,,,,0,3,flush",
    "decode,stream-k,bf16,2,4,2,64,1,1000,dense,,,,0,0,rotate",
    "passes,three-pass,bf16,1,2,1,64,200,200,dense,,128,64,0,0,warm",
    "passes,two-pass,bf16,1,2,1,64,200,200,dense,,128,64,0,0,warm",
    "passes,one-pass,bf16,1,2,1,64,200,200,dense,,128,64,0,0,warm",
    "linear,chunked,bf16,1,4,2,64,200,200,dense,,,,0,0,warm",
    "permute,permute,bf16,2,3,3,64,5x9x11,5x9x11,dense,,2x8x8,2x8x8,0,0,warm",
    "permute,unpermute,bf16,2,3,3,64,5x9x11,5x9x11,dense,,2x8x8,2x8x8,0,0,rotate",
    f"permute,permute,fp16,1,2,2,64,{DILATED},2x4x4,2x4x4,0,0,warm",
)
UNSUPPORTED = {
    f"attention,specialized,bf16,1,1,1,64,{DILATED},2x8x8,4x4x4,0,0,warm":
        "the specialised kernel takes dilated tokens only permuted",
    "attention,tiled,bf16,1,1,1,64,64,64,dense,,32,64,0,0,warm":
        "tiled bf16 D=64 tiles 32/64 is not compiled; nearest: tiled bf16 D=64 tiles 64/64, tiled bf16 D=128 tiles "
        "64/64",
    "attention,piplined,bf16,1,1,1,64,64,64,dense,,64,64,0,0,warm":
        "attention has no kernel 'piplined'; did you mean 'pipelined'?",
    "decode,split-kv,bf16,1,1,1,64,8,64,window=9,,,,0,0,warm":
        "decoding takes one axis, dense or causal, without blocks and not permuted",
    "passes,two-pass,bf16,1,2,1,64,200,200,causal,,128,64,0,0,warm":
        "passes are dense, without blocks and not permuted",
    "linear,chunked,bf16,1,4,2,64,10x20,10x20,dense,,,,0,0,warm":
        "linear attention, causal by itself, takes one axis without a mask, as many queries as keys",
}


class Runner(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tilewright-runner-")
        self.addCleanup(folder.cleanup)
        self.plan = Path(folder.name) / "plan.csv"
        self.results = Path(folder.name) / "results.csv"

    def write_plan(self, rows, runs="1,2"):
        lines = [f"p{number},g,{row},{runs},7" for number, row in enumerate(rows)]
        self.plan.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")

    def run_it(self, *words):
        return subprocess.run([RUNNER, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)

    def measure(self):
        return self.run_it(self.plan, "-o", self.results)

    def rows(self):
        with open(self.results, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_every_operation_is_right(self):
        self.write_plan(RIGHT)
        done = self.measure()
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = self.rows()
        self.assertEqual([row["status"] for row in rows], ["ok"] * len(RIGHT), done.stderr)
        for row in rows:
            self.assertLessEqual(float(row["error"]), float(row["error_limit"]))
            self.assertEqual(len(row["samples_s"].split()), 2)
            self.assertEqual((row["device"], row["multiprocessors"], row["flags"]), ("emulator", "2", "emulated"))

    def test_what_no_kernel_takes_is_unsupported(self):
        self.write_plan(UNSUPPORTED)
        done = self.measure()
        self.assertEqual(done.returncode, 0, done.stderr)
        for row, message in zip(self.rows(), UNSUPPORTED.values(), strict=True):
            self.assertEqual((row["status"], row["message"], row["time_s"]), ("unsupported", message, ""))

    def test_microbenchmarks_do_their_work(self):
        self.write_plan([f"micro,{name},{',' * 13}flush" for name in MICROS], runs="1,1")
        done = self.measure()
        self.assertEqual(done.returncode, 0, done.stderr)
        for row in self.rows():
            self.assertEqual(row["status"], "ok", row)
            self.assertGreater(float(row["value"]), 0)
            self.assertIn(row["unit"], ("B/s", "s"))

    def test_a_second_run_measures_nothing_twice(self):
        self.write_plan(RIGHT[:2])
        self.assertEqual(self.measure().returncode, 0)
        text = self.results.read_text()
        self.assertIn("already there", self.measure().stderr)
        self.assertEqual(self.results.read_text(), text)

    def test_an_interrupt_ends_after_the_point(self):
        self.write_plan(RIGHT[:1] * 200)
        with subprocess.Popen([RUNNER, self.plan, "-o", self.results], stderr=subprocess.PIPE, text=True) as process:
            process.stderr.readline()  # the first point is done
            process.send_signal(signal.SIGINT)
            process.stderr.read()
            self.assertEqual(process.wait(), 130)
        self.assertLess(len(self.rows()), 200)

    def test_profiling_names_what_ran(self):
        self.write_plan([RIGHT[0], list(UNSUPPORTED)[0], RIGHT[1]])
        done = self.run_it(self.plan, "--profile")
        self.assertEqual((done.returncode, done.stdout), (0, "p0\np2\n"), done.stderr)

    def test_wrong_inputs_are_refused(self):
        self.plan.write_text("a,b\n")
        self.assertEqual(self.measure().returncode, 2)
        self.assertEqual(self.run_it("--fast").stderr, "no such option: --fast\n")
        missing = self.plan.with_name("missing.csv")
        done = self.run_it(missing, "-o", self.results)
        self.assertEqual((done.returncode, done.stderr), (2, f"{missing}: cannot be read\n"))

    def test_the_list_is_a_table(self):
        rows = list(csv.DictReader(self.run_it("--list").stdout.splitlines()))
        self.assertIn("specialized", {row["kernel"] for row in rows})
        names = [tuple(row[column] for column in ("operation", "kernel", "dtype", "head_dim", "q_tile", "kv_tile"))
                 for row in rows]
        self.assertEqual(len(names), len(set(names)))
        micros = [row for row in rows if row["operation"] == "micro"]
        self.assertEqual(len(micros), 17)
        self.assertTrue(all(row["unit"] and row["about"] for row in micros))


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    unittest.main()
