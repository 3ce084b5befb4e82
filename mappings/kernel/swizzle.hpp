// How many heads a kernel goes through side by side, so that blocks that run at once share keys.
#pragma once

#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// What `swizzle` may name: kernel_symbols(); `keys` of a sequence; `group`, the query heads of a KV head that are
/// not in one Q tile.
const Symbols& swizzle_symbols();

/// Throws InputError where it is no whole number of at least 1.
double heads_side_by_side(const KernelSchedule& schedule, const KernelShape& shape, double keys, double group);

}  // namespace tilewright
