// A suite: published or measured tables, and what a study says about the same points. By example
// (configs/suites/ has more):
//
//   suite:
//     name: fusemax
//     study: fusemax
//     reference: validation/published/fusemax      # folder of the tables: beside this, or where configs/ is
//     tables:
//       - file: attention-flat.csv
//         series: attention-flat
//         keys: [model, seq_len]           # columns that are the series' axes
//         columns:                         # an expression of record fields, and the largest relative error allowed
//           energy_nowrap_pJ: {value: energy_J * 1e12, within: 0.005}
//         ignored: {energy_pJ: why}
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "common/expression.hpp"
#include "explore/study/study.hpp"

namespace tilewright {

struct SuiteColumn {
  std::string name;
  Expression value;  ///< of record fields
  double within;     ///< allowed |predicted / published - 1|
};

struct SuiteTable {
  std::string file;
  std::size_t series;
  std::vector<std::string> keys;  ///< columns, one per axis of the series, in that order
  std::vector<SuiteColumn> columns;
  std::vector<std::string> ignored;
};

struct Suite {
  std::string name;
  std::filesystem::path reference;
  Study study;
  std::vector<SuiteTable> tables;
};

/// Throw InputError.
Suite parse_suite(const Yaml& root);
Suite load_suite(const std::filesystem::path& file);

}  // namespace tilewright
