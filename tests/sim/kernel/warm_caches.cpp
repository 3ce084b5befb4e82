#include "sim/kernel/warm_caches.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <unordered_set>
#include <vector>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

// Lines read in turns through a cache that replaces any one at random: the share of hits once it has settled.
double replayed_share(std::size_t lines, std::size_t capacity) {
  std::mt19937 random(7);
  std::vector<std::size_t> cached;
  std::vector<std::size_t> at(lines, lines);  // where a line is
  std::size_t hits = 0;
  const int rounds = 60;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t line = 0; line < lines; ++line) {
      if (at[line] < lines) {
        hits += round >= rounds / 2 ? 1 : 0;
        continue;
      }
      if (cached.size() < capacity) {
        at[line] = cached.size();
        cached.push_back(line);
        continue;
      }
      const std::size_t place = random() % capacity;
      at[cached[place]] = lines;
      at[line] = place;
      cached[place] = line;
    }
  return static_cast<double>(hits) / static_cast<double>(lines) / (rounds / 2.0);
}

PreparedKernel prepared(Count tokens, bool warm, double partitions = 1) {
  Kernel kernel = small_kernel();
  kernel.warm_caches = warm;
  Arch arch = small_gpu();
  arch.levels[LevelId::at(1)].partitions = partitions;
  return prepare(kernel, one_pass(), arch, small_problem("dense", tokens));
}

}  // namespace

TEST_CASE("of more than a cache holds, what random replacement leaves is there at the next turn") {
  for (const double times : {1.2, 1.5, 2.0, 3.0}) {
    const auto lines = static_cast<std::size_t>(2000 * times);
    CHECK(warm_share(2000 * times, 2000) == Approx(replayed_share(lines, 2000)).margin(0.02));
  }
  CHECK(warm_share(100, 100) == 1);
  CHECK(warm_share(1, 100) == 1);
  CHECK(warm_share(2000, 100) < 1e-6);
}

TEST_CASE("a warm call reads nothing from memory while all fits, and has the same traffic below") {
  const PreparedKernel cold = prepared(1024, false);
  const PreparedKernel warm = prepared(1024, true);
  CHECK(cold.warm == 0);
  CHECK(warm.warm == 1);
  CHECK(cold.read_B.front() > 0);
  CHECK(warm.read_B.front() == 0);
  CHECK(warm.write_B.front() == 0);
  CHECK(warm.read_B[LevelId::at(1)] == cold.read_B[LevelId::at(1)]);
}

TEST_CASE("partitions that each keep a copy hold that much less") {
  // Q, K, V and the output of 4096 tokens of 32 elements of 2 B: 1,048,576 B, in a cache of 1e6 B.
  CHECK(prepared(4096, true).warm == Approx(warm_share(1048576, 1e6)));
  CHECK(prepared(4096, true, 2).warm == Approx(warm_share(1048576, 5e5)));
}

}  // namespace tilewright::test::TEST_FILE
