// Every pattern there is. A new one: its file, a line here, and a line in all.cpp.
#pragma once

#include "einsum/mask/pattern.hpp"

namespace tilewright {

extern const Pattern dense_pattern;
extern const Pattern causal_pattern;
extern const Pattern sliding_pattern;
extern const Pattern sink_pattern;
extern const Pattern neighborhood_pattern;
extern const Pattern blocked_pattern;
extern const Pattern shifted_window_pattern;
extern const Pattern halo_pattern;
extern const Pattern sliding_tile_pattern;
extern const Pattern strided_pattern;
extern const Pattern fixed_pattern;
extern const Pattern s2_pattern;
extern const Pattern bigbird_pattern;
extern const Pattern power_of_two_pattern;
extern const Pattern vertical_slash_pattern;
extern const Pattern stripes_pattern;
extern const Pattern random_blocks_pattern;
extern const Pattern radial_pattern;
extern const Pattern documents_pattern;
extern const Pattern prefix_pattern;
extern const Pattern file_pattern;
extern const Pattern bsr_pattern;

}  // namespace tilewright
