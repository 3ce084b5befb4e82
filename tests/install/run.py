"""What `cmake --install` installs works where it is, moved from there, and with the clone out of sight.

Usage: run.py BUILD CMAKE [unittest's arguments]
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
POINT = ["BERT", "fusemax/proposal", "fusemax/binding"]


class Installed(unittest.TestCase):
    build = cmake = None

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="tilewright-install-")
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = Path(scratch.name).resolve()
        subprocess.run([cls.cmake, "--install", cls.build, "--prefix", cls.scratch / "first"], check=True,
                       stdout=subprocess.DEVNULL)
        cls.prefix = cls.scratch / "moved"
        (cls.scratch / "first").rename(cls.prefix)
        cls.program = cls.prefix / "bin/tilewright"
        cls.configs = cls.prefix / "share/tilewright/configs"

    def run_program(self, *args, status=0, **environment):
        # In a folder of its own, so that no path from the root of the clone leads anywhere.
        clean = {name: value for name, value in os.environ.items() if name != "TILEWRIGHT_CONFIGS"}
        done = subprocess.run([self.program, *args], cwd=self.scratch, env={**clean, **environment}, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def verbs_and_options(self):
        verbs = re.findall(r"^  (\w+) +\S", self.run_program("--help").stdout.split("Subcommands:")[1], re.MULTILINE)
        self.assertGreater(len(verbs), 8)
        return {verb: set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.run_program(verb, "--help").stdout, re.MULTILINE))
                for verb in verbs}

    def test_has_all_data_of_the_clone(self):
        for folder in ("configs", "validation/published", "validation/measurements"):
            listing = subprocess.run(["git", "-C", ROOT, "ls-files", folder], text=True, check=False,
                                     stdout=subprocess.PIPE).stdout.splitlines()
            files = listing or [str(file.relative_to(ROOT)) for file in (ROOT / folder).rglob("*") if file.is_file()]
            self.assertTrue(files)
            for file in files:
                self.assertEqual((self.prefix / "share/tilewright" / file).read_bytes(), (ROOT / file).read_bytes())

    def test_finds_its_own_configs(self):
        shutil.copy(self.configs / "masks/video-window.yaml", self.configs / "masks/only-here.yaml")
        self.addCleanup((self.configs / "masks/only-here.yaml").unlink)
        self.assertIn("only-here", self.run_program("list", "masks").stdout)

    def test_runs_a_study_and_validates_against_its_own_data(self):
        self.run_program("sweep", "fusemax", "-q", "-o", "results")
        self.run_program("report", "results")
        self.run_program("validate", "fusemax")
        table = next((self.prefix / "share/tilewright/validation/published/fusemax").glob("*.csv"))
        table.rename(table.with_suffix(".away"))
        self.addCleanup(table.with_suffix(".away").rename, table)
        self.assertIn(f"no {table}", self.run_program("validate", "fusemax").stderr)

    def test_takes_other_configs_from_the_environment(self):
        other = self.scratch / "other"
        (other / "masks").mkdir(parents=True)
        shutil.copy(self.configs / "masks/video-window.yaml", other / "masks/mine.yaml")
        for folder in (str(other), "other"):
            listed = json.loads(self.run_program("list", "--format", "json", TILEWRIGHT_CONFIGS=folder).stdout)
            self.assertEqual([(row["kind"], row["name"]) for row in listed], [("masks", "mine")])

    def test_refuses_configs_that_it_cannot_use(self):
        (self.scratch / "empty").mkdir()
        for value in ("nowhere", "empty", str(self.program)):
            message = self.run_program("list", status=2, TILEWRIGHT_CONFIGS=value).stderr
            self.assertEqual(message, f"tilewright: error: TILEWRIGHT_CONFIGS: '{value}': expected a folder with .yaml "
                                      "files in folders such as cascades/ and archs/\n")

    def test_the_manual_page_has_every_verb_and_option(self):
        page = (self.prefix / "share/man/man1/tilewright.1").read_text().replace("\\-", "-")
        for verb, options in self.verbs_and_options().items():
            section = page.split(f"\n.SS {verb}\n")[1].split("\n.S")[0]
            self.assertLessEqual(options, set(re.findall(r"--[\w-]+", section)))
        self.assertIn("TILEWRIGHT_CONFIGS", page)
        self.assertFalse([line for line in page.splitlines() if line.startswith("'")])

    def completions(self, *words):
        script = self.prefix / "share/bash-completion/completions/tilewright"
        code = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tilewright; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", code, script, self.program, *words], cwd=self.scratch, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
        return set(done.stdout.split())

    def test_bash_completes_verbs_options_and_names(self):
        known = self.verbs_and_options()
        self.assertEqual(self.completions(""), set(known))
        self.assertEqual(self.completions("ev"), {"evaluate"})
        for verb, options in known.items():
            self.assertLessEqual(options, self.completions(verb, "-"))
        self.assertEqual(self.completions("-q", "sweep", "--form"), {"--format"})
        names = self.completions("evaluate", "BERT", "fusemax/prop")
        self.assertIn("fusemax/proposal", names)
        self.assertEqual([name for name in names if not name.startswith("fusemax/prop")], [])
        zsh = (self.prefix / "share/zsh/site-functions/_tilewright").read_text()
        self.assertTrue(zsh.startswith("#compdef tilewright\n"))

    def test_another_project_builds_with_it(self):
        folder = self.scratch / "consumer"
        for command in ([self.cmake, "-S", HERE / "consumer", "-B", folder, f"-DCMAKE_PREFIX_PATH={self.prefix}"],
                        [self.cmake, "--build", folder]):
            done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
        environment = {**os.environ, "TILEWRIGHT_CONFIGS": str(self.configs)}
        consumer = subprocess.run([folder / "consumer", *POINT], env=environment, stdout=subprocess.PIPE, check=True)
        record = json.loads(self.run_program("evaluate", *POINT, "--format", "json").stdout)
        while "time_s" not in record:
            record = (record if isinstance(record, list) else next(iter(v for v in record.values() if v)))[0]
        self.assertEqual(float(consumer.stdout), record["time_s"])


if __name__ == "__main__":
    Installed.build, Installed.cmake = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()
