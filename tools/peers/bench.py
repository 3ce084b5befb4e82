"""Measures points on the first CUDA device. Needs PyTorch."""
import hashlib
import subprocess
from pathlib import Path

import torch

from . import attention, timing
from .check import check
from .device import read_state
from .problem import Problem, Unsupported
from .results import Outcome


def commit():
    """Of the tree that this file lies in; empty outside of a checkout."""
    command = ["git", "-C", Path(__file__).resolve().parent, "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def digest(version):
    """Of these scripts and of what they run: another of either may come to another result."""
    everything = hashlib.sha256(version.encode())
    for file in sorted(Path(__file__).resolve().parent.glob("*.py")):
        everything.update(file.read_bytes())
    return everything.hexdigest()[:16]


def one_line(message):
    return " ".join(message.split())[:500]


class Bench:
    def __init__(self):
        self.device = torch.device("cuda", 0)
        properties = torch.cuda.get_device_properties(self.device)
        self.uuid = f"GPU-{properties.uuid}"
        self.machine = {
            "device": properties.name, "multiprocessors": properties.multi_processor_count,
            "driver": self.state().get("driver"), "cuda": torch.version.cuda, "commit": commit(),
            "flags": f"torch {torch.__version__}", "binary": digest(torch.__version__)}

    def state(self):
        return read_state(self.uuid)

    def measure(self, point):
        try:
            return self.try_measure(point)
        except Unsupported as reason:
            return Outcome("unsupported", one_line(f"{point.kernel} {reason}"))
        except Exception as error:  # whatever a kernel's compiler or library throws is this point's fault alone
            outcome = Outcome("failed", one_line(f"{type(error).__name__}: {error}"))
        finally:
            torch.compiler.reset()
        outcome.device_lost = not self.recover()
        if outcome.device_lost:
            outcome.status = "lost"
        return outcome

    @staticmethod
    def recover():
        """Whether the device can go on."""
        try:
            torch.cuda.synchronize()
            torch.cuda.empty_cache()
        except RuntimeError:
            return False
        return True

    def try_measure(self, point):
        if point.operation not in ("attention", "decode"):
            raise Unsupported("is no kernel for this operation")
        problem = Problem(point, self.device)
        call, flags = attention.flex(problem) if point.kernel == "torch-flex" else (attention.sdpa(problem), "")
        tensors = problem.tensors()
        error, limit, wrong = check(problem, tensors, attention.run_once(call, tensors))
        samples_s = timing.time_call(problem, call, tensors)
        return Outcome("wrong" if wrong else "ok", wrong, error, limit, samples_s, flags)
