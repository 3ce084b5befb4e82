import unittest

from tree import TreeTest


class CheckHeaders(TreeTest):
    def check(self, *base):
        self.write(".gitignore", "scratch/")
        return self.run_tool("check_headers.sh", self.root, self.root / "scratch", *base, cwd=self.root)

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

    def test_checks_what_changed_since_the_commit_before_the_last_and_what_includes_it(self):
        self.write("common/a.hpp", "#pragma once", "#include <string>")
        self.write("common/b.hpp", "#pragma once", '#include "common/a.hpp"')
        self.write("common/c.hpp", "#pragma once", '#include "common/b.hpp"', "std::string name();")
        self.write("common/wrong.hpp", "#pragma once", "std::string wrong();")
        self.assertIn("common/wrong.hpp: does not compile alone", self.check().stdout)
        self.commit()
        self.assert_passes(self.check())
        self.write("common/a.hpp", "#pragma once")
        self.commit()
        done = self.check()
        self.assertIn("common/c.hpp: does not compile alone", done.stdout)
        self.assertNotIn("common/wrong.hpp", done.stdout)
        self.assertNotEqual(done.returncode, 0)

    def test_a_base_is_what_to_compare_with(self):
        self.write("common/wrong.hpp", "#pragma once", "std::string wrong();")
        self.commit()
        for content in ("one", "two"):
            self.write("common/a.hpp", "#pragma once", f"// {content}")
            self.commit()
        self.write("common/wrong.hpp", "#pragma once", "std::string wrong();  // still")
        self.commit()
        self.assertIn("common/wrong.hpp: does not", self.check().stdout)
        self.write("common/b.hpp", "#pragma once")
        self.commit()
        self.assert_passes(self.check())
        self.assertIn("common/wrong.hpp: does not", self.check("HEAD~2").stdout)

    def test_a_base_that_is_not_there_is_refused(self):
        self.write("common/a.hpp", "#pragma once")
        self.commit()
        self.assertNotEqual(self.check("nowhere").returncode, 0)


if __name__ == "__main__":
    unittest.main()
