// Masks for kernels drawn at random, together with the same masks as the mask library has them.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

#include "einsum/mask/census.hpp"
#include "kernels/mask/make_masks.hpp"

namespace tilewright::kernels {

struct RandomProblem {
  MaskProblem problem;  ///< one rule
  std::string text;     ///< all of it, for messages
  Mask mask;
  Tiling tiling;
};

class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  int from(int least, int most) { return std::uniform_int_distribution<int>(least, most)(generator_); }
  bool coin() { return from(0, 1) == 1; }

  /// 1 to 3 dimensions with about `tokens` tokens at most.
  RandomProblem problem(int tokens = 200);

 private:
  std::mt19937 generator_;
};

/// Whether a query sees a key, from one table per axis that the mask library filled.
class Pairs {
 public:
  explicit Pairs(const RandomProblem& random);
  /// By natural token.
  [[nodiscard]] bool sees(int query, int key) const;

 private:
  std::array<std::vector<char>, 3> axes_;
  std::array<int, 3> queries_;
  std::array<int, 3> keys_;
};

}  // namespace tilewright::kernels
