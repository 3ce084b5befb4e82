"""Points: estimates, simulations, searches, their records, errors and interruption."""
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Mapping
from pathlib import Path

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/release/bin/tilewright"
KERNEL = ("attention", "gpu/h100-sxm5", "flash-attention-3")
NEST = ("BERT", "fusemax/proposal", "fusemax/binding")


def from_program(*words):
    done = subprocess.run([PROGRAM, *words, "--format", "json"], capture_output=True, text=True, check=True)
    (record,) = tw._core.records_from_json(done.stdout, "stdout")
    return record


class Points(unittest.TestCase):
    def test_record_is_a_mapping_with_units(self):
        record = tw.evaluate(*KERNEL, mask="causal")
        self.assertIsInstance(record, Mapping)
        self.assertGreater(record["time_s"], 0)
        self.assertEqual(list(record), list(record.keys()))
        self.assertEqual(dict(record), record.to_dict())
        self.assertEqual(record.get("no such field", 3), 3)
        self.assertNotIn(3, record)
        with self.assertRaises(KeyError):
            record["tyme_s"]
        self.assertIn("time_s", record._repr_html_())
        self.assertIn("flash-attention-3", repr(record))
        self.assertEqual(pickle.loads(pickle.dumps(record)), record)
        self.assertEqual(tw.Record.from_json(record.to_json()), record)
        known = {row["name"] for row in tw.fields()}
        self.assertIn("time_s", known)

    @unittest.skipUnless(PROGRAM.exists(), "the program is not built")
    def test_the_same_numbers_as_the_program(self):
        for verb, function in (("evaluate", tw.evaluate), ("simulate", tw.simulate)):
            with self.subTest(verb):
                ours = function(*KERNEL, set={"S": 2048}, mask="causal", q_tile=64, kv_tile="64")
                theirs = from_program(verb, *KERNEL, "--set", "S=2048", "--mask", "causal", "--q-tile", "64",
                                      "--kv-tile", "64")
                self.assertEqual(numbers(ours), numbers(theirs))
        ours = tw.evaluate(*NEST, arch_set={"N": 128})
        self.assertEqual(numbers(ours), numbers(from_program("evaluate", *NEST, "--arch-set", "N=128")))

    def test_a_point_is_asked_again_by_threads(self):
        point = tw.point(*KERNEL, mask="causal")
        expected = point.evaluate()
        found = []
        threads = [threading.Thread(target=lambda: found.append(point.evaluate())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [expected] * 8)
        self.assertEqual(point.simulate()["arch"], expected["arch"])

    def test_simulation_options(self):
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / "trace.json"
            tw.simulate(*KERNEL, set={"S": 512}, trace=trace, trace_multiprocessors=1)
            self.assertIn("traceEvents", json.loads(trace.read_text()))
        with self.assertRaisesRegex(tw.InputError, "expected trace as well"):
            tw.simulate(*KERNEL, trace_multiprocessors=1)
        with self.assertRaisesRegex(tw.InputError, "did you mean 'sequential'"):
            tw.simulate(*NEST, schedule="sequentiel")
        with self.assertRaisesRegex(tw.InputError, "is for nests of loops"):
            tw.simulate(*KERNEL, schedule="sequential")

    def test_frames(self):
        frame = tw.frame([tw.evaluate(*KERNEL, set={"S": tokens}) for tokens in (1024, 2048)])
        self.assertEqual(list(frame["shape.S"]), [1024, 2048])
        self.assertGreater(frame["time_s"][1], frame["time_s"][0])


class Errors(unittest.TestCase):
    def test_types_and_places(self):
        self.assertTrue(issubclass(tw.InputError, ValueError))
        self.assertTrue(issubclass(tw.InfeasibleError, tw.InputError))
        with self.assertRaisesRegex(tw.InputError, "did you mean 'gpu/h100-sxm5'"):
            tw.evaluate("attention", "gpu/h100-sxm", "flash-attention-3")
        with self.assertRaisesRegex(tw.InputError, "no shape 'SS'"):
            tw.evaluate(*KERNEL, set={"SS": 1})
        with self.assertRaises(tw.InfeasibleError):
            tw.evaluate(*NEST, arch_set={"N": 256, "rf_2d_words": 1})

    def test_infeasible_is_caught_as_itself(self):
        with self.assertRaises(tw.InfeasibleError):
            tw.evaluate(*KERNEL, set={"E": 4096})

    def test_wrong_types_are_refused(self):
        with self.assertRaises((TypeError, RuntimeError)):
            tw.evaluate(*KERNEL, set={"S": "many"})
        with self.assertRaises(TypeError):
            tw.evaluate(*KERNEL, masks="causal")


class Interruption(unittest.TestCase):
    LONG = dict(set={"S": 131072, "H": 64}, mask="sliding,left=30000", exact=True)

    def test_control_c_ends_a_long_call(self):
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        start = time.monotonic()
        with self.assertRaises(KeyboardInterrupt):
            tw.simulate(*KERNEL, **self.LONG)
        self.assertLess(time.monotonic() - start, 5)
        # And what comes next is not interrupted.
        self.assertGreater(tw.evaluate(*KERNEL)["time_s"], 0)
        self.assertIs(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_other_threads_run_meanwhile(self):
        ticks = []
        done = threading.Event()

        def tick():
            while not done.wait(0.01):
                ticks.append(time.monotonic())

        thread = threading.Thread(target=tick)
        thread.start()
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with self.assertRaises(KeyboardInterrupt):
            tw.simulate(*KERNEL, **self.LONG)
        done.set()
        thread.join()
        self.assertGreater(len(ticks), 10)


def numbers(record):
    """Without what depends on where it was built."""
    return {name: value for name, value in record.items() if isinstance(value, float)}


class Locales(unittest.TestCase):
    """A notebook may have set the user's locale, in which C's own functions read 0,5 for a half."""
    NUMBERS = """
import locale, sys
if len(sys.argv) > 1: locale.setlocale(locale.LC_ALL, sys.argv[1])
import tilewright as tw
record = tw.evaluate("BERT", "fusemax/proposal", "fusemax/binding", set={"S": 4096}, arch_set={"N": 128})
print(repr(dict(record)), tw.bound(layout=1024, mask="random-blocks,share=0.25,block=64"))
"""

    def test_decimal_commas_change_no_number(self):
        with tempfile.TemporaryDirectory() as folder:
            made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", f"{folder}/de_DE.UTF-8"],
                                  capture_output=True)
            if made.returncode != 0:
                self.skipTest("no German locale can be made: the package locales is missing")
            german = {**os.environ, "LOCPATH": folder, "LC_ALL": "de_DE.UTF-8"}
            here, there = (subprocess.run([sys.executable, "-c", self.NUMBERS, *words], env=environment, text=True,
                                          capture_output=True, check=True).stdout
                           for words, environment in (([], os.environ), (["de_DE.UTF-8"], german)))
        self.assertEqual(here, there)


if __name__ == "__main__":
    unittest.main()
