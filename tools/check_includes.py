#!/usr/bin/env python3
"""Checks the #include lines of the tree at ROOT: check_includes.py ROOT

- a folder includes only the folders that MAY_INCLUDE allows it, and a folder in STANDARD_ONLY no library either;
- a quoted include is a path from ROOT to a file that exists;
- a library in LIBRARY_HOME is included only by the folder it belongs to, and by that folder's tests;
- no file includes itself, directly or through others.
"""
import re
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
PATTERNS = ["*.cpp", "*.hpp", "*.cu", "*.cuh"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

# The order of the folders; each also includes its own headers. "*" is every folder. A folder within another that has a
# place of its own goes by that one.
MAY_INCLUDE = {
    "common": [],
    "einsum": ["common"],
    "arch": ["common"],
    "mappings": ["common", "einsum", "arch"],
    "sim": ["common", "einsum", "arch", "mappings"],
    "sim/record": ["common"],  # results know nothing of what makes them
    "sim/systemc": ["common", "arch"],
    "explore": ["common", "einsum", "arch", "mappings", "sim", "kernels/plan"],
    "measure": ["common", "einsum", "arch", "mappings", "sim", "explore", "kernels/plan"],
    "validation": ["common", "einsum", "arch", "mappings", "sim", "explore", "kernels/plan", "measure"],
    "report": ["common", "einsum", "arch", "mappings", "sim", "explore", "kernels/plan", "measure", "validation"],
    "kernels": ["common", "einsum/mask"],
    "kernels/plan": [],
    "python": ["*"],
    "cli": ["*"],
    "tests": ["*"],
    "bench": ["*"],
}

# What is built wherever a C++ compiler is.
STANDARD_ONLY = ["kernels/plan"]
STANDARD_HEADER = re.compile(r"[a-z0-9_]+")

# Headers by their prefix, and the one folder that may know the library.
LIBRARY_HOME = {
    "yaml-cpp/": "common",
    "boost/graph/": "einsum",
    "sqlite3.h": "explore/store",
    "xxhash.h": "common",
    "boost/context/": "kernels/emulator",
    "gnuplot-iostream": "report",
    "systemc": "sim",
    "tlm": "sim",
    "CLI/": "cli",
    "nanobind/": "python",
    "catch2/": "tests",
    "benchmark/": "bench",
    "cute/": "tests/kernels/cute",
}


def source_files(root):
    listing = subprocess.run([TOOLS / "sources.sh", root, *PATTERNS], check=True, stdout=subprocess.PIPE, text=True)
    return listing.stdout.splitlines()


def read_includes(root, file):
    """(line, quoted, header) of every #include of the file."""
    text = (root / file).read_text(encoding="utf-8")
    return [(text.count("\n", 0, found.start(1)) + 1, found[1] == '"', found[2]) for found in INCLUDE.finditer(text)]


def within(file, folder):
    return file.startswith(folder + "/")


def place_of(file):
    """The innermost folder of the file that has a place in the order, or None."""
    places = [folder for folder in MAY_INCLUDE if within(file, folder)]
    return max(places, key=len, default=None)


def check_quoted(root, file, header):
    folder = place_of(file)
    if folder is None:
        return f"folder {file.split('/')[0]}/ has no place in the order of the folders"
    if not (root / header).is_file():
        return f'"{header}" is no file from the root of the tree'
    allowed = MAY_INCLUDE[folder] + [folder]
    if "*" not in allowed and not any(within(header, other) for other in allowed):
        return f'{folder}/ may not include "{header}"'
    return None


def check_library(file, header):
    if place_of(file) in STANDARD_ONLY and not STANDARD_HEADER.fullmatch(header):
        return f"{place_of(file)}/ may include the standard library alone, not <{header}>"
    for prefix, home in LIBRARY_HOME.items():
        if header.startswith(prefix) and not any(within(file, place) for place in (home, f"tests/{home}")):
            return f"<{header}> belongs in {home}/ alone"
    return None


def find_cycles(graph):
    """One cycle, as a list of files, for every #include that closes one."""
    cycles = []
    done = set()

    def visit(file, path):
        if file in path:
            cycles.append(path[path.index(file):] + [file])
        elif file not in done:
            for header in graph.get(file, []):
                visit(header, path + [file])
            done.add(file)

    for file in graph:
        visit(file, [])
    return cycles


def check_tree(root):
    problems = []
    graph = {}
    for file in source_files(root):
        includes = read_includes(root, file)
        graph[file] = [header for _, quoted, header in includes if quoted]
        for line, quoted, header in includes:
            problem = check_quoted(root, file, header) if quoted else check_library(file, header)
            if problem:
                problems.append(f"{file}:{line}: {problem}")
    return problems + ["include cycle: " + " -> ".join(cycle) for cycle in find_cycles(graph)]


def main():
    problems = check_tree(Path(sys.argv[1]).resolve())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
