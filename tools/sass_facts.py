#!/usr/bin/env python3
"""What the compiler made of kernels: sass_facts.py kernels/attention/specialized.cu [MORE.cu] [--arch 90a]

A row for each kernel: registers a thread, bytes of spills, instructions, and how many of them are products (HGMMA,
QGMMA or HMMA), moves to uniform registers (R2UR), functions of the special unit (MUFU), spills before the last product,
and the most instructions between two products that follow each other within a loop's turn (fewer than 128 apart).

Needs c++filt, nvcc, and nvdisasm of the CUDA Toolkit (on PyPI: nvidia-cuda-nvdisasm); no GPU.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WITHIN_A_TURN = 128
COLUMNS = ("kernel", "registers", "spilled_B", "instructions", "products", "R2UR", "MUFU", "spills", "apart")


def tool(name):
    places = [os.environ.get("CUDA_PATH", "") + "/bin", "/usr/local/cuda/bin"]
    found = shutil.which(name) or next((f"{at}/{name}" for at in places if Path(f"{at}/{name}").is_file()), None)
    return found or sys.exit(f"sass_facts.py: no {name}: it is of the CUDA Toolkit, or of binutils")


def kernels_of(sass):
    """Instructions of each kernel, as nvdisasm -c prints them."""
    kernels = {}
    name = None
    for line in sass.splitlines():
        if section := re.match(r"\.text\.(\S+):", line):
            name = section.group(1)
            kernels[name] = []
        elif name and (at := re.match(r"\s+/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+ )?([A-Z0-9]+)", line)):
            kernels[name].append(at.group(1))
    return kernels


def facts_of(instructions):
    """Counts of a kernel's instructions, in the order of COLUMNS from `instructions`."""
    products = [i for i, each in enumerate(instructions) if each in ("HGMMA", "QGMMA", "HMMA")]
    last = products[-1] if products else 0
    between = [after - before - 1 for before, after in zip(products, products[1:]) if after - before <= WITHIN_A_TURN]
    return [len(instructions), len(products), instructions.count("R2UR"), instructions.count("MUFU"),
            sum(each in ("LDL", "STL") for each in instructions[:last]), max(between, default=0)]


def resources_of(log):
    """Registers and bytes of spill stores of each kernel, as ptxas -v says them."""
    found = re.findall(r"Function properties for (\S+)\n.*?(\d+) bytes spill stores.*?\n.*?Used (\d+) registers", log)
    return {name: (int(registers), int(spilled)) for name, spilled, registers in found}


def short_name(signature):
    """Specialized<bf16, 128, 128, 64> of the signature of the entry that has it as its argument."""
    match = re.search(r"\bentry<(.*?)\s*>\(", signature)
    return re.sub(r"\w+::", "", match[1] if match else signature)


def rows_of(source, arch):
    with tempfile.TemporaryDirectory() as folder:
        binary = f"{folder}/kernels.cubin"
        command = [tool("nvcc"), "-std=c++20", "-O3", f"-I{ROOT}", "-gencode", f"arch=compute_{arch},code=sm_{arch}",
                   "-Xptxas", "-v", "-cubin", "-o", binary, source]
        compiled = subprocess.run(command, capture_output=True, text=True)
        if compiled.returncode != 0:
            sys.exit(compiled.stderr)
        sass = subprocess.run([tool("nvdisasm"), "-c", binary], capture_output=True, text=True, check=True).stdout
    resources = resources_of(compiled.stderr)
    for name, instructions in kernels_of(sass).items():
        signature = subprocess.run([tool("c++filt"), name], capture_output=True, text=True, check=True).stdout.strip()
        yield [short_name(signature), *resources.get(name, ("?", "?")), *facts_of(instructions)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", help="CUDA files of this repository")
    parser.add_argument("--arch", default="90a", help="compute capability, such as 80 (default: 90a)")
    options = parser.parse_args()
    rows = [COLUMNS, *(row for source in options.sources for row in rows_of(source, options.arch))]
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths))).rstrip())


if __name__ == "__main__":
    main()
