// How long blocks take that go, in order, to the worker that is free first: exact where they are equal or few, to a
// fine raster of time where they are more, and with an even middle part where they are many.
#pragma once

#include <span>
#include <vector>

namespace tilewright {

/// So many jobs of one length in a row.
struct JobRun {
  double count = 0;
  double length = 0;
};

/// Runs, so many times one after another.
struct JobSequence {
  std::vector<JobRun> runs;
  double times = 1;
};

/// Equal workers, and how many jobs each has at once, which share its time evenly.
struct Workers {
  double count;
  double slots = 1;
};

/// How far the jobs of a schedule are gone through.
struct MakespanLimits {
  double exact_jobs = 1024;   ///< up to so many: exact
  double listed_jobs = 2560;  ///< up to so many: start times within a 4096th of the longest job
};

/// The end of the last job of list scheduling on equal workers: every job, in order, to the worker that is free
/// first; where workers have several slots, to the slot that is (sim/nest/shared_workers.hpp). Runs of equal jobs
/// are gone through in rounds of all workers. Of jobs beyond the limits only the first and the last are gone
/// through; those in the middle are work that is spread evenly (tests/sim/nest/makespan.cpp says how far that is
/// off).
double list_makespan(std::span<const JobSequence> sequences, double times, Workers workers,
                     const MakespanLimits& limits = {});

}  // namespace tilewright
