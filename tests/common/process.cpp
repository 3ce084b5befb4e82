#include "common/process.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

#include "common/error.hpp"
#include "common/file.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A script with arguments, run.
int run(const std::string& script, const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a script";
  write_file(file, "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return run_program(file, arguments);
}

}  // namespace

TEST_CASE("a program runs to its end and says how it ended") {
  CHECK(run("exit 0", {}) == 0);
  CHECK(run("exit 7", {}) == 7);
  CHECK(run("kill -9 $$", {}) == 128 + 9);
}

TEST_CASE("arguments arrive as they are") {
  CHECK(run("[ \"$1\" = 'two words' ] && [ \"$2\" = '' ] && [ $# = 2 ]", {"two words", ""}) == 0);
}

TEST_CASE("a program reads nothing, and its output goes where errors go") {
  CHECK(run("! read line", {}) == 0);
  CHECK(run("[ \"$(readlink /proc/$$/fd/1)\" = \"$(readlink /proc/$$/fd/2)\" ]", {}) == 0);
}

TEST_CASE("a program that is not there is missed") {
  CHECK_THROWS_WITH(run_program("/no/such/program", {}),
                    "/no/such/program: cannot be run: No such file or directory");
  CHECK_THROWS_AS(run_program("/no/such/program", {}), MissingError);
}

TEST_CASE("the folder of the running program has it") {
  CHECK(std::filesystem::exists(program_folder() / std::filesystem::read_symlink("/proc/self/exe").filename()));
}

}  // namespace tilewright::test::TEST_FILE
