// What mappings of a space of kernels must be like, as a file demands of them. A demand only takes mappings away.
//
//   mapspace:
//     q_tile: [64, 2x8x8]            # tokens, or extents; {from: 64, to: 128}: tokens
//     kv_tile: 128
//     kv_tiling: [static, dynamic]
//     stages: {to: 3}
//     splits: [1, 2, 4]
//     queries: [ascending, longest-first]
//     outer: heads
//     prefer: [{q_tile: 64}]         # see mapspace_keys.hpp
#pragma once

#include <vector>

#include "mappings/kernel/kernel_choice.hpp"
#include "mappings/space/mapspace.hpp"

namespace tilewright {

/// A key of the file.
template <class Values>
struct KernelDemand {
  Values values;
  Place place;
  std::string path;
};

struct AllowedTiles {
  AllowedSizes sizes;  ///< in tokens; of a list, those of single numbers
  std::vector<Extents> shapes = {};

  [[nodiscard]] bool has(const Extents& tile) const;
};

struct KernelMapspace {
  /// All of them; none: any value.
  template <class Values>
  using Demand = std::vector<KernelDemand<Values>>;

  Demand<AllowedTiles> query_tile = {};
  Demand<AllowedTiles> key_tile = {};
  Demand<std::vector<KeyTiles>> key_tiles = {};
  Demand<AllowedSizes> stages = {};
  Demand<AllowedSizes> splits = {};
  Demand<std::vector<QueryOrder>> queries = {};
  Demand<std::vector<bool>> queries_outer = {};

  /// Of some sort.
  [[nodiscard]] bool any() const {
    return !query_tile.empty() || !key_tile.empty() || !key_tiles.empty() || !stages.empty() || !splits.empty() ||
           !queries.empty() || !queries_outer.empty();
  }
};

/// Throws InputError for keys of nests of loops, by name, and for values that no kernel can have. `demanded`: which
/// elements of `prefer`, by position, are demands.
KernelMapspace parse_kernel_mapspace(const Yaml& root, const std::vector<std::size_t>& demanded = {});

}  // namespace tilewright
