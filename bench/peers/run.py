#!/usr/bin/env python3
"""CPU seconds of `tilewright map` (whole processes) and the EDP that it finds, beside those of other mappers.

run.py PROGRAM

The others' figures are of AccelForge 1.0.467 (its mapper FFM, objective EDP, two workers) on the same machine of
arch.yaml, as CPU seconds of whole processes too, on two shared cores. It searches with weights kept in the registers
("ws") or results ("os"); Tilewright searches all that its page of the mapper describes.
"""
import csv
import io
import resource
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# name | workload and shapes | CPU seconds and EDP (J s) of the other
ROWS = (
    ("product 4096^3, ws", "product.yaml", 3.5, 1.5396e-3),
    ("product 65536x768x768, ws", "product.yaml --set M=65536 --set N=768 --set K=768", 3.37, 4.906e-4),
    ("attention B 1, S 1024, os", "layer.yaml", 52.3, 3.044e-6),
    ("attention B 64, S 1024, ws", "layer.yaml --set B=64", 58.8, 2.299e-2),
    ("attention B 64, S 16384, ws", "layer.yaml --set B=64 --set S=16384", 36.4, 1502),
    ("attention B 64, S 65536, ws", "layer.yaml --set B=64 --set S=65536", 49.8, 3.844e5),
    # AccelForge with one fused loop at most; here what a second finds, unproven.
    ("GPT-3 6.7B layer, B 1, 2048, ws", "gpt.yaml --time-limit 1", 127.9, 7.526e-2),
)


def cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    program = Path(sys.argv[1]).resolve()
    print(f"{'':34}{'CPU s':>10}{'theirs':>8}{'times':>7}{'EDP, J s':>12}{'theirs':>12}")
    for name, args, other_s, other_edp in ROWS:
        workload, *options = args.split()
        before = cpu_s()
        out = subprocess.run([program, "map", workload, "arch.yaml", *options, "--format", "csv", "-q"], cwd=HERE,
                             check=True, capture_output=True, text=True).stdout
        took = cpu_s() - before
        edp = float(next(csv.DictReader(io.StringIO(out)))["edp_Js"])
        print(f"{name:34}{took:>10.3f}{other_s:>8.1f}{other_s / took:>7.0f}{edp:>12.4g}{other_edp:>12.4g}")


if __name__ == "__main__":
    main()
