// Exchanges of registers within a warp. All lanes of the warp take part.
#pragma once

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::device {

/// The value of the lane whose index is this one's xor `lane_mask`.
TILEWRIGHT_INSTRUCTION float shuffle_xor(float value, int lane_mask);
TILEWRIGHT_INSTRUCTION int shuffle_xor(int value, int lane_mask);

/// The value of lane `from_lane`, 0 to 31.
TILEWRIGHT_INSTRUCTION float shuffle(float value, int from_lane);
TILEWRIGHT_INSTRUCTION int shuffle(int value, int from_lane);

/// Whether `value` holds on any lane. (CUDA has a function any() of its own.)
TILEWRIGHT_INSTRUCTION bool any_lane(bool value);

#if defined(__CUDACC__)

TILEWRIGHT_INSTRUCTION float shuffle_xor(float value, int lane_mask) {
  return __shfl_xor_sync(0xffffffffu, value, lane_mask);
}

TILEWRIGHT_INSTRUCTION int shuffle_xor(int value, int lane_mask) {
  return __shfl_xor_sync(0xffffffffu, value, lane_mask);
}

TILEWRIGHT_INSTRUCTION float shuffle(float value, int from_lane) {
  return __shfl_sync(0xffffffffu, value, from_lane);
}

TILEWRIGHT_INSTRUCTION int shuffle(int value, int from_lane) { return __shfl_sync(0xffffffffu, value, from_lane); }

TILEWRIGHT_INSTRUCTION bool any_lane(bool value) { return __any_sync(0xffffffffu, value) != 0; }

#endif

}  // namespace tilewright::kernels::device
