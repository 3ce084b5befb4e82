#!/usr/bin/env python3
"""Checks that the code of the tree at ROOT names no design, product or tensor of one cascade: check_names.py ROOT

Those are data: a new one is a new file under configs/, and no new code. Comments may cite them as sources.
"""
import re
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
PATTERNS = ["*.cpp", "*.hpp"]

# Where data lives, what checks it, and the kernels, which are written for one device.
EXEMPT = ("configs/", "validation/", "tests/", "bench/", "docs/", "kernels/")

NAMES = [
    re.compile(r"fusemax", re.IGNORECASE),
    re.compile(r"(?<![A-Za-z])(?:FLAT|SLNV)(?![A-Za-z])"),
    re.compile(r"(?<![A-Za-z0-9])(?:[HAB]100|H200|G?B200|G?B300)(?![0-9])", re.IGNORECASE),
]

# A comment, or a literal, which may hold what looks like the start of a comment.
COMMENT_OR_LITERAL = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | '(?:\\[^'\n]+|[^'\\\n])'""",
    re.VERBOSE | re.DOTALL,
)


def without_comments(text):
    """The text with every comment replaced by its line breaks, so that line numbers stay."""
    return COMMENT_OR_LITERAL.sub(lambda found: "\n" * found[0].count("\n") if found["comment"] else found[0], text)


def check_text(file, text):
    problems = []
    for number, line in enumerate(without_comments(text).split("\n"), start=1):
        for name in NAMES:
            problems += [f"{file}:{number}: code names '{found[0]}', which is data" for found in name.finditer(line)]
    return problems


def check_tree(root):
    listing = subprocess.run([TOOLS / "sources.sh", root, *PATTERNS], check=True, stdout=subprocess.PIPE, text=True)
    problems = []
    for file in listing.stdout.splitlines():
        if not file.startswith(EXEMPT):
            problems += check_text(file, (root / file).read_text(encoding="utf-8"))
    return problems


def main():
    problems = check_tree(Path(sys.argv[1]).resolve())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
