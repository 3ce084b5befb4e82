// Points of a study with the fields that an analysis asks for, and how they are grouped.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "explore/store/store.hpp"

namespace tilewright {

/// Records of the points of a study that have one, with `series`, `point.AXIS`, `infeasible` and `names` alone. Of
/// `series` alone, if it names any. Throws InputError for a name that no record of the study has, and a series that
/// it has not, with the nearest.
std::vector<Record> read_rows(const Store& store, const std::string& study, const std::vector<std::string>& names,
                              const std::vector<std::string>& series);

/// The values of some fields of a row.
using GroupKey = std::vector<std::optional<RecordValue>>;
GroupKey key_of(const Record& row, const std::vector<std::string>& names);

/// Rows, by what they have under `names`; groups in the order of their first row.
struct RowGroup {
  GroupKey key;
  std::vector<std::size_t> rows;
};
std::vector<RowGroup> groups_of(std::span<const Record> rows, const std::vector<std::string>& names);

/// Names of the axes that the rows have, in order of appearance: `point.AXIS`.
std::vector<std::string> axes_of(std::span<const Record> rows);

/// Throws InputError for a name that no series of the study has, with the nearest.
void require_series(const Store& store, const std::string& study, const std::vector<std::string>& wanted);

}  // namespace tilewright
