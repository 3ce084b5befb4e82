#include "kernels/runner/bench.cuh"

#include "kernels/runner/catalogue.hpp"
#include "kernels/runner/micro_run.cuh"
#include "kernels/runner/trial.cuh"

namespace tilewright::kernels::runner {
namespace {

/// 13000 as "13.0".
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::unique_ptr<Trial> make_trial(const plan::Row& point, const Compiled& of, Gpu& gpu) {
  if (point.operation == "attention" || point.kernel == "one-pass") return attention_trial(point, of, gpu);
  if (point.operation == "decode") return decode_trial(point, gpu);
  if (point.operation == "linear") return linear_trial(point, gpu);
  if (point.operation == "permute") return permute_trial(point, gpu);
  return passes_trial(point, gpu);
}

Outcome without_result(plan::Status status, const std::string& message) {
  Outcome outcome;
  outcome.status = status;
  outcome.message = message;
  return outcome;
}

}  // namespace

GpuBench::GpuBench() : monitor_(gpu_.bus_id()) {
  int version = 0;
  check_cuda(cudaRuntimeGetVersion(&version), "asking for the version of the runtime");
  machine_ = {gpu_.properties().name, monitor_.driver_version(),
              version_text(version),  gpu_.properties().multiProcessorCount,
              TILEWRIGHT_COMMIT,      TILEWRIGHT_FLAGS};
}

Outcome GpuBench::run(const plan::Row& point) {
  const Compiled& of = compiled_for(point, gpu_.capability());
  if (point.operation != "micro") return run_trial(*make_trial(point, of, gpu_), point, gpu_);
  Outcome outcome = run_micro(point, gpu_, monitor_);
  outcome.unit = of.unit;
  return outcome;
}

Outcome GpuBench::measure(const plan::Row& point) {
  try {
    return run(point);
  } catch (const Unsupported& problem) {
    return without_result(plan::Status::unsupported, problem.what());
  } catch (const std::invalid_argument& problem) {  // what a kernel's own launch refuses
    return without_result(plan::Status::unsupported, problem.what());
  } catch (const DeviceLost& problem) {
    Outcome outcome = without_result(plan::Status::failed, problem.what());
    outcome.device_lost = true;
    return outcome;
  } catch (const std::exception& problem) {
    cudaGetLastError();  // or the next launch would report it again
    return without_result(plan::Status::failed, problem.what());
  }
}

Outcome GpuBench::profile(const plan::Row& point) {
  gpu_.profile();
  return measure(point);
}

}  // namespace tilewright::kernels::runner
