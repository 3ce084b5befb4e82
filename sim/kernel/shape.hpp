// What a kernel's expressions see of an attention problem under its tiles, and the tiles that a kernel chooses.
#pragma once

#include "einsum/attention.hpp"
#include "einsum/mask/tiling.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// Causal is a problem in one dimension whose queries all see the keys up to their own (aligned to the last), and
/// no others; requests of one query, which are so under many masks, are not asked beside others. Tiles without
/// extents are of no tokens.
KernelShape shape_of(const Attention& problem, const Tiling& tiling = {});

/// The shape as the kernel computes it, with padded heads. Throws InputError where it has fewer dimensions than the
/// heads.
KernelShape computed_shape(const Kernel& kernel, KernelShape shape);

/// Fills in the kernel's default tiles where the tiling has none. Tiles of one extent over several dimensions are
/// runs of flattened tokens. Throws InfeasibleError where no default fits.
void choose_tiles(const Kernel& kernel, const Attention& problem, Tiling& tiling);

}  // namespace tilewright
