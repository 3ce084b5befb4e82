#include "einsum/mask/files/excerpt.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("an excerpt is one printable line") {
  CHECK(excerpt("<f4") == "'<f4'");
  CHECK(excerpt("") == "''");
  CHECK(excerpt("a\nb\tc\x93") == "'a?b?c?'");
  CHECK(excerpt(std::string(40, 'x')) == "'" + std::string(40, 'x') + "'");
  CHECK(excerpt(std::string(41, 'x')) == "'" + std::string(40, 'x') + "...'");
}

}  // namespace tilewright::test::TEST_FILE
