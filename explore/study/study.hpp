// A study: points over axes. By example (configs/studies/ has more, `tilewright list study-keys` all keys):
//
//   study:
//     name: buffers
//     axes:                                # explore/study/axis.hpp
//       model: [BERT, T5]                  # texts, put in for {model}; model.BERT is 1 in expressions where it is
//       that seq_len: {from: 1 << 10, to: 1 << 20, factor: 4}   # numbers, names in expressions
//     derived: {tokens: 64 * seq_len}
//     where: tokens <= 1 << 24
//     series:                              # each over the product of some axes
//       - name: fused
//         over: [model, seq_len]
//         workload: "{model}"
//         set: {S: seq_len}                # shapes
//         mask: "sliding,left={window}"    # a pattern in place of the workload's
//         arch: fusemax/proposal
//         arch_set: {N: 64}                # parameters; may use axes and the workload's shapes
//         mapping: fusemax/binding         # or {map: {...}}, which finds it (explore/study/map_settings.hpp);
//                                          # or a list of {use: NAME, when: CONDITION}, the first that holds
//         by: simulation                   # in place of the estimate
//       - name: layer
//         over: [model, seq_len]
//         sequence: [fused, linear]        # points of series before it, one after another;
//                                          # {series: fused, times: 3}: so many times, may use axes;
//                                          # the same as [fused, fused, fused]
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "explore/study/grid.hpp"
#include "explore/study/map_settings.hpp"
#include "explore/study/sample.hpp"

namespace tilewright {

struct Choice {
  std::string use;  ///< empty: a search finds it
  std::optional<MapSettings> map;
  Expression when = Expression::constant(1);
};

/// Points of an earlier series.
struct SeriesPart {
  std::size_t series;
  std::vector<Expression> times;  ///< of each mention of the series in the sequence

  /// The sum of `times`. Throws InputError where one of them is no whole number of at least 1.
  [[nodiscard]] double how_often(const Symbols& symbols, std::span<const double> values) const;
};

/// A name that a study makes of its axes: a number, or a text with names in braces.
struct Derived {
  std::string name;
  std::optional<Expression> number;
  std::string text;
  std::vector<std::size_t> axes;  ///< that it is made of; a series that is not over all of them has no such name
};

using Settings = std::vector<std::pair<std::string, Expression>>;

struct Series {
  std::string name;
  std::vector<std::size_t> axes;  ///< indices into Study::axes
  std::optional<Expression> where;
  // Texts, with names in braces; empty: what is the workload's, the kernel's or the model's own.
  std::string workload;
  std::string mask;
  std::string selection;
  std::string requests;
  std::string arch;
  std::string query_tile;
  std::string key_tile;
  std::string calibration;
  std::string call;
  std::string by;
  std::string schedule;
  Settings set;
  Settings arch_set;
  std::vector<Choice> mappings;
  bool exact = false;                ///< of simulations
  std::optional<double> until_s;     ///< of simulations
  std::vector<std::string> outputs;  ///< fields that records keep; none: all
  std::vector<SeriesPart> sequence;  ///< if any, nothing of the above but axes and `where`
  Place place;
  std::string key_path;  ///< "study.series[0]"
};

struct Study {
  std::string name;
  std::string file;
  std::vector<GridAxis> axes;
  std::vector<std::vector<std::size_t>> zipped;  ///< indices of axes that go together
  std::vector<Derived> derived;
  std::optional<Expression> where;
  std::optional<Sample> sample;
  std::vector<Series> series;

  /// Index of a series, by name; throws InputError with the nearest.
  [[nodiscard]] std::size_t series_named(const std::string& wanted) const;
  /// The axes that a series is over.
  [[nodiscard]] std::vector<GridAxis> axes_of(const Series& of) const;
};

/// Throw InputError for what is wrong in the file itself; what is wrong at single points shows when they run.
Study parse_study(const Yaml& root);
Study load_study(const std::filesystem::path& file);

}  // namespace tilewright
