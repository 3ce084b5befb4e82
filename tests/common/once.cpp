#include "common/once.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

namespace tilewright::test::TEST_FILE {

TEST_CASE("a value is computed when it is first asked for, and kept") {
  const Once<int> once;
  CHECK_THROWS_AS(once.get([]() -> int { throw std::runtime_error("none"); }), std::runtime_error);
  CHECK(once.get([] { return 3; }) == 3);
  CHECK(once.get([] { return 4; }) == 3);
}

TEST_CASE("the value of the latest key is kept, and no other") {
  const Latest<int, int> latest;
  int computed = 0;
  const auto square_of = [&](int key) {
    return *latest.get(key, [&] {
      ++computed;
      return key * key;
    });
  };
  CHECK(square_of(0) == 0);  // a key that is there before any value
  CHECK(square_of(3) == 9);
  CHECK(square_of(3) == 9);
  CHECK(computed == 2);
  CHECK(square_of(5) == 25);
  CHECK(square_of(3) == 9);
  CHECK(computed == 4);
}

}  // namespace tilewright::test::TEST_FILE
