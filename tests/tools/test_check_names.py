import unittest

from tree import TreeTest


class CheckNames(TreeTest):
    def check(self, *lines, file="sim/a.cpp"):
        self.write(file, *lines)
        return self.run_tool("check_names.py", self.root)

    def test_accepts_citations_in_comments(self):
        self.assert_passes(self.check("// as FuseMax, section III", "/* FLAT,", "   on an H100 */ int flat;"))

    def test_refuses_a_name_in_code_or_in_a_literal(self):
        self.assert_refuses(
            self.check("/* one", "two */", "int fusemax_tile = 1;", 'auto x = "FLAT";', "bool h100;", "int SLNV;"),
            "sim/a.cpp:3: code names 'fusemax', which is data",
            "sim/a.cpp:4: code names 'FLAT', which is data",
            "sim/a.cpp:5: code names 'h100', which is data",
            "sim/a.cpp:6: code names 'SLNV', which is data",
        )

    def test_sees_through_what_looks_like_a_comment(self):
        self.assert_refuses(
            self.check('auto a = "//"; auto b = "H200";', "char c = '\"'; int A100; // FLAT",
                       'auto r = R"(" // )", B200;'),
            "sim/a.cpp:1: code names 'H200', which is data",
            "sim/a.cpp:2: code names 'A100', which is data",
            "sim/a.cpp:3: code names 'B200', which is data",
        )

    def test_accepts_words_and_numbers_that_only_contain_a_name(self):
        self.assert_passes(self.check("int flatten = 0xB200;", "int FLATTEN, flat, A1000;"))

    def test_accepts_names_where_data_lives(self):
        for folder in ("validation", "tests/sim", "kernels", "bench"):
            self.assert_passes(self.check('auto study = "fusemax";', file=f"{folder}/a.cpp"))


if __name__ == "__main__":
    unittest.main()
