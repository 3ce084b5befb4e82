#include "kernels/passes/value_pass.hpp"

#include "tests/kernels/passes/random_passes.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

using Small = PassTiling<device::bf16, 64, 32, 64>;

template <class Tiling>
void solve(const PassesSize& size, std::uint64_t seed = 1) {
  SECTION("two passes") {
    PassesCase<Tiling, Passes::two> problem(size, seed);
    problem.run();
    problem.check();
  }
  SECTION("three passes") {
    PassesCase<Tiling, Passes::three> problem(size, seed);
    problem.run();
    problem.check();
  }
}

}  // namespace

TEST_CASE("All passes together are attention, whatever the order of events", "[passes]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  solve<Small>({1, 2, 1, 64, 320}, seed);
}

TEST_CASE("Passes take any number of queries and keys", "[passes]") {
  const int queries = GENERATE(1, 31, 33, 70);
  const int keys = GENERATE(1, 7, 65, 130);
  solve<Small>({1, 1, 1, queries, keys});
}

TEST_CASE("Passes give zeros where there are no keys", "[passes]") { solve<Small>({1, 1, 1, 5, 0}); }

TEST_CASE("Passes keep heads and sequences apart", "[passes]") { solve<Small>({2, 4, 2, 20, 70}); }

TEST_CASE("Two passes stay exact where a few scores tower above the rest", "[passes]") {
  PassesCase<Small, Passes::two> problem({1, 1, 1, 32, 200, 2.0F});
  problem.run();
  problem.check();
}

TEST_CASE("Passes in other tiles and head dimensions", "[passes]") {
  SECTION("128 columns") { solve<PassTiling<device::bf16, 128, 32, 64>>({1, 1, 1, 40, 150}); }
  SECTION("128 keys") { solve<PassTiling<device::bf16, 64, 16, 128>>({1, 1, 1, 40, 300}); }
  SECTION("as compiled") { solve<PassTiling<device::bf16, 128, 128, 64>>({1, 1, 1, 130, 200}); }
  SECTION("fp16") { solve<PassTiling<device::fp16, 64, 32, 64>>({1, 1, 1, 40, 150}); }
}

}  // namespace tilewright::kernels::TEST_FILE
