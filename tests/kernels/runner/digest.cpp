#include "kernels/runner/digest.hpp"

#include <catch2/catch.hpp>

#include "tests/common/folder.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::runner::TEST_FILE {

TEST_CASE("a digest tells files apart by what they hold") {
  const test::TemporaryFolder folder;
  const auto digest = [&](const std::string& text) {
    write_file(folder.path() / "file", text);
    return digest_of_file(folder.path() / "file");
  };
  // Of the authors' list of test cases: http://www.isthe.com/chongo/src/fnv/test_fnv.c
  CHECK(digest("") == "cbf29ce484222325");
  CHECK(digest("a") == "af63dc4c8601ec8c");
  CHECK(digest("foobar") == "85944171f73967e8");
  CHECK(digest_of_file(folder.path() / "none").empty());
}

}  // namespace tilewright::kernels::runner::TEST_FILE
