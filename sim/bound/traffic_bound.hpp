// The fewest bytes that any mapping of a cascade moves between the outermost level and all that is below it, by how
// much the levels below can hold.
#pragma once

#include <optional>
#include <vector>

#include "einsum/cascade.hpp"
#include "mappings/stored_tensor.hpp"

namespace tilewright {

struct TensorSizes {
  ByTensor<double> element_B;
  ByTensor<double> shared_by = {};  ///< coordinates that select the same element, as of heads; empty: none do
  std::optional<StoredTensor> stored = {};  ///< a tensor that is part of another, with which it is read
};

/// Fibres of which a part is moved out, or fetched again, where they do not fit: see crossings().
struct ReturningFibres {
  TensorId tensor;
  RankId rank;
  double fibre_B;  ///< under a mask the mean of all fibres: none of them moves less by being of another length
  double fibres;   ///< so many
  double moves;    ///< of a byte that is not held
};

struct TrafficBound {
  double compulsory_B = 0;  ///< what is read of every input, and every output, once
  std::vector<ReturningFibres> returning;

  /// Of a mapping that holds at most so many bytes below the outermost level: what is compulsory, and of each fibre
  /// that must be there as a whole between two of its readings what does not fit, once out if it is an intermediate
  /// result, and in again for each reading. This is the pass count of a cascade (Nayak et al., FuseMax, MICRO 2024,
  /// section III) as bytes: with enough passes saved, nothing returns.
  [[nodiscard]] double least_B(double held_B) const;
};

/// What is read of every input, and every output, once. `needed` as below.
double compulsory_traffic_B(const Cascade& cascade, const ByRank<double>& shapes, const TensorSizes& sizes,
                            const ByTensor<double>& needed);

/// `needed`: the share of a tensor's elements that a mask needs, 1 without one. Valid for mappings that compute
/// each Einsum once, as all of a mapspace do.
TrafficBound traffic_bound(const Cascade& cascade, const ByRank<double>& shapes, const TensorSizes& sizes,
                           const ByTensor<double>& needed);

}  // namespace tilewright
