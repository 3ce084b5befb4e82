"""The checks of clang-format and clang-tidy, and tools/lint.sh, which runs every check."""
import json
import shutil
import unittest

from tree import TOOLS, TreeTest

GOOD = "int two() { return 2; }"
BAD_FORMAT = "int two( ) { return 2; }"
BAD_TIDY = "int* none() { return 0; }"  # modernize-use-nullptr


class CheckFormat(TreeTest):
    def setUp(self):
        super().setUp()
        shutil.copy(TOOLS.parent / ".clang-format", self.root)

    def test_accepts_formatted_files(self):
        self.write("common/a.cpp", GOOD)
        self.assert_passes(self.run_tool("check_format.sh", self.root))

    def test_refuses_a_file_of_every_kind(self):
        for file in ("a.cpp", "a.hpp", "a.cu", "a.cuh"):
            self.write(file, BAD_FORMAT)
            done = self.run_tool("check_format.sh", self.root)
            self.assertIn(f"{file}:1:9: error: code should be clang-formatted", done.stdout)
            self.assertNotEqual(done.returncode, 0)
            (self.root / file).unlink()

    def test_leaves_out_what_git_ignores(self):
        self.write(".gitignore", "build/")
        self.write("build/a.cpp", BAD_FORMAT)
        self.assert_passes(self.run_tool("check_format.sh", self.root))


class CheckTidy(TreeTest):
    def setUp(self):
        super().setUp()
        shutil.copy(TOOLS.parent / ".clang-tidy", self.root)
        self.write(".gitignore", "build/")

    def check(self, *base):
        sources = [str(file) for file in self.root.glob("common/*.cpp")]
        commands = [{"directory": str(self.root), "file": file, "arguments": ["g++", "-I.", "-c", file]}
                    for file in sources]
        self.write("build/compile_commands.json", json.dumps(commands, indent=2))
        return self.run_tool("check_tidy.sh", self.root, self.root / "build", *base)

    def assert_refuses_use(self, done, file):
        self.assertIn(f"{self.root / file}:1:22: error: use nullptr", done.stdout)
        self.assertNotEqual(done.returncode, 0)

    def test_reads_only_what_changed(self):
        self.write("common/old.cpp", BAD_TIDY)
        self.commit()
        self.assert_passes(self.check())
        self.write("common/new.cpp", GOOD)
        self.assert_passes(self.check())
        self.write("common/new.cpp", BAD_TIDY)
        done = self.check()
        self.assert_refuses_use(done, "common/new.cpp")
        self.assertNotIn("old.cpp", done.stdout)

    def test_reads_the_last_commit_of_main_and_more_where_told(self):
        self.write("common/first.cpp", GOOD)
        self.commit()
        self.write("common/second.cpp", BAD_TIDY)
        self.commit()
        self.assert_refuses_use(self.check(), "common/second.cpp")
        self.write("common/third.cpp", GOOD)
        self.commit()
        self.assert_passes(self.check())
        self.assert_refuses_use(self.check("HEAD~2"), "common/second.cpp")

    def test_reads_a_whole_branch(self):
        self.write("common/first.cpp", GOOD)
        self.commit()
        self.git("checkout", "--quiet", "-b", "topic")
        self.write("common/second.cpp", BAD_TIDY)
        self.commit()
        self.write("common/third.cpp", GOOD)
        self.commit()
        self.assert_refuses_use(self.check(), "common/second.cpp")

    def test_reads_the_source_of_a_changed_header(self):
        self.write("common/a.hpp", "#pragma once", "int* none();")
        self.write("common/a.cpp", '#include "common/a.hpp"', GOOD)
        self.commit()
        self.write("common/a.hpp", "#pragma once", "inline " + BAD_TIDY)
        self.assertIn("use nullptr", self.check().stdout)


class Lint(TreeTest):
    def test_runs_every_check_and_names_those_that_fail(self):
        self.write("common/a.cpp", GOOD)
        self.write("docs/architecture.md", "`common/a.cpp`")
        self.commit()
        self.write("build/release/compile_commands.json", "[]")
        self.assertIn("lint: all checks passed", self.run_tool("lint.sh", self.root).stdout)
        self.write("common/a.hpp", BAD_FORMAT, "std::string H100;", '#include "common/a.hpp"')
        self.write("docs/architecture.md", "`common/b.cpp`")
        done = self.run_tool("lint.sh", self.root)
        self.assertIn("lint: failed: format includes names pages headers", done.stdout.splitlines())
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
