#!/usr/bin/env python3
"""What `tilewright evaluate ... --export accelforge -o DIR` wrote, evaluated by AccelForge (1.0.467, Python 3.12), beside
what records.json has: time, energy, and the bytes read and written by level, tensor and Einsum.

compare.py DIR
"""
import json
import sys
from collections import Counter
from pathlib import Path

import accelforge


def of_accelforge(folder):
    """Time, energy, and bytes by (level, tensor, Einsum, read or write)."""
    files = [str(folder / name) for name in ("workload.yaml", "arch.yaml", "mapping.yaml")]
    result = accelforge.Spec.from_yaml(*files).evaluate_mapping()
    moved = Counter()
    for column, value in result.data.iloc[0].items():
        parts = column.split("<SEP>")  # Einsum, "action", level, tensor, action; in bits
        if len(parts) >= 5 and parts[1] == "action" and parts[4] in ("read", "write"):
            moved[parts[2], parts[3], parts[0], parts[4]] += float(value) / 8
    return result.latency(), result.energy(), moved


def of_record(file):
    record = json.loads(file.read_text())["records"][0]
    moved = Counter({(level, tensor, einsum, way): counts.get(f"{way}_B", 0)
                     for level, tensors in record["traffic"].items() for tensor, einsums in tensors.items()
                     for einsum, counts in einsums.items() for way in ("read", "write")})
    return record["time_s"], record["energy_J"], moved


def main():
    folder = Path(sys.argv[1])
    theirs, ours = of_accelforge(folder / "accelforge"), of_record(folder / "records.json")
    keys = sorted({*theirs[2], *ours[2]})
    other = [key for key in keys if abs(theirs[2][key] - ours[2][key]) > 1e-9 * max(theirs[2][key], ours[2][key])]
    for key in other:
        print(f"{'/'.join(key)}: {ours[2][key]:.0f} B here, {theirs[2][key]:.0f} B there")
    print(f"{len(keys) - len(other)} of {len(keys)} counts of bytes are equal")
    for what, unit, here, there in (("time", "s", ours[0], theirs[0]), ("energy", "J", ours[1], theirs[1])):
        print(f"{what}: {here:.6e} {unit} here, {there:.6e} {unit} there, ratio {here / there:.6f}")


if __name__ == "__main__":
    main()
