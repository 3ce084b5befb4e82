#!/usr/bin/env python3
"""Estimates and simulations of kernels on random problems: how far apart they are, and where.

  tools/compare_models.py [--program build/release/bin/tilewright] [--problems 1000] [--seed 1] [--worst 20]
                          [--kernels build/compare_models]

Prints, over kernels x GPUs x masks x shapes, the spread of estimate / simulation - 1 of the time and of the bytes
that the outermost memory reads, and the problems that are furthest apart in either, as commands. A third of the
problems are batches of unequal requests, and these and kernels that split their keys have long sequences too, whose K
and V outgrow the L2.
"""

import argparse
import json
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KERNELS = {
    "flash-attention-2": ["a100-sxm4-80gb", "h100-pcie", "h100-sxm5"],
    "flash-attention-3": ["h100-sxm5", "h200"],
    "flash-attention-4": ["b200"],
    "cudnn-sdpa": ["h100-sxm5", "h200"],
    "cudnn-sdpa-blackwell": ["b200"],
    "natten-fna-ampere": ["a100-sxm4-80gb", "h100-pcie"],
    "natten-fna-hopper": ["h100-sxm5", "h200"],
    "torch-flex": ["h100-sxm5"],
    "decode-split-kv": ["a100-sxm4-80gb", "h100-sxm5"],
    "decode-stream-k": ["h100-sxm5"],
}
SPLIT = ["a100-sxm4-80gb", "h100-sxm5"]


def add_splits(folder):
    """The kernel that splits keys with as many parts in every problem, without the pass that adds them up."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (Path(__file__).parent.parent / "configs/kernels/split-kv.yaml").read_text()
    text = re.sub(r"(?m)^    (after|pack_heads): .*\n", "", text)
    for parts in (4, 8):
        file = folder / f"split-kv-{parts}.yaml"
        file.write_text(re.sub(r"(?m)^    splits: .*$", f"    splits: {parts}", text))
        KERNELS[str(file)] = SPLIT


def random_requests(chance, decodes):
    requests = []
    for _ in range(chance.choice([2, 3, 5, 8])):
        queries = chance.choice([1, 1, 2, 4, 64]) if decodes else round(2 ** chance.uniform(8, 15))
        more = chance.random() < 0.5 or decodes
        requests.append(f"{queries}x{max(queries, round(2 ** chance.uniform(10, 17)) if more else queries)}")
    return ",".join(requests)


def random_problem(chance):
    kernel = chance.choice(list(KERNELS))
    arch = "gpu/" + chance.choice(KERNELS[kernel])
    decodes = kernel.startswith("decode")
    splits = KERNELS[kernel] is SPLIT
    tokens = round(2 ** (chance.uniform(12, 18) if splits else chance.uniform(8, 15)))
    if chance.random() < 0.5:
        tokens = max(256, tokens // 256 * 256)
    heads = chance.choice([1, 2, 4] if splits else [1, 2, 4, 8, 16, 24, 32])
    kv_heads = heads // chance.choice([n for n in (1, 2, 4, 8) if n <= heads])
    batch = chance.choice([1, 1, 2] if splits else [1, 1, 2, 4, 16])
    sets = {"S": tokens, "H": heads, "G": kv_heads, "B": batch, "E": chance.choice([64, 128])}
    window = round(2 ** chance.uniform(5, 12))
    mask = chance.choice(["dense", "causal", "causal", f"sliding,left={window}",
                          f"sliding,left={window},right={window}", "documents"])
    if mask == "documents":
        each = max(1, tokens // chance.choice([2, 4, 8]))
        lengths = [each] * (tokens // each)
        lengths[-1] += tokens - sum(lengths)
        mask = "documents,lengths=" + "/".join(map(str, lengths)) + ",causal=1"
    requests = not splits and not mask.startswith("documents") and chance.random() < 1 / 3
    if decodes:
        sets["P"] = chance.choice([1, 1, 2, 4])
        mask = "dense"
    words = ["attention", arch, kernel, "--mask", mask]
    if requests:
        words += ["--requests", random_requests(chance, decodes)]
        sets = {name: sets[name] for name in ("H", "G", "E")}
    for name, value in sets.items():
        words += ["--set", f"{name}={value}"]
    return words


def record_of(program, verb, words):
    done = subprocess.run([program, verb, *words, "--format", "json"], capture_output=True, text=True, check=False)
    if done.returncode == 2:
        return None  # the kernel does not run it
    if done.returncode != 0:
        sys.exit(f"{verb} {' '.join(words)}: {done.stderr}")
    return json.loads(done.stdout)["records"][0]


def number(record, key):
    for part in key.split("."):
        record = record[part]
    return record


def compare(program, words):
    estimated = record_of(program, "evaluate", words)
    if estimated is None:
        return None
    simulated = record_of(program, "simulate", words)
    memory = next(iter(estimated["level"]))
    bytes_read = f"level.{memory}.read_B"
    return {"words": words, "waves": number(estimated, "kernel.waves"),
            "time": estimated["time_s"] / simulated["time_s"] - 1,
            "bytes": number(estimated, bytes_read) / number(simulated, bytes_read) - 1}


def spread(values):
    values = sorted(values)
    at = [values[min(len(values) - 1, int(share * len(values)))] for share in (0, 0.05, 0.5, 0.95, 1)]
    return "  ".join(f"{100 * value:+7.1f} %" for value in at)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/bin/tilewright")
    parser.add_argument("--problems", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=20)
    parser.add_argument("--kernels", type=Path, default=Path("build/compare_models"), help="where it writes kernels")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    add_splits(options.kernels)
    results = []
    with ThreadPoolExecutor(2) as pool:
        while len(results) < options.problems:
            more = [random_problem(chance) for _ in range(options.problems - len(results))]
            results += [r for r in pool.map(lambda words: compare(options.program, words), more) if r]
    print("estimate / simulation - 1      least        5 %     median       95 %       most")
    for what in ("time", "bytes"):
        print(f"{what:22}  {len(results):5}  {spread([r[what] for r in results])}")
    for low, high in ((0, 1), (1, 4), (4, 16), (16, float("inf"))):
        part = [r["time"] for r in results if low < r["waves"] <= high]
        if part:
            print(f"time, {low} to {high} waves".ljust(22) + f"  {len(part):5}  {spread(part)}")
    for limit in (0.03, 0.1, 0.25):
        within = {what: sum(abs(r[what]) <= limit for r in results) / len(results) for what in ("time", "bytes")}
        print(f"within {limit:.0%}: {within['time']:.1%} of the times, {within['bytes']:.1%} of the bytes")
    for what in ("time", "bytes"):
        for result in sorted(results, key=lambda r: -abs(r[what]))[: options.worst]:
            words = " ".join(result["words"])
            print(f"{what} {100 * result[what]:+7.1f} %  {result['waves']:8.2f} waves  {words}")


if __name__ == "__main__":
    main()
