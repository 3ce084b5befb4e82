// What the points of a plan read, so that their digests are known.
#pragma once

#include "explore/store/store.hpp"
#include "explore/study/sweep.hpp"
#include "explore/study/sweep_plan.hpp"

namespace tilewright {

FilesRead files_of(const std::vector<StoredInput>& inputs);

/// Sets the files of the groups that the store remembers, where they are what they were. Returns the other groups.
std::vector<std::size_t> learn_from_store(SweepPlan& plan, const Store& store);

/// Sets the files of every group of the plan: from the store where it remembers them and they are what they were,
/// else by evaluating points, whose results, and the files, are kept in the store. Interrupted, some groups stay
/// unknown. Returns how many points it evaluated.
std::size_t learn_files(SweepPlan& plan, Store& store, const SweepOptions& options);

}  // namespace tilewright
