// Whether the nest of loops of a point computes what its cascade says: by names, to a table for people and
// programs.
#pragma once

#include "common/table.hpp"
#include "explore/evaluate.hpp"
#include "sim/nest/functional/check.hpp"

namespace tilewright {

struct CheckedPoint {
  FunctionalCheck check;
  std::vector<std::string> tensors;   ///< names, of the cascade
  std::vector<std::string> levels;    ///< of the architecture
  std::vector<std::string> warnings;  ///< of what was given and is not used

  /// A row for every output; in JSON also the elements that moved, by level and tensor.
  [[nodiscard]] std::vector<std::pair<std::string, Table>> tables(Table::Format format) const;
  /// What is wrong, a line each.
  [[nodiscard]] std::vector<std::string> faults() const;
};

/// Throws InputError for a kernel, and as candidate_of() and check_function() do.
CheckedPoint check_function(const Point& point, const FunctionalOptions& options, Library& library);

}  // namespace tilewright
