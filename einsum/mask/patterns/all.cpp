#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

std::span<const Pattern* const> patterns() {
  static const Pattern* const all[] = {
      &dense_pattern,         &causal_pattern,       &sliding_pattern,        &sink_pattern,
      &neighborhood_pattern,  &blocked_pattern,      &shifted_window_pattern, &halo_pattern,
      &sliding_tile_pattern,  &strided_pattern,      &fixed_pattern,          &s2_pattern,
      &bigbird_pattern,       &power_of_two_pattern, &vertical_slash_pattern, &stripes_pattern,
      &random_blocks_pattern, &radial_pattern,       &documents_pattern,      &prefix_pattern,
      &file_pattern,          &bsr_pattern,
  };
  return all;
}

}  // namespace tilewright
