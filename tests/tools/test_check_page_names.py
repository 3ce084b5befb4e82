import unittest

from tree import TreeTest


class CheckPageNames(TreeTest):
    def check(self, *lines):
        self.write("sim/model.hpp", "struct Record { void add(); };  // ghost")
        self.write("sim/other.cpp", "int estimate();")
        self.write("docs/page.md", *lines)
        return self.run_tool("check_page_names.py", self.root, "docs/page.md")

    def test_accepts_what_is_there(self):
        self.assert_passes(self.check("`sim/` has `sim/model.hpp` and `sim/{model.hpp,other.cpp}`.",
                                      "`Record::add` and `estimate()`", "| `sim/model.hpp` | `Record` |",
                                      "```", "`no span`", "```"))

    def test_refuses_what_is_not(self):
        self.assert_refuses(
            self.check("`sim/models.hpp`, `sim/model.{hpp,cpp}`", "`Records`, `Record::remove`", "`a b`", "`ghost`"),
            "docs/page.md:1: no file or folder 'sim/models.hpp'",
            "docs/page.md:1: no file or folder 'sim/model.cpp'",
            "docs/page.md:2: no 'Records' in any source",
            "docs/page.md:2: no 'remove' in any source",
            "docs/page.md:3: 'a b' is neither a path nor a name",
            "docs/page.md:4: no 'ghost' in any source",
        )

    def test_holds_the_names_of_a_row_against_its_file(self):
        self.assert_refuses(self.check("| `sim/model.hpp` | `estimate()` |"),
                            "docs/page.md:1: no 'estimate' in sim/model.hpp")


if __name__ == "__main__":
    unittest.main()
