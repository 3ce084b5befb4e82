"""The commands that a page shows with its points give the numbers of these points: run_commands.py PROGRAM"""

import html
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

STUDIES = ["fusemax", "systolic", "neighborhood", "decode"]
OF_EACH = 8
POINT = re.compile(r'data-t="([^"]*)"\s+data-c="(tilewright [^"]*)"')


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def shown_points(page):
    """Command by series and axes, each as a text pair; of points that are no means."""
    points = {}
    for text, command in POINT.findall(page):
        for line in html.unescape(text).split("\n"):
            if line.startswith("series "):
                points[line[len("series "):]] = html.unescape(command)
    return points


def name_of(record):
    # As the page says it: axes in alphabetical order, numbers in their shortest form.
    axes = "".join(f", {axis}={value:g}" if isinstance(value, float) and value < 1e6 and value == int(value)
                   else f", {axis}={value}" for axis, value in sorted(record["point"].items()))
    return record["series"] + axes


def main():
    program = os.path.abspath(sys.argv[1])
    checked = faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for study in STUDIES:
            store = pathlib.Path(folder) / study
            for command in [["sweep", study, "-o", store, "-q"], ["report", store, "-q"]]:
                subprocess.run([program, *command], check=True, stdout=subprocess.DEVNULL)
            records = json.loads(subprocess.run([program, "sweep", study, "-o", store, "-q", "--format", "json"], check=True,
                                                capture_output=True, text=True).stdout)["records"]
            points = shown_points((store / "report" / "index.html").read_text())
            known = [record for record in records if name_of(record) in points]
            for record in known[::max(1, len(known) // OF_EACH)]:
                command = points[name_of(record)]
                run = subprocess.run([program, *shlex.split(command)[1:], "--format", "json"], capture_output=True,
                                     text=True, check=False, cwd=folder)
                result = json.loads(run.stdout)["records"][0] if run.returncode == 0 else {}
                checked += 1
                if result.get("time_s") != record["time_s"]:
                    faults += 1
                    print(f"{name_of(record)}: {command}\n  has {result.get('time_s')}, not {record['time_s']} {run.stderr}")
    print(f"{checked} commands, {faults} faults")
    return 1 if faults or checked < OF_EACH * len(STUDIES) else 0


if __name__ == "__main__":
    sys.exit(main())
