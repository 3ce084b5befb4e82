#include "kernels/runner/bench.cuh"

#include "kernels/runner/digest.hpp"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

/// 13000 as "13.0".
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

Outcome without_result(plan::Status status, const std::string& message) {
  Outcome outcome;
  outcome.status = status;
  outcome.message = message;
  return outcome;
}

}  // namespace

GpuBench::GpuBench(double hang_s) : gpu_(hang_s), monitor_(gpu_.bus_id()) {
  int version = 0;
  check_cuda(cudaRuntimeGetVersion(&version), "asking for the version of the runtime");
  machine_ = {gpu_.properties().name,
              monitor_.driver_version(),
              version_text(version),
              gpu_.properties().multiProcessorCount,
              TILEWRIGHT_COMMIT,
              TILEWRIGHT_FLAGS,
              digest_of_file("/proc/self/exe")};
}

Outcome GpuBench::run(const plan::Row& point) {
  const Compiled& of = compiled_for(point, catalogue(), gpu_.capability());
  return of.run(point, of, {gpu_, monitor_});
}

Outcome GpuBench::measure(const plan::Row& point) {
  try {
    return run(point);
  } catch (const Unsupported& problem) {
    return without_result(plan::Status::unsupported, problem.what());
  } catch (const std::invalid_argument& problem) {  // what a kernel's own launch refuses
    return without_result(plan::Status::unsupported, problem.what());
  } catch (const DeviceLost& problem) {
    Outcome outcome = without_result(plan::Status::lost, problem.what());
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
