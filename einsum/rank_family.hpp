// A rank with all parts of its partition, and what Einsums do along them.
#pragma once

#include <vector>

#include "einsum/cascade.hpp"
#include "einsum/iteration.hpp"

namespace tilewright {

class RankFamily {
 public:
  /// A rank that is no part of a partition. The cascade must outlive this.
  RankFamily(const Cascade& cascade, RankId rank);

  [[nodiscard]] RankId whole() const { return whole_; }
  [[nodiscard]] bool contains(RankId rank) const;

  /// Whether the iteration space has the whole fibre: the whole rank, or all its parts.
  [[nodiscard]] bool traverses(const Einsum& einsum) const;

  /// Whether an access runs over the rank, or over one of its parts, by its variable.
  [[nodiscard]] bool runs_over(const Access& access) const;

  /// Whether an access keeps step with a traversal: it runs over the rank or its outermost part. What has only
  /// inner parts, or a fixed outer one, is touched by every tile up to the last.
  [[nodiscard]] bool keeps_step(const Access& access) const;

  /// A step of an iteration over another rank comes with a new fibre of this one: it orders fibres, not passes.
  [[nodiscard]] bool orders_other_fibres(EinsumId reader, const Read& read) const;

  /// Of one fibre of the tensor.
  [[nodiscard]] double elements(const Tensor& tensor, const ByRank<double>& shapes) const;

 private:
  const Cascade& cascade_;
  ByEinsum<std::size_t> group_of_;
  RankId whole_;
  std::vector<RankId> parts_;   // the whole itself where it is not partitioned
  std::vector<RankId> family_;  // the whole and its parts
};

/// Of every rank that is no part of a partition.
std::vector<RankFamily> rank_families(const Cascade& cascade);

}  // namespace tilewright
