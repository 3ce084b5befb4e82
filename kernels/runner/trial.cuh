// A point made ready on the device: how to launch it, and how to check it.
#pragma once

#include <functional>
#include <memory>

#include "kernels/plan/row.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/runner/catalogue.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

/// Whether a result is right: from what the device gave, without it.
using Judge = std::function<reference::Verdict()>;

/// Each is made of (point, its entry of the catalogue, gpu), which must outlive it, and throws Unsupported for a
/// point that the kernel cannot take, and so it may std::invalid_argument.
class Trial {
 public:
  virtual ~Trial() = default;

  /// Sets of inputs to rotate through.
  [[nodiscard]] virtual int sets() const = 0;

  /// Queues the point's kernels on input set `set`.
  virtual void launch(int set) = 0;

  /// Poisons the output, launches on the first set, and fetches what is to be compared with the references. The
  /// judge outlives the trial.
  virtual Judge check() = 0;
};

/// Times a trial, right or wrong: whether it is right the outcome's judge finds out.
Outcome run_trial(Trial& trial, const plan::Row& point, Gpu& gpu);

/// Run of a kind of trial.
template <class Kind>
Outcome run_as(const plan::Row& point, const Compiled& of, const Device& device) {
  Kind trial(point, of, device.gpu);
  return run_trial(trial, point, device.gpu);
}

/// The same entry for each of the head dimensions.
void add_for_each(std::span<const int> head_dims, Compiled entry, std::vector<Compiled>& all);

}  // namespace tilewright::kernels::runner
