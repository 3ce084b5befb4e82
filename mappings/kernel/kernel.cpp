#include "mappings/kernel/kernel.hpp"

#include <algorithm>

namespace tilewright {

bool chooses_keys(const Kernel& kernel) { return std::ranges::any_of(kernel.before, &KernelPass::of_selection); }

bool is_in_pass(const Kernel& kernel, EinsumId einsum) {
  const auto has = [&](const KernelPass& pass) {
    return std::ranges::find(pass.einsums, einsum) != pass.einsums.end();
  };
  return std::ranges::any_of(kernel.before, has) || std::ranges::any_of(kernel.after, has);
}

bool computes_cascade(const Kernel& kernel) {
  const auto counted = [](const KernelPass& pass) { return pass.counts.has_value(); };
  const bool passes = !kernel.before.empty() || !kernel.after.empty();
  return kernel.block || !passes || !std::ranges::all_of(kernel.before, counted) ||
         !std::ranges::all_of(kernel.after, counted);
}

bool needs_attention(const Kernel& kernel) {
  const auto computes = [](const KernelPass& pass) { return !pass.einsums.empty(); };
  return kernel.block || !std::ranges::all_of(kernel.before, computes) ||
         !std::ranges::all_of(kernel.after, computes);
}

}  // namespace tilewright
