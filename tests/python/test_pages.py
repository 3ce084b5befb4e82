"""The examples of docs/use-from-python.md and the notebooks run; stubs are there."""
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nbclient
import nbformat

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/use-from-python.md"
NOTEBOOKS = sorted((ROOT / "python/notebooks").glob("*.ipynb"))
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Pages(unittest.TestCase):
    def test_examples(self):
        text = PAGE.read_text()
        found = list(EXAMPLE.finditer(text))
        self.assertGreater(len(found), 5)
        for example in found:
            line = text.count("\n", 0, example.start()) + 2
            with self.subTest(line=line), tempfile.TemporaryDirectory() as folder:
                done = subprocess.run([sys.executable, "-c", example[1]], cwd=folder, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, f"{PAGE.name}:{line}: {done.stderr}")

    def test_notebooks(self):
        self.assertEqual(len(NOTEBOOKS), 3)
        for file in NOTEBOOKS:
            with self.subTest(file.name), tempfile.TemporaryDirectory() as folder:
                notebook = nbformat.read(file, as_version=4)
                self.assertFalse([cell for cell in notebook.cells if cell.get("outputs")], "outputs are to be cleared")
                nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3",
                                        resources={"metadata": {"path": folder}}).execute()

    def test_stubs(self):
        package = Path(tw.__file__).parent
        self.assertTrue((package / "py.typed").exists())
        stub = (package / "_core.pyi").read_text()
        for word in ("class Record", "def evaluate(self) -> Record", "class InputError(ValueError)"):
            self.assertIn(word, stub)

    def test_what_is_exported_has_a_docstring(self):
        for name in tw.__all__:
            self.assertTrue(getattr(tw, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()
