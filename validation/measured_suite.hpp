// How measurements are judged: the key `predict` of a measuring suite (measure/suite.hpp). By example:
//
//   predict:
//     archs: {H100 PCIe: gpu/h100-pcie, H200: gpu/h200}   # by what is in the name of a row's device
//     measurements: validation/measurements   # results files, in this folder or a folder for each device, from the
//                                             # folder that has configs/
//     calibrate:                           # by operation: rows that give the kernels' efficiencies; others judge
//       attention: keys <= 8192            # names: batch, heads, kv_heads, head_dim, queries, keys (tokens)
//     traffic:                             # by kernel: what predicts its bytes of device memory
//       three-pass:
//         {workload: attention-passes, set: {H: heads, S: keys}, mapping: gpu/three-pass, level: HBM}
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kernels/plan/row.hpp"
#include "measure/suite.hpp"

namespace tilewright {

/// A mapping whose traffic at a level is the prediction, with shapes over the names of a row.
struct TrafficSource {
  std::string workload;
  std::vector<std::pair<std::string, Expression>> set;
  std::string mapping;
  std::string level;
};

struct MeasuredSuite {
  std::string name;
  std::string file;
  std::vector<std::pair<std::string, std::string>> archs;  ///< by a text in the name of a device
  std::filesystem::path measurements;
  std::map<std::string, Expression> calibrate;   ///< by operation
  std::map<std::string, TrafficSource> traffic;  ///< by kernel

  /// The architecture of a device, or nothing: of the texts that are in its name the longest counts.
  [[nodiscard]] const std::string* arch_of(const std::string& device) const;
};

/// The numbers of a row that expressions may name. Throws InputError for a microbenchmark.
Scope row_scope(const plan::Row& row);

/// Reads `predict`, and of `measure` what it needs. Throws InputError.
MeasuredSuite parse_measured_suite(const Yaml& root);

}  // namespace tilewright
