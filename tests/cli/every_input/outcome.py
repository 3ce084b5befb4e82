"""What a run of the program shows, and whether a changed input shows in it."""
import itertools
import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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

    def computed(self):
        """What it shows beyond repeating its input."""
        files = tuple(sorted((name, without_echo(text)) for name, text in self.files.items()
                             if name != "records.csv"))
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
    """Runs commands in one folder, each with a folder of its own for what it writes."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)
        self.number = itertools.count()
        self.runs = 0

    def run(self, args, changed=None):
        """`changed`: (name of a file in the folder, its other text)."""
        tag = f"~{next(self.number)}~"
        out = self.folder / f"out{tag}"
        if changed:
            name, text = changed
            other = tag + name
            (self.folder / other).write_text(text)
            args = [arg.replace(name, other) if arg == name else arg for arg in args]
        args = [arg.replace(OUT, out.name) for arg in args]
        self.runs += 1
        result = self.program.run(args, self.folder)
        files = {str(path.relative_to(out)): self.named(path.read_bytes().decode(errors="replace"), tag)
                 for path in sorted(out.rglob("*")) if path.is_file()} if out.exists() else {}
        shutil.rmtree(out, ignore_errors=True)
        return Outcome(result.status, self.named(result.out, tag), self.named(result.err, tag), files)

    def named(self, text, tag):
        return text.replace(tag, "").replace(str(self.folder), ".")


def in_parallel(jobs):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda job: job(), jobs))
