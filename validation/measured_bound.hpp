// The time that a measured point takes at least, on an architecture: the longest term of its roofline, by the
// ladder of bounds (sim/bound/ladder.hpp) where it is attention. It assumes no more of a kernel than
// docs/measure-a-gpu.md says, so a measurement below it is a mistake of one of the two.
#pragma once

#include <optional>
#include <string>

#include "arch/arch.hpp"
#include "measure/measurement.hpp"

namespace tilewright {

struct MeasuredBound {
  double time_s = 0;
  std::string limit;  ///< "pairs of visited tiles", "bytes of HBM", ...
};

/// Terms:
///  - operations at the rate of the units, at the clock of the architecture or the measured one, the higher: of
///    whole visited tiles for attention with tiles, else (also where blocks are given, which may be a kernel's that
///    chooses its own tiles) of the pairs that exist;
///  - bytes of the outermost memory, each input that is needed and each output once, without what the memory below
///    can have kept: of outputs, as they may not have left it yet; with a warm cache of all;
///  - for attention with tiles and without blocks, bytes of the inner memories: every Q tile fetches the KV tiles
///    that it visits.
/// Nothing for a microbenchmark. Throws InputError where the architecture has no such units or holds no tile.
std::optional<MeasuredBound> bound_of(const plan::Measurement& measurement, const Arch& arch);

}  // namespace tilewright
