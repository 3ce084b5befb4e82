"""What a run of the program shows, and whether a changed input shows in it."""
import itertools
import json
import os
import re
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

# A record repeats what it was made of; a model that drops an input repeats it too.
ECHOED = ("shape", "parameter", "mask", "kernel.parameter", "kernel.calibration")
OUT = "{out}"


@dataclass
class Outcome:
    status: int
    out: str
    err: str
    files: dict = field(default_factory=dict)

    @property
    def refused(self):
        return self.status not in (0, 1)

    def shown(self):
        return self.status, self.out, self.err, tuple(sorted(self.files.items()))

    @cached_property
    def computed(self):
        """What it shows beyond repeating its input."""
        files = tuple(sorted((name, without_echo(text)) for name, text in self.files.items()
                             if not name.endswith("records.csv")))
        return self.status, without_echo(self.out), self.err, files


def without_echo(text):
    try:
        return json.dumps(stripped(json.loads(text), ""))
    except ValueError:
        return text


def stripped(node, path):
    if isinstance(node, list):
        return [stripped(item, path) for item in node]
    if not isinstance(node, dict):
        return node
    inside = re.sub(r"^records\.", "", path)
    return {key: stripped(value, f"{path}.{key}".lstrip(".")) for key, value in node.items()
            if f"{inside}.{key}".lstrip(".") not in ECHOED and not key.endswith("_file")}


class Runner:
    """Runs commands, each thread in a folder of its own that shows the same files; the same command is run once."""

    def __init__(self, program, files, folder):
        self.program, self.files, self.folder = program, Path(files), Path(folder)
        self.number = itertools.count()
        self.of_thread = threading.local()
        self.known = {}

    def run(self, args, changed=None):
        """`changed`: (name of a file, its other text)."""
        key = (tuple(args), changed)
        if key not in self.known:
            self.known[key] = self.run_anew(args, changed)
        return self.known[key]

    def run_anew(self, args, changed):
        next(self.number)
        here = self.own_folder()
        if changed:
            (here / changed[0]).unlink()
            (here / changed[0]).write_text(changed[1])
        result = self.program.run([arg.replace(OUT, "out") for arg in args], here, cpu_s=None)
        named = lambda text: text.replace(str(here), ".")
        files = {str(path.relative_to(here)): named(path.read_bytes().decode(errors="replace"))
                 for path in sorted((here / "out").rglob("*")) if path.is_file()}
        self.tidy(here, changed)
        return Outcome(result.status, named(result.out), named(result.err), files)

    def own_folder(self):
        if not hasattr(self.of_thread, "folder"):
            self.of_thread.folder = Path(tempfile.mkdtemp(dir=self.folder))
            for file in self.files.rglob("*"):
                link = self.of_thread.folder / file.relative_to(self.files)
                link.mkdir() if file.is_dir() else link.symlink_to(file)  # a folder of its own: its files may change
        return self.of_thread.folder

    def tidy(self, here, changed):
        shutil.rmtree(here / "out", ignore_errors=True)
        if changed:
            (here / changed[0]).unlink()
            (here / changed[0]).symlink_to(self.files / changed[0])


def in_parallel(jobs):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda job: job(), jobs))
