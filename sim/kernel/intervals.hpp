// How far predictions of kernels are off: between which multiples of the predicted time most measured times were,
// by kind of prediction, over rows that decided no parameter. A file of configs/intervals.
//
//   intervals:
//     suite: serving                    # whose rows they are of
//     share: 0.9                        # of the rows of a kind
//     kernels: [fused, other]           # that any of the rows is of
//     kinds:                            # a prediction is of the first that fits
//       - {kernel: fused, arch: machine, problem: masked, launches: few, times: [0.8, 1.3], rows: 40, shapes: 31}
//       - {kernel: fused, problem: masked, launches: few, times: [0.8, 1.4], rows: 90, shapes: 40}
//       - {problem: masked, launches: many, times: [0.5, 1.8], rows: 400, shapes: 120}      # of any kernel
//
// The times are of whole calls: with what was around the kernel when it was measured.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "sim/kernel/prepare.hpp"
#include "sim/kernel/result.hpp"

namespace tilewright {

/// What rows of one kind have in common; an empty member is any.
struct PredictionKind {
  std::string kernel = {};
  std::string arch = {};
  /// decode (few queries), masked, dense, latent (heads of K and V differ), backward (blocks own keys), or passes
  /// (there is no fused kernel).
  std::string problem = {};
  std::string launches = {};  ///< many: 30 % of the predicted time, or more; few
  auto operator<=>(const PredictionKind&) const = default;

  /// Whether a prediction, which says all of it, is of this kind.
  [[nodiscard]] bool holds(const PredictionKind& prediction) const;
  /// For people: "fused on machine, masked, mostly launches".
  [[nodiscard]] std::string str() const;
};

PredictionKind kind_of(const PreparedKernel& prepared, const KernelResult& result);

struct PredictionInterval {
  PredictionKind kind;
  double low = 1;  ///< of the predicted time
  double high = 1;
  std::size_t rows = 0;
  std::size_t shapes = 0;  ///< different ones among the rows
};

struct PredictionIntervals {
  std::string suite;
  double share = 0.9;
  std::vector<std::string> kernels = {};
  std::vector<PredictionInterval> kinds = {};

  /// Null where no kind fits.
  [[nodiscard]] const PredictionInterval* of(const PredictionKind& prediction) const;
};

/// Throws InputError for unknown keys and words, and for intervals from nothing or upside down.
PredictionIntervals parse_intervals(const Yaml& root);

/// `suite`.yaml in the folder `intervals` of `folder`, else in that of configs/; null where there is neither.
std::shared_ptr<const PredictionIntervals> find_intervals(const std::string& suite,
                                                          const std::filesystem::path& folder = {});

std::string to_yaml(const PredictionIntervals& intervals);

}  // namespace tilewright
