// What a model says about one workload on one architecture under one nest of loops, as numbers; sim/nest/record.hpp
// gives them names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mappings/footprint.hpp"
#include "mappings/stored_tensor.hpp"
#include "sim/binding.hpp"

namespace tilewright {

/// What a level moves.
struct LevelBytes {
  double read_B = 0;
  double write_B = 0;
};

/// A fusion group: its time is the longer of its schedule and of every level's transfers.
struct GroupResult {
  double time_s = 0;
  double schedule_cycles = 0;
  ByLevel<LevelBytes> level_bytes;
  ByLevel<double> level_time_s;
  ByUnit<double> unit_cycles;  ///< in which the unit works on an Einsum
  Binding binding;
};

/// All that compares one mapping with another.
struct Totals {
  double time_s = 0;
  double cycles = 0;  ///< of the architecture's clock
  double energy_J = 0;
  Binding binding;
  ByGroup<GroupResult> groups;
  ByLevel<Footprint> footprints;
  ByLevel<double> level_energy_J;
  ByEinsum<double> einsum_points;       ///< of the iteration space
  ByEinsum<double> einsum_cycles;       ///< that it occupies its unit
  ByEinsum<double> einsum_lane_cycles;  ///< of work, summed over lanes
  ByEinsum<double> einsum_energy_J;     ///< of its operations
  ByEinsum<UnitId> einsum_unit;
};

/// And all that a record says besides.
struct Result : Totals {
  ByRank<double> rank_shapes;
  ByTensor<double> element_B;          ///< bytes of an element
  ByTensor<double> shared_by;          ///< coordinates that select the same element; 1: none do
  std::optional<StoredTensor> stored;  ///< a tensor that is part of another
  IdRange<TensorId> tensors;
  IdRange<EinsumId> einsums;
  /// Bytes by (level, tensor, Einsum), see index().
  std::vector<double> read_B;
  std::vector<double> write_B;
  std::vector<double> fill_B;  ///< of write_B, what came from the level above

  [[nodiscard]] std::size_t index(LevelId level, TensorId tensor, EinsumId einsum) const {
    return (level.index() * tensors.size() + tensor.index()) * einsums.size() + einsum.index();
  }
};

}  // namespace tilewright
