// What every tree over a cascade asks of it, found once per cascade: who reads and writes a tensor, through which
// ranks.
#pragma once

#include <vector>

#include "common/id_set.hpp"
#include "einsum/cascade.hpp"
#include "mappings/uses.hpp"

namespace tilewright {

class CascadeFacts {
 public:
  /// An operand, the filter or the result of an Einsum; views are the tensor that has the data.
  struct Operand {
    TensorId tensor;
    IdSet<RankId> ranks;  ///< that select the element, without fixed coordinates and the iterated rank
    bool older = false;   ///< an iterated tensor's value from before this step of the iteration
  };

  /// The cascade must outlive it. Throws InputError for one with more than the limit of IdSet in ranks, tensors or
  /// Einsums.
  explicit CascadeFacts(const Cascade& cascade);

  [[nodiscard]] const Cascade& cascade() const { return *cascade_; }
  [[nodiscard]] const std::vector<Operand>& reads(EinsumId einsum) const { return reads_[einsum]; }
  [[nodiscard]] const Operand& write(EinsumId einsum) const { return writes_[einsum]; }
  /// The ranks that the Einsum runs over.
  [[nodiscard]] const IdSet<RankId>& iteration(EinsumId einsum) const { return iteration_[einsum]; }
  [[nodiscard]] bool reduces(EinsumId einsum) const { return reduces_[einsum] != 0; }
  /// The ranks through which an Einsum selects elements of a tensor, by all its reads and its write.
  [[nodiscard]] const IdSet<RankId>& ranks(EinsumId einsum, TensorId tensor) const {
    return ranks_[einsum][tensor];
  }
  /// Where some users see a rank whole and others in parts, its parts select the element.
  [[nodiscard]] IdSet<RankId> without_partitioned_wholes(IdSet<RankId> ranks) const;

 private:
  const Cascade* cascade_;
  ByEinsum<std::vector<Operand>> reads_;
  ByEinsum<Operand> writes_;
  ByEinsum<IdSet<RankId>> iteration_;
  ByEinsum<char> reduces_;
  ByEinsum<ByTensor<IdSet<RankId>>> ranks_;
};

}  // namespace tilewright
