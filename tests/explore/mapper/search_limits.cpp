#include "explore/mapper/search_limits.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <vector>

#include "common/memory.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

bool ends(SearchLimits& limits) {
  for (int look = 0; look < 1000000; ++look)
    if (limits.is_over()) return true;
  return false;
}

}  // namespace

TEST_CASE("a search is over once the program has more memory than it may", "[mapper]") {
  SearchLimits limits(infinite, resident_B() + (64 << 20));
  CHECK_FALSE(limits.is_over());
  const std::vector<char> more(128 << 20, 1);
  CHECK(more.back() == 1);
  CHECK(ends(limits));
}

TEST_CASE("a search is over once its time is", "[mapper]") {
  SearchLimits limits(1e-3, infinite);
  CHECK(ends(limits));
  SearchLimits none(infinite, infinite);
  CHECK_FALSE(none.is_over());
}

TEST_CASE("a limit below what the program has is refused", "[mapper]") {
  const std::string said = message_of([] { SearchLimits limits(infinite, 1 << 20); });
  CHECK(said.starts_with("--memory-limit: the program itself needs "));
  CHECK(said.ends_with(" MiB, got 1 MiB"));
}

}  // namespace tilewright::test::TEST_FILE
