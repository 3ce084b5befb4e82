#include "kernels/micro/shared_read.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("every pass reads all of a block's shared memory once") {
  constexpr int blocks = 2;
  constexpr int passes = 35;  // more than it takes a thread to come round
  std::vector<std::uint32_t> sums(blocks * SharedRead::threads);
  emulate<SharedRead>({blocks}, {passes, sums.data()});
  for (int block = 0; block < blocks; ++block) {
    const auto first = sums.begin() + block * SharedRead::threads;
    CHECK(std::accumulate(first, first + SharedRead::threads, 0U) ==
          passes * pattern_sum(SharedRead::shared_B / 4, 0));
  }
}

}  // namespace tilewright::kernels::TEST_FILE
