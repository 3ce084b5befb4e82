#include "sim/kernel/packed_tiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/error.hpp"

namespace tilewright {

PackedTiles packed_tiles(const Kernel& kernel, const Attention& problem, const Tiling& tiling) {
  PackedTiles packed{tiling, kernel.pack_heads ? problem.group() : 1};
  if (packed.heads <= 1) return packed;
  if (tiling.query_tile.size() != 1)
    throw InputError(fmt::format("kernel '{}' packs heads, which needs runs of tokens as tiles", kernel.name));
  for (const Request& request : problem.requests)
    for (const HeadMask& mask : request.masks)
      if (std::fmod(static_cast<double>(mask.heads), packed.heads) != 0)
        throw InputError(fmt::format("kernel '{}' packs the {} query heads of a KV head, which must have one mask",
                                     kernel.name, packed.heads));
  const auto rows = static_cast<double>(tiling.query_tile[0]);
  packed.tiling.query_tile[0] = std::max<Count>(1, static_cast<Count>(rows / packed.heads));
  packed.tiles_per_tile = std::ceil(packed.heads / rows);
  return packed;
}

}  // namespace tilewright
