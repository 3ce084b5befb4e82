"""The results file: the plan's columns and what came of each point, appended row by row, so that an interrupted run
keeps what is done and the next one goes on from there."""
import csv
import io
import math
import os
import statistics
from dataclasses import dataclass

from .plan import COLUMNS as PLAN_COLUMNS
from .plan import InputError

COLUMNS = PLAN_COLUMNS + (
    "status", "message", "error", "error_limit", "time_s", "time_min_s", "time_max_s", "samples_s", "value", "unit",
    "dram_read_B", "dram_write_B", "device", "multiprocessors", "driver", "cuda", "sm_clock_before_Hz",
    "sm_clock_after_Hz", "memory_clock_Hz", "power_before_W", "power_after_W", "temperature_before_C",
    "temperature_after_C", "commit", "flags", "binary")
STATUS = COLUMNS.index("status")
DEVICE, BINARY, KERNEL = map(COLUMNS.index, ("device", "binary", "kernel"))


@dataclass
class Outcome:
    status: str  # ok | wrong | unsupported | failed | lost
    message: str = ""  # one line
    error: float | None = None
    error_limit: float | None = None
    samples_s: tuple = ()
    flags: str = ""  # how the kernel was chosen, beside the versions
    device_lost: bool = False  # nothing more can be measured in this process


def text_of(value):
    """Floats in the fewest digits that read back the same; nothing for what is unknown, or no number."""
    if value is None or isinstance(value, float) and not math.isfinite(value):
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def result_cells(point, outcome, machine, before, after):
    """One row. `machine` holds what does not change from point to point, `before` and `after` device states."""
    samples = outcome.samples_s
    known = {
        "status": outcome.status, "message": outcome.message, "error": outcome.error,
        "error_limit": outcome.error_limit, "samples_s": " ".join(map(repr, samples)), **machine,
        "flags": "; ".join(filter(None, (machine.get("flags"), outcome.flags))),
        "sm_clock_before_Hz": before.get("sm_clock_Hz"), "sm_clock_after_Hz": after.get("sm_clock_Hz"),
        "memory_clock_Hz": after.get("memory_clock_Hz"), "power_before_W": before.get("power_W"),
        "power_after_W": after.get("power_W"), "temperature_before_C": before.get("temperature_C"),
        "temperature_after_C": after.get("temperature_C")}
    if samples:
        known |= {"time_s": statistics.median(samples), "time_min_s": min(samples), "time_max_s": max(samples)}
    return list(point.cells) + [text_of(known.get(column)) for column in COLUMNS[STATUS:]]


def line(cells):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


class ResultsFile:
    """As the runner's (kernels/runner/results.hpp): what is right on a device stands for ever, what is not for the
    binary that came to it, and what failed is tried again. A last line that was cut short is dropped. InputError where
    the file is no results file."""

    def __init__(self, path, machine):
        self.path = path
        self.device, self.binary = machine.get("device") or "", machine.get("binary") or ""
        text = self.read()
        self.rows = {}
        for cells in self.cells_in(text):
            self.rows[self.key(cells)] = cells
        if self.text() != text:
            self.replace(self.path, self.text())
        self.lose_begun()

    @staticmethod
    def key(cells):
        return tuple(cells[:STATUS]), cells[DEVICE]

    def settled(self, point):
        """The status that stands of a point, or None: it is to be measured."""
        cells = self.rows.get((point.cells, self.device))
        if cells is None or cells[STATUS] == "failed":
            return None
        return cells[STATUS] if cells[STATUS] == "ok" or cells[BINARY] == self.binary else None

    def failed(self, point):
        """By this binary: it is tried again, after all others."""
        cells = self.rows.get((point.cells, self.device))
        return cells is not None and (cells[STATUS], cells[BINARY]) == ("failed", self.binary)

    def losses(self, kernel):
        """Points of the kernel that lost the device to this binary."""
        lost = ["lost", self.device, self.binary, kernel]
        return sum([cells[column] for column in (STATUS, DEVICE, BINARY, KERNEL)] == lost
                   for cells in self.rows.values())

    def begin(self, point):
        """Notes that a point is about to be measured, for the case that the process ends there."""
        self.replace(f"{self.path}.begun", line(point.cells))

    def end(self):
        if os.path.exists(f"{self.path}.begun"):
            os.remove(f"{self.path}.begun")

    def lose_begun(self):
        if not os.path.exists(f"{self.path}.begun"):
            return
        with open(f"{self.path}.begun", encoding="utf-8", newline="") as file:
            begun = tuple(next(csv.reader(file)))
        known = {"status": "lost", "message": "the program ended while it measured this point",
                 "device": self.device, "binary": self.binary}
        if (begun, self.device) not in self.rows or self.rows[begun, self.device][STATUS] != "ok":
            self.append(list(begun) + [known.get(column, "") for column in COLUMNS[STATUS:]])
        self.end()

    def read(self):
        if not os.path.exists(self.path):
            return ""
        with open(self.path, encoding="utf-8", newline="") as file:
            text = file.read()
        header = line(COLUMNS)
        if not header.startswith(text[:len(header)]):
            raise InputError(f"{self.path}:1: is no results file of this plan's format")
        return text

    def cells_in(self, text):
        """Those below the header that end in a line end."""
        whole = text[:text.rfind("\n") + 1]
        for number, cells in enumerate(csv.reader(io.StringIO(whole)), start=1):
            if len(cells) != len(COLUMNS):
                raise InputError(f"{self.path}: row {number} has {len(cells)} cells, not {len(COLUMNS)}")
            if number > 1:
                yield cells

    def text(self):
        return "".join(map(line, [COLUMNS, *self.rows.values()]))

    @staticmethod
    def replace(path, text):
        beside = f"{path}.part"
        try:
            with open(beside, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.replace(beside, path)
        except OSError:
            if os.path.exists(beside):
                os.remove(beside)
            raise

    def append(self, cells):
        """In place of an earlier row of the same point. OSError where it cannot be written: the file is as it was."""
        known = self.key(cells) in self.rows
        self.rows[self.key(cells)] = cells
        if known:
            self.replace(self.path, self.text())
            return
        size_B = os.path.getsize(self.path)
        try:
            with open(self.path, "a", encoding="utf-8", newline="") as file:
                file.write(line(cells))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            os.truncate(self.path, size_B)
            raise
