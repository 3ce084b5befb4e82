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
        self.tree = yaml.load((runner.folder / file).read_text(), yaml.BaseLoader)
        for change in filter(None, changes_of_file.split("; ")):
            path, value = change.split("=", 1)
            set_value(self.tree, path.split("."), value)
        self.base = None

    def run(self, tree):
        return self.runner.run(self.args, (self.file, json.dumps(tree)))

    def start(self):
        self.base = self.run(self.tree)
        return f"{' '.join(self.args)}: {self.base.err}" if self.base.refused else ""

    def jobs(self):
        for path, where, text in changes.leaves(self.tree):
            yield path, lambda p=path, w=where, t=text: self.changed_value(p, w, t)
        for path, where in changes.parts(self.tree):
            yield path, lambda p=path, w=where: self.try_each(p, w, [None])

    def changed_value(self, path, where, text):
        seen = self.try_each(path, where, changes.others(path, text))
        if seen.changed:
            return seen
        names = [name for name in changes.named_in(seen.refusal) if name != text][:12]
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
            differs = result.shown() != self.base.shown() if key in DESCRIBING \
                else result.computed() != self.base.computed()
            if differs:
                return Seen(True)
            value = "left out" if text is None else repr(text)
            seen.silent.append(f"{' '.join(self.args)}, {path} of {self.file}: {value}")
        return seen

    def known_keys(self, path, where):
        """The keys that the program says it knows of a map, if it does."""
        result = self.run(changes.with_key(self.tree, where, "q" * 30, "1"))
        return (path, changes.named_in(result.err)) if "unknown key; known: " in result.err else None


def sum_up(results):
    """Of (path, Seen): the paths that are changed, refused and silent."""
    by_path = defaultdict(list)
    for path, seen in results:
        by_path[path].append(seen)
    changed = {path for path, all_ in by_path.items() if any(each.changed for each in all_)}
    silent = {path: [s for each in all_ for s in each.silent] for path, all_ in by_path.items() if path not in changed}
    silent = {path: how for path, how in silent.items() if how}
    return changed, set(by_path) - changed - set(silent), silent


def set_value(tree, where, value):
    for step in where[:-1]:
        if isinstance(tree, list):
            tree = tree[int(step)]
        else:
            if not isinstance(tree.get(step), (dict, list)):
                tree[step] = {}
            tree = tree[step]
    tree[where[-1]] = value


def kind_of(path):
    return re.sub(r"\[.*?\]", "[]", path)


def unused_keys(readers):
    """The keys that maps of each kind have in the files, and those that the program knows beside them."""
    used = defaultdict(set)
    for reader in readers:
        for path, where in changes.maps(reader.tree):
            used[kind_of(path)] |= set(changes.map_at(reader.tree, where))
    one_each = {}  # a map of each kind, in each kind of command
    for reader in readers:
        for path, where in changes.maps(reader.tree):
            one_each.setdefault((reader.name, kind_of(path), frozenset(changes.map_at(reader.tree, where))),
                                (reader, path, where))
    answers = in_parallel([lambda job=job: job[0].known_keys(job[1], job[2]) for job in one_each.values()])
    missing = {f"{kind_of(path)}.{name}" for path, names in filter(None, answers)
               for name in names if name not in used[kind_of(path)]}
    return used, sorted(missing)


ONLY = re.compile(r"\bonly\(\s*\{([^{}]*)\}\s*\)")


def literal_lists(home):
    """(file, names) of each list of keys that the sources of the program have."""
    for file in sorted(home.rglob("*.cpp")):
        if file.relative_to(home).parts[0] in ("build", "tests"):
            continue
        for names in ONLY.findall(file.read_text()):
            yield str(file.relative_to(home)), set(re.findall(r'"([^"]+)"', names))


# Where `list` finds a file of each kind.
FOLDERS = {"workload": "workloads", "arch": "archs", "mapping": "mappings", "kernel": "mappings", "mask": "masks",
           "cascade": "cascades", "study": "studies", "suite": "suites", "timings": "suites", "measure": "suites",
           "kernels": "kernels", "report": "reports", "calibration": "calibrations"}


def listed_descriptions(runner, readers):
    """Paths of descriptions that `list` shows."""
    home = runner.folder / "home"
    (home / "bin").mkdir(parents=True)
    program = shutil.copy(runner.program.path, home / "bin")
    markers = {}
    for number, reader in enumerate(readers):
        top = next(iter(reader.tree))
        body = reader.tree[top]
        for key in ("description", "title", "source"):
            if key in body:
                markers[f"{top}.{key}"] = f"words {number}"
                body = {**body, key: f"words {number}"}
                break
        file = home / "configs" / FOLDERS[top] / f"{number}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({top: body}))
    listed = Program(program).run(["list", "--format", "json"], home).out
    return {path for path, marker in markers.items() if f'"{marker}"' in listed}
