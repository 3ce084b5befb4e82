#!/usr/bin/env python3
"""Checks that a page about the code tells the truth: check_page_names.py ROOT PAGE...

Every `code span` of the page is one of these, and is there:
- a file or a folder, as in `sim/model.hpp`, `sim/nest/` or `einsum/attention.{hpp,cpp}`;
- names of the code, as in `Record`, `estimate()` or `Record::add`: each is a word of some source, outside comments;
- in a row of a table that shows a file, the names of that row stand in this file.
Blocks of code are not looked at.
"""
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from check_names import without_comments  # noqa: E402

TOOLS = Path(__file__).resolve().parent
SOURCES = ["*.cpp", "*.hpp", "*.cu", "*.cuh", "*.py", "*.sh"]
SPAN = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"[A-Za-z_]\w*(::[A-Za-z_]\w*)*(\(\))?")
BRACES = re.compile(r"\{([^{}]*)\}")


def is_path(span):
    return "/" in span or re.search(r"\.\{?[a-z]+(,[a-z]+)*\}?$", span) is not None


def paths_of(span):
    """`a.{hpp,cpp}` is two paths."""
    braces = BRACES.search(span)
    if not braces:
        return [span]
    return [span[:braces.start()] + choice + span[braces.end():] for choice in braces[1].split(",")]


def words_of(path):
    text = path.read_text(encoding="utf-8", errors="replace")
    return set(re.findall(r"\w+", without_comments(text) if path.suffix not in (".py", ".sh") else text))


def lines_outside_blocks(text):
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


class Sources:
    def __init__(self, root):
        self.root = root
        listing = subprocess.run([TOOLS / "sources.sh", root, *SOURCES], check=True, stdout=subprocess.PIPE, text=True)
        self.words = {file: words_of(root / file) for file in listing.stdout.splitlines()}
        self.all = set().union(*self.words.values())

    def of(self, files):
        return set().union(*(self.words.get(file) or words_of(self.root / file) for file in files))


def missing_in_line(line, sources):
    spans = SPAN.findall(line)
    files = []
    for span in filter(is_path, spans):
        for path in paths_of(span):
            if not (sources.root / path).exists():
                yield f"no file or folder '{path}'"
            elif (sources.root / path).is_file():
                files.append(path)
    in_files = bool(files) and line.startswith("|")
    known = sources.of(files) if in_files else sources.all
    for span in spans:
        if is_path(span):
            continue
        if not NAME.fullmatch(span):
            yield f"'{span}' is neither a path nor a name"
            continue
        absent = [word for word in re.findall(r"\w+", span) if word not in known]
        if absent:
            yield f"no '{absent[0]}' in {', '.join(files) if in_files else 'any source'}"


def check_page(page, sources):
    for number, line in lines_outside_blocks(page.read_text(encoding="utf-8")):
        for problem in missing_in_line(line, sources):
            yield f"{page.relative_to(sources.root)}:{number}: {problem}"


def main():
    root = Path(sys.argv[1]).resolve()
    sources = Sources(root)
    problems = [problem for page in sys.argv[2:] for problem in check_page(root / page, sources)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
