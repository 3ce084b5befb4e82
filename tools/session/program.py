"""Runs a program under a deadline, and ends it where it says nothing for too long."""
import os
import select
import signal
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    end: float  # by time.monotonic()
    silence_s: float


@dataclass(frozen=True)
class Ended:
    status: int | None  # of a program that ended by itself; below 0: by a signal
    why: str = ""  # else: "silent" or "late"
    last_line: str = ""


def end(process):
    """A process that waits for the driver may not end at once, or never."""
    os.killpg(process.pid, signal.SIGKILL)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        pass


def run(command, limits, log):
    """What the program says goes to log(text)."""
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    heard, said = time.monotonic(), b""
    with process.stdout as pipe:
        while True:
            ready, _, _ = select.select([pipe], [], [], 0.05)
            now = time.monotonic()
            if ready:
                part = os.read(pipe.fileno(), 1 << 16)
                if not part:
                    break
                heard, said = now, (said + part)[-1000:]
                log(part.decode(errors="replace"))
            elif now - heard > limits.silence_s or now > limits.end:
                end(process)
                return Ended(None, "late" if now > limits.end else "silent")
            if now > limits.end:
                end(process)
                return Ended(None, "late")
    last_line = (said.decode(errors="replace").splitlines() or [""])[-1]
    return Ended(process.wait(), last_line=last_line)
