"""Fuzzes every reader (reader.hpp) for its part of the time, from the files that are shipped.

Usage: run.py PROGRAM [--seconds TOTAL] [--jobs N] [--only READER] [--seed N]

Seeds are files of configs/ and values in them, words are keys that sources and files know. What a reader broke on is
kept in the folder `fuzz-faults`, and run again by PROGRAM --reader=READER FILE. Exit status 1 if any broke.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
CONFIGS = HOME / "configs"
FAULTS = Path("fuzz-faults")
LARGEST_B = 1 << 15  # of a seed: mutations of a longer file are few
SLOWEST_S = 10  # with sanitizers, on a machine that does other things too


def configs(*globs):
    files = sorted(file for glob in globs for file in CONFIGS.glob(glob + ".yaml"))
    return [file.read_bytes() for file in files if file.stat().st_size <= LARGEST_B]


def values(key):
    """What stands behind a key anywhere in the configurations."""
    found = {match for text in configs("**/*") for match in re.findall(rb"\b" + key + rb": *'?\"?([^\s{}\[\]#'\"][^\n#}\"']*)", text)}
    return sorted(value.strip() for value in found)


def npy(shape, kind, data):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n" + data


def mask_data():
    matrix = b"%%MatrixMarket matrix coordinate pattern general\n% comment\n4 4 2\n1 1\n4 3\n"
    return [npy("(4, 4)", "|b1", b"\1\0" * 8), npy("(2, 4, 4)", "|u1", b"\1" * 32), matrix,
            npy("(5,)", "<i4", b"".join(i.to_bytes(4, "little") for i in (0, 1, 2, 2, 5)))]


def heads(*globs):
    """The first lines of tables."""
    return [b"".join(file.read_bytes().splitlines(True)[:6]) for glob in globs
            for file in sorted((HOME / "validation").glob(glob))]


SEEDS = {
    "arch": lambda: configs("archs/**/*"),
    "call": lambda: configs("calls/*"),
    "cascade": lambda: configs("cascades/*"),
    "choice": lambda: [b"{q_tile: 2x8x4, kv_tile: 2x8x8, kv_tiling: dynamic, stages: 3, splits: 4, "
                       b"queries: descending, outer: heads, pad: 32x48x80}"],
    "claims": lambda: configs("claims/*"),
    "configuration": lambda: [(HOME / "tests" / "cli" / "inputs" / "config.json").read_bytes()],
    "csv": lambda: heads("published/**/*.csv"),
    "dram": lambda: configs("drams/*"),
    "einsum": lambda: [b"Z[m,p] = max(A[m], exp(B[m,p])) where C", b"Z[p] = max[m] B[m,p] * half", b"Z[e,p] = D[e,M0-1,p] / C",
                       b"Z[m+1,p] = Z[m,p] + B[m,p]", b"Z[e,m0,p] = D[e,m0-2,p]", b"Z[p] = sum[m0,e] D[e,m0,p]"],
    "expression": lambda: values(rb"[A-Za-z_]+")[::7],
    "intervals": lambda: configs("intervals/*"),
    "joint-calibration": lambda: configs("calibrations/*"),
    "kernel": lambda: configs("kernels/*"),
    "mapping": lambda: configs("mappings/**/*"),
    "mapspace": lambda: [b"mapspace: {tiles: {M: [64, 128]}, max_fused: 2, prefer: [{max_fused: 1}]}",
                         b"mapspace: {q_tile: [64, 2x8x8], stages: {to: 3}, kv_tiling: [static], outer: heads}"],
    "mask": lambda: values(rb"(?:pattern|mask)"),
    "mask-data": mask_data,
    "mask-file": lambda: configs("masks/*"),
    "model": lambda: configs("models/*"),
    "operations": lambda: [b"softplus: {operands: [x], is: \"max(x, 0) + log(1 + exp(-abs(x)))\"}",
                           b"most: {operands: [x, y], is: \"max(x, y)\", laws: [associative, commutative], identity: -inf}"],
    "plan": lambda: heads("measurements/**/*.csv"),
    "report": lambda: configs("reports/*"),
    "requests": lambda: [b"300x900,40x40,300x2300", b"64*1x4096,1x32000"],
    "settings": lambda: [b"S=4096", b"M=1 << 20", b"clock_Hz=1.5 GHz"],
    "study": lambda: configs("studies/*"),
    "suite": lambda: configs("suites/*"),
    "workload": lambda: configs("workloads/*"),
}

# Parts of the time: of grammars and sections of their own.
PARTS = {"cascade": 3, "einsum": 3, "kernel": 3, "mapping": 3, "mask": 3}


def words():
    """Keys and names: of the files, and of what reads them."""
    found = {match.decode() for text in configs("**/*") for match in re.findall(rb"[A-Za-z_][\w-]{2,30}(?=:)", text)}
    for folder in ["arch", "einsum", "mappings", "sim/kernel", "explore/study", "explore/model", "explore/claim", "measure", "report", "validation"]:
        for file in (HOME / folder).rglob("*.cpp"):
            found.update(re.findall(r'"([A-Za-z_][\w-]{1,30})"', file.read_text()))
    odd = ["1e300", "-inf", "9007199254740993", "<<", "? 1 : 2", "[[[[", "&a ", "*a", "{}", "[]", "''", "\\xff"]
    return "".join(f'"{word}"\n' for word in sorted(found) + odd)


def fuzz(reader, arguments, seconds, folder):
    here = folder / reader
    seeds = here / "seeds"
    seeds.mkdir(parents=True)
    (here / "found").mkdir()
    for number, seed in enumerate(SEEDS[reader]()):
        (seeds / str(number)).write_bytes(seed)
    run = subprocess.run(
        [arguments.program, f"--reader={reader}", f"-max_total_time={seconds}", f"-timeout={SLOWEST_S}", "-rss_limit_mb=1500",
         "-malloc_limit_mb=500", f"-max_len={LARGEST_B}", f"-seed={arguments.seed}", f"-dict={folder / 'words'}",
         f"-artifact_prefix={FAULTS}/{reader}-", "-print_final_stats=1", here / "found", seeds],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=Path.cwd(), errors="replace")
    inputs = re.search(r"number_of_executed_units: (\d+)", run.stdout)
    print(f"{reader}: {inputs.group(1) if inputs else 'no'} inputs", "" if run.returncode == 0 else ", BROKEN", sep="", flush=True)
    if run.returncode != 0:
        print("\n".join(line for line in run.stdout.splitlines() if not re.match(r"#\d+\s|\s*###", line)), flush=True)
    return run.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--seconds", type=float, default=60, help="of all readers, one after another")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only")
    parser.add_argument("--seed", type=int, default=0, help="0: another each time")
    arguments = parser.parse_args()
    arguments.program = arguments.program.resolve()
    listed = subprocess.run([arguments.program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    if set(listed) != set(SEEDS):
        sys.exit(f"readers without seeds, or seeds without a reader: {set(listed) ^ set(SEEDS)}")
    readers = [arguments.only] if arguments.only else listed
    part = arguments.seconds / sum(PARTS.get(reader, 1) for reader in readers)
    seconds = {reader: max(1, round(part * PARTS.get(reader, 1))) for reader in readers}
    shutil.rmtree(FAULTS, ignore_errors=True)
    FAULTS.mkdir()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(arguments.jobs) as pool:
        folder = Path(name)
        (folder / "words").write_text(words())
        right = list(pool.map(lambda reader: fuzz(reader, arguments, seconds[reader], folder), readers))
    if all(right):
        FAULTS.rmdir()
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()
