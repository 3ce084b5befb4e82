#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

std::span<const Pattern* const> patterns() {
  static const Pattern* const all[] = {
      &dense_pattern,
      &causal_pattern,
      &sliding_pattern,
      &neighborhood_pattern,
  };
  return all;
}

}  // namespace tilewright
