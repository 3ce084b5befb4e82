#include "common/memory.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace tilewright::test::TEST_FILE {

TEST_CASE("memory that is written to is resident") {
  const double before = resident_B();
  CHECK(before > 1e6);
  std::vector<char> more(64 << 20, 1);
  CHECK(resident_B() > before + 32e6 + more[0]);
}

}  // namespace tilewright::test::TEST_FILE
