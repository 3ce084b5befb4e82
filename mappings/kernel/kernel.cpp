#include "mappings/kernel/kernel.hpp"

#include <algorithm>

namespace tilewright {

bool computes_cascade(const Kernel& kernel) {
  const auto counted = [](const KernelPass& pass) { return pass.counts.has_value(); };
  const bool passes = !kernel.before.empty() || !kernel.after.empty();
  return kernel.block || !passes || !std::ranges::all_of(kernel.before, counted) ||
         !std::ranges::all_of(kernel.after, counted);
}

}  // namespace tilewright
