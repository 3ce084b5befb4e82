// Q tiles as jobs on equal workers: how long the last one takes at least, and how long in the order of launch.
#pragma once

#include <span>
#include <vector>

#include "sim/nest/makespan.hpp"

namespace tilewright {

/// So many jobs of one length.
struct Jobs {
  double length;
  double count;
};

/// A lower limit of the time until all jobs are done, for any assignment of whole jobs to workers: the longer of
///  - their sum over the workers,
///  - for every k, the sum of the k + 1 shortest of the k * workers + 1 longest jobs, of which one worker gets
///    k + 1 (R. Graham, Bounds on Multiprocessing Timing Anomalies, 1969, by the pigeonhole principle).
/// `jobs` in any order. Cost: by different lengths, not by jobs.
double least_makespan(std::vector<Jobs> jobs, double workers);

struct Schedule {
  double jobs = 0;
  double makespan = 0;
  double waves = 0;      ///< jobs over workers, rounded up
  double imbalance = 0;  ///< makespan over the mean work of a worker
};

/// List scheduling: every job, in order, to the worker that is free first; as a GPU launches thread blocks. An
/// estimate, no limit; exact however many jobs there are. Cost: as list_makespan() without its limits.
Schedule in_launch_order(std::span<const JobSequence> sequences, double workers);

/// The longest that list scheduling takes in any order, for jobs that are too many to list: the mean work of a
/// worker and the longest job after it (Graham 1969, theorem 1).
Schedule in_worst_order(std::span<const Jobs> jobs, double workers);

}  // namespace tilewright
