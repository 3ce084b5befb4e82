"""The files of a session: DIR/results/, which is what comes back of it."""
import collections
import csv
import gzip
import os
import shutil
import time

MOST_B = 2_000_000  # of a file

csv.field_size_limit(1 << 30)  # blocks


def replace(source, target, open_source, open_target):
    with open_source(source, "rb") as old, open_target(f"{target}.part", "wb") as new:
        shutil.copyfileobj(old, new)
    os.replace(f"{target}.part", target)
    os.remove(source)


def unpack(folder):
    for packed in folder.glob("*.csv.gz"):
        replace(packed, packed.with_suffix(""), gzip.open, open)


def pack(folder):
    """Those that are too large to come back."""
    for path in folder.glob("*.csv"):
        if path.stat().st_size > MOST_B:
            replace(path, path.with_suffix(".csv.gz"), open, gzip.open)


def statuses(path):
    """How many rows of each kernel have which status, as {kernel: Counter}."""
    counts = collections.defaultdict(collections.Counter)
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["status"]:
                    counts[row["kernel"]][row["status"]] += 1
    return counts


def not_right(path):
    """The kernels of which a result is wrong, failed or lost."""
    return sorted(kernel for kernel, counts in statuses(path).items()
                  if counts["wrong"] + counts["failed"] + counts["lost"])


class Log:
    """DIR/results/session.log, as far as there is room."""

    def __init__(self, path):
        self.path = path
        self.start = time.monotonic()
        if path.exists() and path.stat().st_size > MOST_B / 2:
            path.unlink()

    def __call__(self, text):
        try:
            if self.path.exists() and self.path.stat().st_size + len(text.encode()) > MOST_B:
                return
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            pass  # a session is about its results

    def say(self, text):
        line = f"session {time.monotonic() - self.start:6.1f} s: {text}\n"
        print(line, end="", flush=True)
        self(line)
