// What speedups are over: another mask at the machine's limits, a kernel, or a time.
//
// A mask is a baseline as its limit: all its pairs at the full rate of the machine, spread evenly, without padding,
// or as long as its bytes take where that is longer. Tiles, which decide how often inner memories are read, are its
// own. A kernel is one as its model estimates it (explore/kernel_baseline.hpp).
#pragma once

#include <string>

#include "einsum/mask/spec.hpp"
#include "sim/bound/tile_machine.hpp"

namespace tilewright {

struct Baseline {
  enum class Kind { mask, kernel, time };
  Kind kind = Kind::mask;
  std::string name;         ///< as in "dense", "dense by flash-attention-3", "2.50 ms"
  double pairs = 0;         ///< per head of a sequence; 0 where it has no mask
  double time_s = 0;        ///< 0 without a machine
  std::string limit;        ///< what sets the time: units, or "bytes of" a memory; empty where that is not known
  bool by_compute = false;  ///< whether units do
  Tiling tiling;            ///< without extents where it has none

  /// Whether it is all pairs, at the machine's limits.
  [[nodiscard]] bool is_dense() const { return kind == Kind::mask && name == "dense"; }
};

/// "mask", "kernel", "time"
std::string to_text(Baseline::Kind kind);

/// The problem with another mask for its heads, which no selection finds. Throws InputError where the mask is none
/// for its layout.
Attention with_mask(Attention problem, const MaskSpec& mask);

/// `machine`: of these tiles; nullptr where no machine is known. Throws InputError for a mask without pairs.
Baseline mask_baseline(const Attention& problem, const MaskSpec& mask, const Tiling& tiling,
                       const TileMachine* machine);
Baseline dense_baseline(const Attention& problem, const Tiling& tiling, const TileMachine* machine);
Baseline time_baseline(double time_s);

/// The tiles of a mask that is a baseline: runs of 128 tokens, or of all that there are.
Tiling baseline_tiling(const Attention& problem);

}  // namespace tilewright
