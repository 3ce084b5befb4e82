#!/usr/bin/env python3
"""Measures the bytes that points of a plan read from and write to device memory, and fills them into their results.

measure_dram_bytes.py RUNNER PLAN.csv RESULTS.csv [--only TEXT] [--ncu NCU]

RUNNER is tilewright-kernels; RESULTS.csv is what it measured of the plan before. Under the profiler each point's
kernels run once, after the point's warm-up and its treatment of the L2 cache, which the profiler leaves as it is; the
columns dram_read_B and dram_write_B of its row become the sums over these kernels. Other columns stay.

Needs ncu of Nsight Compute and leave to read the device's counters.
Exit status: 0 done; 1 the profiler or a point failed; 2 the input is wrong; 3 no ncu, or no device.
"""
import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

METRICS = {"dram_read_B": "dram__bytes_read.sum", "dram_write_B": "dram__bytes_write.sum"}
MARKER = "ProfileMarker"  # the kernel that stands before those of a point (kernels/runner/gpu.cu)
DONE, FAILED, WRONG_INPUT, LACKING = 0, 1, 2, 3


class Stop(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def profile(ncu, runner, plan, only):
    """The points that ran, in order, and the profiler's table as text."""
    with tempfile.TemporaryDirectory(prefix="tilewright-ncu-") as folder:
        log = Path(folder) / "log"
        command = [ncu, "--clock-control", "none", "--cache-control", "none", "--profile-from-start", "off",
                   "--metrics", ",".join(METRICS.values()), "--csv", "--page", "raw", "--print-units", "base",
                   "--print-kernel-base", "demangled", "--log-file", log, runner, plan, "--profile"]
        command += ["--only", only] if only else []
        done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, check=False)
        text = log.read_text(encoding="utf-8") if log.exists() else ""
    if done.returncode in (WRONG_INPUT, LACKING):  # the runner has said why
        raise Stop(done.returncode, f"{Path(runner).name} ended with status {done.returncode}")
    return done.stdout.splitlines(), text


def read_log(text):
    """The rows of the profiler's table as dictionaries. Lines of its own begin with ==, and a row of units has no
    ID."""
    rows = csv.DictReader(line for line in text.splitlines() if line.startswith('"'))
    return [row for row in rows if row["ID"]]


def number(text):
    return float(text.replace(",", ""))


def bytes_of_points(names, rows, log):
    """{point: {column: bytes}}, of the kernels between one marker and the next."""
    sums = []
    for row in rows:
        if MARKER in row["Kernel Name"]:
            sums.append(dict.fromkeys(METRICS, 0.0))
            continue
        try:
            for column, metric in METRICS.items():
                sums[-1][column] += number(row[metric])
        except (KeyError, ValueError, IndexError):
            raise Stop(FAILED, f"the profiler counted no bytes of {row['Kernel Name']}") from None
    if len(sums) != len(names):
        tail = "".join(f"\n  {line}" for line in log.splitlines() if line.startswith("=="))
        raise Stop(FAILED, f"the profiler saw {len(sums)} of {len(names)} points{tail}")
    return dict(zip(names, sums))


def read_results(path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except OSError as error:
        raise Stop(WRONG_INPUT, f"{path}: {error.strerror}") from None
    if not rows or not {"point", "status", *METRICS} <= set(rows[0]):
        raise Stop(WRONG_INPUT, f"{path}: is no results file")
    return rows


def write_results(path, rows):
    beside = f"{path}.part"
    with open(beside, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    os.replace(beside, path)


def fill(rows, counted):
    """Fills the rows of the points that were counted; returns how many."""
    header, filled = rows[0], 0
    for row in rows[1:]:
        named = dict(zip(header, row))
        if named["status"] != "ok" or named["point"] not in counted:
            continue
        filled += 1
        for column, count in counted[named["point"]].items():
            row[header.index(column)] = repr(int(count)) if count == int(count) else repr(count)
    return filled


def measure(options):
    results = read_results(options.results)
    ncu = shutil.which(options.ncu)
    if not ncu:
        raise Stop(LACKING, f"{options.ncu} of Nsight Compute is needed")
    names, log = profile(ncu, options.runner, options.plan, options.only)
    counted = bytes_of_points(names, read_log(log), log)
    filled = fill(results, counted)
    write_results(options.results, results)
    print(f"{filled} of {len(results) - 1} rows filled, {len(counted)} points counted", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description="Fills the bytes of device memory into a results file.")
    parser.add_argument("runner", metavar="RUNNER")
    parser.add_argument("plan", metavar="PLAN.csv")
    parser.add_argument("results", metavar="RESULTS.csv")
    parser.add_argument("--only", metavar="TEXT", default="", help="only points whose name holds TEXT")
    parser.add_argument("--ncu", default="ncu", help="the profiler; left out: ncu of the PATH")
    try:
        measure(parser.parse_args())
    except Stop as problem:
        print(problem, file=sys.stderr)
        return problem.status
    return DONE


if __name__ == "__main__":
    sys.exit(main())
