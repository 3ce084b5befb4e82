// A point made ready on the device: how to launch it, and how to check it.
#pragma once

#include <memory>

#include "kernels/plan/row.hpp"
#include "kernels/reference/compare.hpp"
#include "kernels/runner/catalogue.hpp"
#include "kernels/runner/gpu.cuh"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {

class Trial {
 public:
  virtual ~Trial() = default;

  /// Sets of inputs to rotate through.
  [[nodiscard]] virtual int sets() const = 0;

  /// Queues the point's kernels on input set `set`.
  virtual void launch(int set) = 0;

  /// Poisons the output, launches on the first set, and compares what comes with the references.
  virtual reference::Verdict check() = 0;
};

/// One for each operation. They throw Unsupported for a point that the kernel cannot take, and so a trial may
/// std::invalid_argument. The point must outlive the trial.
std::unique_ptr<Trial> attention_trial(const plan::Row& point, const Compiled& of, Gpu& gpu);
std::unique_ptr<Trial> decode_trial(const plan::Row& point, Gpu& gpu);
std::unique_ptr<Trial> passes_trial(const plan::Row& point, Gpu& gpu);
std::unique_ptr<Trial> linear_trial(const plan::Row& point, Gpu& gpu);
std::unique_ptr<Trial> permute_trial(const plan::Row& point, Gpu& gpu);

/// Checks a trial, and times it if it is right.
Outcome run_trial(Trial& trial, const plan::Row& point, Gpu& gpu);

}  // namespace tilewright::kernels::runner
