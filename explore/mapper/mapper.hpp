// From the names of a workload and an architecture to the best mappings of the one onto the other: over all
// cascades that compute the workload, and all shapes that a mapping may choose.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "explore/evaluate.hpp"
#include "explore/mapper/kernel_ranking.hpp"
#include "explore/mapper/partition_search.hpp"
#include "explore/mapper/preference.hpp"
#include "explore/mapper/traffic_floor.hpp"

namespace tilewright {

struct FoundMapping;

struct MapRequest {
  Point point;                        ///< without a mapping
  std::vector<std::string> cascades;  ///< names; none: all of the workload that have the results of the first
  std::filesystem::path space;        ///< a mapspace file; empty: all mappings
  Objective objective;
  std::filesystem::path folder;  ///< that mapping files will be in; a cascade that is a file is named from there
  int jobs = 0;
  std::string name = "best";          ///< of the first mapping; the others are name-2, name-3, ...
  double time_limit_s = unlimited;    ///< then it ends with the best so far, as it does where it is interrupted
  double memory_limit_B = unlimited;  ///< of the whole program; likewise
  bool keep_interrupted = true;  ///< the best so far of a search that is interrupted; else it throws Interrupted
  StatusLine::Shown progress = StatusLine::Shown::never;
  /// Only mappings of another structure, or of another cascade, and perhaps none; see runner_up.hpp.
  const FoundMapping* differing = nullptr;
  /// Which preferences of the space, by position, are demands; then perhaps nothing is found. See preferred.hpp.
  std::vector<std::size_t> demanded = {};
  std::vector<std::string> kernels = {};  ///< names, of an architecture of thread blocks; none: those that serve
};

struct FoundMapping {
  std::string cascade;   ///< as the workload names it
  Plan plan;             ///< of a nest
  std::string nest;      ///< for people
  std::string text;      ///< of the mapping file
  Record record;         ///< what the model says of this file
  double traffic_B = 0;  ///< what else may be minimised: see Score
  double buffer_B = 0;
};

struct MapResult {
  std::vector<FoundMapping> found;  ///< best first; several only where several values are minimised
  Score bound;                      ///< no mapping costs less, of the cascades that were searched
  TrafficFloor floor;  ///< of all cascades, where traffic and buffer are minimised together; else empty
  SearchCount count;
  bool interrupted = false;                   ///< and so not ended
  std::vector<std::string> skipped;           ///< cascades of the workload that compute other results
  std::vector<Preference> preferences = {};   ///< of the space, by importance; of find_preferred() alone
  std::optional<KernelRanking> kernels = {};  ///< of an architecture that runs thread blocks; then only count.ended
};

/// What it minimises.
Score score_of(const FoundMapping& found);

/// What the space prefers, and does not demand, takes no mapping away.
/// Throws InputError for what the mapper does not take, InfeasibleError where nothing fits or is found in time.
MapResult find_mappings(const MapRequest& request, Library& library);

/// How many times the least possible the first mapping takes of what is minimised, at most: 1 where it is proven.
/// Nothing for several objectives.
std::optional<double> gap_of(const MapResult& result, const Objective& objective);

}  // namespace tilewright
