// Calls that compute: without Python's global lock, and ended by Ctrl-C.
#pragma once

#include <functional>
#include <optional>

namespace tilewright::python {

/// Runs `work` without the lock. Ctrl-C ends it (common/parallel.hpp), and is raised here as Python's handler for
/// it does; what `work` throws is thrown.
void compute(const std::function<void()>& work);

/// The same, with a result.
template <class Work>
auto computed(const Work& work) {
  std::optional<decltype(work())> result;
  compute([&] { result.emplace(work()); });
  return *std::move(result);
}

}  // namespace tilewright::python
