"""A small tree under git, for checks to run on, and the tools to run on it."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
TOOLS = Path(__file__).resolve().parents[2] / "tools"
# Under a hook of git its variables name the outer repository, which the tests must not touch.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class TreeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tilewright-tools-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words):
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
        subprocess.run(["git", *identity, *words], cwd=self.root, env=ENVIRONMENT, check=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=test")

    def write(self, file, *lines):
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return path

    def run_tool(self, name, *words, **options):
        """The finished process of tools/NAME; output and errors as one text in stdout."""
        command = [sys.executable] if name.endswith(".py") else []
        options = {"env": ENVIRONMENT, **options}
        return subprocess.run([*command, TOOLS / name, *map(str, words)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, **options)

    def assert_passes(self, done):
        self.assertEqual(done.returncode, 0, done.stdout)

    def assert_refuses(self, done, *messages):
        """It fails, and prints exactly these lines."""
        self.assertEqual(done.stdout.splitlines(), list(messages))
        self.assertEqual(done.returncode, 1)
