#include "kernels/micro/chase.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace tilewright::kernels {

// S. Sattolo, "An algorithm to generate a random cyclic permutation", Information Processing Letters 22(6), 1986.
std::vector<std::uint32_t> random_cycle(std::uint32_t slots, std::uint64_t seed) {
  std::vector<std::uint32_t> next(slots);
  std::iota(next.begin(), next.end(), 0U);
  std::mt19937_64 random(seed);
  for (std::uint32_t last = slots; last-- > 1;) std::swap(next[last], next[random() % last]);
  return next;
}

std::uint32_t walk(const std::vector<std::uint32_t>& next, std::uint32_t start, std::int64_t steps) {
  std::uint32_t at = start;
  for (std::int64_t step = 0; step < steps; ++step) at = next[at];
  return at;
}

}  // namespace tilewright::kernels
