"""Nothing that is given is silent: every option of every verb, and every key of every kind of file, is given another
value; the result changes, or the program refuses, or it warns 'has no effect here'. So is every argument of every
mask pattern.

Usage: run_every_input.py PROGRAM [--only TEXT] [--refused]

Options come from --help, keys from what the program's refusals and its sources say that it knows: what no case below
tests/cli/inputs/ and in every_input/cases.py uses fails. Ends with what was covered and every silent input, each with
the command that shows it.
"""
import argparse
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from every_input import cases, exceptions
from every_input.keys import DESCRIBING, Paths, Reader, listed_descriptions, literal_lists, used_keys
from every_input.options import judge, read_options, read_verbs
from every_input.masks import check_masks, write_files
from every_input.outcome import Runner, in_parallel
from program import HERE, HOME, Program


class Findings:
    """Silent inputs, less those that a table explains."""

    def __init__(self):
        self.used = set()
        self.silent = []  # (who, what, command)
        self.problems = []
        self.refused = []

    def explained(self, who, what):
        for table in (exceptions.DOCUMENTED, exceptions.KNOWN_SILENT):
            for line in exceptions.lines(table):
                if fits(line[0], who) and fits(line[1], what):
                    self.used.add(line)
                    return True
        return False

    def add_silent(self, who, what, command):
        if not self.explained(who, what):
            self.silent.append((who, what, command))

    def left_over(self):
        every = exceptions.lines(exceptions.DOCUMENTED) + exceptions.lines(exceptions.KNOWN_SILENT)
        return [line for line in every if line not in self.used]


def fits(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def check_options(runner, found, only):
    folder = runner.folder
    verbs = read_verbs(runner.program, folder)
    found.problems += [f"no context for verb '{verb}'" for verb in verbs if verb not in cases.CONTEXTS]
    common = read_options(runner.program, folder)
    jobs, count = [], 0
    for verb in verbs:
        options = common + read_options(runner.program, folder, verb)
        count += len(options) - len(common)
        for context in cases.CONTEXTS.get(verb, []):
            jobs += [(verb, context, option) for option in options if only in f"{context} {option.name}"]
    bases = dict(zip({context for _, context, _ in jobs},
                     in_parallel([lambda c=c: runner.run(c.split()) for c in {context for _, context, _ in jobs}])))
    results = in_parallel([lambda job=job: judge_option(runner, bases, job) for job in jobs])
    for (verb, context, option), (verdict, command) in zip(jobs, results):
        if verdict == "silent":
            found.add_silent(context, option.name, command)
        if verdict == "no value":
            found.problems.append(f"no value for option {option.name} of '{verb}'")
    found.problems += [f"'{context}' is refused: {base.err}" for context, base in bases.items() if base.refused]
    return f"{len(verbs)} verbs, {count} options and {len(common)} of all verbs, in {len(jobs)} contexts"


def judge_option(runner, bases, job):
    _, context, option = job
    args = context.split()
    given = {"-o": "--output"}
    args = [given.get(arg, arg) for arg in args]
    if option.name in ("--output",) and option.name in args or option.flag and option.name in args:
        return judge_without(runner, args, bases[context], option)
    values = option.choices or cases.VALUES.get(option.name)
    if not option.flag and not values:
        return "no value", ""
    return judge(runner, args, bases[context], option, values)


def judge_without(runner, args, base, option):
    at = args.index(option.name)
    without = args[:at] + args[at + (1 if option.flag else 2):]
    result = runner.run(without)
    return "refused" if result.refused else "changed" if result.shown() != base.shown() else "silent", " ".join(without)


def read_readers(runner, only):
    readers = []
    for line in cases.READERS.strip().splitlines():
        name, command, file, *changes = (part.strip() for part in line.split("|"))
        if only in f"{name} {command} {file}":
            readers.append(Reader(runner, name, command, file, changes[0] if changes else ""))
    return readers


def check_keys(runner, found, only):
    readers = read_readers(runner, only)
    for refusal in filter(None, in_parallel([reader.start for reader in readers])):
        found.problems.append(refusal)
    readers = [reader for reader in readers if not reader.base.refused]
    paths = Paths()
    paths.try_all(readers, Reader.values)
    found.refused += sorted(f"{name}: {path}" for name, path in paths.only_refused())
    paths.try_without(readers)
    shown = listed_descriptions(runner, readers) | {path for _, path in paths.changed}
    for (name, path), how in paths.nothing_came_of().items():
        describes = re.sub(r"\[.*", "", path.split(".")[-1]) in DESCRIBING
        if not describes or path not in shown:
            found.add_silent(name, path, how)
    count = len(paths.changed | paths.refused | set(paths.silent))
    return f"{len(readers)} commands that read files, {count} keys and values of theirs", readers


def check_coverage(found, readers):
    used = used_keys(readers)
    for known, keys in used.items():
        in_others = set().union(*(other for knows, other in used.items() if knows & known - {"name"}))
        found.problems += [f"no file in tests/cli/inputs has key {key}, beside {', '.join(sorted(keys))}"
                           for key in sorted(known - keys - in_others)]
    for place, names in literal_lists(HOME):
        if not any(names <= known or names <= keys for known, keys in used.items()):
            found.problems.append(f"{place}: no map in tests/cli/inputs has all of {', '.join(sorted(names))}")
    return f"{len(used)} kinds of maps with {sum(map(len, used.values()))} keys"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--only", default="", help="commands with this text")
    parser.add_argument("--refused", action="store_true", help="list what is only refused")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tilewright-"))
    try:
        files = shutil.copytree(HERE / "inputs", folder / "files")
        write_files(files)
        runner = Runner(Program(options.program), files, folder)
        runner.program.run(["sweep", "study.yaml", "-o", "store", "-q"], files)
        runner.program.run(["merge", "kept.sqlite", "store", "-q"], files)
        found = Findings()
        covered = [check_options(runner, found, options.only)]
        keys, readers = check_keys(runner, found, options.only)
        covered += [keys, check_coverage(found, readers), check_masks(runner, found, options.only)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not options.only:
        found.problems += [f"nothing is silent any more: {' | '.join(line)}" for line in found.left_over()]
    if options.refused:
        print("refused, whatever the value:", *found.refused, sep="\n  ")
    for who, what, command in found.silent:
        print(f"silent: {who}: {what}\n    {command}")
    print(*found.problems, sep="\n")
    print(*(f"covered: {line}" for line in covered), f"{next(runner.number)} runs; {len(found.silent)} silent, "
          f"{len(found.problems)} other problems", sep="\n")
    return 1 if found.silent or found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
