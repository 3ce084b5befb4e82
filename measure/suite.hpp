// A measuring suite: which points the kernels' runner measures. By example (configs/suites/ has more):
//
//   measure:
//     name: windows
//     seed: 1
//     cache: flush                         # before every repetition: warm, flush or rotate
//     warm_up: 3
//     repetitions: 20                      # in a group: an expression over its axes
//     checks: {spread: 0.1}                # a point whose samples lie further apart is told
//     groups:                              # may have cache, warm_up and repetitions of their own
//       - name: video
//         kernels: [pipelined]             # of configs/kernels/, that say what they run
//         over: {heads: [1, 8], stride: [1x1x1, 16x8x8]}     # the product of these axes; left out: one point
//         let: {kv: "max(1, heads / 4)"}   # names for expressions, in order
//         when: heads > 1                  # left out: always
//         dtype: bf16
//         heads: heads                     # expressions; batch: 1 and kv_heads: heads where left out
//         kv_heads: kv
//         head_dim: 128
//         keys: 30x48x80                   # tokens as they are laid out; {axis} stands for an axis' value
//         queries: 30x48x80                # left out: as the keys
//         mask: "gna,window=18x24x24,stride={stride}"        # left out: dense
//         tiles: [{q: 2x8x8, kv: 2x8x8}]   # or all that a kernel has
//         permuted: 1                      # left out: 0
//         splits: 0                        # of decoding; left out: 0
//         priority: "heads > 1 ? 1 : 2"    # of the points of a plan the lower come first; left out: 0. A list:
//         what
//                                          # the places of the grid have in turn
//
// A group of microbenchmarks has kernels, priority, cache, warm_up and repetitions alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "explore/study/grid.hpp"
#include "kernels/plan/words.hpp"
#include "measure/kernel_runs.hpp"

namespace tilewright {

/// A text of a group, and where it stands.
struct SuiteText {
  std::string text;
  Place place;
  std::string key_path;
};

struct MeasureGroup {
  std::string name;
  Place place;
  std::string key_path;  ///< "measure.groups[0]"
  std::vector<MeasuredKernel> kernels;
  std::vector<GridAxis> axes;
  std::vector<std::pair<std::string, Expression>> let;
  Expression when = Expression::constant(1);
  Expression warm_up;
  Expression repetitions;
  std::vector<Expression> priority{Expression::constant(0)};  ///< for the places of the grid in turn
  plan::Cache cache = plan::Cache::warm;
  // Of a group of microbenchmarks nothing of the following is given.
  std::string dtype;
  std::optional<Expression> batch;
  std::optional<Expression> heads;
  std::optional<Expression> kv_heads;
  std::optional<Expression> head_dim;
  std::optional<Expression> permuted;
  std::optional<Expression> splits;
  std::optional<SuiteText> keys;
  std::optional<SuiteText> queries;
  std::optional<SuiteText> mask;
  std::optional<std::vector<TileChoice>> tiles;  ///< nothing: all that a kernel has

  [[nodiscard]] bool is_micro() const { return kernels.front().runs.operation == "micro"; }
};

struct MeasureSuite {
  std::string name;
  std::string file;
  std::uint64_t seed = 0;
  double spread = 0;  ///< (longest - shortest) / median of a point's samples above which it is told
  std::vector<MeasureGroup> groups;
};

/// Whether a file of configs/suites/ is one; else it is one of published tables (validation/suite.hpp).
bool is_measure_suite(const Yaml& root);

/// Reads the key `measure`; `predict` beside it is validation's (validation/measured_suite.hpp). Throws InputError.
MeasureSuite parse_measure_suite(const Yaml& root);

}  // namespace tilewright
