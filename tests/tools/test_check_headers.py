import unittest

from tree import TreeTest


class CheckHeaders(TreeTest):
    def check(self):
        self.write(".gitignore", "scratch/")
        return self.run_tool("check_headers.sh", self.root, self.root / "scratch")

    def test_accepts_headers_that_compile_alone(self):
        self.write("common/a.hpp", "#pragma once", "#include <string>", "inline std::string name() { return {}; }")
        self.write("arch/b.hpp", "#pragma once", '#include "common/a.hpp"', "inline std::string b() { return name(); }")
        self.assert_passes(self.check())

    def test_refuses_a_header_that_lacks_an_include(self):
        self.write("common/a.hpp", "#pragma once", "#include <string>")
        self.write("common/b.hpp", "#pragma once", "std::string name();")
        done = self.check()
        self.assertIn("common/b.hpp: does not compile alone", done.stdout)
        self.assertNotIn("common/a.hpp: does not", done.stdout)
        self.assertNotEqual(done.returncode, 0)

    def test_refuses_a_warning(self):
        self.write("common/a.hpp", "#pragma once", "inline int f(int unused) { return 1; }")
        self.assertIn("common/a.hpp: does not compile alone", self.check().stdout)


if __name__ == "__main__":
    unittest.main()
