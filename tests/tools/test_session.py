"""Parts of tools/session/; the whole of it is rehearsed by tests/kernels/emulated_runner/session.py."""
import sys
import tempfile
import time
import unittest
from pathlib import Path

from tree import TOOLS

sys.path.insert(0, str(TOOLS / "session"))
import files  # noqa: E402
import program  # noqa: E402


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tilewright-session-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Files(Folder):
    def test_what_is_too_large_is_packed_and_unpacked_again(self):
        large, small = self.folder / "large.csv", self.folder / "small.csv"
        text = "a,b\n" * (files.MOST_B // 4 + 1)
        large.write_text(text)
        small.write_text("a,b\n")
        files.pack(self.folder)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["large.csv.gz", "small.csv"])
        self.assertLess((self.folder / "large.csv.gz").stat().st_size, files.MOST_B)
        files.unpack(self.folder)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["large.csv", "small.csv"])
        self.assertEqual(large.read_text(), text)

    def test_a_kernel_with_a_row_that_is_not_right_is_named(self):
        path = self.folder / "results.csv"
        self.assertEqual(files.not_right(path), [])
        path.write_text("kernel,status\na,ok\nb,wrong\nb,ok\nc,lost\nd,unsupported\ne,failed\n")
        self.assertEqual(files.not_right(path), ["b", "c", "e"])

    def test_the_log_stays_as_small_as_what_comes_back(self):
        log = files.Log(self.folder / "session.log")
        for _ in range(30):
            log("x" * 100_000)
        self.assertLessEqual((self.folder / "session.log").stat().st_size, files.MOST_B)
        files.Log(self.folder / "no" / "session.log")("nowhere to write is no fault")


class Programs(unittest.TestCase):
    def run_python(self, code, limit_s=20.0, silence_s=20.0):
        said = []
        start = time.monotonic()
        ended = program.run([sys.executable, "-c", code], program.Limits(start + limit_s, silence_s), said.append)
        return ended, "".join(said), time.monotonic() - start

    def test_one_that_ends_says_how(self):
        ended, said, _ = self.run_python("import sys; print('a\\nb'); sys.exit(4)")
        self.assertEqual((ended.status, ended.why, ended.last_line, said), (4, "", "b", "a\nb\n"))
        self.assertEqual(self.run_python("import os; os.abort()")[0].status, -6)

    def test_one_that_says_nothing_or_is_late_is_ended(self):
        ended, _, took_s = self.run_python("import time; time.sleep(60)", silence_s=0.3)
        self.assertEqual((ended.status, ended.why), (None, "silent"))
        self.assertLess(took_s, 20)
        talks = "import time\nwhile True: print('.', flush=True); time.sleep(0.05)"
        self.assertEqual(self.run_python(talks, limit_s=0.5, silence_s=10)[0].why, "late")


if __name__ == "__main__":
    unittest.main()
