#include "kernels/passes/exponential_pass.hpp"

#include "tests/kernels/passes/random_passes.hpp"

namespace tilewright::kernels::TEST_FILE {

TEST_CASE("Exponentials take the scores' place, and sums are those of what is stored", "[passes]") {
  const int keys = GENERATE(9, 150, 1030, 2100);  // rows shorter and longer than a warp takes at a time
  PassesCase<PassTiling<device::bf16, 64, 16, 64>, Passes::three> problem({1, 1, 1, 11, keys});
  problem.run_scores();
  std::vector<std::vector<float>> scores(static_cast<std::size_t>(problem.rows()));
  for (int row = 0; row < problem.rows(); ++row) {
    for (int key = 0; key < keys; ++key) scores[static_cast<std::size_t>(row)].push_back(problem.score(row, key));
  }
  problem.run_exponentials();
  for (int row = 0; row < problem.rows(); ++row) {
    double sum = 0;
    bool right = true;
    for (int key = 0; key < keys; ++key) {
      const auto at = static_cast<std::size_t>(row);
      const float exact = std::exp(scores[at][static_cast<std::size_t>(key)] - problem.maxima()[at]);
      right = right && std::abs(problem.exponential(row, key) - exact) <= exact / 256;
      sum += static_cast<double>(problem.exponential(row, key));
    }
    CHECK(right);
    CHECK(static_cast<double>(problem.sums()[static_cast<std::size_t>(row)]) == Approx(sum).epsilon(1e-5));
  }
}

}  // namespace tilewright::kernels::TEST_FILE
