// A study: grids of points. By example (configs/studies/ has more):
//
//   study:
//     name: buffers
//     axes:
//       model: [BERT, T5]                  # texts, put in for {model}
//       seq_len: [1 << 10, 1 << 12]        # numbers, names in expressions
//     series:                              # each over the product of some axes
//       - name: fused
//         over: [model, seq_len]
//         workload: "{model}"
//         set: {S: seq_len}                # shapes
//         mask: "sliding,left={window}"    # a pattern in place of the workload's
//         selection: "keys=64,every={steps}"    # how the mask is found (einsum/selection.hpp)
//         requests: "64*1x{keys}"          # or a CSV file beside the study: a batch in place of the workload's
//         arch: fusemax/proposal
//         arch_set: {N: 64}                # parameters; may use axes and the workload's shapes
//         mapping: fusemax/binding         # or {map: {...}}, which finds it (explore/study/map_settings.hpp);
//                                          # or a list of {use: NAME, when: CONDITION}, the first that holds
//         simulate: given                  # the simulation in place of the estimate; of a nest of loops, how its
//                                          # Einsums follow one another: given, sequential or auto
//       - name: layer
//         over: [model, seq_len]
//         sequence: [fused, linear]        # points of series before it, one after another;
//                                          # {series: fused, times: 3}: so many times, may use axes;
//                                          # the same as [fused, fused, fused]
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "explore/study/grid.hpp"
#include "explore/study/map_settings.hpp"
#include "sim/systemc/simulation_options.hpp"

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
  [[nodiscard]] double how_often(const Scope& scope) const;
};

struct Series {
  std::string name;
  std::vector<std::size_t> axes;  ///< indices into Study::axes
  std::string workload;
  std::vector<std::pair<std::string, Expression>> set;
  std::string mask;       ///< empty: the workload's own
  std::string selection;  ///< empty: the workload's own
  std::string requests;   ///< empty: the workload's own
  std::string arch;
  std::vector<std::pair<std::string, Expression>> arch_set;
  std::vector<Choice> mappings;
  std::optional<SimulationOptions> simulate;  ///< nothing: points are estimated
  std::vector<SeriesPart> sequence;           ///< if any, nothing of the above but the axes
  Place place;
  std::string key_path;  ///< "study.series[0]"
};

struct Study {
  std::string name;
  std::string file;
  std::vector<GridAxis> axes;
  std::vector<Series> series;

  /// Index of a series, by name; throws InputError with the nearest.
  [[nodiscard]] std::size_t series_named(const std::string& wanted) const;
  /// The axes that a series is over.
  [[nodiscard]] std::vector<GridAxis> axes_of(const Series& of) const;
};

Study parse_study(const Yaml& root);
Study load_study(const std::filesystem::path& file);

}  // namespace tilewright
