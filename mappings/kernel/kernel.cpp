#include "mappings/kernel/kernel.hpp"

#include <algorithm>

namespace tilewright {

bool is_in_pass(const Kernel& kernel, EinsumId einsum) {
  const auto has = [&](const KernelPass& pass) {
    return std::ranges::find(pass.einsums, einsum) != pass.einsums.end();
  };
  return std::ranges::any_of(kernel.before, has) || std::ranges::any_of(kernel.after, has);
}

}  // namespace tilewright
