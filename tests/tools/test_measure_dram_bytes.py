"""Filling in bytes of device memory, with a profiler and a runner that are scripts."""
import unittest

from tree import TreeTest

HEADER = "point,mask,status,time_s,dram_read_B,dram_write_B,device"
COLUMNS = '"ID","Kernel Name","dram__bytes_read.sum","dram__bytes_write.sum"'
UNITS = '"","","byte","byte"'


class MeasureDramBytes(TreeTest):
    def setUp(self):
        super().setUp()
        self.plan = self.write("plan.csv", "point")
        self.results = self.write(
            "results.csv", HEADER, 'a,"window=3,causal=1",ok,0.5,,,gpu', "b,dense,wrong,,,,gpu", "c,dense,ok,1,7,8,gpu")
        self.runner("echo a", "echo c")

    def runner(self, *lines):
        self.program("runner", *lines)

    def program(self, name, *lines):
        self.write(f"bin/{name}", "#!/usr/bin/env bash", *lines).chmod(0o755)

    def profiler(self, *rows):
        """ncu: keeps its arguments, writes the rows where --log-file says, and runs the program behind its options."""
        self.write("rows", *rows)
        self.program("ncu", f'printf "%s\\n" "$@" > {self.root}/arguments',
                     'until [[ $1 == --log-file ]]; do shift; done', f'cp {self.root}/rows "$2"', 'shift 2', '"$@"')

    def run_it(self, *words):
        return self.run_tool("measure_dram_bytes.py", self.root / "bin/runner", self.plan, self.results, "--ncu",
                             self.root / "bin/ncu", *words)

    def rows(self):
        return self.results.read_text().splitlines()

    def assert_stops(self, done, status, message):
        self.assertEqual(done.stdout.splitlines()[-1], message)
        self.assertEqual(done.returncode, status)

    def test_sums_the_kernels_of_each_point(self):
        self.profiler("==PROF== Connected", COLUMNS, UNITS, '"0","void entry<ProfileMarker>(Params)","0","32"',
                      '"1","entry","1,000","20"', '"2","entry","500","4"', '"3","void entry<ProfileMarker>(Params)","0","0"',
                      '"4","entry","6","0.5"')
        done = self.run_it()
        self.assert_passes(done)
        self.assertEqual(done.stdout.splitlines(), ["2 of 3 rows filled, 2 points counted"])
        self.assertEqual(self.rows(), [HEADER, 'a,"window=3,causal=1",ok,0.5,1500,24,gpu', "b,dense,wrong,,,,gpu",
                                       "c,dense,ok,1,6,0.5,gpu"])
        self.assertFalse((self.root / "results.csv.part").exists())

    def test_leaves_clocks_and_caches_to_the_runner(self):
        self.profiler(COLUMNS, UNITS, '"0","void entry<ProfileMarker>(Params)","0","0"', '"1","entry","1","1"')
        self.runner('[[ $2 == --profile && $3 == --only && $4 == a ]] && echo a')
        self.assert_passes(self.run_it("--only", "a"))
        arguments = (self.root / "arguments").read_text().splitlines()
        for option in ("--clock-control", "--cache-control"):
            self.assertEqual(arguments[arguments.index(option) + 1], "none")
        self.assertEqual(arguments[arguments.index("--profile-from-start") + 1], "off")

    def test_rows_that_are_not_ok_stay_empty(self):
        self.profiler(COLUMNS, UNITS, '"0","void entry<ProfileMarker>(Params)","0","0"', '"1","entry","1","1"')
        self.runner("echo b")
        self.assert_passes(self.run_it())
        self.assertIn("b,dense,wrong,,,,gpu", self.rows())

    def test_fails_without_counters(self):
        before = self.rows()
        self.profiler("==ERROR== ERR_NVGPUCTRPERM")
        self.assert_stops(self.run_it(), 1, "  ==ERROR== ERR_NVGPUCTRPERM")
        self.profiler(COLUMNS, UNITS, '"0","void entry<ProfileMarker>(Params)","",""', '"1","entry","n/a","n/a"')
        self.assert_stops(self.run_it(), 1, "the profiler counted no bytes of entry")
        self.profiler(COLUMNS, UNITS, '"0","void entry<ProfileMarker>(Params)","0","0"', '"1","entry","1","1"')
        self.assert_stops(self.run_it(), 1, "the profiler saw 1 of 2 points")
        self.assertEqual(self.rows(), before)

    def test_passes_on_that_there_is_no_device(self):
        self.profiler("==PROF== Connected")
        self.runner("echo 'no CUDA device: none is visible' >&2", "exit 3")
        done = self.run_it()
        self.assert_stops(done, 3, "runner ended with status 3")
        self.assertIn("no CUDA device: none is visible", done.stdout)

    def test_needs_the_profiler_and_a_results_file(self):
        self.assert_stops(self.run_it(), 3, f"{self.root}/bin/ncu of Nsight Compute is needed")
        self.write("results.csv", "a,b")
        self.assert_stops(self.run_it(), 2, f"{self.results}: is no results file")
        self.results.unlink()
        self.assert_stops(self.run_it(), 2, f"{self.results}: No such file or directory")


if __name__ == "__main__":
    unittest.main()
