// Where partial results wait until they are merged.
#pragma once

#include <cstdint>

namespace tilewright::kernels {

/// Slots of the tiling's rows, in fp32. Each part is normalised by itself.
struct Partials {
  float* values;  ///< [slots][rows][D]
  float* lse;     ///< [slots][rows]
};

constexpr std::int64_t partials_B(std::int64_t slots, int rows, int head_dim) {
  return slots * rows * (head_dim + 1) * static_cast<std::int64_t>(sizeof(float));
}

inline Partials partials_at(float* workspace, std::int64_t slots, int rows, int head_dim) {
  return {workspace, workspace + slots * rows * head_dim};
}

}  // namespace tilewright::kernels
