#include "kernels/micro/chase.hpp"

#include <catch2/catch.hpp>

#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("a random cycle goes through every slot once") {
  for (const std::uint32_t slots : {1U, 2U, 3U, 1000U}) {
    const auto next = random_cycle(slots, 5);
    std::vector<bool> seen(slots);
    std::uint32_t at = 0;
    for (std::uint32_t step = 0; step < slots; ++step) {
      CHECK_FALSE(seen[at]);
      seen[at] = true;
      at = next[at];
    }
    CHECK(at == 0);
  }
  CHECK(random_cycle(1000, 5) == random_cycle(1000, 5));
  CHECK(random_cycle(1000, 5) != random_cycle(1000, 6));
}

TEST_CASE("a chase through global memory ends where the cycle leads") {
  constexpr std::uint32_t slots = 500;
  const auto next = random_cycle(slots, 1);
  std::vector<std::uint32_t> words(slots * Chase::words_per_slot, 0xffffffff);
  for (std::uint32_t slot = 0; slot < slots; ++slot) words[slot * Chase::words_per_slot] = next[slot];
  std::uint32_t at = 17;
  emulate<Chase>({}, {words.data(), 333, &at});
  CHECK(at == walk(next, 17, 333));
  emulate<Chase>({}, {words.data(), 167, &at});
  CHECK(at == 17);
}

TEST_CASE("a chase through shared memory ends where the cycle leads") {
  const auto next = random_cycle(SharedChase::slots, 2);
  std::uint32_t at = 3;
  emulate<SharedChase>({}, {next.data(), 777, &at});
  CHECK(at == walk(next, 3, 777));
}

}  // namespace tilewright::kernels::TEST_FILE
