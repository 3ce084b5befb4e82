#include "kernels/runner/trial.cuh"

namespace tilewright::kernels::runner {
namespace {

void put(const reference::Verdict& verdict, Outcome& outcome) {
  outcome.error = verdict.error;
  outcome.error_limit = verdict.error_limit;
  outcome.message = verdict.message;
  if (!verdict.right) outcome.status = plan::Status::wrong;
}

}  // namespace

Outcome run_trial(Trial& trial, const plan::Row& point, Gpu& gpu) {
  Outcome outcome;
  if (!gpu.profiling()) {
    outcome.judge = [judge = trial.check()](Outcome& of) { put(judge(), of); };
  }
  outcome.samples_s = gpu.time(point, trial.sets(), [&](int set) { trial.launch(set); });
  return outcome;
}

void add_for_each(std::span<const int> head_dims, Compiled entry, std::vector<Compiled>& all) {
  for (const int head_dim : head_dims) {
    entry.head_dim = head_dim;
    all.push_back(entry);
  }
}

}  // namespace tilewright::kernels::runner
