"""Runs the program as a user does, in a folder of its own."""
import os
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent.parent
ERROR = "tilewright: error: "


@dataclass
class Result:
    status: int
    out: str
    err: str


def limit_cpu_time(seconds):
    """A loop that never ends is stopped, while a machine that is busy with other things is waited for."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


class Program:
    def __init__(self, path):
        self.path = Path(path).resolve()

    def start(self, args, folder, **options):
        return subprocess.Popen([self.path, *map(str, args)], cwd=folder, stdin=subprocess.DEVNULL,
                                stdout=options.pop("stdout", subprocess.PIPE), stderr=subprocess.PIPE, **options)

    def run(self, args, folder, cpu_s=20, **options):
        if cpu_s:  # else the process starts without a copy of this one, which is faster
            options["preexec_fn"] = lambda: limit_cpu_time(cpu_s)
        process = self.start(args, folder, **options)
        try:
            out, err = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err += b"(did not end)"
        decode = lambda text: (text or b"").decode(errors="replace")
        return Result(process.returncode, decode(out), decode(err))


class Folder:
    """A new folder that holds a copy of good/, the small configuration that works."""

    def __enter__(self):
        self.path = Path(tempfile.mkdtemp(prefix="tilewright-"))
        shutil.copytree(HERE / "good", self.path / "good")
        return self.path

    def __exit__(self, *error):
        shutil.rmtree(self.path, ignore_errors=True)


def files_below(folder):
    return sorted(os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)
