#!/usr/bin/env python3
"""What published systems ask of the program, and whether it has it: today's answer for each.

  tools/systems_table.py PROGRAM [--write] [--only TEXT]

Reads validation/published/systems/systems.yaml, runs the command of every system, and holds what it prints against what
it must show. Without options docs/systems.md must be the page that follows, and with --write it is written. Exit status 1
where a command fails or does not show what its row says, or where the page is another one; 2 where the rows are wrong.
"""
import argparse
import ast
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "validation/published/systems/systems.yaml"
PAGE = ROOT / "docs/systems.md"
LIMIT_S = 60
DEFAULT_WITHIN = 1e-6
ANSWERS = ("wholly", "partly", "no")
MECHANISMS = ("select", "layers", "gather", "scan", "backward", "baseline", "affine", "serving", "tier", "dtype", "devices",
              "pooled", "headstruct", "datamask", "ops", "sparse")
KEYS = {"name", "edge", "needs", "mechanisms", "expressible", "files", "command", "shows", "missing"}
CHECK_KEYS = {"field", "is", "least", "most", "within", "text", "what"}
OPERATORS = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
             ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b}


class WrongRow(Exception):
    """A row of the file that says too little, too much, or what cannot be."""


def number(value):
    """Of a number or of arithmetic over numbers, as in "64 * 64 / 2"; anything else is itself."""
    if not isinstance(value, str):
        return value

    def of(node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -of(node.operand)
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](of(node.left), of(node.right))
        raise ValueError(value)

    try:
        return of(ast.parse(value, mode="eval").body)
    except (SyntaxError, ValueError, KeyError):
        return value


def at_path(data, path):
    """The value at "einsums[0].operations", or at "passes[rank=M].passes" of the first object with that text."""
    for step in re.findall(r"\[[^\]]*\]|[^.\[]+", path):
        if not step.startswith("["):
            data = data[step]
        elif "=" not in step:
            data = data[int(step[1:-1])]
        else:
            key, _, text = step[1:-1].partition("=")
            data = next(each for each in data if str(each.get(key)) == text)
    return data


def same(got, wanted, within):
    if isinstance(got, bool) or not isinstance(got, (int, float)) or not isinstance(wanted, (int, float)):
        return got == wanted
    return abs(got - wanted) <= within * abs(wanted)


def complaint(check, output):
    """What is wrong with an output, or nothing."""
    if "text" in check:
        return "" if re.search(check["text"], output) else f"no text /{check['text']}/"
    try:
        got = at_path(json.loads(output), check["field"])
    except (KeyError, IndexError, StopIteration, TypeError, ValueError) as error:
        return f"no field {check['field']} ({type(error).__name__})"
    wrong = []
    if "is" in check and not same(got, number(check["is"]), check.get("within", DEFAULT_WITHIN)):
        wrong.append(f"not {check['is']}")
    if "least" in check and got < number(check["least"]):
        wrong.append(f"less than {check['least']}")
    if "most" in check and got > number(check["most"]):
        wrong.append(f"more than {check['most']}")
    return f"{check['field']} is {got}, {' and '.join(wrong)}" if wrong else ""


def arguments(row):
    words = shlex.split(row["command"])
    wants_json = any("field" in check for check in row["shows"])
    return words + (["--format", "json"] if wants_json else [])


def run(program, row):
    """What is wrong with the answer of a system; nothing where it has no command."""
    if "command" not in row:
        return []
    environment = {**os.environ, "TILEWRIGHT_CONFIGS": str(ROOT / "configs")}
    try:
        done = subprocess.run([program, *arguments(row), "-q"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        return [f"took more than {LIMIT_S} s"]
    if done.returncode != 0:
        return [f"exit status {done.returncode}: {(done.stderr or done.stdout).strip()[:300]}"]
    return [text for text in (complaint(check, done.stdout) for check in row["shows"]) if text]


def refuse(row, text):
    raise WrongRow(f"{row.get('name', row)}: {text}")


def check_row(row):
    if set(row) - KEYS:
        refuse(row, f"unknown keys {sorted(set(row) - KEYS)}")
    if row.get("expressible") not in ANSWERS:
        refuse(row, f"expressible: {row.get('expressible')!r}, expected one of {', '.join(ANSWERS)}")
    if not row.get("needs"):
        refuse(row, "no needs")
    wholly = row["expressible"] == "wholly"
    for mechanism in row.get("mechanisms", []):
        if mechanism not in MECHANISMS:
            refuse(row, f"unknown mechanism '{mechanism}'")
    if wholly and not (row.get("command") and row.get("files")):
        refuse(row, "wholly expressible without a command or a file")
    if wholly == bool(row.get("missing")):
        refuse(row, "what is missing stands exactly where a system is not wholly expressible")
    if bool(row.get("command")) != bool(row.get("shows")):
        refuse(row, "a command and what it shows come together")
    for path in row.get("files", []):
        if not (ROOT / path).is_file():
            refuse(row, f"no file {path}")
    for check in row.get("shows", []):
        check_check(row, check)


def check_check(row, check):
    """Without a bound on its value a field would be a check that can only pass."""
    if set(check) - CHECK_KEYS or "what" not in check or ("text" in check) == ("field" in check):
        refuse(row, f"a check has a field or a text, and what it is: {check}")
    if "field" in check and not {"is", "least", "most"} & set(check):
        refuse(row, f"a field without is, least or most: {check}")
    for key in {"is", "least", "most"} & set(check):
        if key != "is" and not isinstance(number(check[key]), (int, float)):
            refuse(row, f"no number: {check[key]}")


def read_groups(path):
    groups = yaml.safe_load(path.read_text())["groups"]
    rows = [row for group in groups for row in group["systems"]]
    for row in rows:
        check_row(row)
    names = [row["name"] for row in rows]
    for name in names:
        if names.count(name) > 1:
            raise WrongRow(f"{name}: there twice")
    return groups


def count_line(rows):
    counts = [sum(row["expressible"] == answer for row in rows) for answer in ANSWERS]
    return f"{counts[0]} wholly, {counts[1]} partly, {counts[2]} not"


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ").strip()


def system_name(row):
    return f"*{row['name']}*" if row.get("edge") else row["name"]


def group_page(group):
    rows = group["systems"]
    yield from (f"## {group['name']}", "", f"{len(rows)} systems: {count_line(rows)}.", "")
    yield from ("| system | what makes it | expressible | missing |", "|---|---|---|---|")
    for row in rows:
        answer = f"**{row['expressible']}**" if row["expressible"] == "wholly" else row["expressible"]
        yield f"| {cell(system_name(row))} | {cell(row['needs'])} | {answer} | {cell(row.get('missing', ''))} |"
    for row in rows:
        if "command" in row:
            yield from command_lines(row)
    yield ""


def command_lines(row):
    yield from ("", f"**{row['name']}**: {'; '.join(check['what'] for check in row['shows'])}", "")
    yield from ("```text", f"tilewright {row['command'].strip()}", "```")
    if row.get("files"):
        yield from ("", "Files: " + ", ".join(f"[{path}](../{path})" for path in row["files"]))


def mechanism_rows(rows):
    for mechanism in MECHANISMS:
        users = [row for row in rows if mechanism in row.get("mechanisms", [])]
        wholly = sum(row["expressible"] == "wholly" for row in users)
        yield f"| `{mechanism}` | {len(users)} | {wholly} |"


def page_of(groups):
    rows = [row for group in groups for row in group["systems"]]
    core = [row for row in rows if not row.get("edge")]
    wholly = sum(row["expressible"] == "wholly" for row in rows)
    lines = [
        "# Published systems", "",
        f"**{wholly} of {len(rows)} published systems are wholly expressible**: {count_line(rows)}. "
        f"Of the {len(core)} that attention is about (the others, in italics, are at the edge): {count_line(core)}.", "",
        "Wholly expressible is a system whose mechanism, and not only the dense attention in it, is what one command evaluates,",
        "counts or bounds, from files that are here; *partly* says what is missing. Training results, accuracy and measured",
        "times of a system are no part of the answer. Every command below runs as a test, which holds values of its output",
        "against what the mechanism implies; this page is written by", "",
        "```text", "tools/systems_table.py build/release/bin/tilewright --write", "```", "",
        "from [systems.yaml](../validation/published/systems/systems.yaml).", "",
        "| mechanism | systems that need it | of these wholly expressible |", "|---|---|---|", *mechanism_rows(rows), "",
    ]
    for group in groups:
        lines += group_page(group)
    return "\n".join(lines).rstrip() + "\n"


def failures(program, groups, only):
    rows = [row for group in groups for row in group["systems"] if only.lower() in row["name"].lower()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row, wrong in zip(rows, pool.map(lambda each: run(program, each), rows)):
            for text in wrong:
                yield f"{row['name']} ({row['expressible']}): {text}\n  tilewright {row['command'].strip()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--write", action="store_true", help="write docs/systems.md")
    parser.add_argument("--only", default="", metavar="TEXT", help="systems with TEXT in their name, and no page")
    parser.add_argument("--rows", type=Path, default=ROWS, help="in place of systems.yaml")
    parser.add_argument("--page", type=Path, default=PAGE, help="in place of docs/systems.md")
    options = parser.parse_args()
    try:
        groups = read_groups(options.rows)
    except WrongRow as error:
        print(f"{options.rows}: {error}", file=sys.stderr)
        return 2
    wrong = list(failures(options.program, groups, options.only))
    page = page_of(groups)
    if options.write and not wrong and not options.only:
        options.page.write_text(page)
    elif not options.only and (not options.page.is_file() or options.page.read_text() != page):
        wrong.append(f"{options.page} is not what the rows say; tools/systems_table.py PROGRAM --write writes it")
    print("\n".join(wrong) or page.splitlines()[2])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
