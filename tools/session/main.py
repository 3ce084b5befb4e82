"""Spends a short time on a GPU: see ../measure_session.sh, which starts this."""
import shutil
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
import files  # noqa: E402
import program  # noqa: E402

TOOLS = Path(__file__).resolve().parents[1]
DONE, SOME_WRONG, WRONG_INPUT, LACKING, LOST = 0, 1, 2, 3, 4
INTERNAL = 70
# Until which share of the time a step may begin points; one that is done earlier leaves the rest to those after it.
SMOKE, FIRST_PEERS, OWN, PEERS, REST, BYTES, LAST = 0.12, 0.18, 0.58, 0.76, 0.88, 0.92, 0.96
LEAST_HANG_S, MOST_HANG_S = 0.5, 10  # of a launch


class Stop(Exception):
    """Nothing more can be measured; the exit status."""


class Session:
    def __init__(self, folder, seconds):
        self.start = time.monotonic()
        self.seconds = seconds
        self.folder = folder
        self.results = folder / "results"
        self.results.mkdir(exist_ok=True)
        files.unpack(self.results)
        self.log = files.Log(self.results / "session.log")
        self.hang_s = min(MOST_HANG_S, max(LEAST_HANG_S, seconds / 60))
        self.lacks_peers = False
        self.unfinished = set()  # results files whose last run left points

    def at(self, share):
        return self.start + share * self.seconds

    def begun(self, results):
        """The runner's note of the point that it measures."""
        return Path(f"{results}.begun")

    def step(self, name, command, results, share, silence_s):
        """Runs a program that takes --deadline until it has done what it can. One that ends within a point is begun
        again, and knows that it did. Returns its exit status, or None where the time was up."""
        end = self.at(share)
        status = None
        while time.monotonic() < end:
            left_s = end - time.monotonic()
            limits = program.Limits(min(end + 0.05 * self.seconds, self.at(0.98)), silence_s)
            ended = program.run([*command, "--deadline", f"{left_s:.2f}"], limits, self.log)
            status = ended.status
            if ended.why == "late":
                self.begun(results).unlink(missing_ok=True)  # not that point's fault
                break
            within = self.begun(results).exists()
            if ended.why == "silent":
                self.log.say(f"{name}: it says nothing")
            broke = ended.why == "silent" or status < 0 or status >= INTERNAL
            if not (status == LOST or broke and within):
                self.keep_account(results, ended)
                break
        self.log.say(f"{name}: {'time is up' if status is None else f'exit status {status}'}")
        return status

    def keep_account(self, results, ended):
        left = " left" in ended.last_line or ended.status not in (DONE, SOME_WRONG)
        (self.unfinished.add if left else self.unfinished.discard)(results)

    def own(self, name, plan, results, share, without=()):
        command = [self.folder / "tilewright-kernels", self.folder / plan, "-o", results, "--hang", self.hang_s]
        for kernel in without:
            command += ["--without", kernel]
        self.unfinished.add(results)
        status = self.step(name, command, results, share, 3 * self.hang_s)
        if status in (WRONG_INPUT, LACKING):
            raise Stop(status)

    def peers(self, name, share, *options):
        """Where they are lacking, that is said once."""
        if self.lacks_peers:
            return
        results = self.results / "peers.csv"
        command = [sys.executable, TOOLS / "measure_peers.py", self.folder / "plan.csv", "-o", results, *options]
        status = self.step(name, command, results, share, 6 * self.hang_s)  # FlexAttention is compiled
        self.lacks_peers = status == LACKING

    def bytes_of_passes(self, results):
        """By the profiler, where there is one: it writes when it is done, so that it takes much time or none."""
        enough_s = 0.12 * self.seconds
        if not shutil.which("ncu") or self.at(BYTES) - time.monotonic() < enough_s or not results.exists():
            return
        command = [sys.executable, TOOLS / "measure_dram_bytes.py", self.folder / "tilewright-kernels",
                   self.folder / "plan.csv", results, "--only", "passes/"]
        ended = program.run(command, program.Limits(self.at(BYTES), self.seconds), self.log)
        self.log.say(f"bytes: {ended.why or f'exit status {ended.status}'}")

    def check(self):
        """Whether the runner runs here at all."""
        said = []
        ended = program.run([self.folder / "tilewright-kernels", "--list"],
                            program.Limits(self.at(SMOKE), 3 * self.hang_s), said.append)
        if ended.status != DONE:
            self.log.say(f"the runner does not run: {''.join(said)[-500:]}")
            raise Stop(WRONG_INPUT)
        if shutil.which("nvidia-smi"):
            program.run(["nvidia-smi"], program.Limits(self.at(SMOKE), 3 * self.hang_s), self.log)

    def measure(self):
        smoke, results = self.results / "smoke.csv", self.results / "results.csv"
        self.check()
        self.own("smoke", "smoke.csv", smoke, SMOKE)
        dropped = files.not_right(smoke)
        if dropped:
            self.log.say(f"for the end: {', '.join(dropped)}, not right in smoke")
        self.peers("first of the peers", FIRST_PEERS, "--without", "torch-flex")
        self.own("own kernels", "plan.csv", results, OWN, dropped)
        self.peers("peers", PEERS, "--without", "torch-flex")
        if results in self.unfinished:
            self.own("own kernels, the rest", "plan.csv", results, REST, dropped)
        self.bytes_of_passes(results)
        self.peers("FlexAttention", LAST, "--only", "flex")
        if dropped:
            self.own("what was not right", "plan.csv", results, LAST)

    def end(self):
        """What there is, and the exit status."""
        bad = 0
        for name in ("smoke", "results", "peers"):
            counts = files.statuses(self.results / f"{name}.csv")
            total = sum(counts.values(), start=files.collections.Counter())
            bad += total["wrong"] + total["failed"] + total["lost"]
            self.log.say(f"{name}.csv: " + (", ".join(f"{n} {status}" for status, n in sorted(total.items()))
                                            or "no rows"))
        try:
            files.pack(self.results)
        except OSError as error:
            self.log.say(f"cannot be packed: {error}")
        return SOME_WRONG if bad else DONE


def seconds_of(text):
    seconds = float(text)
    if not 1 <= seconds <= 86400:
        raise ValueError
    return seconds


def main():
    try:
        folder, seconds = Path(sys.argv[1]).resolve(), seconds_of(sys.argv[2])
        lacking = [name for name in ("tilewright-kernels", "smoke.csv", "plan.csv") if not (folder / name).exists()]
    except (IndexError, ValueError):
        print("usage: measure_session.sh DIR SECONDS, of 1 to 86400 seconds", file=sys.stderr)
        return WRONG_INPUT
    if lacking:
        print(f"{folder}: lacks {', '.join(lacking)}", file=sys.stderr)
        return WRONG_INPUT
    session = Session(folder, seconds)
    try:
        session.measure()
    except Stop as stop:
        session.log.say("nothing more can be measured")
        session.end()
        return stop.args[0]
    return session.end()


if __name__ == "__main__":
    sys.exit(main())
