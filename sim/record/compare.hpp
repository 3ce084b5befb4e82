// Two records side by side: what differs, and what differs most on top.
#pragma once

#include <optional>
#include <vector>

#include "sim/record/record.hpp"

namespace tilewright {

/// A field that is not the same in both; absent where one has it not.
struct FieldDifference {
  std::string name;
  std::optional<RecordValue> first;
  std::optional<RecordValue> second;
  std::optional<double> ratio = {};  ///< second over first, of two numbers of which the first is not 0
};

/// The larger the ratio, or its inverse, the earlier; then what has no ratio: numbers that were 0, fields of one
/// record alone, texts.
std::vector<FieldDifference> differences(const Record& first, const Record& second);

/// field, first, second and second_over_first. Numbers as people read them, with their units, unless `exact`.
Table table_of(const std::vector<FieldDifference>& differences, bool exact);

}  // namespace tilewright
