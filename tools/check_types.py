#!/usr/bin/env python3
"""Checks that no two sources of the tree at ROOT define types of one name in one namespace: check_types.py ROOT

A program with both has the members of one of them for either. The linker tells types apart only where they have members
with code of their own (cmake/folders.cmake), and only in one program.
"""
import re
import subprocess
import sys
from pathlib import Path

from check_names import PATTERNS, TOOLS, without_comments

# Each of them is a program of its own, or has types of one file alone.
EXEMPT = ("tests/", "bench/", "kernels/")

NAMESPACE = re.compile(r"(?:inline )?namespace ?([\w:]*) ?\{$")
END_OF_NAMESPACE = re.compile(r"\}  // (?:inline )?namespace")
TYPE = re.compile(r"(?:template <.*> )?(?:struct|class|union|enum(?: class| struct)?) (\w+)\b(?! *[;<]|::)")


def types_of(text):
    """(line, name with namespaces) of all types that are defined at the top level; none that are a source's own."""
    spaces = []
    lines = zip(text.split("\n"), without_comments(text).split("\n"))
    for number, (written, line) in enumerate(lines, start=1):
        line = line.rstrip()
        if found := NAMESPACE.match(line):
            spaces.append(found[1])
        elif END_OF_NAMESPACE.match(written):
            spaces.pop()
        elif (found := TYPE.match(line)) and "" not in spaces:
            yield number, "::".join([*spaces, found[1]])


def check_tree(root):
    listing = subprocess.run([TOOLS / "sources.sh", root, *PATTERNS], check=True, stdout=subprocess.PIPE, text=True)
    first = {}
    problems = []
    for file in listing.stdout.splitlines():
        if file.startswith(EXEMPT):
            continue
        for number, name in types_of((root / file).read_text(encoding="utf-8")):
            place = first.setdefault(name, f"{file}:{number}")
            if place != f"{file}:{number}":
                problems.append(f"{file}:{number}: type '{name}' is defined at {place} too")
    return problems


def main():
    problems = check_tree(Path(sys.argv[1]).resolve())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
