#include "kernels/micro/pattern.hpp"

#include <catch2/catch.hpp>

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("the sum of the pattern is that of its words") {
  for (const std::int64_t vectors : {0, 1, 7, 1000}) {
    for (const std::uint32_t salt : {0U, 1U, 0xdeadbeefU}) {
      std::uint32_t sum = 0;
      for (std::int64_t vector = 0; vector < vectors; ++vector) sum += word_sum(pattern_vector(vector, salt));
      CHECK(pattern_sum(4 * vectors, salt) == sum);
    }
  }
  CHECK(pattern_sum(3, 5) == pattern_word(0, 5) + pattern_word(1, 5) + pattern_word(2, 5));
}

TEST_CASE("the sum of more words than 32 bits count is right") {
  const std::int64_t words = (std::int64_t{1} << 33) + 2;
  // Words repeat after 2^32; those of a whole cycle are all numbers once, whose sum is 2^31 modulo 2^32.
  CHECK(pattern_sum(words, 0) == 2 * (std::uint32_t{1} << 31) + pattern_sum(2, 0));
}

}  // namespace tilewright::kernels::TEST_FILE
