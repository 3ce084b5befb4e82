"""Damaged configurations: the program says what is wrong in one line, or works; it never breaks.

Usage: fuzz_configs.py PROGRAM [--cases N] [--seed N] [--first N]

Each case takes one file of a run that works, changes it in one to four places, and runs the program with it.
Exit status 0 (of `validate` also 1) is right for possible results, and 2 for one line of error. A case depends only
on the seed and its number, so --seed S --first N --cases 1 does it again; the damaged file of a case that went wrong
is kept.
"""
import argparse
import json
import os
import random
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from program import ERROR, HOME, Folder, Program

CPU_S = 20
SHIPPED = HOME / "configs"
# The damaged file, and what reads it.
RUNS = [
    ("cascades/attention-1pass.yaml", "analyze {file} --workload BERT --set M0=256"),
    ("cascades/attention-3pass.yaml", "analyze {file} --workload BERT"),
    ("cascades/attention-2pass.yaml", "analyze {file}"),
    ("cascades/encoder-linear.yaml", "analyze {file} --format json"),
    ("cascades/softplus-attention.yaml", "analyze {file}"),
    ("workloads/BERT.yaml", "evaluate {file} fusemax/proposal fusemax/binding --format json"),
    ("archs/fusemax/proposal.yaml", "evaluate BERT {file} fusemax/binding --format json"),
    ("archs/fusemax/area.yaml", "evaluate BERT {file} fusemax/binding --format csv"),
    ("mappings/fusemax/binding.yaml", "evaluate BERT fusemax/proposal {file} --format json"),
    ("mappings/fusemax/unfused.yaml", "evaluate BERT fusemax/baseline {file} --format json"),
    ("mappings/fusemax/flat-weight-stationary.yaml",
     "evaluate BERT fusemax/baseline {file} --set S=65536 --format json"),
    ("mappings/fusemax/linear.yaml", "evaluate BERT fusemax/proposal {file} --format json"),
    ("masks/video-window.yaml", "bound --mask {file} --q-tile 2x8x8 --kv-tile 2x8x8 --format json"),
    ("masks/retrieval-heads.yaml", "bound --mask {file} --layout 16384 --format csv"),
    ("masks/decode-pages.yaml", "mask {file} --kv-tile 64"),
    ("archs/gpu/h100-sxm5.yaml", "bound --mask causal --layout 16384 --arch {file}"),
    ("kernels/natten-fna-hopper.yaml",
     "bound --mask gna,window=8x8x8 --layout 16x16x16 --q-tile 2x8x8 --kv-tile 2x8x8 --advise --tiles {file}"),
    ("kernels/flash-attention-3.yaml", "evaluate attention gpu/h100-sxm5 {file} --set S=1024 --format json"),
    ("kernels/cudnn-sdpa.yaml",
     "evaluate attention gpu/h100-sxm5 flash-attention-3 --set S=1024 --calibration {file} --format json"),
    ("studies/fusemax.yaml", "sweep {file} -o out -q"),
    ("suites/fusemax.yaml", "validate {file} -j 1"),
    ("suites/smoke.yaml", "measure {file} --plan plan.csv"),
    ("suites/kernels.yaml", "measure {file} --plan plan.csv --only blocks"),
    ("../tests/cli/good/timings.yaml", "validate {file}"),
    ("suites/kernels.yaml", "validate {file} --reference good/measured"),
]
ODD = ["0", "-1", "1e308", "1e-308", "99999999999999999999", "0/0", "1/0", "nan", "inf", ".", "''", "{}", "[]", "~",
       "true", "B", "1 B", "2^1023", "1 << 2000", "largest_divisor(2^53 - 111, 2^52)", "é", "\u202e", "\U0001f600",
       "\0", "\x7f", "\t", "\n", "a: b", "- x", "&a", "*a", "!t", "|", ">", "#", "\"", *"'()[]{}"]
TOKEN = re.compile(r"[A-Za-z_0-9.]+|[^\sA-Za-z_0-9.]")


def delete_line(lines, any_):
    lines.pop(any_.randrange(len(lines)))


def double_line(lines, any_):
    at = any_.randrange(len(lines))
    lines.insert(any_.randrange(len(lines)), lines[at])


def swap_lines(lines, any_):
    a, b = any_.randrange(len(lines)), any_.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def indent_line(lines, any_):
    at = any_.randrange(len(lines))
    lines[at] = any_.choice([" ", "  ", "\t"]) + lines[at] if any_.random() < 0.5 else lines[at][any_.randrange(3):]


def on_a_token(change):
    def mutate(lines, any_):
        at = any_.randrange(len(lines))
        tokens = list(TOKEN.finditer(lines[at]))
        if tokens:
            token = any_.choice(tokens)
            lines[at] = lines[at][:token.start()] + change(token[0], lines, any_) + lines[at][token.end():]
    return mutate


def on_a_number(change):
    def mutate(lines, any_):
        at = any_.randrange(len(lines))
        numbers = list(re.finditer(r"\b\d+\b", lines[at]))
        if numbers:
            number = any_.choice(numbers)
            lines[at] = lines[at][:number.start()] + change(number[0], any_) + lines[at][number.end():]
    return mutate


def another_name(lines, any_):
    """Of the file, in a place where such a name can stand: what is left is often right, and means another thing."""
    names = re.findall(r"\b[A-Za-z]\w*\b", "\n".join(lines))
    at = any_.randrange(len(lines))
    here = list(re.finditer(r"(?<=[\[\]{}(), :])[A-Za-z]\w*\b(?!:)", lines[at]))
    if here:
        name = any_.choice(here)
        near = [each for each in names if len(each) <= len(name[0]) and each[0].isupper() == name[0][0].isupper()]
        lines[at] = lines[at][:name.start()] + any_.choice(near or names) + lines[at][name.end():]


def another_token(_, lines, any_):
    return any_.choice(TOKEN.findall(any_.choice(lines)) or [""])


def flipped(token, _, any_):
    at = any_.randrange(len(token))
    return token[:at] + chr(ord(token[at]) ^ 1 << any_.randrange(7)) + token[at + 1:]


MUTATIONS = [another_name, another_name, another_name,
             on_a_number(lambda number, any_: str(int(number) * 2)),
             on_a_number(lambda number, any_: str(int(number) + 1)),
             on_a_number(lambda number, any_: number + "0"), on_a_number(lambda number, any_: f"({number} / 2)"),
             delete_line, double_line, swap_lines, indent_line, on_a_token(another_token), on_a_token(another_token),
             on_a_token(flipped), on_a_token(lambda token, lines, any_: any_.choice(ODD)),
             on_a_token(lambda token, lines, any_: token + any_.choice(ODD)),
             on_a_token(lambda token, lines, any_: str(any_.randrange(1, 1 << any_.randrange(1, 64)))),
             on_a_token(lambda token, lines, any_: "".join(map(chr, any_.choices(range(1, 0xD800), k=3)))),
             on_a_token(lambda token, lines, any_: token * 2), on_a_token(lambda token, lines, any_: "")]


def damaged(text, any_):
    lines = text.splitlines()
    for _ in range(any_.choice([1, 1, 1, 2, 4])):  # one change gets furthest
        if lines:
            any_.choice(MUTATIONS)(lines, any_)
    return "\n".join(lines) + "\n"


def impossible(text):
    """What no right result has, of a record in JSON."""
    for name, value in numbers_of(json.loads(text)["records"][0]):
        if value < 0 or (name.endswith("utilisation") and value > 1 + 1e-9):
            return f"{name} is {value}"
        if name == ".bound.ratio" and value < 1 - 1e-9:
            return "faster than its bound"
    return ""


def numbers_of(node, prefix=""):
    for key, value in node.items():
        if isinstance(value, dict):
            yield from numbers_of(value, f"{prefix}.{key}")
        elif isinstance(value, float):
            yield f"{prefix}.{key}", value


def wrong_with(command, result):
    if result.status not in (0, 1, 2) or (result.status == 1 and not command.startswith("validate")):
        return f"exit status {result.status}"
    if result.status == 0 and command.startswith("evaluate") and "json" in command:
        return impossible(result.out)
    lines = [line for line in result.err.splitlines() if line.startswith("tilewright")]
    if result.status == 2 and (len(lines) != 1 or not lines[0].startswith(ERROR) or result.err.count("\n") != 1):
        return "not one line of error"
    if result.status == 2 and result.out:
        return "results of a wrong input"
    return ""


def run_case(program, seed, number, kept):
    any_ = random.Random(f"{seed} {number}")
    source, command = any_.choice(RUNS)
    text = damaged((SHIPPED / source).read_text(), any_)
    with Folder() as folder:
        file = folder / "damaged.yaml"
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        result = program.run(command.replace("{file}", str(file)).split(), folder, cpu_s=CPU_S)
        problem = wrong_with(command, result)
        if problem:
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, kept / f"{number}.yaml")
            problem = f"case {number} ({command}): {problem}; see {kept}/{number}.yaml\n{result.err[-2000:]}"
    return result.status, problem


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    program = Program(options.program)
    kept = Path(tempfile.gettempdir()) / f"tilewright-fuzz-{os.getpid()}"
    numbers = range(options.first, options.first + options.cases)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda number: run_case(program, options.seed, number, kept), numbers))
    problems = [problem for _, problem in results if problem]
    refused = sum(status == 2 for status, _ in results)
    print(*problems, f"{len(results)} cases, {refused} of them refused, {len(problems)} problems", sep="\n")
    return 1 if problems or refused == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
