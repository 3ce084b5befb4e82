// Runs the points of a study.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "explore/evaluate.hpp"
#include "explore/study/study.hpp"

namespace tilewright {

/// One value per axis of the series, in the order of Series::axes.
using AxisValues = std::vector<AxisValue>;

/// The record of one point of a series, with `series` and `point.<axis>` in front. The values need not be on the
/// axes. A mapping that is found is not written.
Record run_point(const Study& study, std::size_t index, const AxisValues& values, Library& library);

struct SweepOptions {
  int jobs = 0;  ///< threads; 0: all cores
  bool progress = false;
  std::filesystem::path mappings = {};  ///< folder for the mappings that are found; empty: they are not written
};

/// Records of all points, series by series, the last axis fastest; the same whatever the number of threads, but for
/// searches that a time limit ends. One search serves all points that are equal.
/// A point whose mapping does not fit has a record with nothing but its name and the reason, under `infeasible`.
/// Interrupted, it returns the records of the points that are done.
std::vector<Record> sweep(const Study& study, Library& library, const SweepOptions& options);

}  // namespace tilewright
