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
  std::vector<GroupResult> groups;
  ByLevel<Footprint> footprints;
  ByLevel<double> level_energy_J;
  std::vector<double> einsum_points;       ///< by EinsumId: points of the iteration space
  std::vector<double> einsum_cycles;       ///< by EinsumId: cycles that it occupies its unit
  std::vector<double> einsum_lane_cycles;  ///< by EinsumId: cycles of work, summed over lanes
  std::vector<double> einsum_energy_J;     ///< by EinsumId: of its operations
  std::vector<UnitId> einsum_unit;         ///< by EinsumId
};

/// And all that a record says besides.
struct Result : Totals {
  std::vector<double> rank_shapes;     ///< by RankId
  std::vector<double> element_B;       ///< by TensorId: bytes of an element
  std::vector<double> shared_by;       ///< by TensorId: coordinates that select the same element; 1: none do
  std::optional<StoredTensor> stored;  ///< a tensor that is part of another
  int tensors = 0;
  int einsums = 0;
  /// Bytes by (level, tensor, Einsum), see index().
  std::vector<double> read_B;
  std::vector<double> write_B;
  std::vector<double> fill_B;  ///< of write_B, what came from the level above

  [[nodiscard]] std::size_t index(LevelId level, TensorId tensor, EinsumId einsum) const {
    return (level.index() * static_cast<std::size_t>(tensors) + static_cast<std::size_t>(tensor)) *
               static_cast<std::size_t>(einsums) +
           static_cast<std::size_t>(einsum);
  }
};

}  // namespace tilewright
