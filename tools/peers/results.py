"""The results file: the plan's columns and what came of each point, appended row by row, so that an interrupted run
keeps what is done and the next one goes on from there."""
import csv
import io
import os
import statistics
from dataclasses import dataclass

from .plan import COLUMNS as PLAN_COLUMNS
from .plan import InputError

COLUMNS = PLAN_COLUMNS + (
    "status", "message", "error", "error_limit", "time_s", "time_min_s", "time_max_s", "samples_s", "value", "unit",
    "dram_read_B", "dram_write_B", "device", "multiprocessors", "driver", "cuda", "sm_clock_before_Hz",
    "sm_clock_after_Hz", "memory_clock_Hz", "power_before_W", "power_after_W", "temperature_before_C",
    "temperature_after_C", "commit", "flags")
STATUS = COLUMNS.index("status")


@dataclass
class Outcome:
    status: str  # ok | wrong | unsupported | failed
    message: str = ""  # one line
    error: float | None = None
    error_limit: float | None = None
    samples_s: tuple = ()
    flags: str = ""  # how the kernel was chosen, beside the versions
    device_lost: bool = False  # nothing more can be measured in this process


def text_of(value):
    """Floats in the fewest digits that read back the same; nothing for what is unknown."""
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


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
    """Of a file that is there, a last line that was cut short is dropped, and so are rows of `points` that are not
    ok: they are measured again. All other rows stay. InputError where the file is no results file."""

    def __init__(self, path, points):
        self.path = path
        self.done = set()
        wanted = {point.cells for point in points}
        text = self.read()
        kept = [line(COLUMNS)]
        for cells in self.rows(text):
            plan_cells = tuple(cells[:STATUS])
            if cells[STATUS] == "ok":
                self.done.add(plan_cells)
            elif plan_cells in wanted:
                continue
            kept.append(line(cells))
        if "".join(kept) != text:
            self.replace("".join(kept))

    def read(self):
        if not os.path.exists(self.path):
            return ""
        with open(self.path, encoding="utf-8", newline="") as file:
            text = file.read()
        header = line(COLUMNS)
        if not header.startswith(text[:len(header)]):
            raise InputError(f"{self.path}:1: is no results file of this plan's format")
        return text

    def rows(self, text):
        """Those below the header that end in a line end."""
        whole = text[:text.rfind("\n") + 1]
        for number, cells in enumerate(csv.reader(io.StringIO(whole)), start=1):
            if len(cells) != len(COLUMNS):
                raise InputError(f"{self.path}: row {number} has {len(cells)} cells, not {len(COLUMNS)}")
            if number > 1:
                yield cells

    def replace(self, text):
        beside = f"{self.path}.part"
        with open(beside, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.replace(beside, self.path)

    def append(self, cells):
        with open(self.path, "a", encoding="utf-8", newline="") as file:
            file.write(line(cells))
            file.flush()
            os.fsync(file.fileno())
