// Means of a field over groups of rows.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "explore/analysis/rows.hpp"

namespace tilewright {

/// Of n values v: sum(v) / n; exp(sum(log v) / n); n / sum(1 / v).
enum class MeanKind { arithmetic, geometric, harmonic };

struct MeanOf {
  MeanKind kind = MeanKind::arithmetic;
  std::string field;
};

/// "geometric:time_s". Throws InputError for anything else, with the nearest kind.
MeanOf parse_mean(const std::string& text);
std::string name_of(MeanKind kind);

struct GroupMean {
  GroupKey key;
  std::optional<double> mean;  ///< nothing where no row has a value
  std::size_t values = 0;
  std::size_t without_value = 0;
};

/// Of the rows that have the same under `by`; of all rows, if it is empty. Throws InputError for a geometric or
/// harmonic mean of a value that is not above 0.
std::vector<GroupMean> means_of(std::span<const Record> rows, const MeanOf& mean,
                                const std::vector<std::string>& by);

}  // namespace tilewright
