"""Every key of every kind of file: changed, one at a time, for every command that reads the file."""
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

import yaml

from every_input import changes
from every_input.outcome import without_echo

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

    def __init__(self, runner, name, command, file):
        self.runner, self.name, self.file = runner, name, file
        self.args = [file if arg == "FILE" else arg for arg in command.split()]
        self.tree = yaml.load((runner.folder / file).read_text(), yaml.BaseLoader)
        self.base = None

    def run(self, tree):
        return self.runner.run(self.args, (self.file, json.dumps(tree)))

    def start(self):
        self.base = self.run(self.tree)
        if self.base.refused:
            raise SystemExit(f"{' '.join(self.args)}: {self.base.err}")

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
            seen.silent.append((" ".join(self.args), where, text))
        return seen

    def known_keys(self):
        """Of each map: the keys that the program says it knows."""
        found = []
        for path, where in changes.maps(self.tree):
            result = self.run(changes.with_key(self.tree, where, "q" * 30, "1"))
            if "unknown key; known: " in result.err:
                here = self.tree
                for step in where:
                    here = here[step]
                found.append((re.sub(r"\[.*?\]", "[]", path), changes.named_in(result.err), list(here)))
        return found


def sum_up(results):
    """Of (path, Seen): the paths that are changed, refused and silent."""
    by_path = defaultdict(list)
    for path, seen in results:
        by_path[path].append(seen)
    changed = {path for path, all_ in by_path.items() if any(each.changed for each in all_)}
    silent = {path: [s for each in all_ for s in each.silent] for path, all_ in by_path.items() if path not in changed}
    silent = {path: how for path, how in silent.items() if how}
    return changed, set(by_path) - changed - set(silent), silent
