"""The package step, on a machine made of a folder of programs: only those are on the PATH."""
import re
import shutil
import unittest
from pathlib import Path

from tree import TreeTest

ROOT = Path(__file__).resolve().parents[2]

NEEDED = ("bash", "sed", "tr", "env", "touch", "rm")


class Packages(TreeTest):
    def setUp(self):
        super().setUp()
        self.bin = self.root / "bin"
        for program in NEEDED:
            self.write(f"bin/{program}").unlink()
            (self.bin / program).symlink_to(shutil.which(program))
        self.list = self.write("packages.txt", "# what it needs", "", "[program]", "cmake", "ninja-build  # fast", "",
                               "[tests]", "catch2", "", "[lint]", "clang-tidy")

    def program(self, name, *lines):
        self.write(f"bin/{name}", "#!/usr/bin/env bash", *lines).chmod(0o755)

    def debian(self, *installed, user=0):
        lines = [f'echo "installed {package}"' for package in installed]
        self.program("dpkg-query", *lines, 'echo "not-installed ninja-build"', "exit 1")
        self.program("id", f"echo {user}")
        self.program("apt-get", f'echo "apt-get $DEBIAN_FRONTEND $*" >> {self.root}/log')

    def log(self):
        return (self.root / "log").read_text().splitlines() if (self.root / "log").exists() else []

    def run_packages(self, *sections):
        return self.run_tool("packages.sh", self.list, *(sections or ("program", "tests")), env={"PATH": str(self.bin)})

    def test_takes_the_sections_that_are_asked_for_and_no_others(self):
        self.debian()
        self.assertEqual(self.run_packages("lint").stdout, f"{self.list}: installing clang-tidy\n")
        self.assertEqual(self.run_packages("program").stdout, f"{self.list}: installing cmake ninja-build\n")

    def test_refuses_a_section_that_is_not_there(self):
        self.debian("cmake")
        done = self.run_packages("program", "docs")
        self.assertEqual((done.returncode, done.stdout), (2, f"{self.list}: no packages of a section [docs]\n"))
        self.assertEqual(self.log(), [])

    def test_every_target_of_the_makefile_asks_for_sections_that_are_there(self):
        text = (ROOT / "packages.txt").read_text()
        sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
        asked = re.findall(r"PACKAGES (?:\+|:)= (\w+)", (ROOT / "Makefile").read_text())
        self.assertEqual(sorted(set(asked)), sorted(sections))

    def test_does_nothing_when_all_are_there(self):
        self.debian("cmake", "ninja-build", "catch2")
        done = self.run_packages()
        self.assertEqual((done.returncode, done.stdout, self.log()), (0, "", []))

    def test_installs_the_missing_as_root_without_asking(self):
        self.debian("cmake")
        done = self.run_packages()
        self.assertEqual(done.stdout, f"{self.list}: installing ninja-build catch2\n")
        self.assertEqual(self.log(), [
            "apt-get noninteractive -qq -o DPkg::Lock::Timeout=120 -o DPkg::Use-Pty=0 "
            "install -y --no-install-recommends --no-remove ninja-build catch2"])

    def test_refreshes_the_package_lists_only_when_the_first_try_fails(self):
        self.debian("cmake", "catch2")
        self.program("apt-get", f'echo "$6" >> {self.root}/log', f"[[ $6 == update ]] && touch {self.root}/lists",
                     f"[[ -e {self.root}/lists ]]")
        self.assert_passes(self.run_packages())
        self.assertEqual(self.log(), ["install", "update", "install"])

    def test_fails_where_apt_get_fails(self):
        self.debian("cmake", "catch2")
        self.program("apt-get", "exit 100")
        self.assert_refuses(
            self.run_packages(), f"{self.list}: installing ninja-build", f"{self.list}: not installed: ninja-build",
            "apt-get could not install them; its message is above")

    def test_uses_a_sudo_that_needs_no_password(self):
        self.debian("cmake", "catch2", user=1000)
        self.program("sudo", f'echo "sudo $*" >> {self.root}/log')
        self.assert_passes(self.run_packages())
        self.assertEqual(self.log()[0], "sudo -n true")
        self.assertTrue(self.log()[1].startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq"))

    def test_prints_the_command_where_it_may_not_install(self):
        self.debian("cmake", user=1000)
        expected = (f"{self.list}: not installed: ninja-build catch2",
                    "run this, then make again: sudo apt-get install ninja-build catch2")
        self.assert_refuses(self.run_packages(), *expected)
        self.program("sudo", 'exit 1')
        self.assert_refuses(self.run_packages(), *expected)
        self.assertEqual(self.log(), [])

    def test_says_what_is_needed_without_apt_get(self):
        self.debian("cmake", "catch2")
        (self.bin / "apt-get").unlink()
        self.assert_refuses(self.run_packages(), f"{self.list}: not installed: ninja-build",
                            "install them with this system's package manager, then run make again")

    def test_says_what_is_needed_and_goes_on_where_it_cannot_know(self):
        done = self.run_packages()
        self.assertEqual(done.stdout, f"{self.list}: not a Debian system, so not checked; needed is what Debian 12 "
                         "calls: cmake ninja-build catch2\n")
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
