#include "common/with_commas.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("counts have commas, and one decimal where there is a fraction") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(1000) == "1,000");
  CHECK(with_commas(1234567) == "1,234,567");
  CHECK(with_commas(13271040000) == "13,271,040,000");
  CHECK(with_commas(1234.5) == "1,234.5");
  CHECK(with_commas(148.96) == "149");
  CHECK(with_commas(0.04) == "0");
}

}  // namespace tilewright::test::TEST_FILE
