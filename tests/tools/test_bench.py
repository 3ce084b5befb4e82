import unittest

from tree import TreeTest


class Bench(TreeTest):
    def program(self, name, *lines):
        self.write(f"bin/{name}", "#!/usr/bin/env bash", *lines).chmod(0o755)

    def bench(self):
        return self.run_tool("bench.sh", self.root / "bin", "study.yaml")

    def test_runs_every_benchmark_and_times_the_sweep_into_new_stores(self):
        self.program("bench_a", "echo a ran")
        self.program("bench_b", "echo b ran")
        self.program("tilewright", '[[ "$1 $2 $3 $4" == "sweep study.yaml -q -o" && ! -e $5 ]] && mkdir "$5"')
        done = self.bench()
        self.assert_passes(done)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[:4], ["== bench_a", "a ran", "== bench_b", "b ran"])
        self.assertEqual(sum("s elapsed" in line for line in lines), 3)

    def test_fails_with_a_benchmark_or_the_sweep(self):
        self.program("tilewright", "exit 2")
        self.assertEqual(self.bench().returncode, 2)
        self.program("tilewright")
        self.program("bench_a", "exit 1")
        self.assertEqual(self.bench().returncode, 1)


if __name__ == "__main__":
    unittest.main()
