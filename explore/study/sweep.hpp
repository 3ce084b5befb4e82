// Runs the points of a study into a store.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "explore/evaluate.hpp"
#include "explore/store/store.hpp"
#include "explore/study/series_points.hpp"
#include "explore/study/study.hpp"
#include "explore/study/sweep_plan.hpp"

namespace tilewright {

/// The record of one point of a series, with `series` and `point.<axis>` in front. The values need not be on the
/// axes. Throws InputError for what is wrong at it.
Record run_point(const Study& study, std::size_t index, const AxisValues& values, Library& library);

/// One of `of` parts of the points, from 1. A sequence is of the sweep without shards that follows, once they are
/// merged.
struct Shard {
  std::size_t number = 1;
  std::size_t of = 1;
};

/// "2/8". Throws InputError for anything else.
Shard parse_shard(const std::string& text);

struct SweepOptions {
  int jobs = 0;  ///< threads; 0: all cores
  bool progress = false;
  Shard shard = {};
  std::filesystem::path mappings = {};  ///< folder for the mappings that are found; empty: they are not written
};

struct SweepCount {
  std::size_t points = 0;    ///< of the study
  std::size_t stored = 0;    ///< that the store had already
  std::size_t computed = 0;  ///< now
};

/// Computes what the store lacks, and sets the points of the study to what they are. Several processes may do so in
/// one store at once. Interrupted, and killed, the store keeps what is done. Records are the same whatever the
/// number of threads, shards and processes, but for searches that a limit ends.
SweepCount sweep(const Study& study, Library& library, Store& store, const SweepOptions& options);

}  // namespace tilewright
