#include "sim/kernel/warm_caches.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

PreparedKernel prepared(Count tokens, bool warm, double partitions = 1) {
  Kernel kernel = small_kernel();
  kernel.warm_caches = warm;
  Arch arch = small_gpu();
  arch.levels[LevelId::at(1)].partitions = partitions;
  return prepare(kernel, one_pass(), arch, small_problem("dense", tokens));
}

}  // namespace

TEST_CASE("a warm call reads nothing from memory while all fits, and has the same traffic below") {
  const PreparedKernel cold = prepared(1024, false);
  const PreparedKernel warm = prepared(1024, true);
  CHECK_FALSE(cold.warm);
  CHECK(warm.warm);
  CHECK(cold.read_B.front() > 0);
  CHECK(warm.read_B.front() == 0);
  CHECK(warm.write_B.front() == 0);
  CHECK(warm.read_B[LevelId::at(1)] == cold.read_B[LevelId::at(1)]);
}

TEST_CASE("of more than a cache holds nothing is there at the next turn") {
  // Q, K, V and the output of 3906 and 3907 tokens of 32 elements of 2 B: 999,936 and 1,000,192 B, in a cache of
  // 1e6 B.
  CHECK(prepared(3906, true).warm);
  CHECK_FALSE(prepared(3907, true).warm);
  CHECK(prepared(3907, true).read_B.front() == prepared(3907, false).read_B.front());
}

TEST_CASE("partitions that each keep a copy hold that much less") {
  CHECK(prepared(1953, true, 2).warm);
  CHECK_FALSE(prepared(1954, true, 2).warm);
}

}  // namespace tilewright::test::TEST_FILE
