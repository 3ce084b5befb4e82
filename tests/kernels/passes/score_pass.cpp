#include "kernels/passes/score_pass.hpp"

#include <algorithm>

#include "tests/kernels/passes/random_passes.hpp"

namespace tilewright::kernels::TEST_FILE {
namespace {

using Small = PassTiling<device::bf16, 64, 32, 64>;
constexpr PassesSize size{1, 2, 1, 40, 150};  // three tiles, the last of 22 keys; rows of 152

}  // namespace

TEST_CASE("Three passes: maxima are those of the scores as they are stored, and padding has none", "[passes]") {
  PassesCase<Small, Passes::three> problem(size);
  problem.run_scores();
  for (int row = 0; row < problem.rows(); ++row) {
    float highest = -INFINITY;
    for (int key = 0; key < size.keys; ++key) highest = std::fmax(highest, problem.score(row, key));
    CHECK(problem.maxima()[static_cast<std::size_t>(row)] == highest);
    CHECK(problem.score(row, 150) == -INFINITY);
    CHECK(problem.score(row, 151) == -INFINITY);
  }
}

TEST_CASE("Two passes: in every tile the highest exponential is 1, and sums are those of what is stored",
          "[passes]") {
  PassesCase<Small, Passes::two> problem(size);
  problem.run_scores();
  for (int row = 0; row < problem.rows(); ++row) {
    for (int tile = 0; tile < 3; ++tile) {
      float highest = 0;
      double sum = 0;
      for (int key = 64 * tile; key < std::min(64 * tile + 64, 152); ++key) {
        highest = std::fmax(highest, problem.exponential(row, key));
        sum += static_cast<double>(problem.exponential(row, key));
      }
      CHECK(highest == 1);
      const int head = row / size.queries;
      const auto at = static_cast<std::size_t>((head * 3 + tile) * size.queries + row % size.queries);
      CHECK(static_cast<double>(problem.sums()[at]) == Approx(sum).epsilon(1e-6));
    }
    CHECK(problem.exponential(row, 150) == 0);
    CHECK(problem.exponential(row, 151) == 0);
  }
}

}  // namespace tilewright::kernels::TEST_FILE
