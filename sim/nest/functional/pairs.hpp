// Which (query, key) pairs a workload's mask leaves, token by token, in the order in which a mapping has the
// tokens.
#pragma once

#include <cstdint>
#include <vector>

#include "einsum/resolved_einsum.hpp"
#include "einsum/workload.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

class Pairs {
 public:
  /// Memory and time go with queries x keys, of each mask of heads. Throws InputError for a mask that does not fit
  /// the shapes, and for ranks that the cascade has not.
  Pairs(const WorkloadMask& mask, const Cascade& cascade, const Mapping& mapping, const ByRank<double>& shapes);

  [[nodiscard]] bool masked(EinsumId einsum) const { return masked_[einsum] != 0; }
  /// Of a masked Einsum: whether a pair exists among those that a point of it is about, which is one pair, or those
  /// of a tile where the point is of a whole tile.
  [[nodiscard]] bool any(EinsumId einsum, const Coordinates& point) const;
  /// Whether a point of any Einsum exists. Points of whole tiles all do: what is absent in them reductions skip.
  [[nodiscard]] bool exists(EinsumId einsum, const Coordinates& point) const {
    return !masked(einsum) || single_[einsum] == 0 || any(einsum, point);
  }

 private:
  /// How the variables of an Einsum select tokens of a rank, or heads.
  struct Selection {
    std::vector<std::pair<RankId, Count>> strides;  ///< of the rank, or of its parts that the Einsum has
    Count extent = 1;                               ///< tokens that are left open
    Count all = 1;
    bool single = false;  ///< the Einsum has the rank whole, or all of its parts
  };
  [[nodiscard]] static Selection select(const Einsum& einsum, const std::vector<RankId>& parts, RankId whole,
                                        const ByRank<double>& shapes);
  [[nodiscard]] static std::pair<Count, Count> range(const Selection& selection, const Coordinates& point);

  ByEinsum<char> masked_;
  ByEinsum<char> single_;
  ByEinsum<Selection> queries_, keys_, heads_;
  std::vector<std::vector<std::uint32_t>> sums_;  ///< pairs before a query and a key, by mask
  std::vector<std::size_t> mask_of_head_;
  Count key_tokens_ = 0;
};

/// Tokens of a layout in the order of multi-dimensional tiles, row-major between them and within them; as they are
/// where there is no tile.
std::vector<Count> tokens_in_tiles(const Extents& layout, const Extents* tile);

}  // namespace tilewright
