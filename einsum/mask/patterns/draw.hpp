// Random choices that are the same on every machine: the standard library leaves its distributions to the compiler.
#pragma once

#include <initializer_list>
#include <vector>

#include "einsum/mask/layout.hpp"

namespace tilewright {

/// `count` of the numbers [0, among) without repetition, ascending; all of them where there are fewer. `keys` (the
/// seed, a head, a block) say which.
std::vector<Count> draw(std::initializer_list<Count> keys, Count count, Count among);

}  // namespace tilewright
