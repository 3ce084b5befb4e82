#!/usr/bin/env python3
"""Runs the commands that the pages show, so that no page tells what does not work.

run_doc_commands.py ROOT PROGRAM [PAGE...]   (by default README.md and docs/*.md of ROOT)

The commands of a page run in order in a scratch folder that looks like a checkout with a release build: a copy
of the data, and PROGRAM as build/release/bin/tilewright and on the PATH. Files that a page shows (doc_page.py) are
written there first. A `text` block that comes next after commands is what they print, line by line; `...` stands for
lines that are left out. Set-up commands (SKIPPED) are not run here: continuous integration runs them as they are. Nor are
the commands of a block that needs a device: they are only shown, and held against the programs that there are.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
from doc_page import read_blocks, read_commands  # noqa: E402

LANGUAGES = ("sh", "console")
MARKS = ("fails", "gpu")
DATA = ("configs", "validation")
BIN = "build/release/bin"
PROGRAMS = ("tilewright", f"{BIN}/tilewright", f"./{BIN}/tilewright")
HELPERS = ("cat", "cp", "diff", "echo", "grep", "head", "ls", "mkdir", "printf", "sed", "sort", "tail", "wc")
SKIPPED = ("make", "git", "cd", "sudo", "cmake", "ctest")
ON_A_DEVICE = ("build/kernels/tilewright-kernels", "tools/measure_peers.py", "tools/measure_session.sh", "python3", "ncu",
               "nvidia-smi")
LIMIT_S = 300

# Exit statuses of the program: a refusal is one of these; anything else that is not 0 is a fault of its own.
REFUSALS = (1, 2, 3)
BROKEN_PIPE = 141  # the reader of a pipe, such as head, had enough


def make_scratch(root, program, scratch):
    for name in DATA:
        if (root / name).is_dir():
            shutil.copytree(root / name, scratch / name)
    (scratch / BIN).mkdir(parents=True)
    shutil.copy2(program, scratch / BIN / "tilewright")


def allowed_statuses(block, word, command):
    if word in PROGRAMS and "fails" in block.marks:
        return REFUSALS
    return (0, BROKEN_PIPE) if "|" in command else (0,)


def run_command(command, scratch):
    """(exit status, output); the status is None if the command did not end in time."""
    path = f"{scratch / BIN}{os.pathsep}{os.environ['PATH']}"
    try:
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=scratch, env={**os.environ, "PATH": path},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return None, f"did not end within {LIMIT_S} s"
    return done.returncode, done.stdout


def missing_line(shown, printed):
    """The first of the shown lines that the printed ones do not have in this order, gaps only where `...` stands."""
    shown, printed = ([line.rstrip() for line in lines] for lines in (shown, printed))
    at, gap = 0, True
    for line in shown:
        if line == "...":
            gap = True
            continue
        places = [i for i in range(at, len(printed)) if printed[i] == line] if gap else [at]
        if not places or printed[places[0]:places[0] + 1] != [line]:
            return line
        at, gap = places[0] + 1, False
    return None


def check_command(block, command, scratch, printed):
    """What is wrong with the command, or None; "skipped" or "shown" if it is not run. `printed` gets its output."""
    word = command.split()[0]
    if word in SKIPPED:
        return "skipped"
    known = PROGRAMS + HELPERS + (ON_A_DEVICE if "gpu" in block.marks else ())
    if word not in known:
        listed = ", ".join(PROGRAMS[:1] + known[len(PROGRAMS):] + SKIPPED)
        return f"'{word}' is none of the commands that pages use: {listed}"
    if "gpu" in block.marks:
        return "shown"
    status, output = run_command(command, scratch)
    printed += output.splitlines()
    allowed = allowed_statuses(block, word, command)
    if status in allowed:
        return None
    return f"exit status {status}, not {' or '.join(map(str, allowed))}\n{output}"


def write_file(block, scratch):
    target = (scratch / block.file).resolve()
    if not target.is_relative_to(scratch):
        return f"the file '{block.file}' lies outside of the folder"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block.content(), encoding="utf-8")
    return None


def check_output(block, printed):
    line = missing_line(block.lines, printed)
    return None if line is None else "\n".join([f"shown, but not printed in this place: {line}", *printed])


def steps(block, scratch, printed):
    """(line, what, problem) of everything that a block asks for. `printed`: by the commands of the block before."""
    unknown = [mark for mark in block.marks if mark not in MARKS]
    if block.file:
        yield block.line, f"file {block.file}", write_file(block, scratch)
    elif block.language in LANGUAGES and unknown:
        yield block.line, "fence", f"unknown mark '{unknown[0]}'; known: {', '.join(MARKS)}"
    elif block.language in LANGUAGES:
        for line, command in read_commands(block):
            yield line, command.split("\n")[0], check_command(block, command, scratch, printed)
    elif block.language == "text" and printed:
        yield block.line, "output", check_output(block, printed)


def run_page(page, name, scratch):
    """One line per step, how many ran, and how many of those failed."""
    lines = []
    ran = failed = 0
    start = time.monotonic()
    printed = []
    for block in read_blocks(page.read_text(encoding="utf-8")):
        if block.language in LANGUAGES:
            printed = []
        for line, what, problem in steps(block, scratch, printed):
            seconds, start = time.monotonic() - start, time.monotonic()
            if problem in ("skipped", "shown"):
                lines.append(f"{problem:7} {name}:{line}: {what}")
                continue
            lines.append(f"{'FAILED ' if problem else 'ok     '} {name}:{line}: {what} ({seconds:.1f} s)")
            if problem:
                lines.append(problem)
            ran += 1
            failed += bool(problem)
        if block.language not in LANGUAGES:
            printed = []
    return lines, ran, failed


def main():
    root, program = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    pages = [Path(page).resolve() for page in sys.argv[3:]]
    pages = pages or [*root.glob("README.md"), *sorted(root.glob("docs/*.md"))]

    def run(page):
        with tempfile.TemporaryDirectory(prefix="tilewright-docs-") as folder:
            scratch = Path(folder).resolve()
            make_scratch(root, program, scratch)
            return run_page(page, os.path.relpath(page, root), scratch)

    ran = failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # no page knows of another
        for lines, *counts in pool.map(run, pages):
            print("".join(line + "\n" for line in lines), end="", flush=True)
            ran, failed = ran + counts[0], failed + counts[1]
    print(f"{len(pages)} pages, {ran} steps, {failed} failures")
    return 1 if failed or not ran else 0  # pages without a command are a check that checks nothing


if __name__ == "__main__":
    sys.exit(main())
