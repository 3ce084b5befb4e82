// A CSV file of published numbers, read against what a suite says of its columns.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "explore/study/sweep.hpp"
#include "validation/suite.hpp"

namespace tilewright {

struct PublishedRow {
  Place place;
  AxisValues keys;  ///< in the order of the series' axes
  std::map<std::string, double> values;
  std::string label;  ///< "model=BERT seq_len=1024"
};

struct PublishedTable {
  std::vector<PublishedRow> rows;
};

/// Throws InputError, naming file and line, for what is no such table.
PublishedTable read_published(const std::filesystem::path& file, const SuiteTable& table, const Study& study);

}  // namespace tilewright
