// The words that cells of a plan and of its results may have.
#pragma once

#include <string>
#include <vector>

namespace tilewright::plan {

const std::vector<std::string>& operations();
const std::vector<std::string>& dtypes();  ///< fp8 is e4m3

/// How the data of a repetition lie before it starts.
enum class Cache {
  warm,    ///< as the repetition before left them
  flush,   ///< the L2 cache overwritten
  rotate,  ///< in another of several input sets, which together exceed the L2 cache
};

/// What came of a point.
enum class Status {
  ok,           ///< measured, and right where there is something to check
  wrong,        ///< differs from the reference by more than the limit; timed all the same
  unsupported,  ///< no such instance is compiled, or this device cannot run it
  failed,       ///< the driver refused it; tried again when the plan is resumed
  lost,         ///< a kernel did not end or broke the device; the same program does not try it again
};

/// In the order of their values.
const std::vector<std::string>& caches();
const std::vector<std::string>& statuses();

const std::string& to_text(Cache cache);
const std::string& to_text(Status status);

}  // namespace tilewright::plan
