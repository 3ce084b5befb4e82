"""Every key of every kind of file: changed, one at a time, for every command that reads the file."""
import json
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field

import yaml

from every_input import changes
from every_input.outcome import in_parallel
from program import Program

# Keys that describe: it is enough that a record, a list or a page repeats them.
DESCRIBING = ("name", "description", "source", "label", "title", "caption", "text", "heading", "unit", "suffix", "phase")


@dataclass
class Seen:
    """What the changes of one value did."""
    changed: bool = False
    silent: list = field(default_factory=list)  # (command, file, text) of changes that nothing came of
    refusal: str = ""


class Reader:
    """A command, and a file that it reads."""

    def __init__(self, runner, name, command, file, changes_of_file=""):
        self.runner, self.name, self.file = runner, name, file
        self.args = [file if arg == "FILE" else arg for arg in command.split()]
        self.tree = yaml.load((runner.files / file).read_text(), yaml.BaseLoader)
        for change in filter(None, changes_of_file.split("; ")):
            path, value = change.split("=", 1)
            set_value(self.tree, path.split("."), value)
        self.base = None

    def run(self, tree):
        return self.runner.run(self.args, (self.file, json.dumps(tree)))

    def start(self):
        self.base = self.run(self.tree)
        return f"{' '.join(self.args)}: {self.base.err}" if self.base.refused else ""

    def values(self):
        """(path, what changes it) of each value."""
        for path, where, text in changes.leaves(self.tree):
            yield path, lambda p=path, w=where, t=text: self.changed_value(p, w, t)

    def parts(self):
        """(path, what leaves it out) of everything."""
        for path, where in changes.parts(self.tree):
            yield path, lambda p=path, w=where: self.try_each(p, w, [None])

    def changed_value(self, path, where, text):
        seen = self.try_each(path, where, changes.others(path, text))
        if seen.changed:
            return seen
        names = [name for name in changes.named_in(seen.refusal) if name != text][:6]
        more = self.try_each(path, where, names)
        return Seen(more.changed, seen.silent + more.silent, seen.refusal)

    def try_each(self, path, where, texts):
        seen = Seen()
        key = re.sub(r"\[.*", "", path.split(".")[-1])
        for text in texts:
            tree = changes.with_value(self.tree, where, text)
            result = self.run(tree)
            if result.refused:
                seen.refusal = result.err
                continue
            if result.shown() != self.base.shown() and (key in DESCRIBING or result.computed != self.base.computed):
                return Seen(True)
            value = "left out" if text is None else repr(text)
            seen.silent.append(f"{' '.join(self.args)}, {path} of {self.file}: {value}")
        return seen

    def known_keys(self, where):
        """The keys that the program says it knows of a map; none where it takes all."""
        result = self.run(changes.with_key(self.tree, where, "q" * 30, "1"))
        return frozenset(changes.named_in(result.err) if "unknown key; known: " in result.err else ())


class Paths:
    """What is known of each (name of a reader, path), over all readers of that name."""

    def __init__(self):
        self.changed, self.silent, self.refused = set(), {}, set()

    def try_all(self, readers, jobs_of):
        """Whoever is known to show is not tried again, nor is what holds it."""
        jobs = [(reader.name, path, job) for reader in readers for path, job in jobs_of(reader)]
        in_parallel([lambda job=job: self.try_one(*job) for job in jobs])

    def try_one(self, name, path, job):
        if (name, path) in self.changed:
            return
        seen = job()
        if seen.changed:
            self.changed |= {(name, held) for held in containers(path)} | {(name, path)}
        elif seen.silent:
            self.silent.setdefault((name, path), seen.silent[0])
        else:
            self.refused.add((name, path))

    def try_without(self, readers):
        """What a wrong value of is refused is read, whatever comes of leaving it out."""
        self.changed |= self.refused - set(self.silent)
        self.try_all(readers, Reader.parts)

    def nothing_came_of(self):
        return {key: how for key, how in self.silent.items() if key not in self.changed}

    def only_refused(self):
        return self.refused - self.changed - set(self.silent)


def containers(path):
    """The paths that lead to a path: of "a.b[c].d" "a", "a.b" and "a.b[c]"."""
    return {path[:at] for at, letter in enumerate(path) if letter in ".["}


def set_value(tree, where, value):
    """'-' leaves it out, and '[x]' is a list of x."""
    for step in where[:-1]:
        if isinstance(tree, list):
            tree = tree[int(step)]
        else:
            if not isinstance(tree.get(step), (dict, list)):
                tree[step] = {}
            tree = tree[step]
    if value == "-":
        del tree[where[-1]]
    else:
        tree[where[-1]] = [value[1:-1]] if value.startswith("[") else value


def used_keys(readers):
    """The keys of the maps of the files, by what the program says that it knows of such a map."""
    jobs = {}
    for reader in readers:
        for path, where in changes.maps(reader.tree):
            keys = frozenset(changes.map_at(reader.tree, where))
            jobs.setdefault((reader.name, re.sub(r"\[.*?\]", "[]", path), keys), lambda r=reader, w=where: r.known_keys(w))
    used = defaultdict(set)
    for (_, _, keys), known in zip(jobs, in_parallel(list(jobs.values()))):
        if known:
            used[known] |= keys
    return used


ONLY = re.compile(r"\bonly\(\s*\{([^{}]*)\}\s*\)")


def literal_lists(home):
    """(file, names) of each list of keys that the sources of the program have."""
    for file in sorted(home.rglob("*.cpp")):
        if file.relative_to(home).parts[0] in ("build", "tests"):
            continue
        for names in ONLY.findall(file.read_text()):
            yield str(file.relative_to(home)), set(re.findall(r'"([^"]+)"', names))


# Where `list` finds a file of each kind.
FOLDERS = {"workload": "workloads", "arch": "archs", "dram": "drams", "mapping": "mappings", "kernel": "kernels",
           "mask": "masks", "cascade": "cascades", "study": "studies", "suite": "suites", "timings": "suites",
           "measure": "suites", "report": "reports", "mapspace": "workloads", "call": "calls",
           "calibration": "calibrations"}


def listed_descriptions(runner, readers):
    """Paths of descriptions that `list` shows."""
    home = runner.folder / "home"
    (home / "bin").mkdir(parents=True)
    program = shutil.copy(runner.program.path, home / "bin")
    markers = {}
    for number, reader in enumerate(readers):
        top = next(iter(reader.tree))
        if top not in FOLDERS:
            continue
        body = reader.tree[top]
        for key in ("description", "title", "source"):
            if key in body:
                markers.setdefault(f"{top}.{key}", set()).add(f"words {number}")
                body = {**body, key: f"words {number}"}
                break
        file = home / "configs" / FOLDERS[top] / f"{number}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({top: body}))
    listed = Program(program).run(["list", "--format", "json"], home).out
    return {path for path, words in markers.items()
            if any(f'"{marker}"' in listed or f'"{marker} (' in listed for marker in words)}
