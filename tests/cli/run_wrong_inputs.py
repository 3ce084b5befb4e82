"""Every file below wrong/ is refused with the message in it, and no bad file of bad_files.py does more than that.

Usage: run_wrong_inputs.py PROGRAM [NAME]; with a NAME only the files whose path has it.

A file begins with two comments, the command and what it says on stderr, where {file} is the file and {home} the
folder of configs/. A CSV file has no comments: they stand in NAME.expect, and {folder} is a folder where the file
is named chain.csv, as the suite of good/ wants it.
"""
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bad_files
from program import ERROR, HERE, HOME, Folder, Program, files_below

CPU_S = 2  # more than enough to say what is wrong

# Every argument of every verb that is a file, and the folder of configs/ in which names of it are looked up.
FILE_ARGUMENTS = {
    "analyze {file}": "cascades",
    "analyze attention-3pass --workload {file}": "workloads",
    "evaluate {file} good/arch.yaml good/mapping.yaml": "workloads",
    "evaluate good/workload.yaml {file} good/mapping.yaml": "archs",
    "evaluate good/workload.yaml good/arch.yaml {file}": "mappings or configs/kernels",
    "sweep {file} -o results": "studies",
    "model {file} good/arch.yaml": "models",
    "claim {file}": "claims",
    "validate {file}": "suites",
    "validate good/suite.yaml --reference {folder}": None,
    "query {file} select(1)": None,
    "export {file} --to exported.csv": None,
    "merge merged.sqlite {file}": None,
    "summarize {file}": None,
    "measure {file} --plan plan.csv": "suites",
    "calibrate {file} -o out": "suites",
}


def fill(text, file, folder):
    return text.replace("{file}", str(file)).replace("{folder}", str(folder)).replace("{home}", str(HOME))


def refusal(program, command, folder):
    """The message of a command that must refuse; or, after '!', what is wrong with the refusal."""
    before = files_below(folder)
    result = program.run(command.split(), folder, cpu_s=CPU_S)
    written = sorted(set(files_below(folder)) - set(before))
    if result.status != 2:
        return f"! exit status {result.status}: {result.err or result.out}"
    if result.out:
        return f"! on stdout: {result.out}"
    if written:
        return f"! left behind: {' '.join(written)}"
    if result.err.count("\n") != 1 or not result.err.startswith(ERROR):
        return f"! not one line of error: {result.err}"
    return result.err[len(ERROR):-1]


def expectation(file):
    lines = file.with_suffix(".expect" if file.suffix == ".csv" else file.suffix).read_text().splitlines()
    return lines[0].removeprefix("# run: "), lines[1].removeprefix("# error: ")


def check_wrong(program, file):
    command, expected = expectation(file)
    with Folder() as folder:
        place = file
        if file.suffix == ".csv":
            (folder / "csv").mkdir()
            place = shutil.copy(file, folder / "csv" / "chain.csv")
        said = refusal(program, fill(command, place, folder / "csv"), folder)
        wanted = fill(expected, place, folder / "csv")
    return "" if said == wanted else f"{file.relative_to(HERE)}\n  expected {wanted}\n  got      {said}"


def check_bad(program, name, command):
    kind = FILE_ARGUMENTS[command]
    with Folder() as folder:
        (folder / "bad").mkdir()
        file = bad_files.make(name, folder / "bad")
        if file is None:
            return ""
        if kind is None:
            file = file.rename(folder / "bad" / "chain.csv") if os.path.lexists(file) else folder / "bad"
        said = refusal(program, fill(command, file, folder / "bad"), folder)
        expected = bad_files.BAD_FILES[name][1]
        if kind is None or not expected:
            as_wanted = said.startswith(str(folder / "bad"))
        elif expected.startswith(":"):
            as_wanted = said == f"{file}{expected}"
        else:
            as_wanted = said.startswith(expected.format(file=file, kind=kind))
    return "" if as_wanted else f"{name}, {command}\n  expected {expected}\n  got      {said}"


def check_good(program):
    """What the wrong files differ from is right, or they could be refused for another reason than theirs."""
    problems = []
    for command in ("analyze good/chain.yaml", "analyze good/tiled.yaml --set M=64 --set M0=16",
                    "evaluate good/workload.yaml good/arch.yaml good/mapping.yaml", "sweep good/study.yaml -o results",
                    "validate good/suite.yaml --reference good",
                    "measure good/measure.yaml --plan plan.csv",
                    "validate good/measure.yaml --reference good/measured",
                    "validate good/timings.yaml"):
        with Folder() as folder:
            result = program.run(command.split(), folder)
        if result.status != 0:
            problems.append(f"{command}\n  exit status {result.status}: {result.err}")
    return problems


def main(program, name=""):
    program = Program(program)
    wrong = sorted(file for file in (HERE / "wrong").glob("*/*") if file.suffix != ".expect" and name in str(file))
    bad = [] if name else [(each, command) for each in bad_files.BAD_FILES for command in FILE_ARGUMENTS]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda file: check_wrong(program, file), wrong))
        said += pool.map(lambda pair: check_bad(program, *pair), bad)
    problems = check_good(program) + [problem for problem in said if problem]
    print(*problems, f"{len(wrong)} wrong files and {len(bad)} uses of bad files, {len(problems)} problems", sep="\n")
    return 1 if problems or not wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
