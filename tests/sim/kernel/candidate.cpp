#include "sim/kernel/candidate.hpp"

#include <catch2/catch.hpp>

#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright {

TEST_CASE("what does not fit the outermost memory is warned of, and what just fits is not") {
  PreparedKernel prepared = test::prepare_small(test::small_problem("dense", 64, 2));
  const Attention& problem = prepared.problem;
  const double rows = problem.heads() * problem.requests[0].times * 64;
  const double needed_B =
      rows * (problem.head_dim + problem.value_dim) * 2 +
      problem.kv_heads * problem.requests[0].times * 64 * (problem.head_dim + problem.value_dim) * 2;
  const auto warnings = [&](double capacity_B) {
    prepared.arch.levels.front().capacity_B = capacity_B;
    std::vector<std::string> all;
    warn(prepared, test::one_pass(), {}, all);
    return all;
  };
  CHECK(warnings(needed_B).empty());
  REQUIRE(warnings(needed_B - 1).size() == 1);
  CHECK(warnings(needed_B - 1)[0].rfind("queries, keys, values and output take ", 0) == 0);
}

}  // namespace tilewright
