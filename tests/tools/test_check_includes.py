import unittest

from tree import TreeTest


class CheckIncludes(TreeTest):
    def check(self):
        return self.run_tool("check_includes.py", self.root)

    def test_accepts_the_order_of_the_folders(self):
        self.write("common/a.hpp", "#pragma once", "#include <vector>")
        self.write("common/b.hpp", '#include "common/a.hpp"')
        self.write("common/yaml.cpp", "#include <yaml-cpp/yaml.h>")
        self.write("einsum/mask/a.hpp", '#include "common/b.hpp"')
        self.write("kernels/a.cu", '#include "einsum/mask/a.hpp"', '#include "common/a.hpp"')
        self.write("cli/main.cpp", '  #  include "einsum/mask/a.hpp"')
        self.write("tests/common/a.cpp", '#include "common/a.hpp"', "#include <catch2/catch.hpp>")
        self.assert_passes(self.check())

    def test_refuses_a_folder_further_down(self):
        self.write("sim/a.hpp")
        self.write("common/a.hpp", "", '#include "sim/a.hpp"')
        self.assert_refuses(self.check(), 'common/a.hpp:2: common/ may not include "sim/a.hpp"')

    def test_shares_with_kernels_only_the_masks_of_einsum(self):
        self.write("einsum/a.hpp")
        self.write("kernels/a.cuh", '#include "einsum/a.hpp"')
        self.assert_refuses(self.check(), 'kernels/a.cuh:1: kernels/ may not include "einsum/a.hpp"')

    def test_lets_results_know_nothing_of_models(self):
        self.write("common/a.hpp")
        self.write("mappings/a.hpp")
        self.write("sim/record/a.hpp", '#include "common/a.hpp"')
        self.write("sim/nest/a.hpp", '#include "sim/record/a.hpp"', '#include "mappings/a.hpp"')
        self.assert_passes(self.check())
        self.write("sim/record/b.hpp", '#include "sim/nest/a.hpp"', '#include "mappings/a.hpp"')
        self.assert_refuses(self.check(), 'sim/record/b.hpp:1: sim/record/ may not include "sim/nest/a.hpp"',
                            'sim/record/b.hpp:2: sim/record/ may not include "mappings/a.hpp"')

    def test_plans_know_the_standard_library_alone(self):
        self.write("common/a.hpp", "")
        self.write("kernels/plan/a.hpp", "#include <vector>", "#include <charconv>")
        self.write("kernels/runner/a.cpp", '#include "kernels/plan/a.hpp"')
        self.write("measure/a.cpp", '#include "kernels/plan/a.hpp"')
        self.assert_passes(self.check())
        self.write(
            "kernels/plan/b.hpp", '#include "kernels/plan/a.hpp"', '#include "common/a.hpp"', "#include <fmt/format.h>")
        self.assert_refuses(
            self.check(),
            'kernels/plan/b.hpp:2: kernels/plan/ may not include "common/a.hpp"',
            "kernels/plan/b.hpp:3: kernels/plan/ may include the standard library alone, not <fmt/format.h>",
        )

    def test_refuses_a_path_that_does_not_start_at_the_root(self):
        self.write("common/a.hpp")
        self.write("common/a.cpp", '#include "a.hpp"')
        self.assert_refuses(self.check(), 'common/a.cpp:1: "a.hpp" is no file from the root of the tree')

    def test_refuses_a_folder_without_a_place(self):
        self.write("utils/a.hpp")
        self.write("utils/a.cpp", '#include "utils/a.hpp"')
        self.assert_refuses(self.check(), "utils/a.cpp:1: folder utils/ has no place in the order of the folders")

    def test_refuses_a_library_outside_its_folder(self):
        self.write("arch/a.cpp", "#include <yaml-cpp/yaml.h>")
        self.write("mappings/a.cpp", "#include <boost/graph/adjacency_list.hpp>")
        self.write("tests/explore/a.cpp", "#include <gnuplot-iostream.h>")
        self.assert_refuses(
            self.check(),
            "arch/a.cpp:1: <yaml-cpp/yaml.h> belongs in common/ alone",
            "mappings/a.cpp:1: <boost/graph/adjacency_list.hpp> belongs in einsum/ alone",
            "tests/explore/a.cpp:1: <gnuplot-iostream.h> belongs in report/ alone",
        )

    def test_refuses_a_cycle_once(self):
        self.write("arch/a.hpp", '#include "arch/b.hpp"')
        self.write("arch/b.hpp", '#include "arch/c.hpp"')
        self.write("arch/c.hpp", '#include "arch/a.hpp"')
        self.write("arch/d.hpp", '#include "arch/a.hpp"')
        self.assert_refuses(self.check(), "include cycle: arch/a.hpp -> arch/b.hpp -> arch/c.hpp -> arch/a.hpp")

    def test_reads_files_that_git_does_not_track_yet_but_none_that_it_ignores(self):
        self.write(".gitignore", "build/")
        self.write("build/a.cpp", '#include "missing.hpp"')
        self.write("arch/a.cpp", '#include "arch/a.hpp"')
        self.assert_refuses(self.check(), 'arch/a.cpp:1: "arch/a.hpp" is no file from the root of the tree')

    def test_fails_outside_of_git(self):
        self.assertNotEqual(self.run_tool("check_includes.py", "/").returncode, 0)


if __name__ == "__main__":
    unittest.main()
