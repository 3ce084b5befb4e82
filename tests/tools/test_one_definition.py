"""The linker's flags of TILEWRIGHT_ONE_DEFINITION: two types of one name are refused, one type in two sources is not."""
import re
import subprocess
import unittest

from tree import TOOLS, TreeTest

FOLDERS = (TOOLS.parent / "cmake/folders.cmake").read_text(encoding="utf-8")
LINK = re.search(r"if\(TILEWRIGHT_ONE_DEFINITION\).*?INTERFACE (.*?)\)\nendif", FOLDERS, re.DOTALL)[1].split()
FLAGS = [flag.replace("LINKER:", "-Wl,") for flag in LINK]


class OneDefinition(TreeTest):
    def link(self, *sources):
        """The linker's message; "" where it links."""
        objects = []
        for at, lines in enumerate(sources):
            file = self.write(f"part{at}.cpp", *lines)
            subprocess.run(["g++", "-g1", "-O0", "-c", file.name], cwd=self.root, check=True)
            objects.append(file.with_suffix(".o"))
        done = subprocess.run(["g++", *FLAGS, *objects, "-o", self.root / "program"], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode != 0, bool(done.stdout), done.stdout)
        return done.stdout

    def test_refuses_two_types_of_one_name(self):
        text = self.link(["struct Words { int* at = new int; ~Words() { delete at; } };", "void other() { Words(); }"],
                         ["struct Words { double a[9]; ~Words() { a[8] = 0; } };", "void other();",
                          "int main() { Words(); other(); }"])
        self.assertIn("Words::~Words()", text)
        self.assertIn("possible ODR violation", text)

    def test_takes_one_type_of_a_header(self):
        self.write("words.hpp", "#include <string>", "#include <vector>",
                   "struct Words { std::vector<std::string> at; };")
        source = ['#include "words.hpp"', "{} {{ Words words; words.at.emplace_back(); return words.at.size() - 1; }}"]
        parts = [[source[0], source[1].format(head)] for head in ("int other()", "int main()")]
        self.assertEqual(self.link(*parts), "")


if __name__ == "__main__":
    unittest.main()
