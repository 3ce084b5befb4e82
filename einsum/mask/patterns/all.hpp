// Every pattern there is. A new one: its file, a line here, and a line in all.cpp.
#pragma once

#include "einsum/mask/pattern.hpp"

namespace tilewright {

extern const Pattern dense_pattern;
extern const Pattern causal_pattern;
extern const Pattern sliding_pattern;
extern const Pattern neighborhood_pattern;

}  // namespace tilewright
