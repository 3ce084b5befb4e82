#include "kernels/runner/micro_run.cuh"

#include "kernels/runner/statistics.hpp"

namespace tilewright::kernels::runner {

Outcome run_micro(const plan::Row& of_plan, Gpu& gpu, const DeviceMonitor& monitor) {
  plan::Row point = of_plan;
  point.cache = plan::Cache::warm;
  const std::string& name = point.kernel;
  if (name == "shared-bandwidth") return run_shared(point, gpu);
  if (name == "hbm-latency" || name == "l2-latency" || name == "shared-latency") {
    return run_chase(point, gpu);
  }
  if (name.rfind("hbm-", 0) == 0 || name == "l2-read") return run_stream(point, gpu);
  if (name.rfind("sustained-", 0) == 0) return run_sustained(point, gpu, monitor);
  if (name == "launch-period" || name == "graph-period") return run_launches(point, gpu);
  return run_rates(point, gpu);
}

Outcome rate_of(double amount, const std::vector<double>& samples_s) {
  Outcome outcome;
  outcome.samples_s = samples_s;
  if (!samples_s.empty()) outcome.value = amount / median(samples_s);
  return outcome;
}

Outcome period_of(double count, const std::vector<double>& samples_s) {
  Outcome outcome;
  outcome.samples_s = samples_s;
  if (!samples_s.empty()) outcome.value = median(samples_s) / count;
  return outcome;
}

Outcome wrong(const std::string& message) {
  Outcome outcome;
  outcome.status = plan::Status::wrong;
  outcome.message = message;
  return outcome;
}

}  // namespace tilewright::kernels::runner
