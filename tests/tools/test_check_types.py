"""tools/check_types.py: types of one name in one namespace are refused, those that no other source sees are not."""
import unittest

from tree import TreeTest


class Types(TreeTest):
    def check(self, **files):
        for name, lines in files.items():
            self.write(name.replace("__", "/") + ".hpp", "namespace n {", *lines, "}  // namespace n")
        self.git("add", "--all")
        return self.run_tool("check_types.py", self.root)

    def test_refuses_two_of_one_name(self):
        self.assert_refuses(
            self.check(sim__a=["struct Tiles { int x; };", "struct Words {", "};"],
                       sim__b=["template <class T>", "class Words {", "};", "enum class Tiles {", "};"]),
            "sim/b.hpp:3: type 'n::Words' is defined at sim/a.hpp:3 too",
            "sim/b.hpp:5: type 'n::Tiles' is defined at sim/a.hpp:2 too")

    def test_refuses_two_that_end_on_later_lines(self):
        self.assert_refuses(self.check(sim__a=["struct Tiles {", "  int x;", "};"],
                                       sim__b=["struct Tiles", "{", "  double y;", "};"]),
                            "sim/b.hpp:2: type 'n::Tiles' is defined at sim/a.hpp:2 too")

    def test_takes_declarations_members_and_what_a_source_has_alone(self):
        self.assert_passes(
            self.check(sim__a=["struct Tiles {", "  struct Words {", "  };", "};"],
                       sim__b=["struct Tiles;", "struct Tiles::Words {", "};", "template <>", "struct Tiles<int> {", "};",
                               "void f() {", "}", "namespace {", "struct Tiles {", "};", "}  // namespace"],
                       tests__c=["struct Tiles {", "};"]))


if __name__ == "__main__":
    unittest.main()
